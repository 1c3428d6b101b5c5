"""What rules give beside what is given by hand, and which rules there may be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import create_engine

from sbe_scim.directory.sbe import rules, tables
from sbe_scim.directory.sbe.rules import Given, Rule, RuleError, settle

ADMINISTRATORS = Rule(0, "agents", "a group", None, "admin", rules.EVERYWHERE, None)


@pytest.mark.parametrize(
    ("wanted", "given", "present", "then"),
    [
        # Nobody has anything by hand.
        ("member", None, None, ("member", Given("member"))),
        ("member", Given("member"), "member", ("member", Given("member"))),
        ("manager", Given("member"), "member", ("manager", Given("manager"))),
        ("member", Given("manager"), "manager", ("member", Given("member"))),
        (None, Given("manager"), "manager", (None, None)),
        ("admin", None, None, ("admin", Given("admin"))),
        (None, Given("admin"), "admin", (None, None)),
        # By hand they have as much, or more.
        ("admin", None, "admin", ("admin", None)),
        ("member", None, "manager", ("manager", None)),
        ("member", None, "reader", ("reader", None)),
        (None, None, "member", ("member", None)),
        # By hand they have less, and have it again.
        ("manager", None, "member", ("manager", Given("manager", "member"))),
        ("manager", Given("manager", "member"), "manager", ("manager", Given("manager", "member"))),
        ("member", Given("manager", "member"), "manager", ("member", None)),
        (None, Given("manager", "member"), "manager", ("member", None)),
        # Changed by hand since.
        ("member", Given("member"), None, ("member", Given("member"))),
        (None, Given("member"), None, (None, None)),
        (None, Given("manager", "member"), None, (None, None)),
        ("member", Given("member"), "manager", ("manager", None)),
        (None, Given("member"), "manager", ("manager", None)),
        ("manager", Given("manager"), "member", ("manager", Given("manager"))),
        (None, Given("manager"), "member", (None, None)),
        (None, Given("manager", "member"), "member", ("member", None)),
    ],
)
def test_the_higher_of_rules_and_hand_counts_and_what_came_by_hand_is_kept(
    wanted: str | None, given: Given | None, present: str | None, then: tuple[str | None, Given | None]
) -> None:
    assert settle(wanted, given, present) == then


@pytest.mark.parametrize(("role", "community"), [("manager", 0), ("member", 0), ("admin", 7), ("writer", 7)])
def test_no_other_role_is_ever_given(role: str, community: int) -> None:
    with create_engine("sqlite://").begin() as connection:
        tables.create(connection)
        with pytest.raises(RuleError, match="nothing else"):
            rules.add(connection, replace(ADMINISTRATORS, role=role, community=community))
        assert rules.everything(connection) == []


def test_a_rule_is_there_once_and_its_number_is_never_anothers() -> None:
    with create_engine("sqlite://").begin() as connection:
        tables.create(connection)
        first = rules.add(connection, replace(ADMINISTRATORS, group_id=None, value="Straße"))
        with pytest.raises(RuleError, match="already"):
            rules.add(connection, replace(ADMINISTRATORS, group_id=None, value="STRASSE"))
        assert rules.remove(connection, first.id) == first
        assert rules.add(connection, ADMINISTRATORS).id > first.id
        with pytest.raises(RuleError, match="no rule has the number"):
            rules.remove(connection, first.id)
