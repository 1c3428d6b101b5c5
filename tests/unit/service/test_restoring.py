"""Who was deleted comes back with memberships, detached until their source sends them again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from sbe_scim.protocol import ScimError, Uniqueness, policy
from sbe_scim.protocol.policy import Meaning
from sbe_scim.service import persons, restoring
from sbe_scim.service.restoring import Restored, RestoreError
from sbe_scim.store import counting, tables
from tests.unit.rig import GROUP, USER, Rig, group_body, user_body

MAIL = [{"value": "ann@example.org", "type": "work"}]
DAY = 86_400_000_000


def restore(rig: Rig, who: str, kind: Any = USER, days: int = 30) -> Restored:
    with rig.ports.write() as transaction:
        found = restoring.find(transaction.connection, kind, who)
        return restoring.restore(transaction, rig.ports, kind, found, days)


def refusal(rig: Rig, who: str, kind: Any = USER, days: int = 30) -> str:
    with pytest.raises(RestoreError) as refused:
        restore(rig, who, kind, days)
    return str(refused.value)


def last(rig: Rig) -> tuple[Any, ...]:
    """Operation, status and effect of the newest row, and the members that came."""
    columns = tables.journal.c
    found: tuple[Any, ...] = rig.rows(
        tables.journal, columns.operation, columns.status, columns.effect, columns.members_added
    )[-1]
    return found


def ann(rig: Rig, **more: Any) -> str:
    """Somebody, deleted."""
    id: str = rig.create_user("Ann", externalId="e-ann", emails=MAIL, title="Maire", **more)["id"]
    return id


def members(rig: Rig, group: str) -> set[str]:
    return {member["value"] for member in rig.get(GROUP, group).get("members", [])}


def test_who_is_restored_is_as_before_but_for_the_external_id_and_in_the_groups_that_are(rig: Rig) -> None:
    id = ann(rig)
    before = rig.get(USER, id)
    there, gone, left = (rig.create_group(name, id)["id"] for name in ("There", "Gone", "Left"))
    rig.patch(GROUP, left, {"op": "remove", "path": f'members[value eq "{id}"]'})
    rig.delete(USER, id)
    version = rig.get(GROUP, there)["meta"]["version"]
    rig.delete(GROUP, gone)
    assert restore(rig, "ANN") == Restored(id, "staff", True, 1)
    after = rig.get(USER, id)
    differing = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert differing == {"externalId", "groups", "meta"}
    assert "externalId" not in after
    assert [group["value"] for group in after["groups"]] == [there]
    assert (members(rig, there), members(rig, left)) == ({id}, set())
    assert rig.get(GROUP, there)["meta"]["version"] != version
    assert last(rig) == ("restore", 200, "restored", None)
    assert rig.ids(USER, 'title eq "Maire"') == {id}
    with rig.ports.read() as transaction:
        assert counting.count(transaction.connection, rig.staff.id, USER.number) == 1


def test_the_directory_is_told_as_of_somebody_new_and_of_outer_groups_too(rig: Rig) -> None:
    id = ann(rig)
    inner = rig.create_group("Inner", id)["id"]
    outer = rig.create_group("Outer", inner)["id"]
    rig.delete(USER, id)
    rig.ports.taken()
    restore(rig, id)
    told = rig.ports.taken()
    assert told[0] == ("user_saved", id, "Ann", True)
    assert sorted(told[1:]) == sorted(("members_changed", group, [id], []) for group in (inner, outer))


def test_a_group_comes_back_with_the_people_who_still_are(rig: Rig) -> None:
    id, bob, carl = ann(rig), rig.create_user("bob")["id"], rig.create_user("carl")["id"]
    group = rig.create_group("Élus", id, bob, carl, externalId="e-g")["id"]
    rig.patch(GROUP, group, {"op": "remove", "path": f'members[value eq "{carl}"]'})
    rig.delete(GROUP, group)
    rig.delete(USER, bob)
    rig.ports.taken()
    assert restore(rig, "élus", GROUP) == Restored(group, "staff", True, 1)
    assert rig.ports.taken() == [("group_saved", group, "Élus"), ("members_changed", group, [id], [])]
    assert (members(rig, group), "externalId" in rig.get(GROUP, group)) == ({id}, False)
    assert last(rig) == ("restore", 200, "restored", 1)
    adopted = rig.create_group("Élus 2", carl, externalId="e-g")
    assert (adopted["id"], members(rig, group)) == (group, {carl})
    assert last(rig)[2] == "adopted"


@pytest.mark.parametrize("by", ["externalId", "userName"])
@pytest.mark.parametrize("create_inactive", ["restore", "refuse"])
def test_a_post_of_the_former_external_id_or_of_the_name_adopts_them(rig: Rig, by: str, create_inactive: Any) -> None:
    rig.policy = replace(policy(), meaning=Meaning(create_inactive=create_inactive))
    id = ann(rig)
    group = rig.create_group("Élus", id)["id"]
    rig.delete(USER, id)
    restore(rig, id)
    body = user_body("ann.martin", externalId="e-ann") if by == "externalId" else user_body("ANN", externalId="other")
    again = rig.create(USER, body)
    assert (again["id"], again["externalId"]) == (id, body["externalId"])
    assert (members(rig, group), last(rig)[:3]) == ({id}, ("create", 201, "adopted"))
    with pytest.raises(Uniqueness):
        rig.create(USER, body)


def test_who_was_touched_by_their_source_since_is_its_own_again(rig: Rig) -> None:
    id = ann(rig)
    rig.delete(USER, id)
    restore(rig, id)
    assert rig.ids(USER, 'externalId eq "e-ann"') == {id}, "who looks for them finds them"
    rig.patch(USER, id, {"op": "replace", "path": "title", "value": "x"})
    with pytest.raises(Uniqueness):
        rig.create_user("ann", externalId="other")
    assert rig.create_user("ann.2", externalId="e-ann")["id"] != id


def test_another_source_does_not_adopt_them(rig: Rig) -> None:
    id = ann(rig)
    rig.delete(USER, id)
    restore(rig, id)
    with pytest.raises(Uniqueness):
        rig.create_user("ann", rig.other, externalId="e-ann")


def test_who_was_inactive_stays_so(rig: Rig) -> None:
    id = ann(rig, active=False)
    rig.delete(USER, id)
    assert not restore(rig, id).active
    assert rig.get(USER, id)["active"] is False


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (user_body("ANN"), "userName"),
        (user_body("bob", emails=MAIL), "primary mail address (emails)"),
        (user_body("bob", externalId="e-ann"), "externalId"),
    ],
)
def test_what_somebody_else_has_by_now_is_said_and_nothing_is_done(rig: Rig, body: Any, what: str) -> None:
    id = ann(rig)
    rig.delete(USER, id)
    holder = rig.create(USER, body)["id"]
    before = [rig.rows(table) for table in tables.metadata.sorted_tables]
    assert refusal(rig, id) == (f"{id} cannot come back: another User has this {what}: {holder} of source staff")
    assert [rig.rows(table) for table in tables.metadata.sorted_tables] == before


def test_who_is_there_unknown_erased_or_deleted_too_long_ago_is_refused(rig: Rig) -> None:
    id = ann(rig)
    assert refusal(rig, "ann") == f"{id} of source staff is not deleted"
    assert "quentin" not in refusal(rig, "quentin")
    rig.delete(USER, id)
    columns = tables.resource.c
    with rig.ports.write() as transaction:
        deleted = transaction.connection.execute(select(columns.deleted).where(columns.id == id)).scalar_one()
        transaction.connection.execute(
            update(tables.resource).where(columns.id == id).values(deleted=deleted - 31 * DAY)
        )
    assert refusal(rig, id).endswith("more than 30 days ago")
    with rig.ports.write() as transaction:
        persons.erase(transaction, rig.ports, persons.find(transaction.connection, id))
    assert refusal(rig, id, days=300).startswith(f"{id} is erased")
    assert "or it is erased" in refusal(rig, "ann")


def test_of_several_tombstones_of_one_person_it_is_the_latest_and_of_several_people_none(rig: Rig) -> None:
    first = ann(rig)
    rig.delete(USER, first)
    second = ann(rig)
    rig.delete(USER, second)
    assert restore(rig, "e-ann").id == second
    bobs = []
    for _ in range(2):
        bobs.append(rig.create_user("bob")["id"])
        rig.delete(USER, bobs[-1])
    lines = refusal(rig, "bob").splitlines()
    assert [line.partition(":")[0] for line in lines[1:]] == bobs
    assert restore(rig, bobs[0].upper()).id == bobs[0]


def test_who_is_restored_can_be_deleted_and_restored_again(rig: Rig) -> None:
    id = ann(rig)
    group = rig.create_group("Élus", id)["id"]
    for _ in range(2):
        rig.delete(USER, id)
        assert members(rig, group) == set()
        assert restore(rig, id).memberships == 1
        assert members(rig, group) == {id}


def test_a_directory_that_refuses_leaves_everything_as_it_was(rig: Rig) -> None:
    id = ann(rig)
    rig.delete(USER, id)
    before = [rig.rows(table) for table in tables.metadata.sorted_tables]
    rig.ports.refuses = True
    with pytest.raises(ScimError):
        restore(rig, id)
    assert [rig.rows(table) for table in tables.metadata.sorted_tables] == before


def test_the_log_of_changes_has_a_row_for_each_version(rig: Rig) -> None:
    id = ann(rig)
    rig.delete(USER, id)
    restore(rig, id)
    columns = tables.change.c
    rows = rig.rows(tables.change, columns.kind, columns.version, columns.paths)
    assert [(kind, version) for kind, version, _ in rows] == [("create", 1), ("delete", 2), ("undelete", 3)]
    assert json.loads(rows[2][2]) == []
    assert rig.create(GROUP, group_body("g", id))["members"][0]["value"] == id
