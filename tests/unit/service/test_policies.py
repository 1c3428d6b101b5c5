"""What a dialect's answers, meaning and limits make of an operation."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from sbe_scim.protocol import InvalidFilter, NotFound, Policy, ScimError, policy
from sbe_scim.service import Query
from tests.unit.rig import GROUP, USER, Rig, target

TITLE = {"op": "replace", "path": "title", "value": "Chief"}


def having(**parts: Any) -> Policy:
    """The tolerant policy with other values in some of its parts."""
    changed = {part: replace(getattr(policy(), part), **keys) for part, keys in parts.items()}
    return replace(policy(), **changed)


def test_a_patch_may_be_answered_without_a_body(rig: Rig) -> None:
    user = rig.create_user("ann")
    rig.policy = having(answers={"patch": 204})
    outcome = rig.service.patch(rig.call(), target(USER, user["id"]), {"Operations": [TITLE]})
    assert (outcome.status, outcome.text) == (204, None)
    assert rig.get(USER, user["id"])["title"] == "Chief"
    assert rig.replace(USER, user["id"], {"userName": "ann"})["userName"] == "ann"


@pytest.mark.parametrize("kind", [USER, GROUP])
def test_a_delete_may_be_answered_with_what_there_was(rig: Rig, kind: Any) -> None:
    user = rig.create_user("ann")
    group = rig.create_group("Staff", user["id"])
    wanted = user if kind is USER else group
    rig.policy = having(answers={"delete": 200})
    outcome = rig.service.delete(rig.call(), target(kind, wanted["id"]))
    assert outcome.status == 200
    assert outcome.kind == "delete"
    assert wanted["id"] in str(outcome.text)
    with pytest.raises(NotFound):
        rig.get(kind, wanted["id"])


def test_pages_are_as_large_as_the_client_wants_and_never_larger_than_the_receiver_allows(rig: Rig) -> None:
    for number in range(3):
        rig.create_user(f"user{number}")
    rig.policy = having(limits={"page_size": 1, "page_limit": 2})
    assert len(rig.search(USER)["Resources"]) == 1
    assert len(rig.search(USER, count=3)["Resources"]) == 2
    rig.policy = having(limits={"page_limit": 1_000_000})
    assert rig.service.prepare(rig.call(), USER, Query(count=1_000_000)).page.count == 1000


def test_a_group_of_more_members_than_are_shown_is_not_sent_back(rig: Rig) -> None:
    ids = [rig.create_user(name)["id"] for name in ("ann", "ben")]
    group = rig.create_group("Staff", *ids)
    operation = {"op": "replace", "path": "displayName", "value": "All"}
    for most, status in ((1, 204), (2, 200)):
        rig.policy = having(limits={"shown_members": most})
        assert rig.service.patch(rig.call(), target(GROUP, group["id"]), {"Operations": [operation]}).status == status


def test_a_patch_of_more_operations_than_allowed_is_refused(rig: Rig) -> None:
    user = rig.create_user("ann")
    rig.policy = having(limits={"operations": 1})
    refused = rig.service.patch(rig.call(), target(USER, user["id"]), {"Operations": [TITLE, TITLE]}).refusal
    assert isinstance(refused, ScimError)
    assert "more than 1 operations" in refused.detail


def test_who_is_deleted_may_be_disabled_and_comes_back_as_themselves(rig: Rig) -> None:
    user = rig.create_user("ann", externalId="e1")
    group = rig.create_group("Staff", user["id"])
    rig.policy = having(meaning={"delete": "disable"})
    for _ in range(2):
        assert rig.service.delete(rig.call(), target(USER, user["id"])).status == 204
    left = rig.get(USER, user["id"])
    assert (left["active"], left["groups"][0]["value"]) == (False, group["id"])
    assert rig.create_user("ann", externalId="e1")["id"] == user["id"]
    assert rig.get(USER, user["id"])["active"]
    rig.delete(GROUP, group["id"])
    with pytest.raises(NotFound):
        rig.get(GROUP, group["id"])


@pytest.mark.parametrize("how", ["put", "patch"])
@pytest.mark.parametrize(("meaning", "active"), [("keep", True), ("disable", False)])
def test_who_loses_their_external_id_may_be_disabled(rig: Rig, how: str, meaning: str, active: bool) -> None:
    user = rig.create_user("ann", externalId="e1")
    rig.policy = having(meaning={"without_external_id": meaning})
    if how == "put":
        rig.replace(USER, user["id"], {"userName": "ann", "active": True})
    else:
        rig.patch(USER, user["id"], {"op": "remove", "path": "externalId"})
    assert rig.get(USER, user["id"])["active"] is active
    back = rig.replace(USER, user["id"], {"userName": "ann", "externalId": "e1", "active": True})
    assert back["active"]


def test_who_never_had_an_external_id_is_not_disabled_for_that(rig: Rig) -> None:
    user = rig.create_user("ann")
    rig.policy = having(meaning={"without_external_id": "disable"})
    assert rig.replace(USER, user["id"], {"userName": "ann", "title": "x"})["active"]


MAIL = [{"value": "Ann@example.org", "type": "work"}]


def test_a_new_person_gets_the_address_of_a_leaver(rig: Rig) -> None:
    home = {"value": "ann@home.example", "type": "home"}
    leaver = rig.create_user("ann", emails=[*MAIL, home], active=False)
    fresh = rig.create_user("ann2", emails=[{"value": "ann@example.org"}])
    left = rig.get(USER, leaver["id"])
    assert left["emails"] == [home]
    assert left["meta"]["version"] != leaver["meta"]["version"]
    assert rig.ids(USER, 'emails.value eq "ann@example.org"') == {fresh["id"]}
    rig.patch(USER, leaver["id"], {"op": "replace", "path": "active", "value": True})
    with pytest.raises(ScimError, match="mail"):
        rig.patch(USER, leaver["id"], {"op": "replace", "path": "emails", "value": MAIL})


def test_a_person_who_changes_gets_the_address_of_a_leaver(rig: Rig) -> None:
    leaver = rig.create_user("ann", emails=MAIL, active=False)
    user = rig.create_user("ann2")
    rig.patch(USER, user["id"], {"op": "replace", "path": "emails", "value": MAIL})
    assert "emails" not in rig.get(USER, leaver["id"])


@pytest.mark.parametrize(
    ("holder", "claimer", "detail"),
    [
        ({"active": True}, {}, "mail"),
        ({"active": False}, {"active": False}, "mail"),
        ({"active": False, "userName": "BEN"}, {}, "userName"),
    ],
)
def test_nobody_else_gives_an_address_up(rig: Rig, holder: Any, claimer: Any, detail: str) -> None:
    before = rig.create(USER, {"userName": "ann", "emails": MAIL, **holder})
    with pytest.raises(ScimError, match=detail):
        rig.create(USER, {"userName": "ben", "emails": MAIL, **claimer})
    assert rig.get(USER, before["id"]) == before


def test_a_leaver_of_another_source_keeps_their_address(rig: Rig) -> None:
    leaver = rig.create_user("ann", rig.other, emails=MAIL, active=False)
    with pytest.raises(ScimError, match="mail"):
        rig.create_user("ben", emails=MAIL)
    assert rig.get(USER, leaver["id"], rig.other)["emails"] == MAIL


def test_a_leaver_may_keep_their_address(rig: Rig) -> None:
    rig.create_user("ann", emails=MAIL, active=False)
    for strict in (policy("keycloak"), policy("generic", "rfc"), policy("generic", "interop")):
        rig.policy = strict
        refused = rig.service.create(
            rig.call(), target(USER), {"schemas": [USER.schema.id], "userName": "ben", "emails": MAIL}
        ).refusal
        assert isinstance(refused, ScimError)
        assert "mail" in refused.detail


def test_addresses_that_stand_for_none_are_nobodys(rig: Rig) -> None:
    rig.policy = having(meaning={"no_mail": ("change.me@example.com", "*@nobody.example")})
    for name in ("ann", "ben"):
        body = {"userName": name, "emails": [{"value": "Change.Me@example.com"}]}
        outcome = rig.service.create(rig.call(), target(USER), body)
        assert (outcome.status, outcome.dropped) == (201, ("emails.value",))
    ann = rig.search(USER, 'userName eq "ann"')["Resources"][0]
    assert "emails" not in ann
    rig.patch(USER, ann["id"], {"op": "replace", "path": "emails.value", "value": "ann@example.org"})
    assert rig.get(USER, ann["id"])["emails"] == [{"value": "ann@example.org"}]
    rig.patch(USER, ann["id"], {"op": "replace", "path": "emails.value", "value": "ann@nobody.example"})
    assert "emails" not in rig.get(USER, ann["id"])
    rig.replace(USER, ann["id"], {"userName": "ann", "emails": [{"value": "ann@example.org"}]})
    assert "emails" not in rig.replace(USER, ann["id"], {"userName": "ann", "emails": [{"value": "x@nobody.example"}]})


PEOPLE = {"identity": {"members": ("externalId", "emails"), "member_parts": ("value", "email")}}


def members_of(rig: Rig, group: str) -> set[str]:
    return {member["value"] for member in rig.get(GROUP, group).get("members", ())}


def test_members_may_be_named_by_what_the_client_knows_them_by(rig: Rig) -> None:
    ann, ben, cleo = (
        rig.create_user(name, externalId=f"e-{name}", emails=[{"value": f"{name}@example.org"}])["id"]
        for name in ("ann", "ben", "cleo")
    )
    group = rig.create_group("Staff")["id"]
    rig.policy = having(**PEOPLE)
    named = [
        {"value": ann},
        {"value": "e-ben", "email": "cleo@example.org", "type": "User"},
        {"value": "gone", "email": "CLEO@example.org"},
    ]
    rig.patch(GROUP, group, {"op": "add", "path": "members", "value": named})
    assert members_of(rig, group) == {ann, ben, cleo}
    rig.patch(GROUP, group, {"op": "remove", "path": "members", "value": named[1:2]})
    assert members_of(rig, group) == {ann, cleo}
    rig.patch(GROUP, group, {"op": "remove", "path": "members", "value": named[2:]})
    rig.patch(GROUP, group, {"op": "remove", "path": 'members[value eq "e-ann"]'})
    assert members_of(rig, group) == set()
    rig.replace(GROUP, group, {"displayName": "Staff", "members": [{"email": "ann@example.org"}, {"value": "e-ben"}]})
    assert members_of(rig, group) == {ann, ben}


def test_who_is_named_in_two_ways_is_one_member(rig: Rig) -> None:
    ann = rig.create_user("ann", externalId="e-ann")["id"]
    rig.policy = having(identity={"members": ("externalId", "userName")})
    group = rig.create_group("Staff", "e-ann", ann, "ANN")["id"]
    assert members_of(rig, group) == {ann}
    rig.patch(
        GROUP,
        group,
        {"op": "remove", "path": "members", "value": [{"value": ann}]},
        {"op": "add", "path": "members", "value": [{"value": "e-ann"}]},
    )
    assert members_of(rig, group) == {ann}


def test_nobody_is_a_member_whom_no_name_finds_at_this_source(rig: Rig) -> None:
    rig.create_user("ann", rig.other, externalId="e-ann", emails=[{"value": "ann@example.org"}])
    group = rig.create_group("Staff")["id"]
    rig.policy = having(**PEOPLE)
    with pytest.raises(ScimError, match="1 of 1 values"):
        rig.patch(
            GROUP, group, {"op": "add", "path": "members", "value": [{"value": "e-ann", "email": "ann@example.org"}]}
        )


def test_a_part_that_names_nobody_in_other_dialects_is_dropped(rig: Rig) -> None:
    ann = rig.create_user("ann", externalId="e-ann")["id"]
    group = rig.create_group("Staff")["id"]
    operation = {"op": "add", "path": "members", "value": [{"value": ann, "email": "ann@example.org"}]}
    outcome = rig.service.patch(rig.call(), target(GROUP, group), {"Operations": [operation]})
    assert outcome.dropped == ("members.email",)
    with pytest.raises(ScimError, match="1 of 1 values"):
        rig.patch(GROUP, group, {"op": "add", "path": "members", "value": [{"value": "e-ann"}]})


@pytest.mark.parametrize("text", ['active eq "True"', 'active eq "true"', 'not (active eq "FALSE")'])
def test_a_boolean_may_be_a_string_in_the_filter_of_a_list(rig: Rig, text: str) -> None:
    rig.create_user("ann", active=True)
    rig.create_user("ben", active=False)
    assert [user["userName"] for user in rig.search(USER, filter=text)["Resources"]] == ["ann"]
    across = rig.service.prepare_across(rig.call(), (USER, GROUP), Query(filter=text))
    assert len(json.loads(str(rig.service.search_across(rig.call(), across)))["Resources"]) == 1
    rig.policy = policy("generic", "rfc")
    with pytest.raises(InvalidFilter):
        rig.search(USER, filter=text)


@pytest.mark.parametrize(
    "text", ["userName eq zoe@example.org", "username EQ Zoe@example.org ", "displayName eq Zoé Le Bon"]
)
def test_the_text_of_a_filter_may_lack_its_quotes_as_in_authentik(rig: Rig, text: str) -> None:
    rig.create_user("zoe@example.org", displayName="Zoé Le Bon")
    rig.create_user("ann")
    assert [user["userName"] for user in rig.search(USER, filter=text)["Resources"]] == ["zoe@example.org"]
    rig.policy = policy("generic", "rfc")
    with pytest.raises(InvalidFilter):
        rig.search(USER, filter=text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("userName eq 4711", "4711"),
        ("userName eq 0815", "0815"),
        ("userName eq 1e5", "1e5"),
        ("userName eq 'zoe'", "zoe"),
        ("userName eq 't Hooft", "'t Hooft"),
        ("displayName eq Zoé (Paris)", "zoe"),
        ("displayName eq Rock and Roll or Jazz", "4711"),
    ],
)
def test_digits_marks_and_words_are_text_in_a_filter_without_quotes(rig: Rig, text: str, name: str) -> None:
    rig.create_user("4711", displayName="Rock and Roll or Jazz")
    rig.create_user("zoe", displayName="Zoé (Paris)")
    for other in ("0815", "1e5", "'t Hooft"):
        rig.create_user(other)
    assert [user["userName"] for user in rig.search(USER, filter=text)["Resources"]] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "userName eq zoe and active eq true",
        "userName eq zoe and (active eq true)",
        "userName eq zoe or not (active eq true)",
        "userName eq zoe and emails[type eq work]",
        "userName eq zoe or userName eq ann",
        "userName sw zoe",
        'userName eq zoe"',
        "no eq zoe",
        "userName eq true",
    ],
)
def test_no_other_filter_may(rig: Rig, text: str) -> None:
    with pytest.raises(InvalidFilter):
        rig.search(USER, filter=text)
