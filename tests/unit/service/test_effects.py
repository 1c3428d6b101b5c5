"""The journal says what each write did to its resource, to memberships, and what of the policy it needed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from sbe_scim.protocol import ScimError, policy
from sbe_scim.protocol.policy import Meaning
from sbe_scim.store import tables
from tests.unit.rig import GROUP, USER, Rig, group_body, user_body

TITLE = {"op": "replace", "path": "title", "value": "Maire"}


def active(value: object) -> dict[str, Any]:
    return {"op": "replace", "path": "active", "value": value}


def add(*ids: str) -> dict[str, Any]:
    return {"op": "add", "path": "members", "value": [{"value": id} for id in ids]}


def told(rig: Rig) -> list[tuple[str, str | None]]:
    columns = tables.journal.c
    return rig.rows(tables.journal, columns.operation, columns.effect)


def moved(rig: Rig) -> list[tuple[str | None, int | None, int | None]]:
    columns = tables.journal.c
    rows = rig.rows(tables.journal, columns.target_type, columns.effect, columns.members_added, columns.members_removed)
    return [tuple(row[1:]) for row in rows if row[0] == "Group"]


def features(rig: Rig) -> list[list[str]]:
    return [json.loads(row[0] or "[]") for row in rig.rows(tables.journal, tables.journal.c.features)]


def test_a_persons_life_can_be_read_from_the_effects(rig: Rig) -> None:
    ann = rig.create_user("ann", externalId="1")["id"]
    rig.patch(USER, ann, TITLE)
    rig.patch(USER, ann, TITLE)
    rig.patch(USER, ann, active(False))
    rig.patch(USER, ann, active(False))
    rig.create_user("ann", externalId="1")
    rig.replace(USER, ann, user_body("ann", externalId="1", active=False))
    rig.patch(USER, ann, active(True))
    rig.delete(USER, ann)
    assert told(rig) == [
        ("create", "created"),
        ("patch", "changed"),
        ("patch", "nothing"),
        ("patch", "deactivated"),
        ("patch", "nothing"),
        ("create", "restored"),
        ("replace", "deactivated"),
        ("patch", "activated"),
        ("delete", "deleted"),
    ]


def test_a_delete_that_means_disable_deactivates_and_a_second_one_does_nothing(rig: Rig) -> None:
    rig.policy = replace(policy(), meaning=Meaning(delete="disable"))
    ann = rig.create_user("ann")["id"]
    rig.delete(USER, ann)
    rig.delete(USER, ann)
    assert told(rig)[1:] == [("delete", "deactivated"), ("delete", "nothing")]


def test_what_is_refused_had_no_effect(rig: Rig) -> None:
    rig.create_user("ann")
    with pytest.raises(ScimError):
        rig.create_user("ann")
    with pytest.raises(ScimError):
        rig.create(GROUP, group_body("Élus", "nobody"))
    assert told(rig)[1:] == [("create", None), ("create", None)]
    assert moved(rig) == [(None, None, None)]


def test_members_that_came_and_went_are_counted(rig: Rig) -> None:
    ann, bob, zoe = (rig.create_user(name)["id"] for name in ("ann", "bob", "zoe"))
    group = rig.create_group("Élus", ann, bob)["id"]
    rig.patch(GROUP, group, add(bob, zoe), {"op": "remove", "path": f'members[value eq "{ann}"]'})
    rig.patch(GROUP, group, add(zoe))
    rig.replace(GROUP, group, group_body("Maires", bob))
    inner = rig.create_group("Inner", ann)["id"]
    rig.patch(GROUP, group, add(inner))
    rig.delete(GROUP, group)
    assert moved(rig) == [
        ("created", 2, None),
        ("changed", 1, 1),
        ("nothing", None, None),
        ("changed", None, 1),
        ("created", 1, None),
        ("changed", 1, None),
        ("deleted", None, 2),
    ]


def test_what_was_needed_is_told_also_where_it_is_refused_in_the_end(rig: Rig) -> None:
    ann = rig.create_user("ann", active="True")["id"]
    rig.patch(USER, ann, {"op": "Replace", "value": {"title": "Maire"}})
    rig.patch(USER, ann, TITLE)
    with pytest.raises(ScimError):
        rig.create_user("ann", active="True")
    assert features(rig) == [["string_booleans"], ["any_case_operations", "pathless"], [], ["string_booleans"]]


def test_what_a_sources_rules_give_away_is_told(rig: Rig) -> None:
    mails = [{"value": "ann@example.org"}]
    ann = rig.create_user("ann", externalId="1", emails=mails)["id"]
    rig.patch(USER, ann, active(False))
    rig.create_user("ann.2", externalId="2", emails=mails)
    rig.create_user("ann", externalId="1")
    assert features(rig) == [[], [], ["leaver_mail"], ["create_inactive"]]
