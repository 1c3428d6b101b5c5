"""The checker of histories finds what a broken connector or receiver would leave."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from tests.environment.proxy import Forwarded
from tests.histories.checker import PERSON, Group, Person, Side, Write, differences, faults
from tests.histories.record import written

ANNE = Person("anne", True, "Anne", "r3", "anne@example.org")
TEAM = Group("g1 r1", frozenset({"a"}))
BOTH = Side({"a": [ANNE]}, {"g": [TEAM]})


def _create(resource: str, revision: int, *, owner: str = "a", active: bool = True, late: bool = False) -> Write:
    return Write(resource, "create", owner, {PERSON: revision}, active, late)


def _replace(resource: str, revision: int, *, active: bool = True, late: bool = False) -> Write:
    return Write(resource, "replace", "a", {PERSON: revision}, active, late)


def test_equal_sides_have_no_difference() -> None:
    assert differences(BOTH, BOTH) == []


@pytest.mark.parametrize(
    "receiver",
    [
        Side({}, {"g": [TEAM]}),
        Side({"a": [ANNE], "ghost": [ANNE]}, {"g": [TEAM]}),
        Side({"a": [ANNE, ANNE]}, {"g": [TEAM]}),
        Side({"a": [Person("anne", False, "Anne", "r3", "anne@example.org")]}, {"g": [TEAM]}),
        Side({"a": [Person("anne", True, "Anne", "r2", "anne@example.org")]}, {"g": [TEAM]}),
        Side({"a": [ANNE]}, {}),
        Side({"a": [ANNE]}, {"g": [Group("g1 r1", frozenset())]}),
        Side({"a": [ANNE]}, {"g": [Group("g1 r1", frozenset({"a", "b"}))]}),
        Side({"a": [ANNE]}, {"g": [Group("g1 r0", frozenset({"a"}))]}),
    ],
    ids=["missing", "ghost", "double", "leaver", "stale", "no group", "no member", "member too many", "old name"],
)
def test_each_difference_is_found(receiver: Side) -> None:
    (line,) = differences(BOTH, receiver)
    assert "Keycloak has" in line


@pytest.mark.parametrize(
    "history",
    [
        [_create("1", 1), _replace("1", 2), _replace("1", 2), _replace("1", 4, active=False)],
        [_create("1", 1), Write("1", "delete"), _create("2", 2)],
        [_create("1", 1), _replace("1", 2), Write("1", "delete"), _create("2", 1, late=True), Write("2", "delete")],
        [_create("1", 1), _create("2", 1, owner="b"), Write("1", "patch", active=False)],
        [
            Write("1", "create", "g", {"g1": 2}),
            Write("1", "patch", None, {}),
            Write("1", "patch", None, {"g1": 2, "g2": 1}),
        ],
    ],
    ids=["grows", "comes back", "late create after a delete", "two people", "group"],
)
def test_what_may_happen_is_no_fault(history: Iterable[Write]) -> None:
    assert faults(history, {("a", 4): False}) == []


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([_create("1", 1), _create("2", 1)], "is there already"),
        ([_create("1", 1), Write("2", "delete"), _create("2", 1, late=True)], "is there already"),
        ([_create("1", 1), _replace("1", 3), _replace("1", 2)], "goes back from 3 to 2"),
        ([_create("1", 1), _replace("1", 3), _replace("1", 2, late=True)], "goes back from 3 to 2"),
        ([_create("1", 3), Write("1", "delete"), _create("2", 2)], "goes back from 3 to 2"),
        (
            [_create("1", 3), Write("1", "delete"), _create("2", 2, late=True), _replace("2", 2)],
            "goes back from 3 to 2",
        ),
        ([_create("1", 1), _replace("1", 4, active=True)], "is active True with number 4"),
        ([Write("1", "create", "g", {"g1": 2}), Write("1", "patch", None, {"g1": 1})], "g1 goes back from 2 to 1"),
    ],
    ids=[
        "twice",
        "twice, late",
        "back",
        "back by a late request",
        "back over a delete",
        "ghost stays",
        "active",
        "group",
    ],
)
def test_each_fault_is_found(history: Iterable[Write], expected: str) -> None:
    (line,) = faults(history, {("a", 4): False})
    assert expected in line


def test_what_the_receiver_had_and_gets_back_with_another_access_tells_nothing_of_its_number() -> None:
    wanted: dict[str, Any] = {"externalId": "a", "name": {"familyName": "r4"}, "active": True}
    numbers = {PERSON: 4}
    for body, active in ((wanted, True), ({"id": "x", **wanted}, None)):
        request = Forwarded("PUT", "/scim/v2/Users/x", json.dumps(body).encode(), late=False)
        assert written("replace", "x", request) == Write("x", "replace", "a", numbers, active)


def test_a_create_of_a_bulk_is_found_by_whom_it_made() -> None:
    people = [{"externalId": owner, "name": {"familyName": f"r{number}"}} for number, owner in enumerate("ab")]
    operations = [{"method": "POST", "path": "/Users", "bulkId": one["externalId"], "data": one} for one in people]
    request = Forwarded("POST", "/scim/v2/Bulk", json.dumps({"Operations": operations}).encode(), late=False)
    assert written("create", "x", request, "b") == Write("x", "create", "b", {PERSON: 1})
