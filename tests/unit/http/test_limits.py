"""The rate of a source: how many requests are let through, by all processes together, and what the others are told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sbe_scim.auth import authenticator
from sbe_scim.http.limits import DRAWS, KEPT, Limiter
from sbe_scim.protocol import RateLimited, Unavailable
from sbe_scim.store import Source, allowances, migrate, open_database, sources, tokens
from sbe_scim.store.allowances import BURST
from sbe_scim.store.embedded import own_transactions
from sbe_scim.store.transactions import Transactions
from tests.unit.http.client import Receiver, receiver
from tests.unit.http.test_bulk import post, request
from tests.unit.rig import user_body


class Clock:
    """The time of everybody, in seconds, as the test sets it."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


class Inline:
    """In the place of the threads: calls at once, and counts."""

    def __init__(self) -> None:
        self.calls = 0
        self.trouble: Exception | None = None
        self.gate: asyncio.Event | None = None

    async def write(self, function: Any, *arguments: Any) -> Any:
        self.calls += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        return function(*arguments)


class Processes:
    """Some processes over one database."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self.transactions = transactions
        self.clock = clock
        self.threads = Inline()
        self.number = 0

    def source(self, rate: int | None) -> Source:
        """A source of its own for each try."""
        self.number += 1
        with self.transactions.write() as transaction:
            return sources.add(transaction.connection, f"source{self.number}", rate=rate)

    def limiter(self) -> Limiter:
        """Another process."""
        return Limiter(self.transactions, self.threads, self.clock)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('limits')}/receiver.db")
    migrate(engine)
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allowances, "now", lambda: int(clock.now * 1_000_000))
        made = Processes(own_transactions(engine), clock)
        yield made
    made.transactions.close()


async def passed(limiter: Limiter, source: Source, count: int = 1) -> int:
    """How many of so many requests at the same time are let through."""
    results = await asyncio.gather(*(limiter.take(source) for _ in range(count)), return_exceptions=True)
    assert all(result is None or isinstance(result, RateLimited) for result in results)
    return results.count(None)


#: Milliseconds that pass, which process is asked, and for how many requests at once.
ARRIVALS = st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 2), st.integers(1, 60)), min_size=1, max_size=40)


@settings(deadline=None, max_examples=50)
@given(rate=st.sampled_from([1, 3, 10, 25, 100]), arrivals=ARRIVALS)
def test_no_stretch_of_time_sees_more_than_the_rate_allows(
    processes: Processes, rate: int, arrivals: list[tuple[int, int, int]]
) -> None:
    source = processes.source(rate)
    limiters = [processes.limiter() for _ in range(3)]
    let_through: list[tuple[float, int]] = []

    async def run() -> None:
        for wait, which, count in arrivals:
            processes.clock.now += wait / 1000
            let_through.append((processes.clock.now, await passed(limiters[which], source, count)))

    asyncio.run(run())
    for begin, (start, _) in enumerate(let_through):
        total = 0
        for moment, count in let_through[begin:]:
            total += count
            assert total <= rate * (moment - start + BURST + KEPT) + 1e-6


@settings(deadline=None, max_examples=20)
@given(rate=st.sampled_from([5, 25, 100, 400]), share=st.sampled_from([0.3, 0.8, 1.0]))
def test_who_keeps_to_the_rate_is_never_refused_and_asks_the_database_seldom(
    processes: Processes, rate: int, share: float
) -> None:
    source, limiter = processes.source(rate), processes.limiter()
    seconds, before = 20, processes.threads.calls

    async def run() -> None:
        for _ in range(int(seconds * rate * share)):
            processes.clock.now += 1 / (rate * share)
            assert await passed(limiter, source) == 1

    asyncio.run(run())
    assert processes.threads.calls - before <= 2 * DRAWS * seconds


def test_a_source_without_a_rate_asks_nothing(processes: Processes) -> None:
    source, before = processes.source(None), processes.threads.calls
    assert asyncio.run(passed(processes.limiter(), source, 1000)) == 1000
    assert processes.threads.calls == before


def test_who_is_refused_is_refused_without_the_database_until_it_is_worth_a_try(processes: Processes) -> None:
    source, limiter = processes.source(2), processes.limiter()

    async def run() -> None:
        assert await passed(limiter, source, 100) == 2 * BURST
        before = processes.threads.calls
        for _ in range(100):
            with pytest.raises(RateLimited) as refused:
                await limiter.take(source)
            assert refused.value.wait == 1
        assert processes.threads.calls == before
        processes.clock.now += 0.5
        assert await passed(limiter, source, 100) == 1

    asyncio.run(run())


def test_a_new_rate_counts_at_once(processes: Processes) -> None:
    source, limiter = processes.source(1), processes.limiter()

    async def run() -> None:
        assert await passed(limiter, source, 100) == BURST
        with processes.transactions.write() as transaction:
            changed = sources.change(transaction.connection, source.name, rate=50)
        processes.clock.now += 1
        assert await passed(limiter, changed, 100) == 50

    asyncio.run(run())


def test_what_keeps_the_database_from_answering_is_told_to_all_who_wait_at_once(processes: Processes) -> None:
    source, limiter = processes.source(100), processes.limiter()

    async def run() -> None:
        processes.threads.gate, processes.threads.trouble = asyncio.Event(), Unavailable("busy")
        before = processes.threads.calls
        waiting = [asyncio.create_task(limiter.take(source)) for _ in range(20)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        processes.threads.gate.set()
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(result) for result in results] == [asyncio.CancelledError, *[Unavailable] * 19]
        assert processes.threads.calls - before == 1
        processes.threads.gate = processes.threads.trouble = None
        assert await passed(limiter, source, 20) == 20

    asyncio.run(run())


def limit(scim: Receiver, rate: int | None) -> None:
    """Give the source of the test another rate, which is noticed with the next look at its token."""
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        sources.change(connection, "staff", rate=rate)
    engine.dispose()


def refusal(scim: Receiver, method: str, path: str, body: Any = None) -> Any:
    """The first answer that is none of success: however slow the machine, a burst is sooner spent than filled."""
    while (answer := scim.request(method, path, body)).status_code != 429:
        assert answer.status_code in (200, 201, 400, 404, 409), answer.text
    return answer


@pytest.fixture
def limited(scim: Receiver, monkeypatch: pytest.MonkeyPatch) -> Receiver:
    """A receiver whose source may send one request a second."""
    monkeypatch.setattr(authenticator, "TRUSTED_FOR", 0.0)
    limit(scim, 1)
    return scim


def test_a_request_above_the_rate_is_told_when_to_come_back(limited: Receiver) -> None:
    for method, path, body in (
        ("GET", "/Users", None),
        ("POST", "/Users", user_body("ann")),
        ("GET", "/Users/nobody", None),
        ("GET", "/ServiceProviderConfig", None),
    ):
        answer = refusal(limited, method, path, body)
        assert answer.headers["retry-after"] == "1"
        assert answer.json() == {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": "429",
            "detail": "the source has sent more requests than its rate allows",
            "reason": "rate_limited",
        }


def test_a_body_above_the_rate_is_not_read(limited: Receiver) -> None:
    assert refusal(limited, "POST", "/Users", "no object").status_code == 429


def test_each_operation_of_a_bulk_counts_and_those_above_the_rate_are_told_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authenticator, "TRUSTED_FOR", 0.0)
    people = [post(f"{number}", user_body(f"user {number}")) for number in range(60)]
    with receiver(tmp_path) as limited:
        limit(limited, 1)
        answers = limited.post("/Bulk", request(*people)).json()["Operations"]
        told = [answer["status"] for answer in answers]
        done = told.count("201")
        assert BURST <= done < len(people)
        assert told == ["201"] * done + ["429"] * (len(people) - done), "one above the rate was overtaken"
        assert answers[-1]["response"]["reason"] == "rate_limited"
        limit(limited, None)
        assert limited.get("/Users?count=0").json()["totalResults"] == done
        answers = limited.post("/Bulk", request(*people[done:])).json()["Operations"]
        assert {answer["status"] for answer in answers} == {"201"}
    rows = [row for row in limited.journal() if row["status"] == 429]
    assert 1 <= len(rows) <= 3
    assert {row["name"] for row in rows} == {None}


def test_what_is_behind_the_last_error_that_a_bulk_allows_is_not_counted(limited: Receiver) -> None:
    wrong = [post(f"{number}", {"schemas": []}) for number in range(60)]
    answers = limited.post("/Bulk", request(*wrong, failOnErrors=2)).json()["Operations"]
    assert [answer["status"] for answer in answers] == ["400", "400"]
    assert limited.get("/Users").status_code == 200


def test_one_source_is_limited_and_another_is_not(limited: Receiver) -> None:
    engine = open_database(limited.settings.database)
    with engine.begin() as connection:
        other = tokens.create(connection, sources.add(connection, "other").id)
    engine.dispose()
    refusal(limited, "GET", "/Users")
    for _ in range(20):
        assert limited.get("/Users", headers={"authorization": f"Bearer {other}"}).status_code == 200
    limit(limited, None)
    for _ in range(20):
        assert limited.get("/Users").status_code == 200


def test_who_shows_no_good_token_uses_up_nothing(limited: Receiver) -> None:
    for _ in range(50):
        assert limited.get("/Users", headers={"authorization": "Bearer nonsense"}).status_code == 401
        assert limited.get("/Schemas").status_code == 200
    assert limited.get("/Users").status_code == 200


def test_a_flood_above_the_rate_leaves_one_row_in_the_journal(tmp_path: Path) -> None:
    with receiver(tmp_path) as limited:
        limit(limited, 1)
        refusal(limited, "GET", "/Users")
        for _ in range(50):
            limited.get("/Users")
    rows = [row for row in limited.journal() if row["status"] == 429]
    # The first was written at once, the others at the end.
    assert 1 <= len(rows) <= 2
    assert {(row["source"], row["reason"]) for row in rows} == {("staff", "rate_limited")}
    assert any("above its rate" in str(row["detail"]) for row in rows)
