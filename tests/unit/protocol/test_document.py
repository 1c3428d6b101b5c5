"""From bodies to canonical documents (RFC 7643 §2, RFC 7644 §3.3)."""

from __future__ import annotations

from typing import Any

import pytest

from sbe_scim.protocol import InvalidSyntax, InvalidValue, Policy, ScimError, changed_paths, normalise, policy
from tests.unit.protocol.samples import (
    ENTERPRISE_USER,
    ENTRA,
    GROUP,
    RFC,
    TOLERANT,
    USER,
    Group,
    User,
    user,
)


def document(body: dict[str, Any], by: Policy = TOLERANT) -> dict[str, Any]:
    return normalise(User, {"schemas": [USER], "userName": "zoe", **body}, by).document


def dropped(body: dict[str, Any], by: Policy = TOLERANT) -> tuple[str, ...]:
    return normalise(User, {"schemas": [USER], "userName": "zoe", **body}, by).dropped


def refusal(body: dict[str, Any], by: Policy = TOLERANT) -> ScimError:
    with pytest.raises(ScimError) as refused:
        normalise(User, {"schemas": [USER], "userName": "zoe", **body}, by)
    return refused.value


def test_names_become_canonical() -> None:
    body = {"USERNAME": "zoe", "Name": {"GIVENNAME": "Zoé"}, ENTERPRISE_USER.upper(): {"Department": "DSI"}}
    assert normalise(User, body, TOLERANT).document == {
        "schemas": [USER, ENTERPRISE_USER],
        "userName": "zoe",
        "name": {"givenName": "Zoé"},
        ENTERPRISE_USER: {"department": "DSI"},
    }


def test_names_may_be_qualified() -> None:
    assert document({f"{USER}:active": False, f"{USER.lower()}:TITLE": "Maire"}) == {
        "schemas": [USER],
        "userName": "zoe",
        "active": False,
        "title": "Maire",
    }
    assert isinstance(refusal({f"{USER}:active": False, "active": True}), InvalidSyntax)
    group = normalise(Group, {"displayName": "Élus", f"{GROUP}:members": [{"value": "m"}]}, TOLERANT)
    assert group.members == {"m": {"value": "m"}}


def test_attributes_may_stand_under_the_urn_of_their_type() -> None:
    expected = {"schemas": [USER], "userName": "zoe", "active": False, "externalId": "e"}
    assert document({USER.lower(): {"active": False, "externalId": "e"}}) == expected
    assert document({f"{USER}.active": False, f"{USER}.externalId": "e"}) == expected
    for twice in (f"{USER}:active", f"{USER}.active", "active"):
        assert isinstance(refusal({twice: True, USER: {"active": False}}), InvalidSyntax)
    assert isinstance(refusal({USER: {"active": False}}, RFC), InvalidSyntax)
    for body in ({GROUP: {"members": [{"value": "m"}]}}, {f"{GROUP}.members": [{"value": "m"}]}):
        assert normalise(Group, {"displayName": "Élus", **body}, TOLERANT).members == {"m": {"value": "m"}}


def test_schemas_tell_what_is_there() -> None:
    body = {"schemas": [USER, ENTERPRISE_USER], ENTERPRISE_USER: {"department": None, "manager": {}}}
    assert document(body) == {"schemas": [USER], "userName": "zoe"}


@pytest.mark.parametrize("nothing", [{}, {"schemas": None}, {"schemas": []}])
def test_absent_null_and_empty_schemas_are_one_state(nothing: dict[str, Any]) -> None:
    body = {"userName": "zoe", ENTERPRISE_USER: {"department": "DSI"}, **nothing}
    assert normalise(User, body, TOLERANT) == normalise(User, {**body, "schemas": [USER, ENTERPRISE_USER]}, TOLERANT)
    with pytest.raises(InvalidSyntax, match=f"schemas must list {USER}"):
        normalise(User, body, RFC)


@pytest.mark.parametrize("nothing", [{}, {"members": None}, {"members": []}])
def test_a_group_is_made_without_members_however_that_is_said(nothing: dict[str, Any]) -> None:
    assert not normalise(Group, {"displayName": "Mairie", **nothing}, TOLERANT).members


@pytest.mark.parametrize("nothing", [None, [], [None], [{}]])
def test_null_and_empty_lists_are_unassigned(nothing: object) -> None:
    assert document({"emails": nothing}) == document({})


def test_read_only_attributes_are_ignored_without_a_word() -> None:
    body = {"id": 7, "meta": "x", "groups": [{"value": "g"}], ENTERPRISE_USER: {"manager": {"displayName": "Zoé"}}}
    assert document(body) == document({})
    assert dropped(body) == ()


def test_a_password_is_accepted_and_never_kept() -> None:
    assert document({"password": "secret"}) == document({})
    assert dropped({"password": "secret"}) == ()


@pytest.mark.parametrize(
    "key", ["nic\u212aName", "userName ", "ｕserName", f"{USER}:user.Name", "core:userName", "user"]
)
def test_a_name_that_is_only_like_one_of_ours_changes_nothing(key: str) -> None:
    assert document({key: "x"}) == document({})
    assert len(dropped({key: "x"})) == 1


def test_what_is_not_ours_is_dropped_and_named() -> None:
    body = {
        "schemas": [USER, "http://schemas.example/Group"],
        "unknownVendorAttribute": "x",
        "name": {"petName": "Zozo", "givenName": "Zoé"},
        "urn:okta:custom:1.0:user": {"grade": "A"},
        ENTERPRISE_USER: {"shoeSize": 38},
    }
    assert dropped(body) == (
        "http://schemas.example/Group",
        "unknownVendorAttribute",
        "name.petName",
        "urn:okta:custom:1.0:user",
        f"{ENTERPRISE_USER}:shoeSize",
    )
    assert document(body)["name"] == {"givenName": "Zoé"}


def test_a_key_that_is_no_name_is_not_repeated() -> None:
    assert dropped({"zoe@mairie-exemple.fr <Zoé>": 1}) == ("(malformed name)",)


@pytest.mark.parametrize(
    "body",
    [{"nope": 1}, {"name": {"nope": 1}}, {"schemas": [USER, "urn:x:y"]}, {"schemas": []}, {"schemas": None}],
)
def test_the_rfc_refuses_what_the_schemas_do_not_have(body: dict[str, Any]) -> None:
    assert isinstance(refusal(body, RFC), InvalidSyntax)


def test_the_rfc_wants_the_extensions_in_use_listed() -> None:
    assert refusal({ENTERPRISE_USER: {"department": "DSI"}}, RFC).detail == f"schemas must list {ENTERPRISE_USER}"
    assert document({"schemas": [USER, ENTERPRISE_USER], ENTERPRISE_USER: {"department": "DSI"}}, RFC)


@pytest.mark.parametrize(("written", "meant"), [("True", True), ("true", True), ("FALSE", False), (False, False)])
def test_booleans_may_be_true_and_false_in_a_string(written: object, meant: bool) -> None:
    assert document({"active": written})["active"] is meant


@pytest.mark.parametrize("written", ["yes", "0", "", 0, 1, None, [], [True], {}])
def test_active_is_never_guessed(written: object) -> None:
    assert refusal({"active": written}).detail == "active must be true or false"


def test_the_rfc_knows_no_boolean_in_a_string() -> None:
    assert isinstance(refusal({"active": "True"}, RFC), InvalidValue)


@pytest.mark.parametrize("written", [None, "", "   ", 7, True, ["zoe"], {"value": "zoe"}])
def test_a_user_name_is_required_and_a_string(written: object) -> None:
    error = refusal({"userName": written})
    assert isinstance(error, InvalidValue)
    assert "userName" in error.detail


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"title": 7}, "title must be a string"),
        ({"name": "Zoé"}, "name must be an object"),
        ({"name": {"givenName": ["Zoé"]}}, "name.givenName must be a string"),
        ({"emails": 7}, "emails must be a list"),
        ({"emails": [7]}, "emails must be an object"),
        ({"roles": [7]}, "roles must be an object"),
        ({"emails": [{"value": 7}]}, "emails.value must be a string"),
        ({"x509Certificates": [{"value": "é"}]}, "x509Certificates.value must be base64"),
        ({ENTERPRISE_USER: {"department": {}}}, f"{ENTERPRISE_USER}:department must be a string"),
        ({"userName": "z" * 401}, "userName is longer than 400 characters"),
        ({"emails": [{"value": "x"}] * 1_001}, "emails has more than 1000 values"),
        ({"title": "a\x00b"}, "title holds a character that is not allowed"),
        ({"title": "\ud800"}, "title holds a character that is not allowed"),
    ],
)
def test_a_wrong_type_is_refused_and_the_value_not_repeated(body: dict[str, Any], detail: str) -> None:
    error = refusal(body)
    assert isinstance(error, InvalidValue)
    assert error.detail == detail


def test_an_attribute_in_two_cases_is_refused() -> None:
    assert refusal({"title": "a", "TITLE": "b"}).detail == "title is given twice"


@pytest.mark.parametrize("body", [None, [], "x", 7])
def test_a_body_must_be_an_object(body: object) -> None:
    with pytest.raises(InvalidSyntax):
        normalise(User, body, TOLERANT)


def test_two_primary_values_are_refused() -> None:
    emails = [{"value": "a@b", "primary": True}, {"value": "c@d", "primary": True}]
    assert refusal({"emails": emails}).detail == "emails has more than one primary value"


def test_the_same_value_and_type_are_kept_once() -> None:
    one, home = {"value": "z@x", "type": "work"}, {"value": "z@x", "type": "home"}
    twice = [one | {"display": "Zoé"}, one | {"display": "Z", "primary": True}, home]
    assert document({"emails": twice})["emails"] == [one | {"display": "Zoé", "primary": True}, home]


def test_emails_need_no_type_and_vanish_without_value() -> None:
    body = {"emails": [{"value": "a@b"}, {"type": "work"}, {"value": "", "primary": True}, {"value": "c", "type": "?"}]}
    assert document(body)["emails"] == [{"value": "a@b"}, {"value": "c", "type": "?"}]
    assert dropped(body) == ("emails.value",)


@pytest.mark.parametrize(("written", "kept"), [("m1", {"value": "m1"}), ({"value": "m1"}, {"value": "m1"})])
def test_a_manager_may_be_a_bare_identifier(written: object, kept: object) -> None:
    assert document({ENTERPRISE_USER: {"manager": written}})[ENTERPRISE_USER] == {"manager": kept}


@pytest.mark.parametrize("written", ["", None, {}, {"value": ""}, {"value": None}])
def test_an_empty_manager_is_none(written: object) -> None:
    assert document({ENTERPRISE_USER: {"manager": written}}) == document({})


def test_the_rfc_wants_a_manager_to_be_an_object() -> None:
    body = {"schemas": [USER, ENTERPRISE_USER], ENTERPRISE_USER: {"manager": "m1"}}
    assert isinstance(refusal(body, RFC), InvalidValue)


def test_entra_writes_roles_as_json_in_a_string() -> None:
    body = {"roles": [{"value": '{"id":"1","value":"Redacteur","displayName":"Rédacteur"}'}, {"value": "{broken"}]}
    assert document(body, ENTRA)["roles"] == [
        {"value": "Redacteur", "display": "Rédacteur"},
        {"value": "{broken"},
    ]
    assert document(body)["roles"] == body["roles"]


def test_json_in_a_string_may_be_as_deep_as_it_likes() -> None:
    body = {"roles": [{"value": '{"value":' + "[" * 50_000}]}
    assert document(body, ENTRA)["roles"] == body["roles"]


def test_members_are_kept_apart() -> None:
    body = {"displayName": "Mairie", "members": [{"value": "u1", "$ref": None, "display": "Zoé"}, {"value": "u1"}]}
    normalised = normalise(Group, body, TOLERANT)
    assert normalised.document == {"schemas": [GROUP], "displayName": "Mairie"}
    assert normalised.members == {"u1": {"value": "u1"}}


def test_no_members_and_no_word_of_members_are_told_apart() -> None:
    assert normalise(Group, {"displayName": "Mairie"}, TOLERANT).members is None
    assert normalise(Group, {"displayName": "Mairie", "members": []}, TOLERANT).members == {}


@pytest.mark.parametrize("members", ["u1", {"value": "u1"}, ["u1"], [{}], [{"value": ""}], [{"value": 7}], [None]])
def test_members_are_never_guessed(members: object) -> None:
    with pytest.raises(InvalidValue, match="members"):
        normalise(Group, {"displayName": "Mairie", "members": members}, TOLERANT)


def test_the_changed_paths_say_which_part_of_a_name_but_only_that_a_list_changed() -> None:
    before = user(title="a", name={"givenName": "Z", "familyName": "B"}, emails=[{"value": "a"}])
    after = user(
        name={"givenName": "Z", "familyName": "C"}, emails=[{"value": "b"}], **{ENTERPRISE_USER: {"division": "d"}}
    )
    assert changed_paths(User, before, after) == ("name.familyName", "title", "emails", f"{ENTERPRISE_USER}:division")
    assert changed_paths(User, before, before) == ()


def test_dialects_and_strictnesses_are_known_by_name() -> None:
    assert policy("keycloak", "tolerant").tolerance.string_booleans
    with pytest.raises(ValueError, match="unknown dialect 'acme'"):
        policy("acme")
    with pytest.raises(ValueError, match="unknown strictness 'lax'"):
        policy("generic", "lax")


def test_a_dialect_adds_nothing_under_the_rfc() -> None:
    assert not policy("entra", "rfc").tolerance.json_strings


def test_json_within_a_string_names_no_member_twice() -> None:
    roles = [{"value": '{"value": "clerk", "value": "admin"}'}]
    with pytest.raises(InvalidSyntax):
        normalise(User, {"schemas": [User.schema.id], "userName": "a", "roles": roles}, policy("entra"))


@pytest.mark.parametrize("value", ["", "\x00", "\ud800", "x" * 70_000, None, 7, True, ["x"], {"value": "x"}])
def test_a_member_of_nothing_but_a_value_is_looked_at_like_any_other(value: object) -> None:
    refusals = []
    for member in ({"value": value}, {"value": value, "type": "User"}):
        with pytest.raises(InvalidValue) as refused:
            normalise(Group, {"schemas": [GROUP], "displayName": "Élus", "members": [member]}, TOLERANT)
        refusals.append(refused.value.detail)
    assert refusals[0] == refusals[1]


def test_elements_may_be_their_bare_values_and_one_may_stand_without_a_list() -> None:
    one, two = [{"value": "editor"}], [{"value": "editor"}, {"value": "reader"}]
    for written, kept in ((["editor", "reader"], two), (["editor"], one), ({"value": "editor"}, one), ("editor", one)):
        assert document({"roles": written})["roles"] == kept
        assert isinstance(refusal({"roles": written}, by=RFC), InvalidValue)
    mails = ["zoe@example.org", {"value": "z@example.org", "type": "work"}]
    assert document({"emails": mails})["emails"] == [{"value": "zoe@example.org"}, mails[1]]
    assert document({"phoneNumbers": "+33 1"})["phoneNumbers"] == [{"value": "+33 1"}]
    assert isinstance(refusal({"emails": mails}, by=RFC), InvalidValue)
    assert isinstance(refusal({"addresses": ["Paris"]}), InvalidValue)


def test_the_empty_string_unassigns_what_has_parts_too() -> None:
    assert document({"name": "", "emails": "", "addresses": ""}) == document({})
