"""The receiver or its database dies under writes: what was acknowledged is there, and nothing is half done."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from sbe_scim.store import open_database
from tests.environment.marks import both_databases
from tests.environment.postgres import LocalPostgres, create_database, url
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until
from tests.faults.receiver.state import faults, journalled, live
from tests.unit.rig import group_body, patch_body, user_body

WRITERS = 6
#: Writes that are acknowledged between two kills.
WRITES = 60
KILLS = 3


#: What a writer looks at of a resource; ``None`` where it is deleted.
State = dict[str, Any]


@dataclass
class Thing:
    """A user or a group as its writer knows it: what was acknowledged, and what may have been done since."""

    path: str
    acknowledged: State | None
    perhaps: list[State | None] = field(default_factory=list)

    def may_be(self, seen: State | None) -> bool:
        """Whether what is there is a state that was wanted, the acknowledged one or a later."""
        return seen == self.acknowledged or seen in self.perhaps


class Writer:
    """Creates, changes and deletes users of its own and changes a group of them, one request after the other.

    Each state of a resource differs from the others in several attributes at once, so that a half would be seen.
    """

    def __init__(self, receiver: ReceiverProcess, seed: int) -> None:
        self._client = receiver.client("staff")
        self._random = random.Random(seed)
        self.ending = threading.Event()
        #: Members of the group; they are never deleted.
        self._people: list[Thing] = []
        self._leavers: list[Thing] = []
        self._group: Thing | None = None
        self.things: list[Thing] = []
        #: Creates without an answer: userName and what was sent.
        self.perhaps_created: dict[str, State] = {}
        self.acknowledged: list[str] = []
        self.statuses: set[int] = set()
        self.trouble: BaseException | None = None

    def run(self) -> None:
        """Write until the end."""
        try:
            while not self.ending.is_set():
                try:
                    self._write()
                except httpx.TransportError:
                    # The receiver is gone: the next request is answered when it is back.
                    self.ending.wait(0.01)
        except BaseException as trouble:
            self.trouble = trouble
        finally:
            self._client.close()

    def _write(self) -> None:
        choice = self._random.random()
        if len(self._people) < 4 or choice < 0.25 or not self._leavers:
            self._create()
        elif choice < 0.4:
            self._delete(self._leavers.pop())
        elif choice < 0.7:
            self._change(self._random.choice(self._people + self._leavers))
        else:
            self._regroup(self._random.sample(self._people, 2))

    def _create(self) -> None:
        name, state = self._new(), {"title": self._new(), "emails": self._address()}
        self.perhaps_created[name] = state
        answer = self._send("POST", "/Users", user_body(name, **state))
        if answer.status_code == 201:
            del self.perhaps_created[name]
            user = self._keep(f"/Users/{answer.json()['id']}", state)
            (self._people if len(self._people) < 4 else self._leavers).append(user)

    def _change(self, user: Thing) -> None:
        state = {"title": self._new(), "emails": self._address()}
        operations = [{"op": "replace", "path": name, "value": value} for name, value in state.items()]
        self._settle(user, state, "PATCH", patch_body(*operations))

    def _delete(self, user: Thing) -> None:
        # It stays in `things`: who was deleted must not come back.
        self._settle(user, None, "DELETE", None)

    def _regroup(self, users: list[Thing]) -> None:
        members = sorted(user.path.rpartition("/")[2] for user in users)
        state: State = {"displayName": self._new(), "externalId": self._new(), "members": members}
        body = group_body(state["displayName"], *members, externalId=state["externalId"])
        if self._group is not None:
            self._settle(self._group, state, "PUT", body)
            return
        answer = self._send("POST", "/Groups", body)
        if answer.status_code == 201:
            self._group = self._keep(f"/Groups/{answer.json()['id']}", state)

    def _keep(self, path: str, state: State) -> Thing:
        self.things.append(Thing(path, state))
        return self.things[-1]

    def _settle(self, thing: Thing, wanted: State | None, method: str, body: Any) -> None:
        thing.perhaps.append(wanted)
        if self._send(method, thing.path, body).is_success:
            thing.acknowledged, thing.perhaps = wanted, []

    def _send(self, method: str, path: str, body: Any) -> httpx.Response:
        answer = self._client.request(method, path, json=body)
        self.statuses.add(answer.status_code)
        if answer.is_success:
            self.acknowledged.append(answer.headers["x-request-id"])
        return answer

    def _new(self) -> str:
        return f"{self._random.getrandbits(96):024x}"

    def _address(self) -> list[dict[str, str]]:
        return [{"value": f"{self._new()}@example.org", "type": "work"}]


class Attack:
    """Writers at a receiver that has the source ``staff``."""

    def __init__(self, receiver: ReceiverProcess) -> None:
        self._receiver = receiver
        receiver.command("source", "add", "staff", "--storm-limit", "0")
        self._seed = random.randrange(1 << 32)
        print(f"seed: {self._seed}")
        self._writers = [Writer(receiver, self._seed + number) for number in range(WRITERS)]

    def under_writes(self, kill: Callable[[], None]) -> None:
        """Kill again and again while all write, each time after so many more writes."""
        threads = [threading.Thread(target=writer.run) for writer in self._writers]
        for thread in threads:
            thread.start()
        try:
            for writes in (*[WRITES] * KILLS, WRITERS):
                before = self._count()
                until(self._count, lambda now, b=before, w=writes: now >= b + w, what=f"{writes} writes")  # type: ignore[misc]
                if writes == WRITES:
                    kill()
        finally:
            for writer in self._writers:
                writer.ending.set()
            for thread in threads:
                thread.join()
        self._count()

    def statuses(self) -> set[int]:
        """What the writers were answered."""
        return set().union(*(writer.statuses for writer in self._writers))

    def check(self) -> None:
        """Nothing acknowledged is lost, nothing is half done, every acknowledged write is in the journal."""
        with self._receiver.client("staff") as client:
            for thing in (thing for writer in self._writers for thing in writer.things):
                seen = look(client, thing)
                assert thing.may_be(seen), f"{thing} is {seen}"
            for name, state in (pair for writer in self._writers for pair in writer.perhaps_created.items()):
                found = client.get("/Users", params={"filter": f'userName eq "{name}"'}).json()["Resources"]
                assert [{name: user[name] for name in state} for user in found] in ([], [state])
            totals = {kind: client.get(f"/{kind}s?count=0").json()["totalResults"] for kind in ("User", "Group")}
        engine = open_database(self._receiver.database)
        with engine.connect() as connection:
            assert faults(connection) == []
            assert totals == live(connection)
            noted = journalled(connection)
        engine.dispose()
        acknowledged = [request for writer in self._writers for request in writer.acknowledged]
        assert len(acknowledged) >= KILLS * WRITES
        assert set(acknowledged) <= noted, "acknowledged, and not in the journal"

    def _count(self) -> int:
        """Writes that were acknowledged so far."""
        for writer in self._writers:
            if writer.trouble is not None:
                raise writer.trouble
        return sum(len(writer.acknowledged) for writer in self._writers)


def look(client: httpx.Client, thing: Thing) -> State | None:
    """What is there now, in the words of the writer."""
    answer = client.get(thing.path)
    if answer.status_code == 404:
        return None
    seen = answer.json()
    if thing.path.startswith("/Users"):
        return {"title": seen["title"], "emails": seen["emails"]}
    members = sorted(member["value"] for member in seen["members"])
    return {"displayName": seen["displayName"], "externalId": seen["externalId"], "members": members}


@both_databases
def test_a_receiver_that_is_killed_loses_no_acknowledged_write(receiver: ReceiverProcess) -> None:
    def kill() -> None:
        receiver.kill()
        receiver.start()

    attack = Attack(receiver)
    attack.under_writes(kill)
    attack.check()
    assert attack.statuses() <= {200, 201, 204}


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[LocalPostgres]:
    """A server of its own, as careful with what it acknowledges as PostgreSQL is by default."""
    server = LocalPostgres(tmp_path / "postgres.log", durable=True)
    server.start()
    yield server
    server.stop()


def test_a_database_that_dies_under_the_receiver_loses_no_acknowledged_write(
    postgres: LocalPostgres, tmp_path: Path
) -> None:
    create_database(postgres, "receiver")
    receiver = ReceiverProcess(url(postgres, "receiver"), log=tmp_path / "receiver.log")
    receiver.start()
    try:
        attack = Attack(receiver)
        attack.under_writes(postgres.crash)
        attack.check()
        # 503: it is told that the database is away, and nothing else goes wrong.
        assert attack.statuses() <= {200, 201, 204, 503}
    finally:
        receiver.stop()
