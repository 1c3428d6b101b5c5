"""PATCH of documents (RFC 7644 §3.5.2)."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sbe_scim.protocol import (
    PATCH_OP_URN,
    InvalidFilter,
    InvalidPath,
    InvalidSyntax,
    InvalidValue,
    Mutability,
    NoTarget,
    Policy,
    ScimError,
    parse_patch,
)
from sbe_scim.protocol.patch import effort
from tests.unit.protocol.samples import (
    ENTERPRISE_USER,
    ENTRA,
    FR_ADMINISTRATION_USER,
    INTEROP,
    RFC,
    TOLERANT,
    USER,
    operation,
    patch,
    patch_op,
    user,
)

WORK = {"value": "zoe@mairie-exemple.fr", "type": "work", "primary": True}
HOME = {"value": "zoe@maison-exemple.fr", "type": "home"}
STRICTNESSES = [pytest.param(TOLERANT, id="tolerant"), pytest.param(RFC, id="rfc")]


def refusal(document: dict[str, Any], *operations: dict[str, Any], by: Policy = TOLERANT) -> ScimError:
    with pytest.raises(ScimError) as refused:
        patch(document, *operations, by=by)
    return refused.value


# The message


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        patch_op(),
        {"schemas": ["urn:x"], "Operations": [operation("add", "title", "a")]},
        {"schemas": "x", "Operations": [operation("add", "title", "a")]},
        {"Operations": {}},
        {"Operations": ["add"]},
        patch_op(operation("move", "title", "a")),
        patch_op({"path": "title"}),
        patch_op({"op": ["add"], "path": "title"}),
        {"Operations": [operation("add", "title", "a")], "operations": []},
    ],
)
def test_a_message_of_another_shape_is_refused(body: object) -> None:
    with pytest.raises(InvalidSyntax):
        parse_patch(body)


@pytest.mark.parametrize("nothing", [{}, {"schemas": None}, {"schemas": []}])
def test_absent_null_and_empty_schemas_are_one_state(nothing: dict[str, Any]) -> None:
    body = {**nothing, "Operations": [operation("add", "title", "a")]}
    assert len(parse_patch(body)) == 1
    for strict in (RFC, INTEROP):
        with pytest.raises(InvalidSyntax, match="schemas must be a list with urn"):
            parse_patch(body, strict)


@pytest.mark.parametrize("nothing", [{}, {"Operations": None}, {"Operations": []}])
def test_absent_null_and_empty_operations_are_one_state(nothing: dict[str, Any]) -> None:
    with pytest.raises(InvalidSyntax, match="Operations must be a list of at least one operation"):
        parse_patch({"schemas": [PATCH_OP_URN], **nothing})


def test_microsofts_validator_may_have_nothing_to_change() -> None:
    assert parse_patch(patch_op(), ENTRA) == ()
    with pytest.raises(InvalidSyntax, match="Operations must be a list of at least one operation"):
        parse_patch({"schemas": [PATCH_OP_URN]}, ENTRA)


def test_no_path_and_a_path_of_null_are_one_state() -> None:
    for nothing in ({}, {"path": None}):
        assert patch(user(), {"op": "add", "value": {"title": "a"}, **nothing}).document == user(title="a")


def test_a_path_must_be_a_string() -> None:
    with pytest.raises(InvalidPath, match="operation 1: path must be a string"):
        parse_patch(patch_op({"op": "add", "path": 7, "value": "a"}))


def test_ops_in_any_case_are_tolerated_and_refused_by_the_rfc() -> None:
    body = {"Operations": [operation("Replace", "title", "a")]} | patch_op(operation("Replace", "title", "a"))
    assert parse_patch(body)[0].op == "replace"
    with pytest.raises(InvalidSyntax, match="operation 1: op must be"):
        parse_patch(body, RFC)


def test_members_of_the_message_may_come_in_any_case_and_with_company() -> None:
    body = {"operations": [{"Op": "add", "Path": "title", "Value": "a", "name": "addTitle"}]}
    assert patch(user(), *body["operations"]).document["title"] == "a"
    assert len(parse_patch(body)) == 1


# Single values


@pytest.mark.parametrize("by", STRICTNESSES)
@pytest.mark.parametrize("op", ["add", "replace"])
def test_add_and_replace_set_a_single_value(op: str, by: Policy) -> None:
    result = patch(user(title="a"), operation(op, "title", "b"), by=by)
    assert result.document["title"] == "b"
    assert result.changed == ("title",)


def test_the_same_value_changes_nothing() -> None:
    document = user(title="a", emails=[WORK], active=True)
    operations = (
        operation("replace", "title", "a"),
        operation("add", "emails", [dict(WORK)]),
        operation("replace", "active", "True"),
    )
    result = patch(document, *operations)
    assert result.document == document
    assert result.changed == ()


def test_the_document_given_stays_as_it_is() -> None:
    document = user(title="a", name={"givenName": "Z"}, emails=[WORK, HOME])
    before = copy.deepcopy(document)
    patch(
        document,
        operation("replace", "name.givenName", "Y"),
        operation("replace", 'emails[type eq "home"].primary', True),
        operation("remove", 'emails[type eq "work"]'),
    )
    assert document == before


def test_a_refused_operation_undoes_the_ones_before() -> None:
    document = user(title="a", name={"givenName": "Z"})
    before = copy.deepcopy(document)
    error = refusal(document, operation("replace", "name.givenName", "Y"), operation("add", "title", 7))
    assert error.detail == "operation 2 (add title): title must be a string"
    assert document == before


@pytest.mark.parametrize("value", [None, ""])
def test_null_and_the_empty_string_clear(value: object) -> None:
    result = patch(user(title="a", name={"givenName": "Z"}), operation("replace", "title", value))
    assert result.document == user(name={"givenName": "Z"})
    result = patch(user(name={"givenName": "Z"}), operation("replace", "name.givenName", value))
    assert result.document == user()


def test_the_rfc_keeps_an_empty_string() -> None:
    assert patch(user(title="a"), operation("replace", "title", ""), by=RFC).document["title"] == ""


@pytest.mark.parametrize("by", STRICTNESSES)
def test_remove_clears_and_is_content_when_nothing_is_there(by: Policy) -> None:
    document = user(title="a", **{ENTERPRISE_USER: {"department": "DSI"}})
    result = patch(document, operation("remove", "title"), operation("remove", f"{ENTERPRISE_USER}:department"), by=by)
    assert result.document == user()
    assert result.document["schemas"] == [USER]
    again = patch(result.document, operation("remove", "title"), by=by)
    assert again.changed == ()


def test_operations_see_what_the_former_did() -> None:
    result = patch(
        user(),
        operation("add", "emails", [HOME]),
        operation("replace", 'emails[type eq "home"].type', "work"),
        operation("add", 'emails[type eq "work"].display', "Zoé"),
    )
    assert result.document["emails"] == [{"value": HOME["value"], "type": "work", "display": "Zoé"}]


def test_add_without_value_is_refused() -> None:
    error = refusal(user(), operation("add", "title"))
    assert isinstance(error, InvalidValue)
    assert error.detail == "operation 1 (add): a value is required"


# Complex values


@pytest.mark.parametrize("op", ["add", "replace"])
def test_a_complex_value_is_merged(op: str) -> None:
    document = user(name={"givenName": "Z", "familyName": "B", "formatted": "Z B"})
    result = patch(document, operation(op, "name", {"familyName": "C", "formatted": None}))
    assert result.document["name"] == {"givenName": "Z", "familyName": "C"}
    assert result.changed == ("name.formatted", "name.familyName")


def test_interop_replaces_a_complex_value_as_a_whole() -> None:
    document = user(name={"givenName": "Z", "familyName": "B"})
    assert patch(document, operation("replace", "name", {"familyName": "C"}), by=INTEROP).document["name"] == {
        "familyName": "C"
    }


@pytest.mark.parametrize("op", ["add", "replace"])
@pytest.mark.parametrize("value", ["m2", {"value": "m2"}])
def test_a_manager_is_set_by_object_or_identifier(op: str, value: object) -> None:
    document = user(**{ENTERPRISE_USER: {"manager": {"value": "m1"}}})
    result = patch(document, operation(op, f"{ENTERPRISE_USER}:manager", value))
    assert result.document[ENTERPRISE_USER] == {"manager": {"value": "m2"}}


@pytest.mark.parametrize("value", ["", None, {"value": ""}, {"value": None}])
def test_a_manager_is_cleared(value: object) -> None:
    document = user(**{ENTERPRISE_USER: {"manager": {"value": "m1"}}})
    result = patch(document, operation("replace", f"{ENTERPRISE_USER}:manager", value))
    assert result.document == user()


@pytest.mark.parametrize("path", ["familyName", "FAMILYNAME"])
def test_a_part_of_the_name_may_stand_alone_as_grouper_writes_it(path: str) -> None:
    document = user(name={"givenName": "Zoé", "familyName": "Martin"})
    for change in (operation("replace", path, "Durand"), operation("replace", None, {path: "Durand"})):
        result = patch(document, change)
        assert result.document["name"] == {"givenName": "Zoé", "familyName": "Durand"}
        assert "path_keys" in result.features
    assert patch(document, operation("remove", path)).document["name"] == {"givenName": "Zoé"}
    assert isinstance(refusal(document, operation("replace", path, "Durand"), by=RFC), InvalidPath)


@pytest.mark.parametrize(
    "change",
    [
        operation("Replace", "department", "RH"),
        operation("Add", "Department", "RH"),
        operation("add", None, {"department": "RH"}),
        operation("remove", 'manager[value eq "m1"]'),
        operation("remove", "manager"),
    ],
)
def test_an_attribute_of_an_extension_may_lack_its_urn(change: dict[str, Any]) -> None:
    document = user(**{ENTERPRISE_USER: {"department": "DSI", "manager": {"value": "m1"}}})
    result = patch(document, change)
    assert len(result.changed) == 1
    assert result.changed[0].startswith(ENTERPRISE_USER)
    assert result.dropped == ()


def test_the_rfc_wants_the_urn_of_an_extension() -> None:
    assert isinstance(refusal(user(), operation("add", "department", "RH"), by=RFC), InvalidPath)


def test_an_extension_is_set_and_removed_as_a_whole() -> None:
    values = {"Department": "DSI", "manager": "m1", "nope": 1}
    result = patch(user(), operation("add", ENTERPRISE_USER.lower(), values))
    assert result.document[ENTERPRISE_USER] == {"department": "DSI", "manager": {"value": "m1"}}
    assert result.document["schemas"] == [USER, ENTERPRISE_USER]
    assert result.dropped == (f"{ENTERPRISE_USER}:nope",)
    assert patch(result.document, operation("remove", ENTERPRISE_USER)).document == user()


# Several values


def test_add_appends_only_what_is_not_there() -> None:
    result = patch(user(emails=[WORK]), operation("add", "emails", [{"value": WORK["value"], "type": "work"}, HOME]))
    assert result.document["emails"] == [WORK, HOME]


def test_one_value_need_not_be_in_a_list() -> None:
    assert patch(user(emails=[WORK]), operation("add", "emails", HOME)).document["emails"] == [WORK, HOME]


def test_replace_replaces_all_values() -> None:
    assert patch(user(emails=[WORK, HOME]), operation("replace", "emails", [HOME])).document["emails"] == [HOME]
    assert patch(user(emails=[WORK, HOME]), operation("replace", "emails", [])).document == user()


@pytest.mark.parametrize("by", STRICTNESSES)
def test_a_new_primary_value_takes_it_from_the_old(by: Policy) -> None:
    added = patch(user(emails=[WORK]), operation("add", "emails", [{**HOME, "primary": True}]), by=by)
    assert added.document["emails"] == [{**WORK, "primary": False}, {**HOME, "primary": True}]
    named = patch(user(emails=[WORK, HOME]), operation("replace", 'emails[type eq "home"].primary', True), by=by)
    assert named.document["emails"] == [{**WORK, "primary": False}, {**HOME, "primary": True}]


def test_two_new_primary_values_are_refused() -> None:
    both = [{**WORK, "primary": True}, {**HOME, "primary": True}]
    assert "more than one primary" in refusal(user(), operation("replace", "emails", both)).detail


@pytest.mark.parametrize("path", ["emails.primary", "emails[value pr].primary"])
def test_several_values_cannot_become_primary_at_once(path: str) -> None:
    emails = user(emails=[{**WORK, "primary": True}, HOME])
    assert "more than one primary" in refusal(emails, operation("replace", path, True)).detail
    assert patch(user(emails=[HOME]), operation("replace", path, True)).document["emails"] == [
        {**HOME, "primary": True}
    ]


def test_a_value_path_reaches_every_match_and_no_other() -> None:
    emails = [WORK, HOME, {"value": "z@w", "type": "WORK"}]
    result = patch(user(emails=emails), operation("replace", 'emails[type eq "work"].display', "bureau"))
    assert [email.get("display") for email in result.document["emails"]] == ["bureau", None, "bureau"]


def test_replace_of_a_selected_value_replaces_all_of_it_and_add_merges() -> None:
    document = user(emails=[WORK, HOME])
    new = {"value": "z@new", "type": "work"}
    assert patch(document, operation("replace", 'emails[type eq "work"]', new)).document["emails"] == [new, HOME]
    merged = patch(document, operation("add", 'emails[type eq "work"]', {"display": "bureau"})).document["emails"]
    assert merged == [{**WORK, "display": "bureau"}, HOME]


def test_remove_of_selected_values_and_of_their_parts() -> None:
    document = user(emails=[{**WORK, "display": "bureau"}, HOME])
    assert patch(document, operation("remove", 'emails[type eq "work"]')).document["emails"] == [HOME]
    assert patch(document, operation("remove", 'emails[type eq "work"].display')).document["emails"] == [WORK, HOME]
    assert patch(document, operation("remove", 'emails[type eq "fax"]')).changed == ()


@pytest.mark.parametrize("op", ["Add", "Replace"])
def test_a_value_path_without_match_creates_what_its_filter_describes(op: str) -> None:
    result = patch(user(), operation(op, 'emails[type eq "work" and primary eq true].value', "z@w"))
    assert result.document["emails"] == [{"type": "work", "primary": True, "value": "z@w"}]
    several = patch(
        user(),
        operation(op, 'addresses[type eq "work"].locality', "Brest"),
        operation(op, 'addresses[type eq "work"].Country', "FR"),
    )
    assert several.document["addresses"] == [{"type": "work", "locality": "Brest", "country": "FR"}]


@pytest.mark.parametrize(
    "path", ['emails[type ne "work"].value', 'emails[type eq "a" or type eq "b"].value', 'emails[type co "a"].value']
)
def test_a_value_path_that_describes_nothing_has_no_target(path: str) -> None:
    assert isinstance(refusal(user(), operation("add", path, "z@w")), NoTarget)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ('emails[value eq "%s"].type' % ("x" * 5000), "work"),
        ('x509Certificates[value eq "no base64"].type', "work"),
    ],
)
def test_a_filter_describes_no_more_than_could_be_sent(path: str, value: str) -> None:
    assert isinstance(refusal(user(), operation("add", path, value)), InvalidValue)


@pytest.mark.parametrize("true", ['"True"', '"true"', "true"])
def test_a_boolean_may_be_a_string_in_a_value_path_too(true: str) -> None:
    replace = operation("replace", f"roles[primary eq {true}].value", "editor")
    assert patch(user(), replace).document["roles"] == [{"primary": True, "value": "editor"}]
    document = user(roles=[{"value": "reader", "primary": True}, {"value": "other"}])
    assert patch(document, replace).document["roles"][0]["value"] == "editor"


@pytest.mark.parametrize(
    "path", ["emails[primary eq false]", "emails[primary ne true]", "emails[not (primary eq true)]"]
)
def test_who_does_not_say_to_be_primary_is_not(path: str) -> None:
    kept, other = {"value": "a@w", "primary": True}, {"value": "b@w"}
    for not_primary in (other, other | {"primary": False}):
        document = user(emails=[kept, not_primary])
        assert patch(document, operation("remove", path)).document["emails"] == [kept]
        replaced = patch(document, operation("replace", f"{path}.value", "c@w")).document["emails"]
        assert replaced == [kept, not_primary | {"value": "c@w"}]


def test_an_element_may_be_described_as_not_primary() -> None:
    add = operation("add", 'emails[type eq "work" and primary eq false].value', "z@w")
    assert patch(user(), add).document["emails"] == [{"type": "work", "primary": False, "value": "z@w"}]


def test_the_rfc_knows_no_strings_for_booleans_in_a_value_path() -> None:
    document = user(roles=[{"value": "reader", "primary": True}])
    error = refusal(document, operation("replace", 'roles[primary eq "True"].value', "editor"), by=RFC)
    assert isinstance(error, InvalidFilter)


def test_the_rfc_wants_a_match() -> None:
    error = refusal(user(), operation("replace", 'emails[type eq "work"].value', "z@w"), by=RFC)
    assert isinstance(error, NoTarget)
    assert error.detail == "operation 1 (replace emails[…].value): no value of emails matches the filter"


def test_clearing_the_value_of_an_element_takes_it_away() -> None:
    document = user(phoneNumbers=[{"value": "06", "type": "mobile"}, {"value": "01", "type": "work"}])
    result = patch(document, operation("replace", 'phoneNumbers[type eq "mobile"].value', ""))
    assert result.document["phoneNumbers"] == [{"value": "01", "type": "work"}]


@pytest.mark.parametrize("path", ['phoneNumbers[type eq "mobile"].value', 'addresses[type eq "work"].locality'])
def test_clearing_what_is_not_there_creates_nothing(path: str) -> None:
    result = patch(user(), operation("replace", path, ""))
    assert (result.changed, result.dropped) == ((), ())


def test_the_same_value_of_another_type_is_another_value() -> None:
    elsewhere = {"value": WORK["value"], "type": "other"}
    assert patch(user(emails=[WORK]), operation("add", "emails", elsewhere)).document["emails"] == [WORK, elsewhere]
    assert patch(user(emails=[WORK]), operation("remove", "emails", [elsewhere])).changed == ()


@pytest.mark.parametrize("value", [[{"value": HOME["value"]}], {"value": HOME["value"], "type": "home"}])
def test_remove_with_values_removes_only_these(value: object) -> None:
    assert patch(user(emails=[WORK, HOME]), operation("remove", "emails", value)).document["emails"] == [WORK]


def test_the_rfc_knows_no_values_in_remove() -> None:
    error = refusal(user(emails=[WORK, HOME]), operation("remove", "emails", [HOME]), by=RFC)
    assert isinstance(error, InvalidSyntax)


def test_a_list_grows_no_longer_than_it_may_be() -> None:
    batches = [operation("add", "roles", [{"value": f"{batch}.{n}"} for n in range(600)]) for batch in range(2)]
    assert refusal(user(), *batches).detail == "operation 2 (add roles): roles would have more than 1000 values"


def test_a_small_body_cannot_ask_for_endless_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effort, "MAX_COMPARISONS", 500)
    document = user(roles=[{"value": str(number)} for number in range(100)])
    three = operation("remove", 'roles[value eq "x" or not (value pr and type pr)].display')
    error = refusal(document, three, three)
    assert error.detail == "operation 2 (remove roles[…].display): " + (
        "the operations need more than 500 comparisons; send them in parts"
    )
    assert "comparisons" in refusal(document, operation("add", "roles", document["roles"])).detail
    assert "comparisons" in refusal(document, *[operation("add", "roles.display", "x")] * 6).detail


# Without path


def test_keys_may_be_dotted_qualified_and_value_paths() -> None:
    value = {
        "id": "other",
        "schemas": ["x"],
        "displayName": "Zoé",
        "name.givenName": "Zoé",
        'emails[type eq "work"].value': "z@w",
        f"{ENTERPRISE_USER}:department": "DSI",
        f"{ENTERPRISE_USER}:manager.value": "m1",
        FR_ADMINISTRATION_USER: {"siret": "00000000000018"},
        "nickname": None,
        "vendorThing": 1,
    }
    result = patch(user(nickName="zozo"), operation("Replace", None, value))
    assert result.document == {
        "schemas": [USER, ENTERPRISE_USER, FR_ADMINISTRATION_USER],
        "userName": "zoe",
        "displayName": "Zoé",
        "name": {"givenName": "Zoé"},
        "emails": [{"type": "work", "value": "z@w"}],
        ENTERPRISE_USER: {"department": "DSI", "manager": {"value": "m1"}},
        FR_ADMINISTRATION_USER: {"siret": "00000000000018"},
    }
    assert result.dropped == ("vendorThing",)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(operation("replace", USER, {"active": False, "externalId": "e"}), id="path"),
        pytest.param(operation("replace", None, {USER.upper(): {"Active": False, "externalId": "e"}}), id="key"),
        pytest.param(operation("replace", None, {f"{USER}.active": False, f"{USER}.externalId": "e"}), id="dots"),
    ],
)
def test_attributes_may_stand_under_the_urn_of_their_type(change: dict[str, Any]) -> None:
    result = patch(user(active=True), change)
    assert result.document == user(active=False, externalId="e")
    assert (result.dropped, result.features >= {"path_keys"}) == ((), True)


def test_a_value_that_is_there_in_another_case_is_not_added_again() -> None:
    other = WORK | {"value": str(WORK["value"]).upper(), "display": "Zoé"}
    kept = user(emails=[WORK | {"display": "Zoé"}])
    assert patch(user(emails=[WORK]), operation("add", "emails", [other])).document == kept
    assert patch(user(emails=[WORK]), operation("remove", "emails", [other])).document == user()


def test_a_dot_may_stand_behind_a_urn() -> None:
    assert patch(user(active=True), operation("replace", f"{USER}.active", False)).document == user(active=False)
    change = operation("replace", f"{ENTERPRISE_USER}.manager.value", "m")
    assert patch(user(), change).document == user(**{ENTERPRISE_USER: {"manager": {"value": "m"}}})


def test_what_is_given_twice_by_the_urn_of_the_type_is_refused() -> None:
    twice = operation("replace", None, {"active": True, USER: {"active": False}})
    assert isinstance(refusal(user(), twice), InvalidSyntax)


def test_the_rfc_knows_no_attributes_under_the_urn_of_their_type() -> None:
    assert isinstance(refusal(user(), operation("replace", USER, {"active": False}), by=RFC), InvalidPath)
    assert isinstance(refusal(user(), operation("replace", f"{USER}.active", False), by=RFC), InvalidPath)
    assert isinstance(refusal(user(), operation("replace", None, {USER: {"active": False}}), by=RFC), InvalidSyntax)


def test_the_rfc_reads_keys_as_names() -> None:
    result = patch(user(), operation("add", None, {"title": "a", ENTERPRISE_USER: {"division": "d"}}), by=RFC)
    assert result.document == user(title="a", **{ENTERPRISE_USER: {"division": "d"}})
    assert isinstance(refusal(user(), operation("add", None, {"name.givenName": "Z"}), by=RFC), InvalidSyntax)


def test_interop_wants_a_path() -> None:
    error = refusal(user(), operation("replace", None, {"title": "a"}), by=INTEROP)
    assert isinstance(error, InvalidSyntax)


def test_remove_wants_a_path() -> None:
    error = refusal(user(), operation("add", "title", "a"), operation("remove"))
    assert isinstance(error, NoTarget)
    assert error.detail == "operation 2 (remove): remove needs a path"


@pytest.mark.parametrize("value", ["x", None, [], 7])
def test_without_path_the_value_must_be_an_object(value: object) -> None:
    assert isinstance(refusal(user(), operation("add", None, value)), InvalidValue)


# What may not be changed


@pytest.mark.parametrize("path", ["id", "meta.created", "groups", "meta", f"{ENTERPRISE_USER}:manager.displayName"])
@pytest.mark.parametrize("op", ["add", "replace", "remove"])
def test_a_path_to_what_is_read_only_is_refused(op: str, path: str) -> None:
    error = refusal(user(), operation(op, path, "x"))
    assert isinstance(error, Mutability)
    assert error.detail.startswith(f"operation 1 ({op} {path})")


def test_required_attributes_cannot_be_removed_or_cleared() -> None:
    assert isinstance(refusal(user(), operation("remove", "userName")), Mutability)
    for value in (None, "", " "):
        assert isinstance(refusal(user(), operation("replace", "userName", value)), InvalidValue)


@pytest.mark.parametrize(
    "change",
    [
        operation("remove", "active"),
        operation("replace", "active", None),
        operation("replace", "active", ""),
        operation("replace", "active", "no"),
        operation("replace", None, {"active": None}),
        operation("replace", "active.value", False),
        operation("replace", None, {"active.x": False}),
    ],
)
def test_active_is_never_guessed(change: dict[str, Any]) -> None:
    assert refusal(user(active=False), change).status == 400


def test_a_password_leaves_no_trace() -> None:
    result = patch(user(), operation("replace", "password", "secret"), operation("add", None, {"password": "secret"}))
    assert (result.document, result.changed, result.dropped) == (user(), (), ())


# Names that are like ours


@pytest.mark.parametrize("key", ["active ", " active", "\tactive", "xactive", "active_"])
def test_a_key_that_is_only_like_one_of_ours_is_dropped(key: str) -> None:
    for given in ({key: True}, {"active": False, key: True}):
        result = patch(user(active=False), operation("replace", None, given))
        assert result.document == user(active=False)
        assert len(result.dropped) == 1


@pytest.mark.parametrize("key", ["nic\u212aName", "\uff41ctive", f"{USER} :active", "act ive"])
def test_a_key_that_is_no_name_of_an_attribute_is_refused(key: str) -> None:
    for change in (operation("replace", None, {key: "x"}), operation("replace", key, "x")):
        assert isinstance(refusal(user(), change), InvalidPath)


@pytest.mark.parametrize(
    "value",
    [
        {"active": False, "Active": True},
        {"active": False, f"{USER}:active": True},
        {"name.givenName": "Zoé", "NAME.givenname": "Zoe"},
        {f"{ENTERPRISE_USER}:department": "DSI", ENTERPRISE_USER.lower() + ":Department": "RH"},
        {ENTERPRISE_USER: {"department": "DSI", "Department": "RH"}},
    ],
)
def test_an_attribute_that_is_given_twice_is_not_guessed(value: dict[str, Any]) -> None:
    assert isinstance(refusal(user(), operation("replace", None, value)), InvalidSyntax)


# Paths that lead nowhere


@pytest.mark.parametrize("path", ["nope", "name.nope", 'emails[type eq "work"].nope', "urn:x:y:User:nope"])
def test_unknown_attributes_are_dropped_or_refused(path: str) -> None:
    result = patch(user(), operation("add", path, "x"))
    assert result.document == user()
    assert len(result.dropped) == 1
    assert isinstance(refusal(user(), operation("add", path, "x"), by=RFC), InvalidPath)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", InvalidPath),
        ("na me", InvalidPath),
        ("emails[", InvalidPath),
        ("emails]", InvalidPath),
        ('emails[type eq "work"]x', InvalidPath),
        ('emails[type eq "work"].', InvalidPath),
        ('name.givenName[value eq "x"]', InvalidPath),
        (f'{ENTERPRISE_USER}[department eq "x"]', InvalidPath),
        ("emails[]", InvalidFilter),
        ("emails[type is 1]", InvalidFilter),
        ('emails[nope eq "x"].value', InvalidFilter),
        ('title[value eq "x"]', InvalidFilter),
        ("userName.x", InvalidPath),
    ],
)
def test_malformed_paths_are_refused(path: str, kind: type[ScimError]) -> None:
    assert isinstance(refusal(user(), operation("add", path, "x")), kind)


def test_errors_show_no_values() -> None:
    for path in ('emails[value eq "secret"].value', 'emails[value eq "secret" or type eq "x"].value', "secret secret"):
        assert "secret" not in refusal(user(), operation("add", path, 7)).detail
