"""Pages of a list, among 1,000,000 people or as many as are asked for.

``python -m tests.bench.lists [PEOPLE]``. Each figure is the median of pages of a hundred at other positions near one
another, beside that of the list's beginning, which is the peer.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import perf_counter

import httpx

from sbe_scim.bench.crowd import crowd, identifier
from sbe_scim.store import migrate, open_database, sources, tokens
from tests.bench.rig import HOME, seconds
from tests.environment.receiver import ReceiverProcess

PEOPLE = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
PAGE = 100
USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
ROUNDS = 20
REACH_MS = 10


@contextmanager
def receiver() -> Iterator[httpx.Client]:
    """A client of a receiver on SQLite with everybody in it."""
    HOME.mkdir(parents=True, exist_ok=True)
    for left in HOME.glob("lists.db*"):
        left.unlink()
    database = f"sqlite:///{HOME / 'lists.db'}"
    engine = open_database(database)
    migrate(engine)
    with engine.begin() as connection:
        source = sources.add(connection, "bench", storm_limit=None).id
        crowd(connection, source, 1, PEOPLE)
        token = tokens.create(connection, source)
    engine.dispose()
    process = ReceiverProcess(database, host="127.0.0.1", log=HOME / "lists.log")
    process.start()
    try:
        with httpx.Client(base_url=process.base_url, timeout=60) as client:
            client.headers["authorization"] = f"Bearer {token}"
            yield client
    finally:
        process.stop()


class List:
    """The list of everybody, a page at a time."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._cursor = ""

    def page(self, **parameters: str | int) -> None:
        """Ask for a page, which has to be a full one."""
        answer = self._client.get("/Users", params={**parameters, "count": PAGE}).raise_for_status().json()
        if answer["itemsPerPage"] != PAGE or answer["totalResults"] != PEOPLE:
            raise SystemExit(f"not a page of {PAGE} of {PEOPLE}: {parameters}")
        self._cursor = answer.get("nextCursor", "")

    def positions(self, start: int, step: int) -> float:
        """Milliseconds of a page at one of the positions from ``start`` on."""
        return median(lambda number: self.page(startIndex=start + number * step))

    def walk(self, by: str) -> float:
        """Milliseconds of a page of a sorted list, one after the other."""
        self._cursor = ""
        return median(lambda _number: self.page(cursor=self._cursor, sortBy=by))

    def whole(self, size: int) -> tuple[list[float], int]:
        """Milliseconds of each page of a walk through everybody, and how many were met, while people come and go."""
        cursor: str | None = ""
        taken: list[float] = []
        met: set[str] = set()
        while cursor is not None:
            begun = perf_counter()
            parameters: dict[str, str | int] = {"cursor": cursor, "count": size, "attributes": "active"}
            page = self._client.get("/Users", params=parameters).raise_for_status()
            taken.append((perf_counter() - begun) * 1000)
            answer = page.json()
            met.update(person["id"] for person in answer["Resources"])
            cursor = answer.get("nextCursor")
            name = f"comes{len(taken)}"
            body = {"schemas": [USER_URN], "userName": name}
            self._client.post("/Users", json=body).raise_for_status()
            self._client.delete(f"/Users/{identifier(len(taken))}").raise_for_status()
        return taken, sum(identifier(number) in met for number in range(len(taken) + 1, PEOPLE + 1))


def median(ask: Callable[[int], object]) -> float:
    """Milliseconds, once somebody has asked for one like it."""
    ask(0)
    return statistics.median(seconds(partial(ask, number)) for number in range(1, ROUNDS + 1)) * 1000


def main() -> None:
    with receiver() as client:
        everybody = List(client)
        peer = everybody.positions(1, 1)
        print(f"pages of {PAGE} of {PEOPLE} people: startIndex=1 {peer:.1f} ms (reach {REACH_MS})")
        for share in (0.1, 0.5, 0.9, 1.0):
            start = int(PEOPLE * share) - (ROUNDS + 2) * PAGE
            taken = everybody.positions(start, PAGE)
            print(f"  startIndex={start}: {taken:.1f} ms, {taken / peer:.2f} ×")
        for by in ("userName", "externalId", "title", "emails"):
            taken = everybody.walk(by)
            print(f"  by cursor, sorted by {by}: {taken:.1f} ms, {taken / peer:.2f} ×")
        pages, met = everybody.whole(1_000)
        tenth = max(len(pages) // 10, 1)
        first, last = (statistics.median(part) for part in (pages[:tenth], pages[-tenth - 1 : -1]))
        stayed = PEOPLE - len(pages)
        print(
            f"  a cycle of {len(pages)} pages of 1,000 by cursor, while people come and go: {sum(pages) / 1000:.1f} s,"
        )
        print(f"    the first tenth {first:.1f} ms a page, the last {last:.1f} ms, {met} of {stayed} who stay were met")


if __name__ == "__main__":
    main()
