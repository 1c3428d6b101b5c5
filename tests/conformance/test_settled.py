"""What other receivers got wrong and this one has right; each was reported of somebody."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sbe_scim.certify.replay import SEQUENCES
from tests.conformance.test_identity_providers import speaks
from tests.unit.http.client import BASE_URL, Receiver, receiver
from tests.unit.rig import GROUP_URN, PATCH_URN, group_body, patch_body, user_body

NOBODY = "00000000-0000-4000-8000-000000000000"
FORGED = {
    "host": "evil.example",
    "x-forwarded-host": "evil.example",
    "x-forwarded-prefix": "/evil",
    "forwarded": "host=evil.example",
}


def found(scim: Receiver, endpoint: str, filter: str) -> list[dict[str, Any]]:
    """What a filter finds, percent-encoded as a client writes it."""
    answer = scim.get(f"/{endpoint}?filter={quote(filter)}")
    assert answer.status_code == 200, answer.text
    resources: list[dict[str, Any]] = answer.json()["Resources"]
    return resources


def quoted(text: str) -> str:
    """A string of a filter: escaped as in JSON."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def person(scim: Receiver, user_name: str, /, **more: Any) -> str:
    identifier: str = scim.created("/Users", user_body(user_name, **more))["id"]
    return identifier


class TestNames:
    """Filters find what was created, whatever letters its name has."""

    @pytest.mark.parametrize(
        "name",
        [
            'a "b" c',
            "a\\b",
            'a\\"b',
            "a & b",
            "a + b",
            "[a]",
            "(a)",
            "a/b",
            "%41",
            "a#b?c",
            "a,b;c",
            "'",
            "\\\\",
            "é ß",
        ],
    )
    def test_a_name_with_signs_is_found_as_it_is(self, scim: Receiver, name: str) -> None:
        group = scim.created("/Groups", group_body(name))
        user = scim.created("/Users", user_body(name, externalId=name))
        assert group["displayName"] == user["userName"] == name
        assert [each["id"] for each in found(scim, "Groups", f"displayName eq {quoted(name)}")] == [group["id"]]
        for path in ("userName", "externalId"):
            assert [each["id"] for each in found(scim, "Users", f"{path} eq {quoted(name)}")] == [user["id"]]
        assert scim.post("/Groups", group_body(name)).status_code == 409

    @pytest.mark.parametrize(
        ("name", "twin"),
        [
            ("Ann.Lee", "aNN.lEE"),
            ("rené", "rene\u0301"),
            ("RENE\u0301", "René"),
            ("ΟΔΟΣ", "οδος"),
            ("ﬁn", "FIN"),
            ("ann lee", " ann  lee "),
            ("ann lee", "ann\u00a0lee"),
            ("ann\u3000lee", "ann lee"),
            ("ann lee", "ann\u2800lee"),
            ("annlee", "ann\u200blee"),
            ("\ufeffannlee", "ann\u2060lee\u00ad"),
            ("\uff21\uff4e\uff4e", "ann"),
            ("\u200b\u200b", "\u200d"),
        ],
    )
    def test_twins_are_one(self, scim: Receiver, name: str, twin: str) -> None:
        identifier = person(scim, name)
        refusal = scim.post("/Users", user_body(twin))
        assert (refusal.status_code, refusal.json()["scimType"]) == (409, "uniqueness")
        for written in (name, twin):
            assert [user["id"] for user in found(scim, "Users", f"userName eq {quoted(written)}")] == [identifier]
        assert scim.get(f"/Users/{identifier}").json()["userName"] == name, "shown as it was written"

    @pytest.mark.parametrize(
        ("name", "twin"), [("ann lee", "ann\u2003 lee "), ("Élus", "E\u0301lus\u200b"), ("a", "\uff21")]
    )
    def test_so_are_groups_within_a_source(self, scim: Receiver, name: str, twin: str) -> None:
        group = scim.created("/Groups", group_body(name))
        refusal = scim.post("/Groups", group_body(twin))
        assert (refusal.status_code, refusal.json()["scimType"]) == (409, "uniqueness")
        assert [each["id"] for each in found(scim, "Groups", f"displayName eq {quoted(twin)}")] == [group["id"]]

    def test_names_are_two_that_are_two_to_keycloak(self, scim: Receiver) -> None:
        identifiers = {name: person(scim, name) for name in ("straße", "strasse", "y v e s", "yv es", "оlga", "olga")}
        for name, identifier in identifiers.items():
            assert [user["id"] for user in found(scim, "Users", f"userName eq {quoted(name)}")] == [identifier]

    @pytest.mark.parametrize("name", ["a\u202eb", "\u0627a", "№", "a\u007fb", "👩‍👩‍👧", "ㅤ", "a@b", "\u0378", "ᄀᄀᄀ"])
    def test_nobody_is_refused_for_a_character_of_their_name(self, scim: Receiver, name: str) -> None:
        identifier = person(scim, name)
        assert scim.get(f"/Users/{identifier}").json()["userName"] == name
        assert [user["id"] for user in found(scim, "Users", f"userName eq {quoted(name)}")] == [identifier]
        assert [user["id"] for user in found(scim, "Users", f"userName sw {quoted(name)}")] == [identifier]

    def test_a_dotted_capital_i_is_found_in_its_own_form(self, scim: Receiver) -> None:
        identifier = person(scim, "İpek")
        assert scim.post("/Users", user_body("İPEK")).status_code == 409
        assert [user["id"] for user in found(scim, "Users", 'userName eq "İpek"')] == [identifier]


class TestReferences:
    """Members are people who are there."""

    @pytest.mark.parametrize("stale", [NOBODY, "53", "", "x" * 5_000, "../Users", "ann"])
    def test_a_group_with_one_unknown_member_is_not_made(self, scim: Receiver, stale: str) -> None:
        refusal = scim.post("/Groups", group_body("Élus", person(scim, "ann"), stale))
        assert (refusal.status_code, refusal.json()["scimType"]) == (400, "invalidValue")
        assert not {"sql", "scim_", "traceback", "error:", "pk"} & set(refusal.json()["detail"].lower().split())
        assert scim.get("/Groups").json()["totalResults"] == 0

    @pytest.mark.parametrize("stale", [53, True, {"id": NOBODY}, [NOBODY]])
    def test_a_member_that_is_no_text_is_refused(self, scim: Receiver, stale: Any) -> None:
        body = {"schemas": [GROUP_URN], "displayName": "Élus", "members": [{"value": stale}]}
        assert scim.post("/Groups", body).status_code == 400
        assert scim.get("/Groups").json()["totalResults"] == 0

    def test_an_unknown_member_leaves_those_that_are_there(self, scim: Receiver) -> None:
        ann = person(scim, "ann")
        group = scim.created("/Groups", group_body("Élus", ann))["id"]
        add = {"op": "add", "path": "members", "value": [{"value": person(scim, "bob")}, {"value": NOBODY}]}
        assert scim.request("PATCH", f"/Groups/{group}", patch_body(add)).status_code == 400
        assert scim.request("PUT", f"/Groups/{group}", group_body("Maires", NOBODY)).status_code == 400
        kept = scim.get(f"/Groups/{group}").json()
        assert (kept["displayName"], [member["value"] for member in kept["members"]]) == ("Élus", [ann])

    def test_who_is_not_there_yet_is_a_member_once_the_group_is_sent_again(self, scim: Receiver) -> None:
        speaks(scim, "people")
        body = group_body("Élus", person(scim, "ann", externalId="E1"), "E2")
        refusal = scim.post("/Groups", body)
        assert (refusal.status_code, refusal.json()["scimType"]) == (400, "invalidValue")
        assert "1 of 2" in refusal.json()["detail"]
        assert scim.get("/Groups").json()["totalResults"] == 0
        bob = person(scim, "bob", externalId="E2")
        group = scim.created("/Groups", body)
        assert [member["value"] for member in group["members"]][1] == bob
        join = {"op": "add", "path": "members", "value": [{"value": "E3"}]}
        assert scim.request("PATCH", f"/Groups/{group['id']}", patch_body(join)).status_code == 400
        carl = person(scim, "carl", externalId="E3")
        assert "groups" not in scim.get(f"/Users/{carl}").json()
        assert scim.request("PATCH", f"/Groups/{group['id']}", patch_body(join)).status_code == 200
        assert [each["value"] for each in scim.get(f"/Users/{carl}").json()["groups"]] == [group["id"]]

    def test_a_deleted_group_is_in_nobodys_groups(self, scim: Receiver) -> None:
        ann = person(scim, "ann")
        kept, gone = (scim.created("/Groups", group_body(name, ann))["id"] for name in ("kept", "gone"))
        assert scim.request("DELETE", f"/Groups/{gone}").status_code == 204
        assert [group["value"] for group in scim.get(f"/Users/{ann}").json()["groups"]] == [kept]
        assert found(scim, "Users", f'groups.value eq "{gone}"') == []
        scim.request("DELETE", f"/Groups/{kept}")
        assert "groups" not in scim.get(f"/Users/{ann}").json()

    def test_who_is_hired_again_is_somebody_new(self, scim: Receiver) -> None:
        mails = [{"value": "ann@example.org", "type": "work"}]
        old = person(scim, "ann", externalId="E1", emails=mails)
        group = scim.created("/Groups", group_body("Élus", old))["id"]
        assert scim.request("DELETE", f"/Users/{old}").status_code == 204
        for method, body in (("GET", None), ("PUT", user_body("ann")), ("DELETE", None)):
            assert scim.request(method, f"/Users/{old}", body).status_code == 404
        new = person(scim, "ann", externalId="E1", emails=mails)
        assert new != old
        assert "groups" not in scim.get(f"/Users/{new}").json()
        assert "members" not in scim.get(f"/Groups/{group}").json()
        add = {"op": "add", "path": "members", "value": [{"value": old}]}
        assert scim.request("PATCH", f"/Groups/{group}", patch_body(add)).status_code == 400
        assert "members" not in scim.get(f"/Groups/{group}").json()


class TestOwnAddress:
    """The receiver is where its operator says, whatever a request says."""

    def test_locations_are_public_and_never_forged(self, scim: Receiver) -> None:
        answers = [scim.post("/Users", user_body("ann"), headers=FORGED)]
        user = answers[0].json()
        assert answers[0].headers["location"] == user["meta"]["location"] == f"{BASE_URL}/Users/{user['id']}"
        group = scim.post("/Groups", group_body("Élus", user["id"]), headers=FORGED)
        assert group.json()["members"][0]["$ref"] == user["meta"]["location"]
        paths = ("/Users", f"/Users/{user['id']}", "/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/nothing")
        answers += [group, *(scim.get(path, headers=FORGED) for path in paths)]
        answers += [scim.get("/Users", headers=FORGED | {"authorization": "Bearer x"})]
        for answer in answers:
            assert "evil" not in answer.text + str(answer.headers)

    def test_a_prefix_that_a_proxy_takes_away_stands_in_every_address(self, tmp_path: Path) -> None:
        public = "https://annuaire.example.org/annuaire/scim/v2"
        with receiver(tmp_path, base_url=public) as scim:
            answer = scim.post("/Users", user_body("ann"), headers=FORGED)
            location = f"{public}/Users/{answer.json()['id']}"
            assert answer.headers["location"] == answer.json()["meta"]["location"] == location
            for place in ("/Schemas", "/ResourceTypes"):
                for resource in scim.get(place, headers=FORGED).json()["Resources"]:
                    assert resource["meta"]["location"].startswith(f"{public}{place}/")
            refusal = scim.get("/Users", headers={**FORGED, "authorization": None})
            metadata = "https://annuaire.example.org/.well-known/oauth-protected-resource/annuaire/scim/v2"
            assert metadata in refusal.headers["www-authenticate"]
            assert scim.get("/.well-known/oauth-protected-resource").json()["resource"] == public


class TestExternalId:
    """An attribute of no schema, changed in every way."""

    #: Ways to say it, from a person's name and the value.
    WAYS: tuple[tuple[str, Callable[[str, str], Any]], ...] = (
        ("PUT", lambda name, value: user_body(name, externalId=value)),
        ("PATCH", lambda _, value: patch_body({"op": "add", "path": "externalId", "value": value})),
        ("PATCH", lambda _, value: patch_body({"op": "replace", "path": "externalId", "value": value})),
        ("PATCH", lambda _, value: patch_body({"op": "add", "value": {"externalId": value}})),
        ("PATCH", lambda _, value: patch_body({"op": "replace", "value": {"externalId": value}})),
    )

    @pytest.mark.parametrize("dialect", ["generic", *sorted(set(SEQUENCES.values()))])
    def test_it_can_be_given_and_changed_and_is_found(self, scim: Receiver, dialect: str) -> None:
        speaks(scim, dialect)
        for number, ((method, form), known) in enumerate(product(self.WAYS, (False, True))):
            name, former, new = f"ann{number}", f"former-{number}", f"new-{number}"
            ann = person(scim, name, **({"externalId": former} if known else {}))
            answer = scim.request(method, f"/Users/{ann}", form(name, new))
            assert (answer.status_code, answer.json()["externalId"]) == (200, new), (method, form(name, new), known)
            assert [user["id"] for user in found(scim, "Users", f'externalId eq "{new}"')] == [ann]
            assert found(scim, "Users", f'externalId eq "{former}"') == []

    @pytest.mark.parametrize(
        "change",
        [
            ("PUT", user_body("bob", externalId="E1")),
            ("PATCH", patch_body({"op": "replace", "path": "externalId", "value": "E1"})),
            ("PATCH", patch_body({"op": "add", "value": {"externalId": "E1"}})),
        ],
    )
    def test_that_of_another_is_a_conflict(self, scim: Receiver, change: tuple[str, Any]) -> None:
        person(scim, "ann", externalId="E1")
        bob = person(scim, "bob", externalId="E2")
        refusal = scim.request(change[0], f"/Users/{bob}", change[1])
        assert (refusal.status_code, refusal.json()["scimType"]) == (409, "uniqueness")
        assert "externalId" in refusal.json()["detail"]
        assert scim.get(f"/Users/{bob}").json()["externalId"] == "E2"


class TestPartialChanges:
    """What a change does not speak of stays."""

    @pytest.mark.parametrize("schemas", [{}, {"schemas": [PATCH_URN]}])
    def test_a_disable_without_a_path_keeps_the_rest(self, scim: Receiver, schemas: dict[str, Any]) -> None:
        ann = person(scim, "ann", title="x", name={"givenName": "Ann"}, emails=[{"value": "ann@example.org"}])
        before = scim.get(f"/Users/{ann}").json()
        body = schemas | {"Operations": [{"op": "replace", "value": {"active": False}}]}
        assert scim.request("PATCH", f"/Users/{ann}", body).status_code == 200
        after = scim.get(f"/Users/{ann}").json()
        assert after.pop("meta") != before.pop("meta")
        assert after == before | {"active": False}

    @pytest.mark.parametrize(
        ("body", "named"),
        [
            (user_body("ANN"), "userName"),
            (user_body("bob", emails=[{"value": "Ann@example.org", "primary": True}]), "primary mail address"),
            (user_body("bob", externalId="E1"), "externalId"),
        ],
    )
    def test_a_conflict_names_what_is_taken_and_not_whose(self, scim: Receiver, body: Any, named: str) -> None:
        person(scim, "ann", externalId="E1", emails=[{"value": "ann@example.org", "primary": True}])
        refusal = scim.post("/Users", body)
        assert (refusal.status_code, refusal.json()["scimType"]) == (409, "uniqueness")
        assert named in refusal.json()["detail"]
        assert "ann" not in refusal.json()["detail"].lower()


class TestMediaTypes:
    """The body's type as clients write it."""

    @pytest.mark.parametrize(
        "written",
        [
            "application/scim+json",
            "application/json",
            "application/scim+json;charset=utf-8",
            'application/json; charset="UTF-8"',
            "APPLICATION/SCIM+JSON",
            "Application/Json ; Charset=Utf-8",
            None,
        ],
    )
    def test_json_is_taken_under_all_its_names(self, scim: Receiver, written: str | None) -> None:
        answer = scim.post("/Users", user_body("ann", title="é"), headers={"content-type": written})
        assert answer.status_code == 201
        assert answer.json()["title"] == "é"
        assert answer.headers["content-type"] == "application/scim+json"

    @pytest.mark.parametrize("written", ["text/json", "text/plain", "application/xml", "application/jsonx", "*/*"])
    def test_another_type_is_refused(self, scim: Receiver, written: str) -> None:
        assert scim.post("/Users", user_body("ann"), headers={"content-type": written}).status_code == 415
        assert found(scim, "Users", 'userName eq "ann"') == []

    @pytest.mark.parametrize("coding", ["latin-1", "utf-16"])
    def test_another_coding_of_letters_is_refused(self, scim: Receiver, coding: str) -> None:
        content = '{"userName": "ann", "title": "é"}'.encode(coding)
        answer = scim.request("POST", "/Users", content=content)
        assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidSyntax")


class TestLongFilters:
    """Many conditions, as clients join them that look for many."""

    @pytest.mark.parametrize("count", [2, 20, 200])
    def test_many_ids_joined_by_or_are_all_found(self, scim: Receiver, count: int) -> None:
        ids = [person(scim, f"p{number}") for number in range(5)]
        wanted = [*ids[:4], *(NOBODY for _ in range(count))][:count]
        filter = " or ".join(f'id eq "{identifier}"' for identifier in wanted)
        message = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": filter}
        answer = scim.post("/Users/.search", message)
        assert answer.status_code == 200, answer.text
        assert {user["id"] for user in answer.json()["Resources"]} == set(ids[:4][:count])

    def test_a_hundred_in_a_url_are_all_found(self, scim: Receiver) -> None:
        ids = {person(scim, f"p{number:03}") for number in range(30)}
        filter = " or ".join(f'userName eq "p{number:03}"' for number in range(100))
        assert {user["id"] for user in found(scim, "Users", filter)} == ids

    @pytest.mark.parametrize("form", ['members eq "{}"', 'members.value eq "{}"', 'members[value eq "{}"]'])
    def test_the_groups_of_a_person_are_found(self, scim: Receiver, form: str) -> None:
        ann, bob = person(scim, "ann"), person(scim, "bob")
        groups = {
            name: scim.created("/Groups", group_body(name, *members))["id"]
            for name, members in {"a": (ann,), "b": (ann, bob), "c": (bob,), "d": ()}.items()
        }
        for somebody, theirs in ((ann, "ab"), (bob, "bc"), (NOBODY, "")):
            names = {group["id"] for group in found(scim, "Groups", form.format(somebody))}
            assert names == {groups[name] for name in theirs}
        both = " or ".join(form.format(somebody) for somebody in (ann, bob))
        assert {group["displayName"] for group in found(scim, "Groups", both)} == set("abc")
