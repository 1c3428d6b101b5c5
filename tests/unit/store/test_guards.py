"""The storm guard's row: what passes, what is held, how a storm ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Connection, Engine

from sbe_scim.store import counting, guards, sources, tables
from sbe_scim.store.prepared import Together
from tests.unit.rig import USER

SECOND = 1_000_000
NOW = 1_800_000_000 * SECOND


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A transaction with source 1, which has 1,000 people."""
    with engine.begin() as connection:
        staff = sources.add(connection, "staff")
        _count_people(connection, staff.id)
        yield connection


def _count_people(connection: Connection, source: int) -> None:
    together = Together()
    counting.move(together, source, USER.number, {0: 1_000})
    together.run(connection)


def admit(connection: Connection, losses: int = 1, most: int = 50, at: float = 0) -> bool:
    return guards.admit(connection, 1, losses, most, NOW + int(at * SECOND))


def people(connection: Connection, count: int) -> None:
    connection.execute(update(tables.counter).values(live=count))


def test_as_many_pass_as_the_limit_says(connection: Connection) -> None:
    assert [admit(connection) for _ in range(51)] == [True] * 50 + [False]


def test_several_at_once_pass_whole_or_not_at_all(connection: Connection) -> None:
    assert admit(connection, 40)
    assert not admit(connection, 11)
    assert admit(connection, 10)


@pytest.mark.parametrize(("there", "passes"), [(9, 50), (10, 2), (14, 2), (15, 3), (60, 12), (249, 49), (250, 50)])
def test_a_fifth_passes_where_that_is_fewer(connection: Connection, there: int, passes: int) -> None:
    people(connection, there)
    assert sum(admit(connection) for _ in range(60)) == passes


def test_the_fifth_is_of_those_who_were_there_first(connection: Connection) -> None:
    people(connection, 60)
    for _ in range(12):
        assert admit(connection)
        people(connection, 40)
    assert not admit(connection)


def test_a_quarter_of_an_hour_later_as_many_pass_again(connection: Connection) -> None:
    assert admit(connection, 50)
    assert not admit(connection, at=guards.WINDOW - 1)
    assert admit(connection, 50, at=guards.WINDOW)


def test_a_storm_lets_no_more_pass_however_long_it_lasts(connection: Connection) -> None:
    assert admit(connection, 50)
    for minutes in range(0, 600, 30):
        at = minutes * 60
        assert not admit(connection, at=at)
        guards.hold(connection, 1, 7, NOW + at * SECOND)


def test_a_storm_of_one_request_leaves_to_others_what_there_was(connection: Connection) -> None:
    assert not admit(connection, 300)
    guards.hold(connection, 1, 7, NOW)
    assert [admit(connection, 10, at=at) for at in (1, 1_000, 1_001, 1_002, 1_003, 1_004)] == [True] * 5 + [False]


def test_what_passed_long_before_does_not_count_in_a_storm(connection: Connection) -> None:
    assert admit(connection, 50)
    later = guards.WINDOW + 1
    assert not admit(connection, 51, at=later)
    guards.hold(connection, 1, 7, NOW + later * SECOND)
    assert admit(connection, 50, at=later)


def test_a_storm_ends_by_itself_once_nothing_of_it_is_asked_for(connection: Connection) -> None:
    assert admit(connection, 50)
    guards.hold(connection, 1, 7, NOW)
    assert not admit(connection, at=guards.CALM - 1)
    assert admit(connection, at=guards.CALM)


def test_a_release_lets_everything_through_for_a_while(connection: Connection) -> None:
    admit(connection, 50)
    guards.hold(connection, 1, 7, NOW)
    guards.release(connection, 1, NOW + SECOND)
    assert admit(connection, 5_000, at=2)
    assert admit(connection, at=guards.WINDOW)
    later = guards.WINDOW + 1
    assert [admit(connection, 50, at=later), admit(connection, at=later)] == [True, False]


def test_what_was_held_passes_once_whenever_it_comes_back(connection: Connection) -> None:
    guards.hold(connection, 1, 7, NOW)
    guards.release(connection, 1, NOW)
    later = NOW + (guards.RELEASED - 1) * SECOND
    assert guards.released(connection, 1, (7, 8), later) == {7}
    assert [guards.lets_one(connection, 1, one, later) for one in (8, 7, 7)] == [False, True, False]


def test_what_was_released_is_not_let_through_days_later(connection: Connection) -> None:
    guards.hold(connection, 1, 7, NOW)
    guards.release(connection, 1, NOW)
    assert not guards.lets_one(connection, 1, 7, NOW + guards.RELEASED * SECOND)


def test_a_source_is_judged_by_its_own_row_alone(connection: Connection) -> None:
    other = sources.add(connection, "other")
    assert admit(connection, 50)
    assert guards.admit(connection, other.id, 1, 50, NOW)
    guards.hold(connection, 1, 7, NOW)
    assert set(guards.storms(connection, NOW)) == {1}


def test_to_ask_counts_nothing(connection: Connection) -> None:
    assert all(guards.would_admit(connection, 1, 50, 50, NOW) for _ in range(3))
    assert not guards.would_admit(connection, 1, 51, 50, NOW)


def test_what_is_held_again_is_known(connection: Connection) -> None:
    assert [guards.hold(connection, 1, 7, NOW), guards.hold(connection, 1, 7, NOW + SECOND)] == [False, True]


def test_no_more_pass_than_may_when_two_workers_ask_at_once(postgresql: Engine) -> None:
    with postgresql.begin() as connection:
        staff = sources.add(connection, "staff")
        _count_people(connection, staff.id)
    passed = []

    def ask() -> None:
        for _ in range(40):
            with postgresql.begin() as connection:
                passed.append(guards.admit(connection, staff.id, 1, 50, NOW))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.count(True) == 50
