"""Values of PATCH operations in lists and objects that clients put around them."""

from __future__ import annotations

from typing import Any

import pytest

from sbe_scim.protocol import InvalidSyntax, InvalidValue, ScimError
from tests.unit.protocol.samples import (
    ENTERPRISE_USER,
    INTEROP,
    RFC,
    operation,
    patch,
    patch_group,
    user,
)

WORK = {"value": "zoe@mairie-exemple.fr", "type": "work", "primary": True}


def as_entra_wrote(value: Any) -> Any:
    return [{"$ref": None, "value": value}]


@pytest.mark.parametrize(
    "wrapped",
    [
        as_entra_wrote("False"),
        {"value": "false"},
        {"Value": False},
        [False],
        ["False"],
        {"active": False},
        {"Active": ["False"]},
    ],
)
@pytest.mark.parametrize("op", ["add", "replace"])
def test_a_leaver_is_out_however_false_is_wrapped(op: str, wrapped: Any) -> None:
    result = patch(user(active=True), operation(op, "active", wrapped))
    assert result.document["active"] is False
    assert "wrapped_values" in result.features
    for strict in (RFC, INTEROP):
        with pytest.raises(InvalidValue):
            patch(user(active=True), operation(op, "active", wrapped), by=strict)


@pytest.mark.parametrize(
    "doubtful", [[], {}, [True, False], [None], [""], [[]], {"value": None}, {"value": ""}, {"active": None}, [7], [{}]]
)
def test_what_is_wrapped_is_not_guessed(doubtful: Any) -> None:
    with pytest.raises(InvalidValue):
        patch(user(active=True), operation("replace", "active", doubtful))


@pytest.mark.parametrize("nothing", [[None], [""], {"value": None}, {"value": ""}, {"title": None}])
def test_nothing_is_unassigned_by_what_holds_nothing(nothing: Any) -> None:
    with pytest.raises(InvalidValue):
        patch(user(title="Maire"), operation("replace", "title", nothing))


@pytest.mark.parametrize(
    ("path", "wrapped", "expected"),
    [
        ("title", as_entra_wrote("Maire"), {"title": "Maire"}),
        ("name.familyName", as_entra_wrote("Martin"), {"name": {"familyName": "Martin"}}),
        ("name", [{"familyName": "Martin"}], {"name": {"familyName": "Martin"}}),
        ("name", {"name": {"familyName": "Martin"}}, {"name": {"familyName": "Martin"}}),
        (
            'emails[type eq "work"].value',
            as_entra_wrote("z@example.org"),
            {"emails": [WORK | {"value": "z@example.org"}]},
        ),
        (
            'emails[type eq "work"]',
            [WORK | {"value": "z@example.org"}],
            {"emails": [WORK | {"value": "z@example.org"}]},
        ),
        ("emails", [[{"value": "z@example.org"}]], {"emails": [{"value": "z@example.org"}]}),
        (f"{ENTERPRISE_USER}:manager", as_entra_wrote("42"), {ENTERPRISE_USER: {"manager": {"value": "42"}}}),
        (ENTERPRISE_USER, [{"department": "Eau"}], {ENTERPRISE_USER: {"department": "Eau"}}),
        (None, [{"title": "Maire"}], {"title": "Maire"}),
        (None, {"title": ["Maire"]}, {"title": "Maire"}),
    ],
)
def test_one_value_may_stand_in_a_list_or_an_object(path: str | None, wrapped: Any, expected: dict[str, Any]) -> None:
    result = patch(user(emails=[WORK]), operation("replace", path, wrapped))
    assert {name: result.document[name] for name in expected} == expected
    assert "wrapped_values" in result.features
    with pytest.raises(ScimError):
        patch(user(emails=[WORK]), operation("replace", path, wrapped), by=RFC)


def test_elements_of_a_list_stay_elements() -> None:
    changed = patch(user(), operation("add", "emails", [{"value": "z@example.org"}]))
    assert changed.document["emails"] == [{"value": "z@example.org"}]
    assert changed.features == set()


def test_operations_without_path_take_one_object() -> None:
    with pytest.raises(InvalidValue):
        patch(user(), operation("replace", None, [{"title": "a"}, {"nickName": "b"}]))
    with pytest.raises(InvalidSyntax):
        patch(user(), operation("replace", None, [{"title": "a"}]), by=INTEROP)


def test_members_may_stand_under_their_own_name() -> None:
    change = patch_group(operation("remove", "members", {"members": [{"value": "a"}]})).members
    assert change is not None
    assert not change.reset
    assert change.remove == frozenset({"a"})
