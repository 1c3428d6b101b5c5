"""What takes away access from too many at once is held; all else of the source passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from sbe_scim.protocol import Held
from sbe_scim.service.undoing import NoStorm, Undone, undo
from sbe_scim.store import guards, sources, tables
from sbe_scim.store.clock import now
from sbe_scim.store.guards import Storm
from tests.unit.rig import GROUP, USER, Recording, Rig, user_body

OFF = {"op": "replace", "path": "active", "value": False}
ON = {"op": "replace", "path": "active", "value": True}


@pytest.fixture
def rig(ports: Recording) -> Rig:
    """A source of twenty people that may lose four at once, and another."""
    rig = Rig(ports)
    rig.people = [rig.create_user(f"user{number}")["id"] for number in range(20)]  # type: ignore[attr-defined]
    return rig


def people(rig: Rig) -> list[str]:
    found: list[str] = rig.people  # type: ignore[attr-defined]
    return found


def storm(rig: Rig) -> Storm | None:
    with rig.ports.read() as transaction:
        return guards.storms(transaction.connection).get(rig.staff.id)


def held(work: Callable[[], Any]) -> bool:
    try:
        work()
    except Held:
        return True
    return False


def disable(rig: Rig, *who: str) -> list[bool]:
    return [held(lambda one=one: rig.patch(USER, one, OFF)) for one in who]  # type: ignore[misc]


def remove(rig: Rig, *who: str) -> list[bool]:
    return [held(lambda one=one: rig.delete(USER, one)) for one in who]  # type: ignore[misc]


def leave(rig: Rig, group: str, *who: str) -> bool:
    values = [{"value": one} for one in who]
    return held(lambda: rig.patch(GROUP, group, {"op": "remove", "path": "members", "value": values}))


def test_the_fifth_who_is_disabled_is_held_and_stays_as_they_are(rig: Rig) -> None:
    assert disable(rig, *people(rig)[:6]) == [False] * 4 + [True] * 2
    assert [rig.get(USER, one)["active"] for one in people(rig)[:6]] == [False] * 4 + [True] * 2
    found = storm(rig)
    assert found is not None
    assert (found.resources, found.passed) == (2, 4)


def test_what_is_held_is_no_part_of_what_the_directory_is_told(rig: Rig) -> None:
    told = len(rig.ports.told)
    disable(rig, *people(rig)[:6])
    assert len(rig.ports.told) == told + 4


def test_removals_replacements_and_memberships_count_together(rig: Rig) -> None:
    who = people(rig)
    group = rig.create_group("staff", *who)["id"]
    assert remove(rig, who[0]) == [False]
    assert not held(lambda: rig.replace(USER, who[1], user_body("user1", active=False)))
    assert not leave(rig, group, who[2])
    assert not leave(rig, group, who[3])
    assert leave(rig, group, who[4])
    assert remove(rig, who[5]) == [True]
    assert held(lambda: rig.replace(USER, who[6], user_body("user6", active=False)))


def test_a_group_that_loses_many_in_one_request_is_held_whole(rig: Rig) -> None:
    who = people(rig)
    group = rig.create_group("staff", *who)["id"]
    before = rig.get(GROUP, group)
    assert leave(rig, group, *who[:5])
    assert held(lambda: rig.replace(GROUP, group, {"schemas": before["schemas"], "displayName": "staff"}))
    assert held(lambda: rig.delete(GROUP, group))
    assert rig.get(GROUP, group) == before
    assert not leave(rig, group, *who[:4])
    assert leave(rig, group, who[4])


def test_a_group_that_nobody_is_in_is_one_loss(rig: Rig) -> None:
    groups = [rig.create_group(f"group{number}")["id"] for number in range(5)]
    assert [held(lambda one=one: rig.delete(GROUP, one)) for one in groups] == [False] * 4 + [True]  # type: ignore[misc]


def test_who_is_inactive_has_nothing_left_to_lose(rig: Rig) -> None:
    who = people(rig)
    group = rig.create_group("staff", *who)["id"]
    disable(rig, *who[:4])
    assert not leave(rig, group, *who[:4])
    assert remove(rig, *who[:4]) == [False] * 4
    assert storm(rig) is None


def test_who_comes_back_gives_nothing_back(rig: Rig) -> None:
    who = people(rig)
    disable(rig, *who[:4])
    rig.patch(USER, who[0], ON)
    rig.create_user("somebody")
    assert disable(rig, who[4]) == [True]


def test_all_else_passes_while_losses_are_held(rig: Rig) -> None:
    who = people(rig)
    disable(rig, *who[:5])
    group = rig.create_group("staff", who[5])["id"]
    rig.patch(GROUP, group, {"op": "add", "path": "members", "value": [{"value": who[6]}]})
    rig.patch(USER, who[4], {"op": "replace", "path": "title", "value": "Chief"})
    rig.patch(USER, who[0], ON)
    assert rig.get(USER, who[4])["title"] == "Chief"
    assert disable(rig, who[7]) == [True]


def test_what_takes_nothing_away_does_not_touch_the_guard(rig: Rig) -> None:
    who = people(rig)
    before = rig.rows(tables.guard)
    rig.create_user("somebody")
    rig.patch(USER, who[0], {"op": "replace", "path": "title", "value": "Chief"})
    group = rig.create_group("staff", *who)["id"]
    rig.patch(GROUP, group, {"op": "replace", "path": "displayName", "value": "everybody"})
    rig.replace(USER, who[1], user_body("user1", title="Chief"))
    assert rig.rows(tables.guard) == before


def test_another_source_is_not_touched(rig: Rig) -> None:
    disable(rig, *people(rig)[:5])
    theirs = rig.create_user("theirs", rig.other)["id"]
    rig.delete(USER, theirs, rig.other)


def test_a_source_without_a_limit_loses_as_many_as_it_says(rig: Rig) -> None:
    free = replace(rig.staff, storm_limit=None)
    for one in people(rig):
        rig.delete(USER, one, free)
    assert rig.ids(USER) == set()


def test_few_people_are_not_judged_by_their_share(ports: Recording) -> None:
    rig = Rig(ports)
    few = [rig.create_user(f"user{number}")["id"] for number in range(9)]
    assert disable(rig, *few) == [False] * 9


def test_what_is_asked_for_again_is_held_once_and_gathered_in_the_journal(rig: Rig) -> None:
    who = people(rig)
    disable(rig, *who[:4])
    assert disable(rig, *[who[4]] * 10) == [True] * 10
    found = storm(rig)
    assert found is not None
    assert found.resources == 1
    rig.journal.flush()
    rows = rig.rows(tables.journal, tables.journal.c.status, tables.journal.c.reason, tables.journal.c.detail)
    held_rows = [row for row in rows if row[1] == "held"]
    assert len(held_rows) == 2
    assert "the last of 9 that are held already: 9 x 503" in held_rows[1][2]


def test_who_was_held_and_is_gone_otherwise_is_held_no_more(rig: Rig) -> None:
    who = people(rig)
    disable(rig, *who[:6])
    rig.delete(USER, who[4], replace(rig.staff, storm_limit=None))
    found = storm(rig)
    assert found is not None
    assert found.resources == 1


def test_after_a_release_the_rest_goes(rig: Rig) -> None:
    who = people(rig)
    group = rig.create_group("staff", *who)["id"]
    disable(rig, *who[:5])
    assert leave(rig, group, *who[5:12])
    with rig.ports.write() as transaction:
        guards.release(transaction.connection, rig.staff.id, now())
    assert storm(rig) is None
    assert disable(rig, *who[4:12]) == [False] * 8
    assert not leave(rig, group, *who[12:])


def undone(rig: Rig) -> Undone:
    with rig.ports.read() as transaction:
        source = sources.require(transaction.connection, "staff")
    return undo(rig.ports, rig.ports, source, 30)


def released(rig: Rig) -> None:
    with rig.ports.write() as transaction:
        guards.release(transaction.connection, rig.staff.id, now())


def test_who_went_in_a_storm_comes_back(rig: Rig) -> None:
    who = people(rig)
    group = rig.create_group("staff", *who[:10])["id"]
    whole = rig.get(GROUP, group)["members"]
    disable(rig, who[0])
    remove(rig, who[1])
    leave(rig, group, who[2])
    leave(rig, group, who[11], who[3])
    assert disable(rig, who[4]) == [True]
    done = undone(rig)
    assert (done.restored, done.activated, done.memberships, done.refused) == (1, 1, 3, {})
    assert [rig.get(USER, one)["active"] for one in who] == [True] * 20
    assert rig.get(GROUP, group)["members"] == whole
    # It goes on: what is still to go is held.
    assert disable(rig, who[0], who[4]) == [True, True]


def test_who_went_after_a_release_comes_back_too_and_the_release_ends(rig: Rig) -> None:
    who = people(rig)
    groups = [rig.create_group(name, *who)["id"] for name in ("staff", "more")]
    disable(rig, *who[:5])
    released(rig)
    remove(rig, *who[:8])
    assert not held(lambda: rig.delete(GROUP, groups[0]))
    remove(rig, *who[8:10])
    done = undone(rig)
    assert (done.restored, done.refused) == (11, {})
    for group in groups:
        assert {one["value"] for one in rig.get(GROUP, group)["members"]} == set(who)
    assert disable(rig, who[0], who[15]) == [True, True]
    assert undone(rig).restored == 0


def test_who_went_before_the_storm_or_long_after_it_stays_gone(rig: Rig) -> None:
    who = people(rig)
    free = replace(rig.staff, storm_limit=None)
    rig.delete(USER, who[0], free)
    disable(rig, *who[1:6])
    with rig.ports.write() as transaction:
        past = {"held_until": tables.guard.c.held_until - 2 * 3_600_000_000}
        transaction.connection.execute(update(tables.guard).values(**past))
    rig.delete(USER, who[10], free)
    done = undone(rig)
    assert (done.restored, rig.ids(USER) & {who[0], who[10]}) == (0, set())


def test_who_cannot_come_back_is_told_and_all_others_do(rig: Rig) -> None:
    who = people(rig)
    remove(rig, *who[:4])
    assert remove(rig, who[4]) == [True]
    rig.create_user("user0")
    done = undone(rig)
    assert (done.restored, list(done.refused)) == (3, [who[0]])
    assert "userName" in done.refused[who[0]]


def test_what_is_undone_is_in_the_journal_and_told_to_the_directory(rig: Rig) -> None:
    who = people(rig)
    disable(rig, *who[:5])
    rig.ports.told.clear()
    undone(rig)
    assert [call[0] for call in rig.ports.told] == ["user_saved"] * 4
    rows = rig.rows(tables.journal, tables.journal.c.operation, tables.journal.c.effect)
    assert rows.count(("undo", "activated")) == 4


def test_without_a_storm_nothing_is_undone(rig: Rig) -> None:
    disable(rig, *people(rig)[:4])
    with pytest.raises(NoStorm):
        undone(rig)
    assert disable(rig, people(rig)[4]) == [True]


def test_the_guard_of_a_source_goes_with_it(ports: Recording) -> None:
    rig = Rig(ports)
    with rig.ports.write() as transaction:
        sources.remove(transaction.connection, "other")
    assert [row[0] for row in rig.rows(tables.guard)] == [rig.staff.id]
