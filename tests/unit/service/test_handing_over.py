"""A source hands its people and groups over to another: as the same, all or nothing, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from sbe_scim.journal import reader
from sbe_scim.protocol import NotFound, ScimError
from sbe_scim.service import hand_over_plans, handing_over, restoring
from sbe_scim.service.hand_over_plans import BOTH, MATCHED, STAYS, UNCLEAR, WAITING, Line, Plan
from sbe_scim.service.handing_over import HandOverError
from sbe_scim.store import sources, tables
from tests.unit.rig import GROUP, USER, Rig


def mail(address: str) -> list[dict[str, Any]]:
    return [{"value": address, "type": "work"}]


def planned(rig: Rig, by: str = "user-name", lines: dict[str, dict[str, Any]] | None = None) -> Plan:
    """The plan of staff to other; ``lines`` are what an operator changes of them, by name."""
    with rig.ports.read() as reading:
        made = hand_over_plans.plan(reading.connection, rig.staff, rig.other, by)
    changes = lines or {}
    return replace(made, lines=[replace(line, **changes.get(line.name, {})) for line in made.lines])


def line_of(plan: Plan, name: str) -> Line:
    (found,) = (line for line in plan.lines if line.name == name)
    return found


def carried_out(rig: Rig, plan: Plan) -> int:
    switch(rig, "staff", False)
    with rig.ports.write() as writing:
        return handing_over.carry_out(writing, rig.ports, plan)


def undone(rig: Rig, plan: Plan) -> int:
    switch(rig, "other", False)
    with rig.ports.write() as writing:
        return handing_over.undo(writing, rig.ports, plan)


def switch(rig: Rig, source: str, on: bool) -> None:
    with rig.ports.write() as writing:
        (sources.enable if on else sources.disable)(writing.connection, source)


def everything(rig: Rig) -> list[list[Any]]:
    """What a hand-over could change, but for versions and times."""
    r = tables.resource.c
    columns = (r.id, r.type, r.source, r.scope, r.key, r.mail_key, r.external_id, r.display, r.active, r.deleted)
    values = rig.rows(tables.attr_value)
    return [rig.rows(tables.resource, *columns), values, rig.rows(tables.membership), rig.rows(tables.nesting)]


def counted(rig: Rig) -> set[tuple[Any, ...]]:
    """Counters and segments that count somebody."""
    rows: list[tuple[Any, ...]] = [("counter", *row) for row in rig.rows(tables.counter)]
    rows += [("segment", source, kind, live) for source, kind, _, live in rig.rows(tables.segment)]
    return {row for row in rows if row[-1]}


def test_people_and_groups_are_another_sources_with_ids_memberships_and_all_they_have(rig: Rig) -> None:
    ann = rig.create_user("Ann", externalId="a-1", emails=mail("ann@example.org"), title="Maire")
    bob = rig.create_user("bob", externalId="a-2", active=False)
    inner = rig.create_group("inner", ann["id"], bob["id"], externalId="g-1")
    outer = rig.create_group("outer", inner["id"])
    rig.ports.taken()
    plan = planned(rig)
    assert {line.state for line in plan.lines} == {WAITING}
    assert carried_out(rig, plan) == 4

    for kind, before in ((USER, ann), (USER, bob), (GROUP, inner), (GROUP, outer)):
        with pytest.raises(NotFound):
            rig.get(kind, before["id"])
        after = rig.get(kind, before["id"], rig.other)
        assert after["meta"].pop("version") > before["meta"].pop("version")
        del before["meta"]["lastModified"], after["meta"]["lastModified"]
        assert before.pop("externalId", None) != after.get("externalId", "")
        assert after | {"groups": 0} == before | {"groups": 0}
    assert [one["display"] for one in rig.get(USER, ann["id"], rig.other)["groups"]] == ["inner", "outer"]
    ids = tuple(sorted(one["id"] for one in (ann, bob, inner, outer)))
    assert rig.ports.taken() == [("handed_over", ids, "staff", "other", {})]
    j = tables.journal.c
    told = [row[1:] for row in rig.rows(tables.journal, j.operation, j.source, j.effect) if row[0] == "hand-over"]
    assert told == [("other", "handed-over")] * 4
    assert rig.search(USER, source=rig.other)["totalResults"] == 2
    assert rig.search(USER)["totalResults"] == 0
    number = rig.other.id
    assert counted(rig) == {(name, number, kind, 2) for name in ("counter", "segment") for kind in (1, 2)}


def test_who_was_handed_over_is_found_and_changed_by_the_new_provider_and_the_former_can_do_nothing(rig: Rig) -> None:
    ann = rig.create_user("Ann", externalId="a-1")
    carried_out(rig, planned(rig))
    assert rig.search(USER, 'externalId eq "a-1"', source=rig.other)["totalResults"] == 0
    (found,) = rig.search(USER, 'userName eq "ann"', source=rig.other)["Resources"]
    assert found["id"] == ann["id"]
    body = {"schemas": ann["schemas"], "userName": "Ann", "externalId": "b-1"}
    rig.replace(USER, ann["id"], body, rig.other)
    assert rig.search(USER, 'externalId eq "b-1"', source=rig.other)["totalResults"] == 1
    with pytest.raises(NotFound):
        rig.delete(USER, ann["id"])
    with pytest.raises(ScimError, match="another User has this userName"):
        rig.create_user("ann", externalId="a-1")


def test_whom_the_new_provider_has_sent_is_matched_by_mail_and_gets_its_id(rig: Rig) -> None:
    ann = rig.create_user("ann", externalId="a-1", emails=mail("Ann@Example.org"))
    rig.create_user("bob", externalId="a-2", emails=mail("bob@example.org"))
    for _ in range(2):
        with pytest.raises(ScimError):
            rig.create_user("a.martin", rig.other, externalId="b-1", emails=mail("ann@example.org"))
    plan = planned(rig, "mail")
    assert (line_of(plan, "ann").state, line_of(plan, "ann").becomes) == (MATCHED, "b-1")
    assert (line_of(plan, "bob").state, line_of(plan, "bob").becomes) == (WAITING, None)
    carried_out(rig, plan)
    (found,) = rig.search(USER, 'externalId eq "b-1"', source=rig.other)["Resources"]
    assert (found["id"], found["userName"]) == (ann["id"], "ann")
    with rig.ports.read() as reading:
        assert reader.refused(reading.connection, "other") == []


def test_by_directory_id_everybody_keeps_theirs(rig: Rig) -> None:
    rig.create_user("ann", externalId="d-1")
    rig.create_user("bob")
    rig.create_group("team", externalId="d-9")
    with pytest.raises(ScimError):
        rig.create_user("ann", rig.other, externalId="d-1")
    plan = planned(rig, "directory-id")
    assert [(line.state, line.becomes) for line in plan.lines] == [(MATCHED, "d-1"), (WAITING, None), (WAITING, "d-9")]
    carried_out(rig, plan)
    assert rig.search(USER, 'externalId eq "d-1"', source=rig.other)["totalResults"] == 1
    assert rig.search(GROUP, 'externalId eq "d-9"', source=rig.other)["totalResults"] == 1


def test_a_group_that_both_have_becomes_one_with_the_members_of_both(rig: Rig) -> None:
    ann = rig.create_user("ann")["id"]
    team = rig.create_group("Team", ann, externalId="g-1")["id"]
    zoe = rig.create_user("zoe", rig.other)["id"]
    twin = rig.create_group("team", zoe, source=rig.other, externalId="g-2")["id"]
    before = everything(rig)
    rig.ports.taken()
    plan = planned(rig)
    assert (line_of(plan, "Team").state, line_of(plan, "Team").twin) == (BOTH, twin)
    carried_out(rig, plan)
    (found,) = rig.search(GROUP, source=rig.other)["Resources"]
    assert (found["id"], found["externalId"]) == (team, "g-2")
    assert {member["value"] for member in found["members"]} == {ann, zoe}
    assert rig.ports.taken() == [
        ("handed_over", tuple(sorted([ann, team])), "staff", "other", {twin: team}),
        ("group_removed", twin),
        ("members_changed", team, [zoe], []),
        ("members_changed", team, sorted([ann, zoe]), []),
    ]
    # Undone, but for the twin, which its provider makes again.
    assert undone(rig, plan) == 2
    assert rig.ports.taken()[-1] == ("members_changed", team, [], [zoe])
    assert {member["value"] for member in rig.get(GROUP, team)["members"]} == {ann}
    assert everything(rig)[2] == [row for row in before[2] if row[0] != row[1]][:1]


def test_a_group_of_many_is_one_with_its_twin_whatever_the_storm_limit(rig: Rig) -> None:
    rig.create_group("Team")
    ids = [rig.create_user(f"user {number}", rig.other)["id"] for number in range(4)]
    rig.create_group("Team", *ids, source=rig.other)
    with rig.ports.write() as writing:
        sources.change(writing.connection, "other", storm_limit=1)
    carried_out(rig, planned(rig))
    (found,) = rig.search(GROUP, source=rig.other)["Resources"]
    assert {member["value"] for member in found["members"]} == set(ids)


def test_a_source_that_was_handed_over_can_be_removed(rig: Rig) -> None:
    ann = rig.create_user("ann")["id"]
    rig.create_group("team", ann)
    rig.delete(USER, rig.create_user("bob")["id"])
    carried_out(rig, planned(rig))
    with rig.ports.write() as writing:
        sources.remove(writing.connection, "staff")
    assert rig.get(USER, ann, rig.other)["groups"][0]["display"] == "team"


def test_who_was_deleted_before_comes_back_to_the_former_source_without_what_has_gone(rig: Rig) -> None:
    ann, bob = rig.create_user("ann")["id"], rig.create_user("bob")["id"]
    rig.create_group("team", ann, bob)
    rig.delete(USER, bob)
    carried_out(rig, planned(rig))
    with rig.ports.write() as writing:
        found = restoring.find(writing.connection, USER, bob)
        restoring.restore(writing, rig.ports, USER, found, 30)
    assert rig.get(USER, bob).get("groups") is None
    (team,) = rig.search(GROUP, source=rig.other)["Resources"]
    assert [member["value"] for member in team["members"]] == [ann]


def test_undo_brings_all_back(rig: Rig) -> None:
    ann = rig.create_user("ann", externalId="a-1", emails=mail("ann@example.org"))["id"]
    inner = rig.create_group("inner", ann, externalId="g-1")["id"]
    rig.create_group("outer", inner)
    before, numbers = everything(rig), counted(rig)
    plan = planned(rig, "mail")
    carried_out(rig, plan)
    assert everything(rig) != before
    assert undone(rig, plan) == 3
    assert (everything(rig), counted(rig)) == (before, numbers)
    assert rig.get(USER, ann)["externalId"] == "a-1"
    with pytest.raises(HandOverError, match="has changed or deleted these since"):
        undone(rig, plan)


def test_whom_the_new_source_has_changed_is_named_and_nobody_goes_back(rig: Rig) -> None:
    ann = rig.create_user("ann")["id"]
    bob = rig.create_user("bob")["id"]
    rig.create_user("cleo")
    plan = planned(rig)
    carried_out(rig, plan)
    rig.patch(USER, ann, {"op": "replace", "path": "title", "value": "Maire"}, source=rig.other)
    rig.delete(USER, bob, rig.other)
    before = everything(rig)
    with pytest.raises(HandOverError) as error:
        undone(rig, plan)
    assert str(error.value) == f"source 'other' has changed or deleted these since:\n  ann ({ann})\n  bob ({bob})"
    assert everything(rig) == before


def test_what_is_unclear_is_refused_by_name_until_the_plan_says_what_to_do(rig: Rig) -> None:
    ann = rig.create_user("ann")["id"]
    for external_id in ("b-1", "b-2"):
        with pytest.raises(ScimError):
            rig.create_user("Ann", rig.other, externalId=external_id)
    plan = planned(rig)
    with pytest.raises(HandOverError) as error:
        carried_out(rig, plan)
    told = f"  ann ({ann}): 2 people of the new source match: b-1, b-2"
    assert str(error.value) == f"decide in the plan what becomes of these:\n{told}"
    assert rig.get(USER, ann)["id"] == ann
    carried_out(rig, planned(rig, lines={"ann": {"state": MATCHED, "becomes": "b-2"}}))
    assert rig.get(USER, ann, rig.other)["externalId"] == "b-2"


def test_a_twin_by_case_is_unclear(rig: Rig) -> None:
    rig.create_user("ann")
    twin = rig.create_user("other")["id"]
    # As names were before they were compared by PRECIS.
    with rig.ports.write() as writing:
        document = '{"schemas":[],"userName":"Ann","active":true}'
        row = update(tables.resource).where(tables.resource.c.id == twin)
        writing.connection.execute(row.values(key="Ann (2)", document=document))
    assert (line_of(planned(rig), "ann").state, line_of(planned(rig), "Ann").state) == (WAITING, UNCLEAR)


def test_who_is_on_both_sides_already_is_unclear(rig: Rig) -> None:
    rig.create_user("ann", externalId="d-1")
    there = rig.create_user("ann.martin", rig.other, externalId="d-1")["id"]
    line = line_of(planned(rig, "directory-id"), "ann")
    assert (line.state, line.why) == (UNCLEAR, f"the new source has them already, as {there}")


def test_two_who_would_be_one_are_unclear(rig: Rig) -> None:
    rig.create_user("ann", emails=mail("team@example.org"))
    rig.create_user("bob", emails=mail("bob@example.org"))
    for address in ("team@example.org", "bob@example.org"):
        with pytest.raises(ScimError):
            rig.create_user("one", rig.other, externalId="b-1", emails=mail(address))
    plan = planned(rig, "mail")
    # Only the latest refusal counts of one who was refused twice.
    assert [line.state for line in plan.lines] == [WAITING, MATCHED]
    both = planned(rig, lines={name: {"state": MATCHED, "becomes": "b-1"} for name in ("ann", "bob")})
    with pytest.raises(HandOverError, match="source 'other' has the externalId of a User"):
        carried_out(rig, both)
    assert rig.search(USER)["totalResults"] == 2


def test_who_stays_stays_unless_a_membership_would_lead_from_one_source_to_another(rig: Rig) -> None:
    ann, bob = rig.create_user("ann")["id"], rig.create_user("bob")["id"]
    team = rig.create_group("team", ann, bob)["id"]
    with pytest.raises(HandOverError) as error:
        carried_out(rig, planned(rig, lines={"bob": {"state": STAYS}}))
    told = f"  bob ({bob}) is in team ({team})"
    assert str(error.value) == f"groups and their members belong to one source:\n{told}"
    rig.patch(GROUP, team, {"op": "remove", "path": f'members[value eq "{bob}"]'})
    assert carried_out(rig, planned(rig, lines={"bob": {"state": STAYS}})) == 2
    assert rig.ids(USER) == {bob}


def test_a_plan_is_for_what_is_there_today(rig: Rig) -> None:
    ann = rig.create_user("ann")["id"]
    plan = planned(rig)
    rig.patch(USER, ann, {"op": "replace", "path": "title", "value": "Maire"})
    bob = rig.create_user("bob")["id"]
    with pytest.raises(HandOverError) as error:
        carried_out(rig, plan)
    told = f"  {bob} is not in it\n  ann ({ann}) was changed or is gone"
    assert str(error.value) == f"the plan is not that of today, make another:\n{told}"


def test_a_source_that_could_make_everybody_again_is_disabled_first(rig: Rig) -> None:
    rig.create_user("ann")
    plan = planned(rig)
    with pytest.raises(HandOverError, match="source 'staff' is enabled"), rig.ports.write() as writing:
        handing_over.carry_out(writing, rig.ports, plan)
    carried_out(rig, plan)
    with pytest.raises(HandOverError, match="source 'other' is enabled"), rig.ports.write() as writing:
        handing_over.undo(writing, rig.ports, plan)


def test_what_the_directory_refuses_leaves_all_as_it_was(rig: Rig) -> None:
    rig.create_user("ann")
    plan, before = planned(rig), everything(rig)
    rig.ports.refuses = True
    with pytest.raises(ScimError, match="the directory refuses"):
        carried_out(rig, plan)
    assert everything(rig) == before


def test_each_version_has_its_row_in_the_log_of_changes(rig: Rig) -> None:
    ann = rig.create_user("ann", externalId="a-1")["id"]
    carried_out(rig, planned(rig))
    c = tables.change.c
    rows = [row for row in rig.rows(tables.change, c.resource, c.source, c.kind, c.version, c.paths) if row[0] == ann]
    assert rows[1:] == [(ann, rig.other.id, "hand-over", 2, '["externalId"]')]
