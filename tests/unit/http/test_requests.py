"""What HTTP adds: content types, bounds, conditions, request ids, and no answer without a SCIM body."""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sbe_scim.http.conditions import Conditions
from sbe_scim.protocol import SEARCH_REQUEST_URN
from sbe_scim.protocol.json_text import MAX_DEPTH
from sbe_scim.store import open_database, sources
from tests.unit.http.client import BASE_URL, SCIM_JSON, Receiver, receiver
from tests.unit.rig import PATCH_URN, USER_URN, group_body, patch_body, user_body

ERROR_URN = "urn:ietf:params:scim:api:messages:2.0:Error"
NOBODY = "00000000-0000-4000-8000-000000000000"


def refused(response: httpx.Response, status: int, scim_type: str | None = None, detail: str = "") -> None:
    """It is the error of RFC 7644 §3.12."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == SCIM_JSON
    body = response.json()
    assert body["schemas"] == [ERROR_URN]
    assert body["status"] == str(status)
    assert body.get("scimType") == scim_type
    assert detail in body["detail"]


def test_a_user_lives_and_dies(scim: Receiver) -> None:
    response = scim.post("/Users", user_body("ann"))
    user = response.json()
    location = f"{BASE_URL}/Users/{user['id']}"
    assert (response.status_code, response.headers["location"], response.headers["etag"]) == (201, location, 'W/"1"')
    assert response.headers["content-type"] == SCIM_JSON
    path = f"/Users/{user['id']}"
    assert scim.get(path).json() == user
    assert scim.request("PUT", path, user_body("ann", title="x")).headers["etag"] == 'W/"2"'
    patched = scim.request("PATCH", path, patch_body({"op": "remove", "path": "title"}))
    assert (patched.status_code, "title" in patched.json()) == (200, False)
    assert scim.request("DELETE", path).status_code == 204
    refused(scim.get(path), 404)
    refused(scim.request("DELETE", path), 404)


@pytest.mark.parametrize("id", [NOBODY, "x", "%00", "..%2f..", "é" * 50, "x" * 5000, NOBODY.upper() + "A"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_id_that_is_nobodys_is_not_found(scim: Receiver, method: str, id: str) -> None:
    bodies = {"PUT": user_body("ann"), "PATCH": patch_body({"op": "add", "path": "title", "value": "x"})}
    refused(scim.request(method, f"/Users/{id}", bodies.get(method)), 404)


@pytest.mark.parametrize("path", ["/Nothing", "/Users/a/b", "/Schemas/nothing"])
def test_there_is_nothing_at_other_paths(scim: Receiver, path: str) -> None:
    refused(scim.get(path), 404)


def test_a_method_that_is_not_allowed_says_which_are(scim: Receiver) -> None:
    response = scim.request("DELETE", "/Users")
    refused(response, 405)
    assert "POST" in response.headers["allow"]
    refused(scim.request("POST", "/ServiceProviderConfig"), 405)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"userName": "x"',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"1" * 5000,
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_no_json_object_is_refused(scim: Receiver, content: bytes) -> None:
    refused(scim.request("POST", "/Users", content=content), 400, "invalidSyntax")


@pytest.mark.parametrize("value", ['"a\\u0000b"', '"\\ud800"', '{"\\u0000": 1}', '[["\\udfff"]]'])
def test_text_that_no_database_keeps_is_refused(scim: Receiver, value: str) -> None:
    body = f'{{"schemas": ["{USER_URN}"], "userName": "ann", "title": {value}}}'.encode()
    refused(scim.request("POST", "/Users", content=body), 400, "invalidValue", "U+0000")


@pytest.mark.parametrize("depth", [MAX_DEPTH - 1, MAX_DEPTH, 450, 600, 900, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [('{"a":', "}"), ("[", "]")])
def test_json_is_taken_to_a_depth_and_refused_beyond(scim: Receiver, depth: int, opening: str, closing: str) -> None:
    nested = opening * depth + '"\\u0041"' + closing * depth
    body = f'{{"schemas": ["{USER_URN}"], "userName": "ann", "x": {nested}}}'.encode()
    answer = scim.request("POST", "/Users", content=body)
    if depth < MAX_DEPTH:
        assert answer.status_code == 201
    else:
        refused(answer, 400, "invalidSyntax", f"nested more than {MAX_DEPTH} deep")


def test_many_objects_beside_each_other_and_braces_in_text_are_not_deep(scim: Receiver) -> None:
    mails = [{"value": f"ann{number}@example.org", "type": "other"} for number in range(3 * MAX_DEPTH)]
    scim.created("/Users", user_body("ann", emails=mails))
    scim.created("/Users", user_body("bob", title="[{" * 3 * MAX_DEPTH))


def test_escaped_text_is_text(scim: Receiver) -> None:
    body = f'{{"schemas": ["{USER_URN}"], "userName": "\\ud83d\\ude00 \\u00e9"}}'.encode()
    assert scim.request("POST", "/Users", content=body).json()["userName"] == "😀 é"


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    """A body whose length is not announced."""
    for start in range(0, len(content), 100):
        yield content[start : start + 100]


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_above_the_limit_is_refused(tmp_path: Path, announced: bool) -> None:
    with receiver(tmp_path, body_limit=1000) as scim:
        content = json.dumps(user_body("ann", title="x" * 1000)).encode()
        refused(
            scim.request("POST", "/Users", content=content if announced else pieces(content)), 413, None, "1000 bytes"
        )
        assert scim.post("/Users", user_body("ann")).status_code == 201


@pytest.mark.parametrize("announced", [True, False])
def test_a_group_has_a_limit_of_its_own(tmp_path: Path, announced: bool) -> None:
    with receiver(tmp_path, body_limit=1000, group_body_limit=60_000) as scim:
        long = group_body("Élus", *[scim.created("/Users", user_body("ann"))["id"]] * 1000)
        for body, status in ((long, 201), (group_body("x" * 60_000), 413)):
            content = json.dumps(body).encode()
            answer = scim.request("POST", "/Groups", content=content if announced else pieces(content))
            assert answer.status_code == status
    (tmp_path / "larger").mkdir()
    with receiver(tmp_path / "larger", body_limit=60_000, group_body_limit=1000) as scim:
        assert scim.post("/Groups", group_body("x" * 300, *["y"] * 1000)).status_code == 400


@pytest.mark.parametrize("content_type", ["application/json", "application/scim+json; charset=utf-8", None])
def test_json_is_taken_under_each_of_its_names(scim: Receiver, content_type: str | None) -> None:
    response = scim.post("/Users", user_body("ann"), headers={"content-type": content_type})
    assert (response.status_code, response.headers["content-type"]) == (201, SCIM_JSON)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_other_content_types_are_refused(scim: Receiver, content_type: str) -> None:
    refused(scim.post("/Users", user_body("ann"), headers={"content-type": content_type}), 415)


@pytest.mark.parametrize(
    ("accept", "due"),
    [
        ("application/json", "application/json"),
        ("Application/JSON; charset=UTF-8", "application/json"),
        ("application/json, application/json;charset=UTF-8", "application/json"),
        ("application/json, application/scim+json;q=0.0", "application/json"),
        ("application/json, application/scim+json;q=0.5", SCIM_JSON),
        ("application/json, text/plain, */*", SCIM_JSON),
        ("application/json;q=0.9, application/*;q=0.1", SCIM_JSON),
        ("application/json;q=0", SCIM_JSON),
        ("application/jsonl", SCIM_JSON),
        ("text/html", SCIM_JSON),
        ("*/*", SCIM_JSON),
    ],
)
def test_who_takes_plain_json_only_gets_it(scim: Receiver, accept: str, due: str) -> None:
    headers = {"accept": accept}
    for answer in (
        scim.post("/Users", user_body("ann"), headers=headers),
        scim.post("/Users", user_body("ann"), headers=headers),
        scim.get("/Users", headers=headers),
        scim.get("/Users/nobody", headers=headers),
        scim.get("/nothing", headers={**headers, "authorization": None}),
    ):
        assert answer.headers["content-type"] == due


@pytest.mark.parametrize(
    "coding", ["gzip", "deflate", "br", "zstd", "x-gzip", "gzip, identity", "identity, gzip", "GZIP", "x"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "search"])
def test_a_coded_body_is_refused_before_it_is_read(scim: Receiver, method: str, coding: str) -> None:
    id = scim.created("/Users", user_body("ann"))["id"]
    verb, path, body = writes(id)[method]
    # Whether it is coded or not: nobody must read past what the header says.
    for content in (json.dumps(body).encode(), gzip.compress(json.dumps(body).encode())):
        response = scim.request(verb, path, content=content, headers={"content-encoding": coding})
        refused(response, 415, None, "Content-Encoding")
        assert response.headers["accept-encoding"] == "identity"
    assert scim.get("/Users").json()["totalResults"] == 1


@pytest.mark.parametrize("coding", ["identity", "Identity", "", "identity, identity"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "search"])
def test_a_body_without_a_coding_may_say_so(scim: Receiver, method: str, coding: str) -> None:
    id = scim.created("/Users", user_body("ann"))["id"]
    verb, path, body = writes(id)[method]
    assert scim.request(verb, path, body, headers={"content-encoding": coding}).status_code in (200, 201)


SEARCH_URN = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


def writes(id: str) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """A good request of each kind that has a body."""
    return {
        "POST": ("POST", "/Users", user_body("eve")),
        "PUT": ("PUT", f"/Users/{id}", user_body("ann", title="x")),
        "PATCH": ("PATCH", f"/Users/{id}", patch_body({"op": "replace", "path": "title", "value": "x"})),
        "search": ("POST", "/Users/.search", {"schemas": [SEARCH_URN], "filter": "title pr"}),
    }


@pytest.mark.parametrize(
    ("method", "member", "again"),
    [
        ("POST", '"userName":', '"userName": "ann", "userName":'),
        ("POST", '"schemas":', '"active": false, "active": true, "schemas":'),
        ("POST", '"schemas":', '"active": false, "Active": true, "schemas":'),
        ("POST", '"schemas":', '"schemas": [], "schemas":'),
        ("POST", '"schemas":', '"Schemas": [], "schemas":'),
        ("POST", '"schemas":', '"name": {"familyName": "a", "familyName": "b"}, "schemas":'),
        ("POST", '"schemas":', '"emails": [{"value": "a@b", "value": "c@d"}], "schemas":'),
        ("POST", '"schemas":', '"emails": [{"value": "a@b", "VALUE": "c@d"}], "schemas":'),
        ("POST", '"schemas":', '"unknown": {"a": [[{"b": 1, "b": 1}]]}, "schemas":'),
        ("POST", '"schemas":', '"act\\u0069ve": false, "active": true, "schemas":'),
        ("PUT", '"title":', '"title": "y", "title":'),
        ("PUT", '"title":', '"title": "y", "TITLE":'),
        ("PATCH", '"Operations":', '"Operations": [{"op": "remove", "path": "title"}], "Operations":'),
        ("PATCH", '"Operations":', '"operations": [{"op": "remove", "path": "title"}], "Operations":'),
        ("PATCH", '"op":', '"op": "add", "op":'),
        ("PATCH", '"op":', '"OP": "add", "op":'),
        ("PATCH", '"value":', '"value": "y", "value":'),
        ("PATCH", '"path":', '"path": "active", "path":'),
        ("search", '"filter":', '"filter": "userName pr", "filter":'),
        ("search", '"filter":', '"Filter": "userName pr", "filter":'),
        ("search", '"schemas":', '"schemas": [], "schemas":'),
    ],
)
def test_a_member_named_twice_is_refused(scim: Receiver, method: str, member: str, again: str) -> None:
    id = scim.created("/Users", user_body("ann"))["id"]
    verb, path, body = writes(id)[method]
    content = json.dumps(body)
    assert member in content
    refused(scim.request(verb, path, content=content.replace(member, again, 1).encode()), 400, "invalidSyntax")
    (user,) = scim.get("/Users").json()["Resources"]
    assert user["meta"]["version"] == 'W/"1"'


def test_the_members_of_a_search_are_named_in_any_case(scim: Receiver) -> None:
    scim.created("/Users", user_body("ann"))
    scim.created("/Users", user_body("eve"))
    message = {"SCHEMAS": [SEARCH_URN], "Filter": 'userName eq "ann"', "STARTINDEX": 1, "excludedattributes": ["meta"]}
    found = scim.post("/Users/.search", message).json()
    assert (found["totalResults"], "meta" in found["Resources"][0]) == (1, False)


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ("userName%20eq%20%22zoe%2Bscim@example.org%22", 1),
        ("userName+eq+%22zoe%2Bscim@example.org%22", 1),
        ("userName%20eq%20%22zoe+scim@example.org%22", 1),
        ("userName+eq%20%22zoe+scim@example.org%22", 1),
        ("userName%20sw%20%22zoe+s%22%20and%20emails%5Bvalue%20eq%20%22zoe+mail@example.org%22%5D", 1),
        ("userName+eq+%22zoe+scim@example.org%22", 0),
    ],
)
def test_a_plus_in_a_filter_is_found(scim: Receiver, filter: str, found: int) -> None:
    scim.created("/Users", user_body("zoe+scim@example.org", emails=[{"value": "zoe+mail@example.org"}]))
    assert scim.get(f"/Users?filter={filter}&attributes=userName,+emails").json()["totalResults"] == found


@pytest.mark.parametrize("path", ["/Users%2F{id}", "/Users%2f{id}", "/Users/{id}%2F", "%2FUsers/{id}"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_encoded_slash_separates_nothing(scim: Receiver, method: str, path: str) -> None:
    id = scim.created("/Users", user_body("ann"))["id"]
    _, _, body = writes(id).get(method, ("", "", None))
    refused(scim.request(method, path.replace("{id}", id), body), 404)
    refused(scim.post("/Users%2F.search", writes(id)["search"][2]), 404)
    assert scim.get(f"/Users/{id}").json()["meta"]["version"] == 'W/"1"'


@pytest.mark.parametrize("headers", [{"transfer-encoding": "chunked"}, {"transfer-encoding": "gzip, chunked"}])
def test_a_length_beside_a_transfer_encoding_is_refused_and_the_connection_closed(
    scim: Receiver, headers: dict[str, str | None]
) -> None:
    response = scim.post("/Users", user_body("ann"), headers=headers)
    refused(response, 400, None, "Content-Length")
    assert response.headers["connection"] == "close"
    assert scim.get("/Users").json()["totalResults"] == 0


def test_a_trailing_slash_and_an_empty_query_change_nothing(scim: Receiver) -> None:
    user = scim.created("/Users/", user_body("ann"))
    assert scim.get(f"/Users/{user['id']}/?").json() == user
    assert scim.get("/Users/?").json()["totalResults"] == 1


def test_an_endpoint_may_be_in_any_case(scim: Receiver) -> None:
    user = scim.created("/users", user_body("ann"))
    assert scim.get(f"/USERS/{user['id']}").json() == user
    assert user["meta"]["location"].endswith(f"/Users/{user['id']}")
    refused(scim.get(f"/users/{user['id'].upper()}x"), 404)


def test_a_client_that_has_the_version_gets_no_body(scim: Receiver) -> None:
    path = "/Users/" + scim.created("/Users", user_body("ann"))["id"] + "?excludedAttributes=groups"
    for tag in ('W/"1"', '"1"', "1", 'W/"9", W/"1"', "*"):
        response = scim.get(path, headers={"if-none-match": tag})
        assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", 'W/"1"')
    assert scim.get(path, headers={"if-none-match": 'W/"2"'}).status_code == 200


def seen(scim: Receiver, path: str) -> tuple[int, Any, str]:
    """Status, body and tag for somebody who has version 1."""
    response = scim.get(path, headers={"if-none-match": 'W/"1"'})
    return response.status_code, response.json() if response.content else None, response.headers["etag"]


def test_a_version_says_nothing_of_memberships(scim: Receiver) -> None:
    ann = scim.created("/Users", user_body("ann"))["id"]
    path = f"/Users/{ann}"
    assert seen(scim, path) == (304, None, 'W/"1"')
    group = scim.created("/Groups", group_body("Élus", ann))["id"]
    for change, names in (
        ({"op": "replace", "path": "displayName", "value": "Anciens"}, ["Anciens"]),
        ({"op": "remove", "path": f'members[value eq "{ann}"]'}, []),
    ):
        scim.request("PATCH", f"/Groups/{group}", patch_body(change))
        status, body, tag = seen(scim, path)
        assert (status, [group["display"] for group in body.get("groups", [])], tag) == (200, names, 'W/"1"')
    for chosen in ("excludedAttributes=groups", "attributes=userName"):
        assert seen(scim, f"{path}?{chosen}") == (304, None, 'W/"1"')
    assert seen(scim, f"{path}?attributes=groups.display")[0] == 200


@pytest.mark.parametrize(
    "leave",
    [
        lambda scim, group: scim.request("PUT", group, group_body("Élus")),
        lambda scim, group: scim.request("PATCH", group, patch_body({"op": "remove", "path": "members"})),
        lambda scim, group: scim.request("DELETE", group),
    ],
)
def test_who_has_left_all_groups_is_not_shown_in_them(scim: Receiver, leave: Any) -> None:
    ann = scim.created("/Users", user_body("ann"))["id"]
    group = scim.created("/Groups", group_body("Élus", ann))["id"]
    assert leave(scim, f"/Groups/{group}").is_success
    status, body, _ = seen(scim, f"/Users/{ann}")
    assert (status, body.get("groups")) == (200, None)


def test_a_version_of_a_group_says_who_is_in_it_and_what_they_are_called(scim: Receiver) -> None:
    ann, bob = (scim.created("/Users", user_body(name))["id"] for name in ("ann", "bob"))
    path = "/Groups/" + scim.created("/Groups", group_body("Élus", ann, bob))["id"]
    tag = 'W/"1"'
    for method, target, change in (
        ("PATCH", f"/Users/{ann}", {"op": "replace", "path": "displayName", "value": "Ann Le Bris"}),
        ("PATCH", path, {"op": "remove", "path": f'members[value eq "{ann}"]'}),
        ("DELETE", f"/Users/{bob}", None),
    ):
        for shown in (path, f"{path}?excludedAttributes=members"):
            response = scim.get(shown, headers={"if-none-match": tag})
            assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", tag)
        assert scim.request(method, target, patch_body(change) if change else None).is_success
        response = scim.get(path, headers={"if-none-match": tag})
        assert (response.status_code, response.headers["etag"]) == (200, response.json()["meta"]["version"])
        tag = response.headers["etag"]
    assert tag == 'W/"4"'


def test_a_change_that_gives_nobody_another_name_moves_no_group(scim: Receiver) -> None:
    ann = scim.created("/Users", user_body("ann", displayName="Ann"))["id"]
    path = "/Groups/" + scim.created("/Groups", group_body("Élus", ann))["id"]
    for attribute, value in (("title", "x"), ("userName", "ann.b"), ("active", False)):
        scim.request("PATCH", f"/Users/{ann}", patch_body({"op": "replace", "path": attribute, "value": value}))
    assert scim.get(path).headers["etag"] == 'W/"1"'


@pytest.mark.timeout(60)
@pytest.mark.parametrize("header", ["a" * 300_000 + '"', 'W/"' * 100_000, "W/" * 150_000, '"' * 300_001])
def test_a_long_condition_takes_no_quadratic_time(header: str) -> None:
    assert not Conditions.of({"if-none-match": header}).unchanged(1)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_of_another_version_than_asked_for_is_refused(scim: Receiver, method: str) -> None:
    path = "/Users/" + scim.created("/Users", user_body("ann"))["id"]
    body = {"PUT": user_body("ann"), "PATCH": patch_body({"op": "add", "path": "title", "value": "x"})}.get(method)
    refused(scim.request(method, path, body, headers={"if-match": 'W/"2"'}), 412)
    refused(scim.request(method, path, body, headers={"if-none-match": "*"}), 412)
    # A proxy that compresses answers may change their tags; it has to be told not to.
    refused(scim.request(method, path, body, headers={"if-match": 'W/"1-gzip"'}), 412)
    for tags in ("*", '"7", W/"1"', '"1"', "1", 'W/"1"'):
        assert scim.request(method, path, body, headers={"if-match": tags}).status_code in (200, 204)
        scim.request("DELETE", path)
        refused(scim.request(method, path, body, headers={"if-match": tags}), 404)
        path = "/Users/" + scim.created("/Users", user_body("ann"))["id"]


def test_a_part_of_a_resource_does_not_replace_it(scim: Receiver) -> None:
    ann = scim.created("/Users", user_body("ann", title="x"))
    part = {"content-range": "bytes 0-99/200"}
    refused(scim.request("PUT", f"/Users/{ann['id']}", user_body("ann"), headers=part), 400, "invalidSyntax", "whole")
    assert scim.get(f"/Users/{ann['id']}").json() == ann


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_another_version_than_asked_for_is_not_shown(scim: Receiver, method: str) -> None:
    user = "/Users/" + scim.created("/Users", user_body("ann"))["id"]
    for path in (user, "/Groups/" + scim.created("/Groups", group_body("Élus"))["id"]):
        other = scim.request(method, path, headers={"if-match": 'W/"2"', "if-none-match": 'W/"1"'})
        assert other.status_code == 412
        for tags in ("*", '"7", W/"1"'):
            assert scim.request(method, path, headers={"if-match": tags}).status_code == 200
        both = {"if-match": 'W/"1"', "if-none-match": 'W/"1"'}
        assert scim.request(method, path, headers=both).status_code == 304


def test_tags_on_several_lines_are_one_list(scim: Receiver) -> None:
    path = "/Users/" + scim.created("/Users", user_body("ann"))["id"]

    def put(*lines: tuple[str, str]) -> int:
        sent = [("authorization", f"Bearer {scim.token}"), *lines]
        return scim.run(scim.client.put(f"/scim/v2{path}", json=user_body("ann"), headers=sent)).status_code

    assert put(("if-match", 'W/"7"'), ("if-match", 'W/"1"')) == 200
    assert put(("if-none-match", 'W/"7"'), ("if-none-match", "*")) == 412


def test_attributes_are_chosen_in_every_answer(scim: Receiver) -> None:
    response = scim.post("/Users?attributes=userName", user_body("ann", title="x"))
    user = response.json()
    assert user.keys() == {"schemas", "id", "userName"}
    assert "title" not in scim.get(f"/Users/{user['id']}?excludedAttributes=title").json()
    (listed,) = scim.get("/Users?attributes=title").json()["Resources"]
    assert listed == {"schemas": [USER_URN], "id": user["id"], "title": "x"}
    refused(scim.get("/Users?attributes=title&excludedAttributes=title"), 400, "invalidValue")


def test_a_wrong_choice_of_attributes_is_refused_before_anything_is_kept(scim: Receiver) -> None:
    refused(scim.post("/Users?attributes=a&excludedAttributes=b", user_body("ann")), 400, "invalidValue")
    assert scim.get("/Users").json()["totalResults"] == 0


def test_a_search_may_stand_in_a_body(scim: Receiver) -> None:
    scim.created("/Users", user_body("ann"))
    urn = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
    message = {"schemas": [urn], "filter": 'userName eq "ANN"', "attributes": ["userName"], "startIndex": 1, "count": 5}
    found = scim.post("/Users/.search", message).json()
    assert (found["totalResults"], found["Resources"][0]["userName"]) == (1, "ann")
    unnamed: list[dict[str, Any]] = [{}, {"schemas": None}, {"schemas": []}]
    for nothing in unnamed:
        refused(scim.post("/Users/.search", {"filter": 'userName eq "ANN"', **nothing}), 400, "invalidSyntax")
    everybody = scim.post("/Users/.search", {"schemas": [urn]}).json()
    for name in ("filter", "startIndex", "count", "attributes", "excludedAttributes", "sortBy", "sortOrder"):
        assert scim.post("/Users/.search", {"schemas": [urn.upper()], name: None}).json() == everybody
    assert scim.post("/Users/.search", {"Schemas": [urn], "Attributes": [], "COUNT": 0}).json()["Resources"] == []
    refused(scim.post("/Users/.search", {"schemas": [urn], "filter": 5}), 400, "invalidValue")
    refused(scim.post("/Users/.search", {"schemas": [urn], "attributes": 5}), 400, "invalidValue")
    refused(scim.post("/Users/.search", {"schemas": [urn], "sortBy": 5}), 400, "invalidValue")


def test_parameters_are_read_in_any_case(scim: Receiver) -> None:
    ids = [scim.created("/Users", user_body(name))["id"] for name in ("ann", "bob", "eve")]
    for query in ("Filter=id eq %22{}%22", "FILTER=id eq %22{}%22&EXCLUDEDATTRIBUTES=name"):
        assert [found["id"] for found in scim.get(f"/Users?{query.format(ids[1])}").json()["Resources"]] == ids[1:2]
    for path in ("/Users", ""):
        page = scim.get(f"{path}?startindex=2&Count=1&sortby=userName&Attributes=userName").json()
        assert [found["userName"] for found in page["Resources"]] == ["bob"]
        assert (page["startIndex"], page["totalResults"]) == (2, 3)
    refused(scim.get("/Schemas?Filter=id eq %22x%22"), 403, None)


@pytest.mark.parametrize("latin", ["%E9", "%e9%00", "%C3", "%ED%A0%80"])
def test_nobody_is_looked_for_in_another_encoding_than_utf_8(scim: Receiver, latin: str) -> None:
    ann = scim.created("/Users", user_body("ren\u00e9"))["id"]
    found = scim.get("/Users?filter=userName%20eq%20%22ren%C3%A9%22").json()["Resources"]
    assert [one["id"] for one in found] == [ann]
    for path in ("/Users", ""):
        refused(scim.get(f"{path}?filter=userName%20eq%20%22ren{latin}%22"), 400, "invalidFilter", "UTF-8")
        refused(scim.get(f"{path}?sortBy={latin}"), 400, "invalidValue", "UTF-8")
    assert scim.get(f"/Users?other={latin}&{latin}=1").status_code == 200, "what is not ours is not read"


def test_names_of_attributes_may_come_one_by_one(scim: Receiver) -> None:
    path = f"/Users/{scim.created('/Users', user_body('ann', title='x', nickName='y'))['id']}"
    whole = scim.get(f"{path}?attributes=userName,title").json()
    assert (whole["userName"], whole["title"], "nickName" in whole) == ("ann", "x", False)
    assert scim.get(f"{path}?attributes=userName&Attributes=title").json() == whole
    assert scim.get("/Users?attributes=title&attributes=userName").json()["Resources"] == [whole]
    without = scim.get(f"{path}?excludedAttributes=title&excludedAttributes=nickName").json()
    assert not {"title", "nickName"} & set(without)


def test_of_two_parameters_none_is_guessed(scim: Receiver) -> None:
    for name in ("ann", "bob"):
        scim.created("/Users", user_body(name))
    two = "filter=userName%20eq%20%22ann%22&Filter=userName%20eq%20%22bob%22"
    for path in ("/Users", ""):
        refused(scim.get(f"{path}?{two}"), 400, "invalidFilter", "twice")
        refused(scim.get(f"{path}?startIndex=1&startindex=2"), 400, "invalidValue", "twice")
        assert len(scim.get(f"{path}?count=1&count=1").json()["Resources"]) == 1


@pytest.mark.parametrize(
    ("query", "status", "scim_type"),
    [
        ("filter=", 400, "invalidFilter"),
        ("filter=userName", 400, "invalidFilter"),
        ("filter=userName%20eq%20%22%00%22", 400, "invalidFilter"),
        ("filter=%ff", 400, "invalidFilter"),
        ("filter=password%20eq%20%22x%22", 403, "sensitive"),
        ("startIndex=one", 400, "invalidValue"),
        ("count=1.5", 400, "invalidValue"),
    ],
)
def test_a_list_that_cannot_be_understood_is_refused(
    scim: Receiver, query: str, status: int, scim_type: str | None
) -> None:
    refused(scim.get(f"/Users?{query}"), status, scim_type)


def test_pages_are_within_bounds(tmp_path: Path) -> None:
    with receiver(tmp_path, page_size=2, page_limit=3) as scim:
        for number in range(5):
            scim.created("/Users", user_body(f"user{number}"))

        def sizes(query: str) -> tuple[int, int, int]:
            page = scim.get(f"/Users?{query}").json()
            assert len(page["Resources"]) == page["itemsPerPage"]
            return page["totalResults"], page["startIndex"], page["itemsPerPage"]

        assert sizes("") == (5, 1, 2)
        assert sizes("count=100") == (5, 1, 3)
        assert sizes("startIndex=0&count=-1") == (5, 1, 0)
        assert sizes("startIndex=5&count=3") == (5, 5, 1)


def test_the_callers_request_id_is_kept_when_it_is_sane(scim: Receiver) -> None:
    assert scim.get("/Users", headers={"x-request-id": "abc-1.2:3_4"}).headers["x-request-id"] == "abc-1.2:3_4"
    for strange in ("", "a b", "x" * 65, "<script>"):
        ours = scim.get("/Users", headers={"x-request-id": strange}).headers["x-request-id"]
        assert uuid.UUID(ours).version == 7


def test_health_is_open_to_everyone_and_asks_the_database(scim: Receiver) -> None:
    response = scim.get("/healthz", headers={"authorization": None})
    assert (response.status_code, response.json()["status"]) == (200, "ok")


def test_the_log_has_a_line_per_request_and_nothing_about_people(scim: Receiver) -> None:
    scim.created("/Users", user_body("amelie", emails=[{"value": "amelie@example.org"}]))
    scim.get("/Users?filter=userName%20eq%20%22amelie%22")
    scim.post("/Users", user_body("amelie"))
    lines = [record.__dict__ for record in scim.log.records if record.name == "sbe_scim.access"]
    assert [(line["operation"], line["source"], line["status"], line["scim_type"]) for line in lines] == [
        ("create", "staff", 201, None),
        ("search", "staff", 200, None),
        ("create", "staff", 409, "uniqueness"),
    ]
    assert all(line["duration_us"] > 0 and line["request_id"] for line in lines)
    assert not any("amelie" in str(line) or scim.token in str(line) for line in lines)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["schemas", "userName", "emails", "active", "name", "externalId", "Operations", "op", "path", "value", "members"]
)
VALUES = st.one_of(
    JSON,
    st.just([USER_URN]),
    st.just([PATCH_URN]),
    st.just("ann"),
    st.lists(st.dictionaries(KEYS, JSON | st.sampled_from(["add", "remove", "replace", "members", "emails[x"]))),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(method=st.sampled_from(["POST", "PUT", "PATCH"]), body=st.dictionaries(KEYS, VALUES, max_size=5))
def check_bad_input(scim: Receiver, paths: dict[str, str], method: str, body: dict[str, Any]) -> None:
    response = scim.request(method, paths[method], content=json.dumps(body).encode())
    assert response.status_code < 500, response.text


@pytest.mark.parametrize("endpoint", ["/Users", "/Groups"])
def test_no_input_brings_the_receiver_down(scim: Receiver, endpoint: str) -> None:
    seed = user_body("zoe") if endpoint == "/Users" else {"schemas": [], "displayName": "zoe"}
    item = f"{endpoint}/{scim.created(endpoint, seed)['id']}"
    check_bad_input(scim, {"POST": endpoint, "PUT": item, "PATCH": item})
    assert all(record.levelname != "ERROR" for record in scim.log.records)


def test_a_client_that_goes_away_is_no_error_of_ours(scim: Receiver) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"authorization", f"Bearer {scim.token}".encode()), (b"content-type", SCIM_JSON.encode())]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/scim/v2/Users",
        "query_string": b"",
        "headers": headers,
    }
    scim.run(scim.app(scope, receive, send))
    assert sent == []
    assert all(record.levelname != "ERROR" for record in scim.log.records)


def test_what_a_dialect_calls_otherwise_is_chosen_and_sorted_by_its_name(scim: Receiver) -> None:
    name = "urn:ietf:params:scim:schemas:extension:sap:2.0:User:userId"
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        sources.change(connection, "staff", dialect="sap")
    engine.dispose()
    chosen = {"attributes": name}
    made = scim.post(f"/Users?{urlencode(chosen)}", user_body("ann", externalId="b")).json()
    scim.post("/Users", user_body("bob", externalId="a"))
    assert made == {"schemas": [USER_URN], "id": made["id"], "externalId": "b"}
    assert scim.get(f"/Users/{made['id']}?{urlencode(chosen)}").json() == made
    path = f"/Users/{made['id']}?{urlencode(chosen)}"
    assert scim.request("PATCH", path, patch_body({"op": "add", "path": "title", "value": "x"})).json() == made
    left = scim.get(f"/Users/{made['id']}?{urlencode({'excludedAttributes': name})}").json()
    assert (left["userName"], left.get("externalId")) == ("ann", None)
    found = scim.get(f"/Users?{urlencode({**chosen, 'sortBy': name, 'sortOrder': 'descending'})}").json()
    assert [person["externalId"] for person in found["Resources"]] == ["b", "a"]
    message = {"schemas": [SEARCH_REQUEST_URN], "attributes": [name], "sortBy": name}
    found = scim.post("/.search", message).json()
    assert [person["externalId"] for person in found["Resources"]] == ["a", "b"]
