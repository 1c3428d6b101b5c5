"""What is not understood takes nothing away (RFC 7643 §2.5, RFC 7644 §3.5.1, §3.5.2.3)."""

from __future__ import annotations

from typing import Any

import pytest

from sbe_scim.protocol import InvalidValue, Policy, ScimError, check_nothing_is_lost, normalise
from tests.unit.protocol.samples import (
    ENTERPRISE_USER,
    ENTRA,
    FR_ADMINISTRATION_USER,
    GROUP,
    INTEROP,
    RFC,
    TOLERANT,
    USER,
    Group,
    User,
    operation,
    patch,
    patch_group,
    user,
)

FULL: dict[str, Any] = {
    "name": {"givenName": "Zoé", "familyName": "Bon"},
    "emails": [{"value": "z@w", "type": "work", "primary": True}, {"value": "z@h", "type": "home"}],
    "phoneNumbers": [{"value": "01", "type": "work"}],
    "ims": [{"value": "zoe", "type": "xmpp"}],
    "photos": [{"value": "https://exemple.fr/z.png", "type": "photo"}],
    "addresses": [{"type": "work", "locality": "Brest", "country": "FR"}],
    "entitlements": [{"value": "bureautique"}],
    "roles": [{"value": "agent", "type": "x"}],
    "x509Certificates": [{"value": "aGk="}],
    ENTERPRISE_USER: {"department": "DSI", "manager": {"value": "m1"}},
    FR_ADMINISTRATION_USER: {"siret": "00000000000018"},
}
LISTS = [name for name, value in FULL.items() if isinstance(value, list)]
#: Elements of which nothing can be kept, whatever the list.
HOLLOW: list[Any] = [
    {"adress": "x"},
    {"email": "x", "kind": "work"},
    {"type": "work", "vaule": "x"},
    {"type": "work", "primary": True},
    {"value": None},
    {"value": ""},
    {"value": None, "type": None},
    {},
    None,
]
POLICIES = [pytest.param(by, id=f"{by.dialect}-{by.strictness}") for by in (TOLERANT, ENTRA, RFC, INTEROP)]


def put(body: dict[str, Any], before: dict[str, Any], by: Policy = TOLERANT) -> dict[str, Any]:
    """Replace ``before``."""
    wanted = normalise(User, {"schemas": before["schemas"], "userName": "zoe", **body}, by)
    check_nothing_is_lost(User, before, wanted)
    return wanted.document


def same_or_refused(change: Any, kept: list[Any]) -> None:
    """``change`` is refused with a 400, or leaves what is there."""
    refusal, after = None, kept
    try:
        after = change()
    except ScimError as error:
        refusal = error
    assert refusal is None or refusal.status == 400
    assert all(any(worth(element) == worth(other) for other in after) for element in kept)


def worth(element: dict[str, Any]) -> dict[str, Any]:
    """The element without what only tells it from others."""
    return {name: part for name, part in element.items() if name not in ("type", "primary")}


@pytest.mark.parametrize("by", POLICIES)
@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_hollow_elements_empties_nothing(name: str, by: Policy) -> None:
    before = user(**FULL)
    for hollow in HOLLOW:
        if hollow and not by.tolerance.drop_valueless and (hollow.get("type") or hollow.get("value") == ""):
            # To the letter of the RFC, a type alone and an empty text are values: they were sent, and they replace.
            continue
        changes = [
            operation("replace", name, [hollow]),
            operation("replace", f"{USER}:{name}", [hollow, hollow]),
            operation("replace", None, {name: [hollow]}),
        ]
        if isinstance(hollow, dict):
            changes += [operation("replace", name, hollow), operation("replace", name, {name: [hollow]})]
        for change in changes:
            same_or_refused(lambda change=change: patch(before, change, by=by).document[name], before[name])
        same_or_refused(lambda hollow=hollow: put({name: [hollow]}, before, by)[name], before[name])


@pytest.mark.parametrize("op", ["add", "replace"])
@pytest.mark.parametrize("name", LISTS)
def test_a_selected_element_is_not_emptied(name: str, op: str) -> None:
    before = user(**FULL)
    path = f"{name}[{'type' if 'type' in before[name][0] else 'value'} pr]"
    for hollow in HOLLOW:
        change = operation(op, path, hollow)
        same_or_refused(lambda change=change: patch(before, change).document[name], before[name])
    gone = patch(before, operation("remove", path)).document.get(name, [])
    assert before[name][0] not in gone


def test_what_nothing_is_kept_of_is_refused_with_path_and_rule() -> None:
    for change, detail in (
        (operation("replace", "emails", [{"address": "x"}]), "operation 1 (replace emails): emails was sent"),
        (operation("replace", 'emails[type eq "work"]', {"x": 1}), "operation 1 (replace emails[…]): emails was sent"),
        (operation("replace", None, {"roles": [{}]}), "operation 1 (replace roles): roles was sent"),
    ):
        with pytest.raises(InvalidValue, match="send null to remove it") as refused:
            patch(user(**FULL), change)
        assert refused.value.detail.startswith(detail)
    with pytest.raises(InvalidValue) as refused:
        put({"emails": [{"email": "x"}]}, user(**FULL))
    assert refused.value.detail.startswith("emails was sent with nothing in it that can be kept")


@pytest.mark.parametrize("nothing", [None, []])
@pytest.mark.parametrize("name", LISTS)
def test_what_is_unassigned_goes(name: str, nothing: Any) -> None:
    before = user(**FULL)
    assert name not in put({**before, name: nothing}, before)
    for change in (
        operation("replace", name, nothing),
        operation("replace", None, {name: nothing}),
        operation("remove", name),
    ):
        assert name not in patch(before, change).document


def test_a_value_is_unassigned_by_its_own_path() -> None:
    for nothing in (None, ""):
        change = operation("replace", 'emails[type eq "work"].value', nothing)
        assert patch(user(**FULL), change).document["emails"] == [FULL["emails"][1]]
    assert "emails" not in patch(user(**FULL), operation("remove", "emails.value")).document


HALF = [{"value": "z@w", "type": "work"}, {"address": "z@h", "type": "home"}]


def test_a_hollow_element_in_a_list_does_no_harm_where_all_that_was_there_is_sent_again() -> None:
    before = user(emails=[{"value": "Z@W", "type": "other"}])
    for after in (put({"emails": HALF}, before), patch(before, operation("replace", "emails", HALF)).document):
        assert after["emails"] == [{"value": "z@w", "type": "work"}]
    assert put({"emails": HALF}, user())["emails"] == [{"value": "z@w", "type": "work"}]


def test_a_hollow_element_may_stand_for_what_is_not_sent_again() -> None:
    before = user(emails=[{"value": "z@w", "type": "work"}, {"value": "z@h", "type": "home"}])
    for change in (
        lambda: put({"emails": HALF}, before),
        lambda: patch(before, operation("replace", "emails", HALF)),
    ):
        with pytest.raises(InvalidValue, match="emails was sent"):
            change()


def test_adding_and_removing_what_is_not_understood_changes_nothing() -> None:
    before = user(**FULL)
    for name in LISTS:
        for hollow in HOLLOW:
            for op in ("add", "remove"):
                assert patch(before, operation(op, name, [hollow])).document == before


def test_a_hollow_element_takes_no_primary_from_another() -> None:
    before = user(**FULL)
    for change in (
        operation("add", "emails", [{"address": "x", "type": "other", "primary": True}]),
        operation("add", 'emails[type eq "other"]', {"address": "x", "primary": True}),
        operation("add", 'emails[type eq "other"].primary', True),
    ):
        assert patch(before, change).document == before
    parts = [
        operation("add", f'emails[type eq "other"].{part}', value)
        for part, value in (("primary", True), ("value", "o"))
    ]
    for order in (parts, parts[::-1]):
        emails = patch(before, *order).document["emails"]
        assert [email.get("primary", False) for email in emails] == [False, False, True]


def test_a_value_path_creates_no_empty_shell() -> None:
    for change in (
        operation("replace", 'addresses[type eq "home"]', {"street": "rue"}),
        operation("replace", 'emails[type eq "other"]', {"address": "x"}),
        operation("add", 'phoneNumbers[type eq "fax"]', {}),
    ):
        assert patch(user(**FULL), change).document == user(**FULL)


@pytest.mark.parametrize("by", POLICIES)
@pytest.mark.parametrize("op", ["add", "replace"])
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", {"petName": "Zozo"}),
        (f"{ENTERPRISE_USER}:manager", {"managerId": "m2"}),
        (f"{ENTERPRISE_USER}:manager", {"displayName": "Zoé", "$ref": "x"}),
        (ENTERPRISE_USER, {"shoeSize": 38}),
        (ENTERPRISE_USER, {"manager": {"managerId": "m2"}}),
        (FR_ADMINISTRATION_USER, {"siren": "1"}),
        (f"{ENTERPRISE_USER}:departement", "RH"),
        ("name.petName", "Zozo"),
        ("emails.address", "x"),
    ],
)
def test_a_singular_value_of_which_nothing_is_understood_changes_nothing(
    op: str, path: str, value: Any, by: Policy
) -> None:
    before = user(**FULL)
    for change in (operation(op, path, value), operation(op, None, {path: value})):
        same_or_refused(lambda change=change: [patch(before, change, by=by).document], [before])


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"name": {"petName": "Zozo"}}, "name"),
        ({ENTERPRISE_USER: {"manager": {"managerId": "m2"}, "department": "DSI"}}, f"{ENTERPRISE_USER}:manager"),
        ({ENTERPRISE_USER: {"manager": {"displayName": "Zoé"}}}, f"{ENTERPRISE_USER}:manager"),
        ({ENTERPRISE_USER: {"shoeSize": 38}}, ENTERPRISE_USER),
        ({FR_ADMINISTRATION_USER: {"siren": "1"}}, FR_ADMINISTRATION_USER),
    ],
)
def test_a_singular_value_of_which_nothing_is_understood_replaces_nothing(body: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidValue, match=f"^{where} was sent with nothing in it that can be kept"):
        put(body, user(**FULL))
    assert put(body, user())["userName"] == "zoe"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": None, ENTERPRISE_USER: None},
        {"name": {}, ENTERPRISE_USER: {}},
        {
            "name": {"givenName": None, "familyName": ""},
            ENTERPRISE_USER: {"department": None, "manager": {"value": ""}},
        },
        {ENTERPRISE_USER: {"manager": {"value": None, "displayName": ""}}},
    ],
)
def test_what_a_replacement_leaves_out_or_unassigns_goes(body: dict[str, Any]) -> None:
    assert put(body, user(**FULL)) == user()


@pytest.mark.parametrize(
    "name",
    [
        "urn:scim:schemas:core:1.0:active",
        "urn:ietf:params:scim:schemas:core:2.0:Users.active",
        "User.Active",
        "$.active",
    ],
)
def test_active_of_another_schema_is_not_dropped_in_silence(name: str) -> None:
    for change in (operation("replace", name, False), operation("replace", None, {name: False})):
        with pytest.raises(InvalidValue, match="send active"):
            patch(user(), change)
    with pytest.raises(InvalidValue, match="send active"):
        put({name: False}, user())
    assert put({name: False, "active": True}, user()) == user(active=True)
    assert patch(user(), operation("replace", None, {name: False, "active": True})).document == user(active=True)


@pytest.mark.parametrize("name", ["urn:scim:schemas:core:1.0:members", f"{GROUP}s.members", "Group.Members"])
def test_members_of_another_schema_are_not_dropped_in_silence(name: str) -> None:
    listed = [{"value": "u"}]
    for change in (operation("remove", name, listed), operation("add", None, {name: listed})):
        with pytest.raises(InvalidValue, match="send members"):
            patch_group(change)
    with pytest.raises(InvalidValue, match="send members"):
        normalise(Group, {"displayName": "Mairie", name: listed}, TOLERANT)
    assert normalise(Group, {"displayName": "Mairie", name: listed, "members": []}, TOLERANT).members == {}


def test_active_of_an_extension_or_an_element_is_told_apart() -> None:
    with pytest.raises(InvalidValue, match="send active"):
        put({ENTERPRISE_USER: {"active": False}}, user())
    assert put({"emails": [{"value": "z@x", "active": False}]}, user()) == user(emails=[{"value": "z@x"}])
    assert patch(user(), operation("replace", "name.active", False)).document == user()


def test_a_group_may_be_meant_to_have_other_members() -> None:
    def may_mean_members(**body: Any) -> bool:
        return normalise(Group, {"displayName": "Mairie", **body}, TOLERANT).may_mean_members

    for name in ("memebers", "Member", "membres", f"{GROUP}:memebers", "members.value"):
        assert may_mean_members(**{name: [{"value": "u"}]})
        assert not may_mean_members(**{name: [{"value": "u"}], "members": []})
    assert not may_mean_members()
    assert not may_mean_members(memberOf=["x"], membership="x", description="x")
