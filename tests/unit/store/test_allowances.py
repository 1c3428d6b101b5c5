"""What a source may send is drawn from one bucket, whoever draws."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection, Engine

from sbe_scim.store import allowances, migrate, open_database, sources
from sbe_scim.store.allowances import BURST, Drawn, draw

SECOND = 1_000_000


class Clock:
    """The time of the database, as the test sets it."""

    def __init__(self) -> None:
        self.now = 1_700_000_000 * SECOND

    def __call__(self) -> int:
        return self.now


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Connection, Clock]]:
    """An SQLite database whose clock the test moves."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('allowances')}/receiver.db")
    migrate(engine)
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch, engine.connect() as connection:
        patch.setattr(allowances, "now", clock)
        yield connection, clock
    engine.dispose()


#: Microseconds that pass, and how many are then asked for.
DRAWS = st.lists(st.tuples(st.integers(0, 3 * SECOND), st.integers(1, 200)), max_size=30)


@settings(deadline=None, max_examples=60)
@given(rate=st.sampled_from([1, 2, 5, 25, 64, 100, 1000]), draws=DRAWS)
def test_it_gives_what_an_exact_bucket_would(
    embedded: tuple[Connection, Clock], rate: int, draws: list[tuple[int, int]]
) -> None:
    connection, clock = embedded
    with connection.begin() as transaction:
        source = sources.add(connection, "staff", rate=rate).id
        level, full = Fraction(BURST * rate), Fraction(BURST * rate)
        for passed, wanted in draws:
            clock.now += passed
            level = min(full, level + Fraction(passed * rate, SECOND))
            drawn = draw(connection, source, rate, wanted)
            assert drawn.requests == min(int(level), wanted)
            level -= drawn.requests
            if not drawn.requests:
                assert drawn.wait == (1 - level) * SECOND / rate
        transaction.rollback()


def test_no_rate_is_ever_exceeded_by_its_rounding(embedded: tuple[Connection, Clock]) -> None:
    connection, clock = embedded
    with connection.begin() as transaction:
        source = sources.add(connection, "staff").id
        total, begun = 0, clock.now
        for _ in range(1000):
            clock.now += SECOND
            total += draw(connection, source, 7, 1000).requests
            assert total <= 7 * (BURST + (clock.now - begun) // SECOND)
        assert total >= 7 * 1000
        transaction.rollback()


def test_a_clock_that_is_set_back_stops_nobody(embedded: tuple[Connection, Clock]) -> None:
    connection, clock = embedded
    with connection.begin() as transaction:
        source = sources.add(connection, "staff").id
        assert draw(connection, source, 10, 1000).requests == 10 * BURST
        clock.now -= 86_400 * SECOND
        assert draw(connection, source, 10, 1000) == Drawn(0, SECOND // 10)
        clock.now -= SECOND
        assert draw(connection, source, 10, 1000) == Drawn(0, SECOND // 10)
        transaction.rollback()


def test_a_source_that_is_gone_draws_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        source = sources.add(connection, "staff", rate=5).id
        sources.remove(connection, "staff")
        assert draw(connection, source, 5, 1).requests == 0


@pytest.mark.parametrize("rate", [0, -1, sources.HIGHEST_RATE + 1])
def test_a_rate_that_is_none_is_refused(engine: Engine, rate: int) -> None:
    with engine.begin() as connection:
        with pytest.raises(sources.SourceError, match="requests a second"):
            sources.add(connection, "staff", rate=rate)
        sources.add(connection, "staff")
        with pytest.raises(sources.SourceError, match="requests a second"):
            sources.change(connection, "staff", rate=rate)


def test_those_who_draw_at_the_same_time_share_it(postgresql: Engine) -> None:
    rate, threads = 40, 4
    with postgresql.begin() as connection:
        source = sources.add(connection, "staff", rate=rate).id
    begun = monotonic()

    def flood(_number: int) -> int:
        total = 0
        for _ in range(50):
            with postgresql.begin() as connection:
                total += draw(connection, source, rate, 3).requests
        return total

    with ThreadPoolExecutor(threads) as pool:
        total = sum(pool.map(flood, range(threads)))
    assert rate * BURST <= total <= rate * (BURST + monotonic() - begun)


def test_it_is_told_when_the_next_can_be_drawn(engine: Engine) -> None:
    with engine.begin() as connection:
        source = sources.add(connection, "staff", rate=1).id
        assert draw(connection, source, 1, 100).requests == BURST
        empty = draw(connection, source, 1, 100)
        assert empty.requests == 0
        assert 0 < empty.wait <= SECOND
