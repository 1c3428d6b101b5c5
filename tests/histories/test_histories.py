"""Random histories: two nodes on one database and a receiver, with every fault that a network and servers have."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import httpx
import psycopg
import pytest

from tests.conftest import make_chain
from tests.environment import reaper
from tests.environment.admin import Admin, AdminError
from tests.environment.backend import LocalBackend
from tests.environment.chain import Chain
from tests.environment.clock import Clock
from tests.environment.keycloak import LocalKeycloak
from tests.environment.postgres import LocalPostgres, create_database, jdbc_url, url
from tests.environment.proxy import FaultProxy
from tests.environment.receiver import SCIM_PATH, ReceiverProcess
from tests.environment.waiting import until
from tests.histories.accidents import Accidents
from tests.histories.checker import differences, faults
from tests.histories.life import Life
from tests.histories.record import of_keycloak, of_receiver, writes
from tests.histories.weather import Weather

SEED = os.environ.get("SBE_SCIM_TEST_SEED") or str(SystemRandom().randrange(1_000_000_000))
SECONDS = float(os.environ.get("SBE_SCIM_TEST_HISTORY_SECONDS", "60"))
HANDS = ("a", "b", "c")
REALM = "histories"
#: How much longer a history lasts where accidents leave little time for changes.
ENOUGH = 4 * SECONDS
#: A minute of grace for what may still arrive, and the longest wait between two attempts.
SETTLED = 240.0


@dataclass
class World:
    """Everything that can break."""

    nodes: tuple[LocalKeycloak, LocalKeycloak]
    database: LocalPostgres
    clocks: tuple[Clock, ...]
    proxy: FaultProxy
    chain: Chain

    def unsettled(self) -> list[Any]:
        """What the connector has not delivered yet, or will look at again."""
        links = (
            "SELECT RESOURCE_TYPE, RESOURCE_ID, STATE, REMOTE_ID, LAST_STATUS, LAST_ERROR, LOOK_AT, NOT_BEFORE"
            " FROM SBE_SCIM_LINK WHERE STATE <> 'ACTIVE' OR LOOK_AT IS NOT NULL OR NOT_BEFORE IS NOT NULL"
        )
        held = "SELECT RESOURCE_ID, GROUP_ID, CAUSE, STATE FROM SBE_SCIM_LOSS WHERE STATE <> 'DONE'"
        with psycopg.connect(url(self.database, "nodes")) as connection:
            marks = connection.execute("SELECT KIND, RESOURCE_ID, CAUSE FROM SBE_SCIM_MARK").fetchall()
            return [*marks, *connection.execute(links).fetchall(), *connection.execute(held).fetchall()]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Processes of this machine, each with a clock of its own, which containers do not have."""
    with ExitStack() as ends:
        # PostgreSQL runs as a user of its own.
        folder = Path(tempfile.mkdtemp(prefix="sbe-scim-clock-"))
        folder.chmod(0o755)
        reaper.watch_folder(folder)
        ends.callback(reaper.forget_folder, folder)
        ends.callback(shutil.rmtree, folder)
        clocks = tuple(Clock(folder / name) for name in ("database", "receiver", "first", "second"))
        on_database, on_receiver, *on_nodes = (clock.environment() for clock in clocks)
        database = LocalPostgres(tmp_path / "postgres.log", durable=True, environment=on_database)
        database.start()
        ends.callback(database.stop)
        for name in ("nodes", "receiver"):
            create_database(database, name)
        backend = LocalBackend("histories")
        nodes = backend.nodes(jdbc_url(database, "nodes"), logs=tmp_path, environments=on_nodes)
        for node in nodes:
            ends.callback(node.kill)
            node.start()
        receiver = ReceiverProcess(url(database, "receiver"), log=tmp_path / "receiver.log", environment=on_receiver)
        ends.callback(receiver.stop)
        receiver.start()
        proxy = FaultProxy(receiver.base_url.removesuffix(SCIM_PATH))
        ends.callback(proxy.close)
        chain = make_chain(nodes[0], receiver, REALM)
        chain.admin.create_realm(REALM, editUsernameAllowed=True)
        chain.enable(port=proxy.port)
        yield World(nodes, database, clocks, proxy, chain)


def _operate(admins: list[Admin], stop: threading.Event) -> None:
    """So many leave in a minute that the safety valve holds them: an operator says that they are meant."""
    while not stop.wait(1.0):
        for admin in admins:
            _release(admin)


def _release(admin: Admin) -> None:
    # A node is down, or its database.
    with suppress(AdminError, httpx.TransportError):
        admin.release(REALM)


def _last(lives: list[Life], weather: Weather, stop: threading.Event) -> None:
    """For the set time, and until so much was changed and met a fault that the history can be judged by."""
    try:
        stop.wait(SECONDS)
        until(
            lambda: (sum(life.done for life in lives), weather.made.total()),
            lambda seen: seen[0] >= SECONDS and seen[1] >= SECONDS / 6,
            what="changes and faults enough to judge by",
            deadline=ENOUGH,
            poll=0.5,
        )
    finally:
        stop.set()


@pytest.mark.timeout(SECONDS + ENOUGH + SETTLED + 300)
def test_after_any_history_both_sides_are_equal_and_nothing_went_backwards(world: World) -> None:
    print(f"SBE_SCIM_TEST_SEED={SEED}, {SECONDS:.0f} seconds")
    chain, everywhere, stop = world.chain, list[str](), threading.Event()
    admins = [Admin(node, timeout=40) for node in world.nodes]
    lives = [Life(hand, REALM, admins, Random(f"{SEED} {hand}"), everywhere) for hand in HANDS]
    weather = Weather(Random(f"{SEED} weather"))
    accidents = Accidents(world.nodes, chain.receiver, world.database, world.clocks, Random(f"{SEED} accidents"))
    world.proxy.plan(weather.plan)
    with ThreadPoolExecutor(len(lives) + 3) as pool:
        threads = [pool.submit(life.live, stop) for life in lives] + [pool.submit(accidents.happen, stop)]
        threads += [pool.submit(_operate, admins, stop), pool.submit(_last, lives, weather, stop)]
        for thread in threads:
            thread.result()
    weather.clear_up()
    world.proxy.drain()
    print(f"{sum(life.done for life in lives)} changes, {sum(life.refused for life in lives)} refused or lost")
    print(f"accidents: {dict(accidents.made)}; faults of the network: {dict(weather.made)}")

    def left() -> list[Any]:
        _release(admins[0])
        return world.unsettled()

    until(left, lambda found: not found, what="everything delivered", deadline=SETTLED, poll=0.5)
    # What one node had in its caches while it was away from the other is not what this is about.
    for admin in admins:
        for cache in ("clear-user-cache", "clear-realm-cache"):
            admin.request("POST", f"/{REALM}/{cache}")
    keycloak = of_keycloak(chain.admin, REALM)
    assert len(keycloak.people) > len(HANDS), "nobody lived"
    assert differences(keycloak, of_receiver(chain.scim)) == []
    active = {key: told for life in lives for key, told in life.active.items()}
    assert faults(writes(chain, world.proxy.forwarded), active) == []
