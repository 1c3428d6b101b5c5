"""PATCH of members, as a difference (RFC 7644 §3.5.2)."""

from __future__ import annotations

from typing import Any

import pytest

from sbe_scim.protocol import (
    InvalidFilter,
    InvalidPath,
    InvalidSyntax,
    InvalidValue,
    MemberChange,
    Mutability,
    NoTarget,
    ScimError,
)
from tests.unit.protocol.samples import RFC, TOLERANT, operation, patch_group


def change(reset: bool, add: str, remove: str) -> MemberChange:
    """Each character stands for a member."""
    return MemberChange(reset, {id: {"value": id} for id in add}, frozenset(remove))


REMOVE_A = operation("remove", 'members[value eq "a"]')


def listed(ids: str) -> list[dict[str, str]]:
    return [{"value": id} for id in ids]


@pytest.mark.parametrize("filter", ['$ref eq "https://x/Users/a"', "not ($ref pr)", 'value eq "a" and $ref ew "a"'])
def test_a_member_is_not_selected_by_its_location(filter: str) -> None:
    assert isinstance(refusal(operation("remove", f"members[{filter}]"), present="ab"), InvalidFilter)


def refusal(*operations: dict[str, Any], **options: Any) -> ScimError:
    with pytest.raises(ScimError) as refused:
        patch_group(*operations, **options)
    return refused.value


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([operation("add", "members", listed("ab"))], change(False, "ab", "")),
        ([operation("add", "members", {"value": "a", "$ref": None, "display": "Zoé"})], change(False, "a", "")),
        (
            [operation("Add", None, {"id": "g", "displayName": "Mairie", "members": listed("a")})],
            change(False, "a", ""),
        ),
        ([REMOVE_A], change(False, "", "a")),
        ([operation("remove", 'members[value eq "a" or value eq "b"]')], change(False, "", "ab")),
        ([operation("Remove", "members", [{"$ref": None, "value": "a"}])], change(False, "", "a")),
        ([operation("remove", "members")], change(True, "", "")),
        ([operation("replace", "members", listed("ab"))], change(True, "ab", "")),
        ([operation("replace", "members", [])], change(True, "", "")),
        ([operation("replace", None, {"members": listed("a")})], change(True, "a", "")),
        (
            [operation("add", "members", listed("a")), operation("remove", 'members[value eq "a"]')],
            change(False, "", "a"),
        ),
        (
            [operation("remove", 'members[value eq "a"]'), operation("add", "members", listed("a"))],
            change(False, "a", ""),
        ),
        ([operation("remove", "members"), operation("add", "members", listed("a"))], change(True, "a", "")),
        (
            [operation("replace", "members", listed("ab")), operation("remove", 'members[value eq "b"]')],
            change(True, "a", ""),
        ),
    ],
)
def test_members_change_by_difference(operations: list[dict[str, Any]], expected: MemberChange) -> None:
    assert patch_group(*operations).members == expected


@pytest.mark.parametrize(
    "harmless",
    [
        operation("add", "members", []),
        operation("remove", "members", []),
        operation("replace", None, {"displayName": "Mairie", "id": "g"}),
    ],
)
def test_members_that_nobody_names_stay(harmless: dict[str, Any]) -> None:
    assert patch_group(harmless).members is None


def test_a_thousand_removals_load_nobody() -> None:
    operations = [operation("remove", f'members[value eq "{number}"]') for number in range(1_000)]
    result = patch_group(*operations)
    assert result.members is not None
    assert len(result.members.remove) == 1_000


def test_other_filters_look_at_who_is_there_by_now() -> None:
    everyone = operation("remove", 'members[type eq "User"]')
    result = patch_group(operation("remove", 'members[value eq "a"]'), everyone, present="abc")
    assert result.members == change(False, "", "abc")
    fresh = patch_group(operation("replace", "members", listed("de")), operation("remove", 'members[value sw "d"]'))
    assert fresh.members == change(True, "e", "")


def test_a_value_path_without_match_adds_the_member() -> None:
    addition = operation("add", 'members[value eq "a"]', {"value": "a"})
    assert patch_group(addition, present="xyz").members == change(False, "a", "")


def test_one_member_can_take_the_place_of_another() -> None:
    result = patch_group(operation("replace", 'members[value eq "a"]', {"value": "b"}), present="ac")
    assert result.members == change(False, "b", "a")


def test_the_rfc_wants_a_match_and_no_values_in_remove() -> None:
    absent = operation("replace", 'members[value eq "z"]', {"value": "z"})
    assert isinstance(refusal(absent, present="a", by=RFC), NoTarget)
    assert patch_group(absent, present="a", by=TOLERANT).members == change(False, "z", "")
    assert isinstance(refusal(operation("remove", "members", listed("a")), by=RFC), InvalidSyntax)


def test_a_path_may_say_whom_it_adds_as_onelogin_writes_it() -> None:
    joined = patch_group({"op": "add", "path": 'members[value eq "a"]'}, present=())
    assert joined.members is not None
    assert joined.members.add == {"a": {"value": "a"}}
    assert not joined.members.reset
    assert joined.features == {"create_unmatched"}
    for path in ('members[value eq "a" or value eq "b"]', 'members[display eq "a"]', "members"):
        assert isinstance(refusal({"op": "add", "path": path}), InvalidValue)
    assert isinstance(refusal({"op": "replace", "path": 'members[value eq "a"]'}), InvalidValue)
    assert isinstance(refusal({"op": "add", "path": 'members[value eq "a"]'}, by=RFC), InvalidValue)


@pytest.mark.parametrize("value", ["a", 7, ["a"], [{}], [{"value": ""}], [{"display": "Zoé"}], [None], True])
@pytest.mark.parametrize("op", ["add", "remove", "replace"])
def test_members_are_never_guessed(op: str, value: object) -> None:
    assert isinstance(refusal(operation(op, "members", value)), InvalidValue)


def test_parts_of_a_member_cannot_be_changed() -> None:
    error = refusal(operation("replace", 'members[value eq "a"].type', "Group"))
    assert isinstance(error, Mutability)
    assert "members.type cannot be changed" in error.detail
    for path in ("members.nope", 'members[value eq "a"].nope'):
        assert isinstance(refusal(operation("add", path, "x")), InvalidPath)


def test_a_new_name_says_nothing_of_members() -> None:
    result = patch_group(operation("replace", "displayName", "Ville"))
    assert result.changed == ("displayName",)
    assert result.members is None
