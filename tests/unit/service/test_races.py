"""Requests that meet: one wins, the others are told so, and nothing is half done."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.engine import Connection, Engine

from sbe_scim.directory.port import DirectoryUser
from sbe_scim.protocol import NotFound, ScimError, Uniqueness
from sbe_scim.service import units
from sbe_scim.service.going_live import go_live
from sbe_scim.store import members, resources, sources, tables
from tests.unit.rig import GROUP, USER, Recording, Rig, group_body, user_body

AT_ONCE = 6


def together(attempts: list[Callable[[], Any]]) -> list[Any]:
    """Start all at the same moment; return results, refusals among them."""
    start = threading.Barrier(len(attempts))

    def run(attempt: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return attempt()
        except ScimError as error:
            return error

    with ThreadPoolExecutor(len(attempts)) as threads:
        return list(threads.map(run, attempts))


@pytest.fixture
def no_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a deadlock, after which a unit would be done again, end the test."""
    monkeypatch.setattr(units, "_TRIES", 1)


def test_of_many_creates_of_one_name_exactly_one_wins(rig: Rig) -> None:
    results = together([lambda: rig.create_user("ann", emails=[{"value": "ann@example.org"}])] * AT_ONCE)
    assert sum(isinstance(result, dict) for result in results) == 1
    assert sum(isinstance(result, Uniqueness) for result in results) == AT_ONCE - 1
    assert rig.search(USER)["totalResults"] == 1
    assert sorted(row[1] for row in rig.journalled()) == [201] + [409] * (AT_ONCE - 1)


def test_members_added_at_the_same_time_are_all_there(rig: Rig) -> None:
    people = [rig.create_user(f"user{number}")["id"] for number in range(AT_ONCE)]
    group = rig.create_group("Élus")["id"]

    def joining(person: str) -> Callable[[], Any]:
        return lambda: rig.patch(GROUP, group, {"op": "add", "path": "members", "value": [{"value": person}]})

    assert all(isinstance(result, dict) for result in together([joining(person) for person in people]))
    found = rig.get(GROUP, group)
    assert {member["value"] for member in found["members"]} == set(people)
    assert found["meta"]["version"] == f'W/"{AT_ONCE + 1}"'


@pytest.mark.usefixtures("no_second_try")
def test_members_who_are_renamed_while_others_join_move_the_group_each_time(rig: Rig) -> None:
    people = [rig.create_user(f"user{number}")["id"] for number in range(AT_ONCE)]
    group = rig.create_group("Élus", *people)["id"]
    joining = [rig.create_user(f"more{number}")["id"] for number in range(AT_ONCE)]

    def rename(person: str) -> Callable[[], Any]:
        return lambda: rig.patch(USER, person, {"op": "replace", "path": "displayName", "value": f"Mme {person}"})

    def join(person: str) -> Callable[[], Any]:
        listed = [{"value": member} for member in (*people, person)]
        return lambda: rig.patch(GROUP, group, {"op": "add", "path": "members", "value": listed})

    results = together([*map(rename, people), *map(join, joining)])
    assert all(isinstance(result, dict) for result in results), results
    found = rig.get(GROUP, group)
    assert {member["display"] for member in found["members"] if member["value"] in people} == {
        f"Mme {person}" for person in people
    }
    assert found["meta"]["version"] == f'W/"{2 * AT_ONCE + 1}"'


@pytest.mark.usefixtures("no_second_try")
def test_a_user_deleted_while_joining_is_in_no_group(rig: Rig) -> None:
    person = rig.create_user("ann")["id"]
    groups = [rig.create_group(f"group{number}")["id"] for number in range(AT_ONCE - 1)]

    def joining(group: str) -> Callable[[], Any]:
        return lambda: rig.patch(GROUP, group, {"op": "add", "path": "members", "value": [{"value": person}]})

    together([lambda: rig.delete(USER, person), *(joining(group) for group in groups)])
    assert isinstance(together([lambda: rig.get(USER, person)])[0], NotFound)
    assert rig.rows(tables.membership) == []
    assert rig.search(USER)["totalResults"] == 0


def test_many_patches_of_one_user_all_count(rig: Rig) -> None:
    user = rig.create_user("ann")["id"]

    def retitle(number: int) -> Callable[[], Any]:
        return lambda: rig.patch(USER, user, {"op": "replace", "path": "title", "value": f"t{number}"})

    together([retitle(number) for number in range(AT_ONCE)])
    assert rig.get(USER, user)["meta"]["version"] == f'W/"{AT_ONCE + 1}"'


def test_a_user_restored_while_being_deleted_is_there_or_deleted_last(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = resources.rivals

    def look_slowly(*arguments: Any) -> Any:
        found = look(*arguments)
        time.sleep(0.01)
        return found

    monkeypatch.setattr(resources, "rivals", look_slowly)
    for number in range(5):
        name = f"ann{number}"
        person = rig.create_user(name, externalId=name, active=False)["id"]
        created, _ = together(
            [
                lambda name=name: rig.create_user(name, externalId=name),  # type: ignore[misc]
                lambda person=person: rig.delete(USER, person),  # type: ignore[misc]
            ]
        )
        assert isinstance(created, dict), created
        columns = tables.change.c
        kinds = [row[0] for row in rig.rows(tables.change, columns.kind, columns.resource) if row[1] == created["id"]]
        assert (kinds[-1] == "delete") == (rig.ids(USER, f'userName eq "{name}"') == set())


def test_creates_of_one_source_do_not_wait_for_each_others_accounts(postgresql: Engine) -> None:
    # It opens only when all are at their account at once: those who waited for each other before would break it.
    all_inside = threading.Barrier(AT_ONCE)
    rig = Rig(Recording.over(postgresql))
    rig.ports.behaviour = lambda _connection, _user: all_inside.wait(timeout=30)
    results = together([(lambda name: lambda: rig.create_user(name))(f"user{number}") for number in range(AT_ONCE)])
    assert all(isinstance(result, dict) for result in results)
    assert rig.search(USER)["totalResults"] == AT_ONCE


def test_changes_and_removals_of_one_source_do_not_wait_for_each_others_accounts(postgresql: Engine) -> None:
    both_inside = threading.Barrier(2)
    rig = Rig(Recording.over(postgresql))
    ann, bob, carl = (rig.create_user(name, active=False, externalId=name)["id"] for name in ("ann", "bob", "carl"))
    rig.delete(USER, carl)
    rig.ports.behaviour = lambda _connection, _user: both_inside.wait(timeout=30)
    results = together(
        [
            lambda: rig.patch(USER, ann, {"op": "replace", "path": "title", "value": "x"}),
            lambda: rig.create_user("bob", externalId="bob"),
        ]
    )
    assert [result["id"] for result in results] == [ann, bob]
    results = together([lambda: rig.create_user("dora"), lambda: rig.replace(USER, ann, user_body("ann", title="y"))])
    assert all(isinstance(result, dict) for result in results)


def test_a_deadlock_is_done_again_until_both_are_through(postgresql: Engine) -> None:
    both_hold_their_own = threading.Barrier(2)
    first_time = threading.local()

    def take_the_others(connection: Connection, user: DirectoryUser) -> None:
        if not getattr(first_time, "over", False):
            first_time.over = True
            both_hold_their_own.wait(timeout=30)
        connection.execute(update(resource).where(resource.c.id != user.id).values(display=resource.c.display))

    resource = tables.resource
    rig = Rig(Recording.over(postgresql))
    ids = [rig.create_user(name)["id"] for name in ("ann", "bob")]
    rig.ports.behaviour = take_the_others

    def retitle(user: str) -> Callable[[], Any]:
        return lambda: rig.patch(USER, user, {"op": "replace", "path": "title", "value": "x"})

    results = together([retitle(user) for user in ids])
    assert [result["meta"]["version"] for result in results] == ['W/"2"'] * 2
    with postgresql.connect() as connection:
        ended = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        assert connection.execute(text(ended)).scalar_one() > 0
    assert rig.journalled() == [("create", 201, None)] * 2 + [("patch", 200, None)] * 2


@pytest.mark.usefixtures("no_second_try")
def test_people_who_are_deleted_and_groups_that_change_do_not_wait_for_each_other(rig: Rig) -> None:
    for number in range(5):
        people = [rig.create_user(f"user{number}-{place}")["id"] for place in range(AT_ONCE)]
        group = rig.create_group(f"group{number}", *people)["id"]
        add = {"op": "add", "path": "members", "value": [{"value": person} for person in people]}
        attempts: list[Callable[[], Any]] = [
            lambda group=group, add=add: rig.patch(GROUP, group, add)  # type: ignore[misc]
        ] * (AT_ONCE // 2)
        attempts += [lambda person=person: rig.delete(USER, person) for person in people[: AT_ONCE // 2]]  # type: ignore[misc]
        together(attempts)
        assert len(rig.get(GROUP, group)["members"]) == AT_ONCE // 2


@pytest.mark.usefixtures("no_second_try")
def test_who_is_deleted_just_after_joining_a_group_and_its_next_change_do_not_wait_for_each_other(
    postgresql: Engine,
) -> None:
    rig = Rig(Recording.over(postgresql))
    person, group = rig.create_user("ann")["id"], rig.create_group("Élus")["id"]
    columns = tables.resource.c
    pks = {row[1]: row[0] for row in rig.rows(tables.resource, columns.pk, columns.id)}

    def wait_until_wait(count: int) -> None:
        waiting = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
        with postgresql.connect() as connection:
            while connection.execute(text(waiting)).scalar_one() < count:
                time.sleep(0.01)

    with ThreadPoolExecutor(2) as threads, postgresql.connect() as joining:
        # What a PUT of the group with this member does, up to its commit.
        joining.execute(select(columns.pk).where(columns.id == person).with_for_update(read=True))
        joining.execute(select(columns.pk).where(columns.id == group).with_for_update())
        members.add(joining, pks[group], [pks[person]], 1)
        removal = threads.submit(rig.delete, USER, person)
        wait_until_wait(1)
        change = threads.submit(rig.replace, GROUP, group, group_body("Élus", person))
        wait_until_wait(2)
        joining.commit()
        removal.result()
        change.result()
    assert "members" not in rig.get(GROUP, group)


@pytest.mark.usefixtures("no_second_try")
def test_who_comes_while_a_source_goes_live_is_in_the_shadow_and_then_applied_or_live_at_once(rig: Rig) -> None:
    leave = {"op": "replace", "path": "active", "value": False}
    for number in range(3):
        with rig.ports.write() as writing:
            trial = sources.add(writing.connection, f"trial{number}", shadow=True)
        before = [rig.create_user(f"user{number}-{place}", trial)["id"] for place in range(AT_ONCE)]
        # As processes do that were told some seconds ago that it is in shadow mode.
        attempts: list[Callable[[], Any]] = [
            lambda name=f"late{number}-{place}", trial=trial: rig.create_user(name, trial)  # type: ignore[misc]
            for place in range(AT_ONCE)
        ]
        attempts += [
            lambda user=before[0], trial=trial: rig.patch(USER, user, leave, source=trial),  # type: ignore[misc]
            lambda trial=trial: go_live(rig.ports, rig.ports, trial.name),  # type: ignore[misc]
        ]
        results = together(attempts)
        late = [result["id"] for result in results[:AT_ONCE]]
        told = {call[1:] for call in rig.ports.taken() if call[0] == "user_saved"}
        assert {one[0] for one in told if one[2]} >= {*before[1:], *late}
        assert {one[2] for one in told if one[0] == before[0]} in (set(), {False}, {True, False})
        assert rig.search(USER, 'userName sw "user" or userName sw "late"', source=trial)["totalResults"] == 2 * AT_ONCE
        scopes = {row[0] for row in rig.rows(tables.resource, tables.resource.c.scope)}
        assert scopes == {0}
