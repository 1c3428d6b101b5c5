"""Requests that wait for the one writer share a commit: each is done whole or not at all, all are safe or none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Engine

from sbe_scim.directory.port import DirectoryUser
from sbe_scim.http import writer as shared
from sbe_scim.http.threads import Threads
from sbe_scim.protocol import Unavailable
from sbe_scim.service import Outcome, memberships
from sbe_scim.store import migrate, open_database, tables
from tests.unit.rig import GROUP, USER, Recording, Rig, group_body, patch_body, target, user_body


class Scene:
    """A writer that is held up by a first request until those that are to wait for it do so."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_database(f"sqlite:///{folder}/receiver.db")
        migrate(self.engine)
        self.rig = Rig(Recording.over(self.engine))
        self.threads = Threads(self.rig.ports)
        self.commits = 0
        #: What happens to a user of this name.
        self.behaviour: dict[str, Callable[[], object]] = {}
        self.rig.ports.behaviour = self._behave
        event.listen(self.engine, "commit", self._count)

    def create(self, name: str, *, long: bool = False) -> asyncio.Future[Outcome]:
        """POST a user."""
        return self.write(partial(self.rig.service.create, self.rig.call(), target(USER), user_body(name)), long=long)

    def write(self, function: Callable[[], Outcome], *, long: bool = False) -> asyncio.Future[Outcome]:
        """Have something written."""
        return asyncio.ensure_future(self.threads.write(function, long=long))

    def hold(self, name: str) -> tuple[threading.Event, threading.Event]:
        """Hold up who writes this user; returns what says that they are there, and what lets them go on."""
        begun, go = threading.Event(), threading.Event()

        def wait() -> None:
            begun.set()
            go.wait()

        self.behaviour[name] = wait
        return begun, go

    def together(self, test: Callable[[], Awaitable[Any]]) -> Any:
        """Run ``test``, which starts requests, while the writer is busy with ``first``; then let it go on.

        Returns what became of the requests, in their order.
        """
        begun, go = self.hold("first")

        async def run() -> Any:
            first = self.create("first")
            await asyncio.to_thread(begun.wait)
            requests = await test()
            # They join the queue when the loop comes round.
            await asyncio.sleep(0)
            self.commits = 0
            go.set()
            assert (await first).status == 201
            return await asyncio.gather(*requests, return_exceptions=True)

        return asyncio.run(run())

    def names(self) -> set[str]:
        """Who is there, besides the first."""
        return {user["userName"] for user in self.rig.search(USER)["Resources"]} - {"first"}

    def close(self) -> None:
        self.threads.close()
        self.rig.ports.close()

    def _behave(self, _connection: Connection, user: DirectoryUser) -> None:
        self.behaviour.get(user.user_name, lambda: None)()

    def _count(self, _connection: Connection) -> None:
        self.commits += 1


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    # However slow the machine is, who waits is done together.
    monkeypatch.setattr(shared, "LONGEST", inf)
    made = Scene(tmp_path)
    yield made
    made.close()


def statuses(found: list[Any]) -> list[Any]:
    return [outcome.status if isinstance(outcome, Outcome) else type(outcome) for outcome in found]


def posts(scene: Scene, *names: str) -> Callable[[], Awaitable[Any]]:
    async def start() -> Any:
        return [scene.create(name) for name in names]

    return start


def test_requests_that_wait_share_a_commit(scene: Scene) -> None:
    names = [f"user{number}" for number in range(5)]
    assert statuses(scene.together(posts(scene, *names))) == [201] * 5
    assert scene.commits == 2
    assert scene.names() == set(names)
    assert [row[1] for row in scene.rig.journalled()] == [201] * 6
    assert [call[2] for call in scene.rig.ports.taken()] == ["first", *names]


def test_a_request_for_which_nobody_waits_has_a_commit_of_its_own(scene: Scene) -> None:
    async def one_by_one() -> None:
        for name in ("ann", "bob"):
            await scene.create(name)

    asyncio.run(one_by_one())
    assert scene.commits == 2


def test_nobody_is_answered_before_the_commit(scene: Scene) -> None:
    requests: list[asyncio.Future[Outcome]] = []
    answered: list[bool] = []
    event.listen(scene.engine, "commit", lambda _: answered.extend(request.done() for request in requests))

    async def start() -> Any:
        requests.extend(scene.create(name) for name in ("ann", "bob", "carl"))
        return requests

    assert statuses(scene.together(start)) == [201] * 3
    assert answered == [False] * 6


def test_a_refused_request_takes_back_its_own_and_nothing_else(scene: Scene) -> None:
    async def start() -> Any:
        # The group is written before its member turns out to be nobody.
        refused = partial(scene.rig.service.create, scene.rig.call(), target(GROUP), group_body("Élus", "nobody"))
        return [scene.create("ann"), scene.write(refused), scene.create("ann"), scene.create("bob")]

    assert statuses(scene.together(start)) == [201, 400, 409, 201]
    assert scene.commits == 2
    assert scene.names() == {"ann", "bob"}
    assert scene.rig.search(GROUP)["totalResults"] == 0
    assert [row[1] for row in scene.rig.journalled()] == [201, 201, 400, 409, 201]
    assert [call[0] for call in scene.rig.ports.taken()] == ["user_saved"] * 3
    assert scene.rig.rows(tables.counter, tables.counter.c.live) == [(3,)]


class Broken(Exception):
    """An error that nobody expects."""


def fail() -> None:
    raise Broken


def test_an_unexpected_error_is_that_of_one_request(scene: Scene) -> None:
    scene.behaviour["bob"] = fail
    assert statuses(scene.together(posts(scene, "ann", "bob", "carl"))) == [201, Broken, 201]
    assert scene.names() == {"ann", "carl"}
    assert [row[1] for row in scene.rig.journalled()] == [201] * 3


def test_a_commit_that_fails_fails_for_all_who_share_it(scene: Scene) -> None:
    def break_the_second(_connection: Connection) -> None:
        if scene.commits == 2:
            raise Broken

    event.listen(scene.engine, "commit", break_the_second)
    assert statuses(scene.together(posts(scene, "ann", "bob", "carl"))) == [Broken] * 3
    event.remove(scene.engine, "commit", break_the_second)
    assert scene.names() == set()
    assert [row[1] for row in scene.rig.journalled()] == [201]
    assert [call[2] for call in scene.rig.ports.taken()] == ["first"]
    assert asyncio.run(_awaited(lambda: scene.create("ann"))).status == 201
    assert scene.names() == {"ann"}


async def _awaited(start: Callable[[], asyncio.Future[Outcome]]) -> Outcome:
    return await start()


def test_a_disk_that_is_full_fails_for_all_who_share_the_commit(scene: Scene) -> None:
    def bound(connection: Connection) -> None:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages + 1}"))

    async def start() -> Any:
        event.listen(scene.engine, "begin", bound)
        large = partial(
            scene.rig.service.create, scene.rig.call(), target(USER), user_body("large", title="x" * 60_000)
        )
        return [scene.create("ann"), scene.write(large)]

    found = scene.together(start)
    assert statuses(found) == [Unavailable] * 2
    assert all("full" in refused.detail for refused in found)
    event.remove(scene.engine, "begin", bound)
    with scene.rig.ports.write() as transaction:
        transaction.connection.execute(text("PRAGMA max_page_count=1000000"))
    assert scene.names() == set()
    assert asyncio.run(_awaited(lambda: scene.create("ann"))).status == 201


def test_a_long_request_shares_its_commit_with_nobody(scene: Scene) -> None:
    async def start() -> Any:
        return [scene.create("ann"), scene.create("long", long=True), scene.create("bob"), scene.create("carl")]

    assert statuses(scene.together(start)) == [201] * 4
    # The first; ann, behind whom somebody waits; the long one; the two others.
    assert scene.commits == 4


def test_a_request_that_turns_out_to_be_long_is_done_by_itself_next(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memberships, "MANY", 2)
    rig = scene.rig
    people = [rig.create_user(f"member{number}")["id"] for number in range(3)]
    group = rig.create_group("Élus", *people)["id"]
    empty = patch_body({"op": "remove", "path": "members"})
    order: list[str] = []

    def noted(name: str, _request: object) -> None:
        order.append(name)

    async def start() -> Any:
        requests = [
            scene.create("ann"),
            scene.write(partial(rig.service.patch, rig.call(), target(GROUP, group), empty)),
            scene.create("bob"),
        ]
        for name, request in zip(("ann", "group", "bob"), requests, strict=True):
            request.add_done_callback(partial(noted, name))
        return requests

    assert statuses(scene.together(start)) == [201, 200, 201]
    # The first; ann, and the group as far as its members; the group; bob.
    assert scene.commits == 4
    assert order == ["ann", "group", "bob"]
    assert "members" not in rig.get(GROUP, group)
    assert [row[:2] for row in rig.journalled()[-4:]] == [
        ("create", 201),
        ("create", 201),
        ("patch", 200),
        ("create", 201),
    ]


def test_a_commit_waits_for_a_bounded_number_of_requests(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "MOST", 2)
    assert statuses(scene.together(posts(scene, "ann", "bob", "carl", "dora", "emma"))) == [201] * 5
    assert scene.commits == 4


def test_a_commit_does_not_wait_behind_a_slow_request(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(shared, "LONGEST", 1)
    monkeypatch.setattr(shared, "monotonic", lambda: clock[0])
    scene.behaviour["slow"] = lambda: clock.__setitem__(0, 2)
    assert statuses(scene.together(posts(scene, "ann", "slow", "bob", "carl"))) == [201] * 4
    assert scene.commits == 3


def test_a_client_that_goes_away_before_its_turn_changes_nothing(scene: Scene) -> None:
    async def start() -> Any:
        requests = [scene.create(name) for name in ("ann", "bob", "carl")]
        await asyncio.sleep(0)
        requests[1].cancel()
        return requests

    assert statuses(scene.together(start)) == [201, asyncio.CancelledError, 201]
    assert scene.names() == {"ann", "carl"}


def test_a_client_that_goes_away_while_it_is_served_is_served(scene: Scene) -> None:
    begun, go = scene.hold("bob")

    async def leave() -> list[Any]:
        requests = [scene.create(name) for name in ("ann", "bob", "carl")]
        await asyncio.to_thread(begun.wait)
        requests[1].cancel()
        await asyncio.sleep(0)
        go.set()
        return await asyncio.gather(*requests, return_exceptions=True)

    assert statuses(asyncio.run(leave())) == [201, asyncio.CancelledError, 201]
    assert scene.names() == {"ann", "bob", "carl"}


def test_what_waits_at_the_end_is_done(scene: Scene) -> None:
    async def end() -> list[Any]:
        requests = [scene.create(name) for name in ("ann", "bob", "carl")]
        await asyncio.sleep(0)
        await asyncio.to_thread(scene.threads.close)
        return await asyncio.gather(*requests)

    assert statuses(asyncio.run(end())) == [201] * 3


def test_what_comes_after_the_end_is_refused(scene: Scene) -> None:
    scene.threads.close()
    with pytest.raises(RuntimeError, match="closed"):
        asyncio.run(_awaited(lambda: scene.create("late")))


def test_the_writer_keeps_its_connection(scene: Scene) -> None:
    taken: list[Engine] = []
    event.listen(scene.engine, "checkout", lambda *_: taken.append(scene.engine))
    with scene.rig.ports.write():
        pass
    for number in range(5):
        scene.rig.create_user(f"user{number}")
    assert taken == []
