"""The rules of RFC 7643 and RFC 7644 that this service follows, each through HTTP."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from sbe_scim.store import open_database, sources, tokens
from tests.unit.http.client import BASE_URL, Receiver, receiver
from tests.unit.rig import ENTERPRISE_URN, GROUP_URN, PATCH_URN, USER_URN, group_body, patch_body, user_body

SEARCH_URN = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
LIST_URN = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
SEARCH_URN = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


def patch(scim: Receiver, path: str, *operations: dict[str, Any]) -> httpx.Response:
    return scim.request("PATCH", path, patch_body(*operations))


def person(scim: Receiver, name: str = "ann", **more: Any) -> str:
    return f"/Users/{scim.created('/Users', user_body(name, **more))['id']}"


@pytest.fixture
def strict(scim: Receiver) -> Receiver:
    """The same receiver, as a source that is held to the letter of the RFC."""
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        source = sources.add(connection, "strict", strictness="rfc")
        scim.token = tokens.create(connection, source.id)
    engine.dispose()
    return scim


class TestResources:
    """RFC 7643 §2 and §3."""

    def test_common_attributes_are_the_servers_to_say(self, scim: Receiver) -> None:
        meta = {"resourceType": "X", "location": "http://x", "version": "x"}
        user = scim.created("/Users", user_body("ann", id="mine", meta=meta))
        assert user["id"] != "mine"
        assert user["meta"]["resourceType"] == "User"
        assert user["meta"]["location"] == f"{BASE_URL}/Users/{user['id']}"
        assert datetime.fromisoformat(user["meta"]["created"]).utcoffset() is not None

    def test_schemas_list_what_is_there(self, scim: Receiver) -> None:
        path = person(scim, "ann", **{ENTERPRISE_URN: {"department": "DSI"}})
        assert scim.get(path).json()["schemas"] == [USER_URN, ENTERPRISE_URN]
        patched = patch(scim, path, {"op": "remove", "path": f"{ENTERPRISE_URN}:department"}).json()
        assert patched["schemas"] == [USER_URN]
        assert ENTERPRISE_URN not in patched

    @pytest.mark.parametrize("nothing", [None, [], {}])
    def test_null_and_empty_are_unassigned(self, scim: Receiver, nothing: Any) -> None:
        assert "emails" not in scim.created("/Users", user_body("ann", emails=nothing or []))
        assert "name" not in scim.created("/Users", user_body("bob", name=nothing or {}))
        assert "title" not in scim.created("/Users", user_body("carl", title=None))

    def test_names_of_attributes_are_case_insensitive(self, scim: Receiver) -> None:
        user = scim.created("/Users", {"SCHEMAS": [USER_URN], "USERNAME": "ann", "Name": {"GIVENNAME": "Ann"}})
        assert (user["userName"], user["name"]) == ("ann", {"givenName": "Ann"})

    def test_a_password_is_never_returned_nor_filtered_by(self, scim: Receiver) -> None:
        user = scim.created("/Users", user_body("ann", password="t1meMa$heen"))
        assert "password" not in scim.get(f"/Users/{user['id']}?attributes=password").json()
        refusal = scim.get("/Users?filter=password%20pr")
        assert (refusal.status_code, refusal.json()["scimType"]) == (403, "sensitive")

    def test_a_password_is_taken_in_every_form_and_leaves_no_trace(self, tmp_path: Path) -> None:
        secret = "t1meMa$heen-Ωmega"
        names = ("password", "PASSWORD", f"{USER_URN}:password")
        answers = []
        with receiver(tmp_path) as scim:
            for number, name in enumerate(names):
                body = user_body(f"ann{number}", **{name: secret})
                path = f"/Users/{scim.created('/Users', body)['id']}"
                answers += [scim.request("PUT", path, body), scim.get(f"{path}?attributes=password")]
                for op in ("add", "replace"):
                    changes = ({"op": op, "path": name, "value": secret}, {"op": op, "value": {name: secret}})
                    answers.append(scim.request("PATCH", path, patch_body(*changes)))
                    assert answers[-1].json()["meta"]["version"] == 'W/"1"'
                answers.append(scim.request("PATCH", path, patch_body({"op": "remove", "path": name})))
            assert {answer.status_code for answer in answers} == {200}
            refused = [scim.post("/Users", user_body("ann0", password=secret))]
            for filter in (f'password eq "{secret}"', f'userName pr and not (password sw "{secret}")'):
                refused.append(scim.get(f"/Users?filter={quote(filter)}"))
                search = {"schemas": [SEARCH_URN], "filter": filter}
                refused.append(scim.post("/Users/.search", search))
            assert [answer.status_code for answer in refused] == [409, 403, 403, 403, 403]
            assert secret not in "".join(answer.text for answer in (*answers, *refused))
            assert not [row for row in scim.journal() if secret in repr(row)]
            assert not [line for line in scim.log.records if secret in repr(line.__dict__)]
        assert not [file for file in tmp_path.iterdir() if secret.encode() in file.read_bytes()]

    def test_groups_of_a_user_are_read_only(self, scim: Receiver) -> None:
        path = person(scim, groups=[{"value": "x"}])
        assert "groups" not in scim.get(path).json()
        scim.created("/Groups", group_body("Élus", path.rpartition("/")[2]))
        (group,) = scim.get(path).json()["groups"]
        assert (group["display"], group["type"]) == ("Élus", "direct")
        assert scim.get(group["$ref"].removeprefix(BASE_URL)).json()["displayName"] == "Élus"

    @pytest.mark.parametrize(
        "body",
        [
            {"schemas": [USER_URN]},
            user_body(""),
            user_body("ann", active="yes"),
            user_body("ann", emails=5),
            user_body("ann", emails=[{"value": 1}]),
            user_body("ann", emails=[{"value": "a", "primary": True}, {"value": "b", "primary": True}]),
            {"schemas": [USER_URN], "userName": ["ann"]},
        ],
    )
    def test_a_value_of_the_wrong_kind_is_refused(self, scim: Receiver, body: dict[str, Any]) -> None:
        refusal = scim.post("/Users", body)
        assert (refusal.status_code, refusal.json()["scimType"]) == (400, "invalidValue")


class TestUniqueness:
    """RFC 7644 §3.3, §3.12."""

    def test_a_name_that_is_taken_is_a_conflict(self, scim: Receiver) -> None:
        person(scim)
        refusal = scim.post("/Users", user_body("ANN"))
        assert (refusal.status_code, refusal.json()["scimType"]) == (409, "uniqueness")

    def test_an_id_is_never_given_again(self, scim: Receiver) -> None:
        first = person(scim)
        scim.request("DELETE", first)
        assert person(scim) != first


class TestLists:
    """RFC 7644 §3.4.2."""

    def test_no_match_is_an_empty_list(self, scim: Receiver) -> None:
        assert scim.get("/Users?filter=userName%20eq%20%22nobody%22").json() == {
            "schemas": [LIST_URN],
            "totalResults": 0,
            "startIndex": 1,
            "itemsPerPage": 0,
            "Resources": [],
        }

    @pytest.mark.parametrize(
        "filter",
        [
            'userName eq "ANN"',
            'USERNAME Eq "ann"',
            f'{USER_URN}:userName sw "a"',
            'emails[type eq "work" and value co "@EXAMPLE.org"]',
            'emails.type eq "work" and not (title pr)',
            f'{ENTERPRISE_URN}:department eq "dsi"',
            'meta.lastModified gt "2020-01-01T00:00:00+02:00"',
            "active eq true",
            '(title pr or userName ew "n") and externalId eq "E1"',
            "title eq null",
        ],
    )
    def test_filters_select(self, scim: Receiver, filter: str) -> None:
        mails = [{"value": "ann@example.org", "type": "work"}, {"value": "ann@home.example", "type": "home"}]
        person(scim, "ann", externalId="E1", emails=mails, **{ENTERPRISE_URN: {"department": "DSI"}})
        person(scim, "bob", title="x", active=False, externalId="e1", emails=[{"value": "b@example.org"}])
        found = scim.get(f"/Users?filter={quote(filter)}").json()
        names = [user["userName"] for user in found["Resources"]]
        assert names == (["ann", "bob"] if "lastModified" in filter else ["ann"])

    def test_conditions_in_brackets_hold_for_one_element(self, scim: Receiver) -> None:
        person(scim, emails=[{"value": "a", "type": "work"}, {"value": "b", "type": "home"}])
        found = scim.get('/Users?filter=emails[type eq "work" and value eq "b"]').json()
        assert found["totalResults"] == 0

    def test_discovery_is_not_needed_to_list_groups(self, scim: Receiver) -> None:
        scim.created("/Groups", group_body("Élus"))
        found = scim.get('/Groups?excludedAttributes=members&filter=displayName eq "ÉLUS"').json()
        assert [group["displayName"] for group in found["Resources"]] == ["Élus"]


class TestSorting:
    """RFC 7644 §3.4.2.3."""

    def people(self, scim: Receiver) -> None:
        mails = [{"value": "z@example.org", "type": "work"}, {"value": "a@example.org", "primary": True}]
        person(scim, "Élise", title="b", externalId="B", emails=mails)
        person(scim, "bob", externalId="a", emails=[{"value": "B@example.org"}, {"value": "0@example.org"}])
        person(scim, "Ann", title="B", active=False, **{ENTERPRISE_URN: {"department": "DSI"}})

    def names(self, answer: httpx.Response) -> list[str]:
        return [user["userName"] for user in answer.raise_for_status().json()["Resources"]]

    @pytest.mark.parametrize(
        ("by", "names"),
        [
            ("userName", ["Ann", "bob", "Élise"]),
            ("USERNAME", ["Ann", "bob", "Élise"]),
            (f"{USER_URN}:userName", ["Ann", "bob", "Élise"]),
            # Who has no value is last; equals stay in the order of creation.
            ("title", ["Élise", "Ann", "bob"]),
            # caseExact.
            ("externalId", ["Élise", "bob", "Ann"]),
            # The primary value, else the first.
            ("emails", ["Élise", "bob", "Ann"]),
            ("emails.value", ["Élise", "bob", "Ann"]),
            ("active", ["Ann", "Élise", "bob"]),
            (f"{ENTERPRISE_URN}:department", ["Ann", "Élise", "bob"]),
            ("meta.created", ["Élise", "bob", "Ann"]),
        ],
    )
    def test_a_list_is_sorted_as_its_attribute_is_compared(self, scim: Receiver, by: str, names: list[str]) -> None:
        self.people(scim)
        assert self.names(scim.get(f"/Users?sortBy={by}")) == names
        assert self.names(scim.get(f"/Users?sortBy={by}&sortOrder=descending")) == names[::-1]
        body = {"schemas": [SEARCH_URN], "sortBy": by, "sortOrder": "descending", "startIndex": 2, "count": 1}
        assert self.names(scim.post("/Users/.search", body)) == [names[1]]

    def test_a_sorted_list_can_be_filtered(self, scim: Receiver) -> None:
        self.people(scim)
        assert self.names(scim.get("/Users?sortBy=userName&filter=title pr")) == ["Ann", "Élise"]

    @pytest.mark.parametrize(
        ("query", "status", "code"),
        [
            ("sortBy=nonsense", 400, "invalidValue"),
            ("sortBy=name", 400, "invalidValue"),
            ("sortBy=emails[", 400, "invalidValue"),
            ("sortBy=title&sortOrder=up", 400, "invalidValue"),
            ("sortBy=password", 403, "sensitive"),
        ],
    )
    def test_what_cannot_be_sorted_by_is_refused(self, scim: Receiver, query: str, status: int, code: str) -> None:
        refusal = scim.get(f"/Users?{query}")
        assert (refusal.status_code, refusal.json()["scimType"]) == (status, code)

    def test_a_parameter_without_a_value_is_as_if_it_were_not_there(self, scim: Receiver) -> None:
        self.people(scim)
        assert scim.get("/Users?startIndex=&count=&sortBy=&sortOrder=").json() == scim.get("/Users").json()
        ordered = scim.get("/Users?sortBy=userName")
        assert scim.get("/Users?sortBy=userName&sortOrder=").json() == ordered.json()
        by_cursor = scim.get("/Users?cursor=&startIndex=&count=").json()
        assert by_cursor == scim.get("/Users?cursor=").json()
        assert self.names(ordered) == ["Ann", "bob", "Élise"]

    def test_an_order_without_an_attribute_means_nothing(self, scim: Receiver) -> None:
        self.people(scim)
        assert self.names(scim.get("/Users?sortOrder=descending")) == ["Élise", "bob", "Ann"]


class TestPatch:
    """RFC 7644 §3.5.2."""

    def test_operations_apply_in_their_order(self, scim: Receiver) -> None:
        path = person(scim, title="a")
        user = patch(
            scim,
            path,
            {"op": "replace", "path": "title", "value": "b"},
            {"op": "add", "path": "emails", "value": [{"value": "x", "type": "work", "primary": True}]},
            {"op": "replace", "path": 'emails[type eq "work"].value', "value": "y"},
            {"op": "add", "value": {"name": {"givenName": "Ann"}}},
            {"op": "remove", "path": "title"},
        ).json()
        assert user["emails"] == [{"value": "y", "type": "work", "primary": True}]
        assert user["name"] == {"givenName": "Ann"}
        assert "title" not in user

    def test_a_new_primary_value_takes_the_place_of_the_former(self, scim: Receiver) -> None:
        path = person(scim, emails=[{"value": "a", "type": "home", "primary": True}])
        user = patch(scim, path, {"op": "add", "path": "emails", "value": [{"value": "b", "primary": True}]}).json()
        assert [mail["value"] for mail in user["emails"] if mail.get("primary")] == ["b"]

    @pytest.mark.parametrize(
        ("operation", "scim_type"),
        [
            ({"op": "remove"}, "noTarget"),
            ({"op": "replace", "path": "id", "value": "x"}, "mutability"),
            ({"op": "replace", "path": "nonsense[", "value": "x"}, "invalidPath"),
            ({"op": "replace", "path": "active", "value": "perhaps"}, "invalidValue"),
            ({"op": "move", "path": "title"}, "invalidSyntax"),
            ({"op": "remove", "path": "userName"}, "invalidValue"),
        ],
    )
    def test_a_refusal_names_the_operation_and_undoes_the_others(
        self, scim: Receiver, operation: dict[str, Any], scim_type: str
    ) -> None:
        path = person(scim)
        before = scim.get(path).json()
        refusal = patch(scim, path, {"op": "add", "path": "title", "value": "x"}, operation)
        assert (refusal.status_code, refusal.json()["scimType"]) in [(400, scim_type), (400, "mutability")]
        assert "2" in refusal.json()["detail"]
        assert scim.get(path).json() == before

    def test_a_message_without_operations_is_refused(self, scim: Receiver) -> None:
        path = person(scim)
        for body in ({"schemas": [PATCH_URN]}, {"schemas": [PATCH_URN], "Operations": []}, {"Operations": 5}):
            assert scim.request("PATCH", path, body).json()["scimType"] == "invalidSyntax"


class TestPut:
    """RFC 7644 §3.5.1."""

    def test_what_is_left_out_is_cleared_and_what_is_read_only_is_ignored(self, scim: Receiver) -> None:
        path = person(scim, title="x", emails=[{"value": "a"}])
        user = scim.request("PUT", path, user_body("ann", id="other", meta={"version": "x"}, nickName="n")).json()
        assert user["id"] == path.rpartition("/")[2]
        assert (user["nickName"], "title" in user, "emails" in user) == ("n", False, False)

    def test_it_creates_nothing(self, scim: Receiver) -> None:
        missing = "/Users/00000000-0000-4000-8000-000000000000"
        assert scim.request("PUT", missing, user_body("ann")).status_code == 404


class TestStrictness:
    """The same requests, tolerated of one source and refused of another."""

    TOLERATED = (
        {"op": "Replace", "path": "active", "value": False},
        {"op": "replace", "path": "active", "value": "False"},
        {"op": "add", "path": "unknown", "value": "x"},
        {"op": "add", "value": {"name.givenName": "x"}},
    )

    @pytest.mark.parametrize("operation", TOLERATED)
    def test_a_tolerant_source_is_understood(self, scim: Receiver, operation: dict[str, Any]) -> None:
        assert patch(scim, person(scim), operation).status_code == 200

    @pytest.mark.parametrize("operation", TOLERATED)
    def test_a_strict_source_is_refused(self, strict: Receiver, operation: dict[str, Any]) -> None:
        assert patch(strict, person(strict), operation).status_code == 400


class TestSources:
    """Two identity providers never meet in each other's people."""

    def test_what_one_created_is_not_there_for_the_other(self, scim: Receiver) -> None:
        path = person(scim)
        group = scim.created("/Groups", group_body("Élus"))["id"]
        engine = open_database(scim.settings.database)
        with engine.begin() as connection:
            scim.token = tokens.create(connection, sources.add(connection, "other").id)
        engine.dispose()
        for place in (path, f"/Groups/{group}"):
            body = user_body("ann") if place == path else {"schemas": [GROUP_URN], "displayName": "x"}
            assert scim.get(place).status_code == 404
            assert scim.request("PUT", place, body).status_code == 404
            assert patch(scim, place, {"op": "replace", "path": "externalId", "value": "x"}).status_code == 404
            assert scim.request("DELETE", place).status_code == 404
        assert scim.get("/Users").json()["totalResults"] == scim.get("/Groups").json()["totalResults"] == 0
        assert scim.post("/Users", user_body("ann")).status_code == 409
