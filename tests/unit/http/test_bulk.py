"""``/Bulk``: each operation is done whole or not at all, and answered and journalled for itself (RFC 7644 §3.7)."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from sbe_scim.app import Ports
from sbe_scim.http.writer import SharedWriter
from sbe_scim.store import open_database, sources, tokens
from sbe_scim.store.refusing import Busy
from tests.unit.http.client import BASE_URL, Receiver, receiver
from tests.unit.rig import ENTERPRISE_URN, Recording, group_body, patch_body, user_body

BULK_URN = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


def request(*operations: Any, **more: Any) -> dict[str, Any]:
    """A BulkRequest."""
    return {"schemas": [BULK_URN], "Operations": list(operations), **more}


def post(bulk_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """An operation that creates."""
    path = "/Users" if "userName" in body else "/Groups"
    return {"method": "POST", "path": path, "bulkId": bulk_id, "data": body}


def managed(name: str, manager: str) -> dict[str, Any]:
    """Somebody with a manager."""
    return user_body(name, **{ENTERPRISE_URN: {"manager": {"value": manager}}})


def sent(scim: Receiver, *operations: Any, **more: Any) -> list[dict[str, Any]]:
    """The answers to the operations of a bulk."""
    response = scim.post("/Bulk", request(*operations, **more))
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"]
    answers: list[dict[str, Any]] = body["Operations"]
    return answers


def statuses(answers: list[dict[str, Any]]) -> list[str]:
    """The status of each."""
    return [answer["status"] for answer in answers]


def at(scim: Receiver, answer: dict[str, Any]) -> dict[str, Any]:
    """The resource where an answer says that it is."""
    response = scim.get(answer["location"].removeprefix(BASE_URL))
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def id_of(answer: dict[str, Any]) -> str:
    """The id of the resource that an answer is about."""
    return str(answer["location"].rsplit("/", 1)[1])


def test_each_operation_has_its_own_answer(scim: Receiver) -> None:
    bob = scim.created("/Users", user_body("bob"))
    carl = scim.created("/Users", user_body("carl"))
    answers = sent(
        scim,
        post("a", user_body("ann")),
        {"method": "PUT", "path": f"/Users/{bob['id']}", "data": user_body("bob", title="Maire")},
        {"method": "PATCH", "path": f"/Users/{carl['id']}", "data": patch_body({"op": "add", "value": {"title": "x"}})},
        {"method": "DELETE", "path": f"/Users/{bob['id']}"},
        post("b", user_body("CARL")),
    )
    ann = id_of(answers[0])
    refusal = answers[4].pop("response")
    assert answers == [
        {"method": "POST", "bulkId": "a", "location": f"{BASE_URL}/Users/{ann}", "status": "201", "version": 'W/"1"'},
        {"method": "PUT", "location": bob["meta"]["location"], "status": "200", "version": 'W/"2"'},
        {"method": "PATCH", "location": carl["meta"]["location"], "status": "200", "version": 'W/"2"'},
        {"method": "DELETE", "location": bob["meta"]["location"], "status": "204"},
        {"method": "POST", "bulkId": "b", "status": "409"},
    ]
    assert refusal == scim.post("/Users", user_body("CARL")).json()
    assert (refusal["status"], refusal["scimType"]) == ("409", "uniqueness")
    assert at(scim, answers[0])["meta"]["version"] == 'W/"1"'
    assert scim.get(f"/Users/{bob['id']}").status_code == 404


def test_each_operation_has_its_own_row_in_the_journal(tmp_path: Path) -> None:
    with receiver(tmp_path) as scim:
        answers = sent(
            scim,
            post("a", user_body("ann")),
            post("b", user_body("ann", externalId="e9")),
            {"method": "PATCH", "path": "/Users/bulkId:a", "data": patch_body({"op": "add", "path": "no", "value": 1})},
            {"method": "GET", "path": "/Users/bulkId:a"},
        )
    assert statuses(answers) == ["201", "409", "200", "400"]
    rows = scim.journal()
    assert len({row["request_id"] for row in rows}) == 1
    ann = id_of(answers[0])
    assert {(row["operation"], row["status"], row["scim_type"], row["target_id"], row["dropped"]) for row in rows} == {
        ("create", 201, None, ann, None),
        ("create", 409, "uniqueness", None, None),
        ("patch", 200, None, ann, '["no"]'),
        ("bulk", 400, "invalidSyntax", None, None),
        ("bulk", 200, None, None, None),
    }
    (whole,) = (row for row in rows if (row["operation"], row["status"]) == ("bulk", 200))
    assert (whole["source"], whole["detail"]) == ("staff", "4 of 4 operations, 2 refused")
    (refused,) = (row for row in rows if row["status"] == 409)
    assert (refused["external_id"], refused["name"]) == ("e9", "ann")


def test_what_was_dropped_is_told_of_the_whole(scim: Receiver) -> None:
    response = scim.post("/Bulk", request(post("a", user_body("ann", shoe=1)), post("b", user_body("bob", hat=2))))
    assert response.headers["scim-dropped"] == "shoe, hat"


@pytest.mark.parametrize("forward", [False, True])
def test_an_operation_may_refer_to_what_another_creates(scim: Receiver, forward: bool) -> None:
    people = [post("ann", user_body("ann")), post("ldap:bob/1", managed("bob", "bulkId:ann"))]
    groups = [post("club", group_body("Club", "bulkId:ann", "bulkId:ldap:bob/1"))]
    answers = sent(scim, *(groups + people[::-1] if forward else people + groups))
    assert statuses(answers) == ["201"] * 3
    club, bob, ann = answers if forward else reversed(answers)
    assert {member["value"] for member in at(scim, club)["members"]} == {id_of(ann), id_of(bob)}
    assert at(scim, bob)[ENTERPRISE_URN]["manager"]["value"] == id_of(ann)


def test_a_path_may_name_what_another_creates(scim: Receiver) -> None:
    answers = sent(
        scim,
        {"method": "PUT", "path": "/Users/bulkId:a:b", "data": user_body("ann", title="Maire")},
        post("a:b", user_body("ann")),
        post("bob", user_body("bob")),
        {"method": "DELETE", "path": "/Users/bulkId:bob"},
    )
    assert statuses(answers) == ["200", "201", "201", "204"]
    assert at(scim, answers[0])["title"] == "Maire"
    assert [user["userName"] for user in scim.get("/Users").json()["Resources"]] == ["ann"]


@pytest.mark.parametrize("spelling", [r"bulkId:a\"b", r"bulkId:a\u0022b"])
def test_a_value_path_may_name_what_another_creates(scim: Receiver, spelling: str) -> None:
    leave = {"op": "remove", "path": f'members[value eq "bulkId:bob" or value eq "{spelling}"]'}
    join = {"op": "add", "path": "members", "value": [{"value": "bulkId:carl"}]}
    answers = sent(
        scim,
        post("club", group_body("Club", *(f"bulkId:{name}" for name in ('a"b', "bob", "dora")))),
        {"method": "PATCH", "path": "/Groups/bulkId:club", "data": patch_body(leave, join)},
        *(post(name, user_body(name.replace('"', ""))) for name in ('a"b', "bob", "carl", "dora")),
    )
    assert statuses(answers) == ["201", "200", *["201"] * 4]
    assert [member["display"] for member in at(scim, answers[0])["members"]] == ["dora", "carl"]


def test_who_refer_to_each_other_are_created_together(scim: Receiver) -> None:
    rights = {"entitlements": [{"value": "bulkId:club"}]}
    ann, bob, carl, club = sent(
        scim,
        post("ann", managed("ann", "bulkId:bob")),
        post("bob", managed("bob", "bulkId:ann")),
        post("carl", {**managed("carl", "bulkId:carl"), **rights}),
        post("club", group_body("Club", "bulkId:ann", "bulkId:carl")),
    )
    assert statuses([ann, bob, carl, club]) == ["201"] * 4
    managers = [at(scim, one)[ENTERPRISE_URN]["manager"]["value"] for one in (ann, bob, carl)]
    assert managers == [id_of(bob), id_of(ann), id_of(carl)]
    assert at(scim, carl)["entitlements"] == [{"value": id_of(club)}]
    assert [group["value"] for group in at(scim, carl)["groups"]] == [id_of(club)]
    assert {answer["version"] for answer in (ann, bob, carl, club)} == {'W/"1"'}


def test_of_a_circle_all_are_created_or_nobody_is(tmp_path: Path) -> None:
    with receiver(tmp_path) as scim:
        scim.created("/Users", user_body("bob"))
        answers = sent(
            scim,
            post("ann", managed("ann", "bulkId:bob")),
            post("bob", managed("bob", "bulkId:carl")),
            post("carl", managed("carl", "bulkId:ann")),
            post("dora", managed("dora", "bulkId:carl")),
        )
        assert statuses(answers) == ["409"] * 4
        reasons = [answer["response"]["reason"] for answer in answers]
        assert reasons == ["unresolved", "name_taken", "unresolved", "unresolved"]
        assert scim.get("/Users").json()["totalResults"] == 1
    refused = [row for row in scim.journal() if row["status"] == 409]
    assert {row["reason"] for row in refused if row["name"] == "bob"} == {"name_taken"}
    assert len(refused) == 4


def test_somebody_who_was_inactive_is_restored_in_a_circle(scim: Receiver) -> None:
    ann = scim.created("/Users", user_body("ann", externalId="e1", active=False))
    answers = sent(
        scim,
        post("bob", managed("bob", "bulkId:ann")),
        post("ann", {**managed("ann", "bulkId:bob"), "externalId": "e1"}),
    )
    assert statuses(answers) == ["201", "201"]
    assert id_of(answers[1]) == ann["id"]
    assert at(scim, answers[0])[ENTERPRISE_URN]["manager"]["value"] == ann["id"]
    assert at(scim, answers[1])["active"]


def test_a_chain_may_be_as_long_as_the_bulk(scim: Receiver) -> None:
    chain = [post(f"u{number}", managed(f"user{number}", f"bulkId:u{number + 1}")) for number in range(999)]
    answers = sent(scim, *chain, post("u999", user_body("user999")))
    assert statuses(answers) == ["201"] * 1000
    assert at(scim, answers[0])[ENTERPRISE_URN]["manager"]["value"] == id_of(answers[1])


def test_a_reference_that_cannot_be_resolved_is_refused_for_its_operation_alone(scim: Receiver) -> None:
    answers = sent(
        scim,
        post("bad", {"schemas": user_body("")["schemas"]} | {"userName": ""}),
        post("club", group_body("Club", "bulkId:bad")),
        post("crew", group_body("Crew", "bulkId:nobody")),
        {"method": "DELETE", "path": "/Users/bulkId:bad"},
        {"method": "DELETE", "path": "/Users/bulkId:nobody"},
        {"method": "DELETE", "path": "/Groups/bulkId:ann"},
        post("ann", user_body("ann")),
    )
    assert statuses(answers) == ["400", "409", "400", "409", "400", "404", "201"]
    assert [answer.get("response", {}).get("reason") for answer in answers][1] == "unresolved"
    assert answers[4]["response"]["scimType"] == "invalidValue"
    assert scim.get("/Groups").json()["totalResults"] == 0


WRONG = {
    "no object": (5, "400", "invalidSyntax"),
    "no method": ({"path": "/Users"}, "400", "invalidSyntax"),
    "another method": ({"method": "GET", "path": "/Users"}, "400", "invalidSyntax"),
    "a method that is no text": ({"method": ["POST"], "path": "/Users"}, "400", "invalidSyntax"),
    "no path": ({"method": "DELETE"}, "400", "invalidSyntax"),
    "a path to nowhere": ({"method": "DELETE", "path": "/Rooms/5"}, "404", None),
    "a POST without bulkId": ({"method": "POST", "path": "/Users", "data": user_body("x")}, "400", "invalidSyntax"),
    "a bulkId that is no text": ({**post("x", user_body("x")), "bulkId": 5}, "400", "invalidValue"),
    "a POST to a resource": ({**post("x", user_body("x")), "path": "/Users/5"}, "400", "invalidSyntax"),
    "a DELETE of everybody": ({"method": "DELETE", "path": "/Users"}, "400", "invalidSyntax"),
    "no data": ({"method": "POST", "path": "/Users", "bulkId": "x"}, "400", "invalidSyntax"),
    "data that is no object": ({**post("x", user_body("x")), "data": "bulkId:x"}, "400", "invalidSyntax"),
    "an id that is none": ({"method": "DELETE", "path": "/Users/5"}, "404", None),
    "a version that is no text": (
        {"method": "DELETE", "path": "/Users/2819c223-7f76-453a-919d-413861904646", "version": 1},
        "400",
        "invalidValue",
    ),
    "somebody who is not there": (
        {"method": "DELETE", "path": "/Users/2819c223-7f76-453a-919d-413861904646"},
        "404",
        None,
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_one_operation_concerns_no_other(scim: Receiver, wrong: str) -> None:
    operation, status, scim_type = WRONG[wrong]
    first, answer, last = sent(scim, post("a", user_body("ann")), operation, post("b", user_body("bob")))
    assert (first["status"], last["status"]) == ("201", "201")
    refusal = answer["response"]
    assert (answer["status"], refusal["status"], refusal.get("scimType")) == (status, status, scim_type)
    assert refusal["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert scim.get("/Users").json()["totalResults"] == 2


@pytest.mark.parametrize(
    "path", ["/users/{}", "users/{}", "//Users//{}", "/Users/{}/", "/Users/{}?attributes=id", "/Users/{}?"]
)
def test_a_path_is_read_as_the_target_of_a_request_is(scim: Receiver, path: str) -> None:
    ann = scim.created("/Users", user_body("ann"))["id"]
    for written in (ann, ann.replace("-", "%2D")):
        put = {"method": "PUT", "path": path.format(written), "data": user_body("ann", title=written)}
        assert statuses(sent(scim, put)) == ["200"]
        assert scim.get(f"/Users/{ann}").json()["title"] == written


@pytest.mark.parametrize("path", ["/users", "USERS", "//Users", "/Users/", "/Users?attributes=id"])
def test_a_type_is_named_as_in_the_target_of_a_request(scim: Receiver, path: str) -> None:
    (answer,) = sent(scim, post("a", user_body("ann")) | {"path": path})
    assert answer["status"] == "201"


def test_a_bulk_id_may_have_in_it_what_ends_a_path(scim: Receiver) -> None:
    name = "a//b%41?c/"
    put = {"method": "PUT", "path": f"/users/bulkId:{name}", "data": user_body("ann", title="x")}
    assert statuses(sent(scim, post(name, user_body("ann")), put)) == ["201", "200"]


def test_a_bulk_id_stands_for_one_operation(scim: Receiver) -> None:
    people = [post("a", user_body("ann")), post("a", user_body("bob"))]
    answers = sent(scim, *people, post("c", group_body("C", "bulkId:a")))
    assert statuses(answers) == ["201", "400", "201"]
    assert [member["display"] for member in at(scim, answers[2])["members"]] == ["ann"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"schemas": ["urn:x"], "Operations": [post("a", user_body("a"))]}, 400),
        ({"schemas": [BULK_URN]}, 400),
        (request(), 400),
        (request(post("a", user_body("ann")), failOnErrors=-1), 400),
        (request(post("a", user_body("ann")), failOnErrors="1"), 400),
        (request(post("a", user_body("ann")), failOnErrors=True), 400),
        ([], 400),
    ],
)
def test_a_body_that_is_no_bulk_request_is_refused_as_a_whole(scim: Receiver, body: Any, status: int) -> None:
    response = scim.post("/Bulk", body)
    assert (response.status_code, response.json()["status"]) == (status, str(status))
    assert scim.get("/Users").json()["totalResults"] == 0


def test_the_limits_are_those_that_are_published(tmp_path: Path) -> None:
    with receiver(tmp_path, bulk_limit=2, body_limit=3000) as scim:
        bulk = scim.get("/ServiceProviderConfig").json()["bulk"]
        assert bulk == {"supported": True, "maxOperations": 2, "maxPayloadSize": 3000}
        people = [post(name, user_body(name)) for name in ("ann", "bob", "carl")]
        response = scim.post("/Bulk", request(*people))
        assert (response.status_code, response.json()["status"]) == (413, "413")
        assert "maxOperations (2)" in response.json()["detail"]
        content = json.dumps(request(*people[:2])).encode()
        response = scim.request("POST", "/Bulk", content=content.ljust(3001))
        assert response.status_code == 413
        assert "maxPayloadSize (3000 bytes)" in response.json()["detail"]
        assert scim.get("/Users").json()["totalResults"] == 0
        assert scim.request("POST", "/Bulk", content=content.ljust(3000)).status_code == 200
        assert scim.get("/Users").json()["totalResults"] == 2


@pytest.mark.parametrize(("most", "done"), [(None, 6), (0, 6), (1, 2), (2, 4), (3, 5), (9, 6)])
def test_a_bulk_ends_after_as_many_errors_as_it_says(scim: Receiver, most: int | None, done: int) -> None:
    people = [post(f"{number}", user_body(name)) for number, name in enumerate(("a", "A", "b", "a", "B", "c"))]
    more = {} if most is None else {"failOnErrors": most}
    answers = sent(scim, *people, **more)
    assert statuses(answers) == ["201", "409", "201", "409", "409", "201"][:done]
    made = sum(status == "201" for status in statuses(answers))
    assert scim.get("/Users").json()["totalResults"] == made


def test_the_version_of_an_operation_must_be_that_of_the_resource(scim: Receiver) -> None:
    ann = scim.created("/Users", user_body("ann"))
    path = f"/Users/{ann['id']}"
    answers = sent(
        scim,
        {"method": "PUT", "path": path, "version": 'W/"9"', "data": user_body("ann", title="x")},
        {"method": "PUT", "path": path, "version": ann["meta"]["version"], "data": user_body("ann", title="y")},
        {"method": "PATCH", "path": path, "version": 'W/"1"', "data": patch_body({"op": "remove", "path": "title"})},
        {"method": "DELETE", "path": path, "version": 'W/"1"'},
        {"method": "PATCH", "path": path, "version": 'W/"2"', "data": patch_body({"op": "remove", "path": "title"})},
    )
    assert statuses(answers) == ["412", "200", "412", "412", "200"]
    assert answers[0]["location"] == ann["meta"]["location"]
    assert answers[4]["version"] == 'W/"3"'


def test_a_bulk_needs_a_token(scim: Receiver) -> None:
    body = request(post("a", user_body("ann")))
    assert scim.post("/Bulk", body, headers={"authorization": None}).status_code == 401
    assert scim.get("/Users").json()["totalResults"] == 0


def test_a_bulk_changes_only_what_its_source_has_made(scim: Receiver) -> None:
    ann = scim.created("/Users", user_body("ann"))
    path = f"/Users/{ann['id']}"
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        other = tokens.create(connection, sources.add(connection, "other").id)
    engine.dispose()
    body = request(
        {"method": "DELETE", "path": path},
        {"method": "PUT", "path": path, "data": user_body("ann", title="x")},
        post("club", group_body("Club", ann["id"])),
    )
    answers = scim.post("/Bulk", body, headers={"authorization": f"Bearer {other}"}).json()["Operations"]
    assert statuses(answers) == ["404", "404", "400"]
    assert scim.get(path).json() == ann


class Behaving(Recording):
    """Ports whose directory does something when it is told of somebody, by user name."""

    def __init__(self, ports: Ports) -> None:
        super().__init__(*ports)
        self.does: dict[str, Callable[[], object]] = {}
        self.behaviour = lambda _connection, user: self.does.get(user.user_name, lambda: None)()


@contextmanager
def behaving(folder: Path) -> Iterator[tuple[Receiver, dict[str, Callable[[], object]]]]:
    """A receiver, and what its directory does by user name."""
    made: list[Behaving] = []

    def around(ports: Ports) -> Ports:
        made.append(Behaving(ports))
        return made[0].ports

    with receiver(folder, around=around) as scim:
        yield scim, made[0].does


def raising(error: Exception) -> Callable[[], object]:
    """Something that fails."""

    def fail() -> None:
        raise error

    return fail


def test_an_unexpected_error_is_that_of_its_operation_alone(tmp_path: Path) -> None:
    with behaving(tmp_path) as (scim, does):
        does["bob"] = raising(RuntimeError("bob"))
        answers = sent(scim, *(post(name, user_body(name)) for name in ("ann", "bob", "carl")))
        assert statuses(answers) == ["201", "500", "201"]
        assert [user["userName"] for user in scim.get("/Users").json()["Resources"]] == ["ann", "carl"]
        (logged,) = (record for record in scim.log.records if record.getMessage() == "unexpected error")
        assert logged.__dict__["request_id"] in answers[1]["response"]["detail"]
        assert "bob" not in str(logged.__dict__)
    assert sorted(row["status"] for row in scim.journal() if row["operation"] == "create") == [201, 201, 500]


def test_a_database_that_does_not_answer_is_asked_once(tmp_path: Path) -> None:
    asked = []

    def busy() -> None:
        asked.append(1)
        raise Busy

    with behaving(tmp_path) as (scim, does):
        does |= {"bob": busy, "carl": busy}
        operations = [post(name, user_body(name)) for name in ("ann", "bob", "carl")]
        answers = sent(scim, operations[0], operations[1], {**operations[2], "data": managed("carl", "bulkId:ann")})
        assert statuses(answers) == ["201", "503", "503"]
        assert answers[2]["response"] == answers[1]["response"]
    assert asked == [1]
    assert sorted(row["status"] for row in scim.journal() if row["operation"] == "create") == [201, 503, 503]


def test_creates_side_by_side_share_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sbe_scim.http.writer.LONGEST", float("inf"))
    committed: list[int] = []

    def around(ports: Ports) -> Ports:
        event.listen(ports.transactions._engine, "commit", lambda _: committed.append(1))  # type: ignore[attr-defined]
        return ports

    people = [post(f"{number}", user_body(f"user{number}")) for number in range(128)]
    with receiver(tmp_path, around=around) as scim:
        committed.clear()
        assert statuses(sent(scim, *people)) == ["201"] * 128
        assert len(committed) < 64


def test_others_write_between_the_parts_of_a_bulk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[object] = []
    add = SharedWriter._add

    def adding(writer: SharedWriter, job: Any) -> None:
        add(writer, job)
        added.append(job)

    monkeypatch.setattr(SharedWriter, "_add", adding)
    people = [post(f"{number}", user_body(f"user{number}")) for number in range(200)]
    begun, go = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert go.wait(30)

    with behaving(tmp_path) as (scim, does):
        does["user0"] = hold

        async def both() -> tuple[httpx.Response, httpx.Response]:
            headers = {"authorization": f"Bearer {scim.token}"}
            bulk = asyncio.create_task(scim.client.post("/scim/v2/Bulk", json=request(*people), headers=headers))
            await asyncio.to_thread(begun.wait, 30)
            other = asyncio.create_task(scim.client.post("/scim/v2/Users", json=user_body("other"), headers=headers))
            while len(added) < 65:
                await asyncio.sleep(0)
            go.set()
            return await other, await bulk

        one, all_ = scim.run(both())
        assert one.status_code == 201
        assert statuses(all_.json()["Operations"]) == ["201"] * 200
        order = [user["userName"] for user in scim.get("/Users?count=300").json()["Resources"]]
        assert order.index("other") == 64
