"""What becomes of groups and memberships."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sbe_scim.protocol import InvalidValue, Projection, Uniqueness
from sbe_scim.service import Target
from sbe_scim.service.operations import LARGE_GROUP
from sbe_scim.store import tables
from tests.unit.rig import GROUP, USER, Rig, group_body, patch_body, target

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


@pytest.mark.parametrize("stranger", ["unknown", "deleted", "other source", "group", "no id"])
def test_only_users_of_the_same_source_can_be_members(rig: Rig, stranger: str) -> None:
    (ann,) = people(rig, "ann")
    candidates: dict[str, Callable[[], str]] = {
        "unknown": lambda: NOBODY,
        "deleted": lambda: rig.create_user("gone")["id"],
        "other source": lambda: rig.create_user("theirs", rig.other)["id"],
        "group": lambda: rig.create_group("inner")["id"],
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


def test_a_large_group_is_not_sent_back_unless_attributes_are_asked_for(rig: Rig) -> None:
    ids = people(rig, *(f"user{number}" for number in range(LARGE_GROUP + 1)))
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
    assert len(members(rig.get(GROUP, group))) == LARGE_GROUP + 1


def test_thousands_of_members_come_and_go_in_one_request(rig: Rig) -> None:
    ids = people(rig, *(f"user{number}" for number in range(1200)))
    group = rig.create_group("Tous", *ids)["id"]
    assert len(members(rig.get(GROUP, group))) == 1200
    left = rig.patch(GROUP, group, {"op": "remove", "path": "members", "value": [{"value": id} for id in ids[1:]]})
    assert members(left) == {ids[0]}
