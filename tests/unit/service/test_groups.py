"""What becomes of groups and memberships."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sbe_scim.protocol import InvalidValue, Projection, Uniqueness
from sbe_scim.protocol.policy import Limits
from sbe_scim.service import Target
from sbe_scim.store import tables
from tests.unit.rig import GROUP, USER, Rig, group_body, patch_body, target, user_body

NOBODY = "00000000-0000-4000-8000-000000000000"


def members(group: dict[str, object]) -> set[str]:
    found = group.get("members", [])
    assert isinstance(found, list)
    return {member["value"] for member in found}


def people(rig: Rig, *names: str) -> list[str]:
    ids = [str(rig.create_user(name)["id"]) for name in names]
    rig.ports.taken()
    return ids


def test_a_group_is_created_before_its_members_are_told(rig: Rig) -> None:
    ann, bob = people(rig, "ann", "bob")
    group = rig.create_group("Élus", ann, bob, externalId="g1")
    assert members(group) == {ann, bob}
    assert group["members"][0] == {
        "value": ann,
        "$ref": f"https://scim.example.org/scim/v2/Users/{ann}",
        "type": "User",
        "display": "ann",
    }
    assert rig.ports.taken() == [
        ("group_saved", group["id"], "Élus"),
        ("members_changed", group["id"], sorted([ann, bob]), []),
    ]


def test_members_join_and_leave_by_deltas(rig: Rig) -> None:
    ann, bob, carl = people(rig, "ann", "bob", "carl")
    group = rig.create_group("Élus", ann, bob)["id"]
    rig.ports.taken()
    changed = rig.patch(
        GROUP,
        group,
        {"op": "remove", "path": f'members[value eq "{ann}"]'},
        {"op": "add", "path": "members", "value": [{"value": bob}, {"value": carl}]},
    )
    assert members(changed) == {bob, carl}
    assert changed["meta"]["version"] == 'W/"2"'
    assert rig.ports.taken() == [("members_changed", group, [carl], [ann])]


def test_a_misspelt_list_of_members_empties_no_group(rig: Rig) -> None:
    (ann,) = people(rig, "ann")
    group = rig.create_group("Élus", ann)["id"]
    body = {"displayName": "Élus", "memebers": [{"value": ann}]}
    with pytest.raises(InvalidValue, match="members was not sent, but something much like it"):
        rig.replace(GROUP, group, body)
    assert members(rig.get(GROUP, group)) == {ann}
    assert members(rig.replace(GROUP, group, {**body, "members": []})) == set()
    assert members(rig.replace(GROUP, group, body)) == set()


def test_a_change_of_members_that_changes_nobody_is_no_change(rig: Rig) -> None:
    ann, bob = people(rig, "ann", "bob")
    group = rig.create_group("Élus", ann)
    rig.ports.taken()
    same = rig.patch(
        GROUP,
        group["id"],
        {"op": "add", "path": "members", "value": [{"value": ann}]},
        {"op": "remove", "path": f'members[value eq "{bob}"]'},
        {"op": "remove", "path": f'members[value eq "{NOBODY}"]'},
    )
    assert same == group
    assert rig.ports.taken() == []


def test_a_replace_makes_the_members_exactly_those(rig: Rig) -> None:
    ann, bob, carl = people(rig, "ann", "bob", "carl")
    group = rig.create_group("Élus", ann, bob)["id"]
    rig.ports.taken()
    assert members(rig.replace(GROUP, group, group_body("Élus", bob, carl))) == {bob, carl}
    assert rig.ports.taken() == [
        ("group_saved", group, "Élus"),
        ("members_changed", group, sorted([bob, carl]), [ann]),
    ]
    assert members(rig.replace(GROUP, group, {"schemas": group_body("x")["schemas"], "displayName": "Élus"})) == set()


def test_a_rename_tells_the_directory_and_leaves_members_alone(rig: Rig) -> None:
    (ann,) = people(rig, "ann")
    group = rig.create_group("Élus", ann)["id"]
    rig.ports.taken()
    renamed = rig.patch(GROUP, group, {"op": "replace", "path": "displayName", "value": "Anciens élus"})
    assert members(renamed) == {ann}
    assert rig.ports.taken() == [("group_saved", group, "Anciens élus")]
    assert rig.get(USER, ann)["groups"][0]["display"] == "Anciens élus"


@pytest.mark.parametrize("stranger", ["unknown", "deleted", "other source", "group of another", "no id"])
def test_only_users_and_groups_of_the_same_source_can_be_members(rig: Rig, stranger: str) -> None:
    (ann,) = people(rig, "ann")
    candidates: dict[str, Callable[[], str]] = {
        "unknown": lambda: NOBODY,
        "deleted": lambda: rig.create_user("gone")["id"],
        "other source": lambda: rig.create_user("theirs", rig.other)["id"],
        "group of another": lambda: rig.create_group("inner", source=rig.other)["id"],
        "no id": lambda: "ann",
    }
    member = candidates[stranger]()
    if stranger == "deleted":
        rig.delete(USER, member)
    group = rig.create_group("Élus", ann)
    with pytest.raises(InvalidValue, match="members"):
        rig.patch(GROUP, group["id"], {"op": "add", "path": "members", "value": [{"value": member}]})
    with pytest.raises(InvalidValue, match="members"):
        rig.create_group("Autres", member)
    assert rig.get(GROUP, group["id"]) == group


def test_names_of_groups_are_unique_within_their_source(rig: Rig) -> None:
    rig.create_group("Élus")
    with pytest.raises(Uniqueness, match="displayName"):
        rig.create_group("ÉLUS")
    rig.create_group("Élus", source=rig.other)


def test_a_deleted_group_leaves_its_people(rig: Rig) -> None:
    (ann,) = people(rig, "ann")
    group = rig.create_group("Élus", ann)["id"]
    rig.ports.taken()
    rig.delete(GROUP, group)
    assert "groups" not in rig.get(USER, ann)
    assert rig.ports.taken() == [("group_removed", group)]
    assert rig.rows(tables.membership) == []


def ended(rig: Rig) -> list[tuple[str, str, bool]]:
    """Member and group of each membership that has ended, and whether one of them was deleted at that very time."""
    columns = tables.resource.c
    known = {row[0]: row[1:] for row in rig.rows(tables.resource, columns.pk, columns.id, columns.deleted)}
    found = rig.rows(tables.former_membership)
    return [
        (known[member][0], known[group][0], at in (known[member][1], known[group][1])) for member, group, _, at in found
    ]


def test_a_membership_that_ends_is_kept_with_its_time(rig: Rig) -> None:
    ann, bob = people(rig, "ann", "bob")
    group = rig.create_group("Élus", ann, bob)["id"]
    rig.patch(GROUP, group, {"op": "remove", "path": f'members[value eq "{ann}"]'})
    assert ended(rig) == [(ann, group, False)]
    rig.replace(GROUP, group, group_body("Élus", ann))
    assert ended(rig) == [(ann, group, False), (bob, group, False)]
    (member_before, *_), _ = rig.rows(tables.former_membership)
    rig.replace(GROUP, group, group_body("Élus", bob))
    # Somebody who comes and goes has one row, which says when that was last.
    (member, _, added, at), _ = rig.rows(tables.former_membership)
    assert member == member_before
    assert added <= at
    assert members(rig.get(GROUP, group)) == {bob}


def test_what_ends_with_a_deletion_ends_at_its_very_time(rig: Rig) -> None:
    ann, bob = people(rig, "ann", "bob")
    first, second = (rig.create_group(name, ann, bob)["id"] for name in ("Élus", "Agents"))
    rig.patch(GROUP, second, {"op": "remove", "path": f'members[value eq "{ann}"]'})
    rig.delete(USER, ann)
    assert ended(rig) == [(ann, first, True), (ann, second, False)]
    rig.delete(GROUP, second)
    assert ended(rig) == [(ann, first, True), (ann, second, False), (bob, second, True)]


def versions(rig: Rig, resource: str) -> list[tuple[str, int, str]]:
    """Kind, version and paths of each change of a resource."""
    columns = tables.change.c
    rows = rig.rows(tables.change, columns.kind, columns.version, columns.paths, columns.resource)
    return [row[:3] for row in rows if row[3] == resource]


def test_each_version_of_a_group_and_its_members_has_one_row(rig: Rig) -> None:
    ann, bob = people(rig, "ann", "bob")
    group = rig.create_group("Élus", ann)["id"]
    rig.patch(GROUP, group, {"op": "add", "path": "members", "value": [{"value": bob}]})
    rig.replace(USER, ann, user_body("ann", displayName="Ann"))
    rig.delete(USER, bob)
    assert versions(rig, group) == [
        ("create", 1, '["displayName", "members"]'),
        ("patch", 2, '["members"]'),
        ("patch", 3, '["members"]'),
        ("patch", 4, '["members"]'),
    ]
    assert rig.get(GROUP, group)["meta"]["version"] == 'W/"4"'
    assert [row[:2] for row in versions(rig, bob)] == [("create", 1), ("delete", 2)]
    rig.delete(GROUP, group)
    assert versions(rig, group)[-1] == ("delete", 5, "[]")


def test_a_large_group_is_not_sent_back_unless_attributes_are_asked_for(rig: Rig) -> None:
    ids = people(rig, *(f"user{number}" for number in range(Limits().shown_members + 1)))
    group = rig.create_group("Tous", *ids[:-1])["id"]
    add = {"op": "add", "path": "members", "value": [{"value": ids[-1]}]}
    answer = rig.service.patch(rig.call(), target(GROUP, group), patch_body(add))
    assert (answer.status, answer.text, answer.version) == (204, None, 2)
    assert rig.journalled()[-1] == ("patch", 204, None)
    name_only = Target(GROUP, Projection.parse("displayName", None, GROUP), group)
    again = rig.service.patch(rig.call(), name_only, patch_body(add))
    assert again.status == 200
    assert '"displayName":"Tous"' in str(again.text)
    assert "members" not in str(again.text)
    assert len(members(rig.get(GROUP, group))) == Limits().shown_members + 1


def test_thousands_of_members_come_and_go_in_one_request(rig: Rig) -> None:
    ids = people(rig, *(f"user{number}" for number in range(1200)))
    group = rig.create_group("Tous", *ids)["id"]
    assert len(members(rig.get(GROUP, group))) == 1200
    rig.let_everybody_go()
    left = rig.patch(GROUP, group, {"op": "remove", "path": "members", "value": [{"value": id} for id in ids[1:]]})
    assert members(left) == {ids[0]}
