"""Random histories of a directory: its people and groups change, it is away, its settings are wrong, Keycloak dies."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest

from tests.conftest import make_chain
from tests.environment.admin import Admin
from tests.environment.backend import LocalBackend
from tests.environment.chain import Chain
from tests.environment.keycloak import LocalKeycloak
from tests.environment.openldap import PASSWORD, READER, Federation, LocalOpenldap
from tests.environment.postgres import LocalPostgres, create_database, jdbc_url
from tests.environment.proxy import FaultProxy
from tests.environment.receiver import SCIM_PATH, ReceiverProcess
from tests.environment.waiting import until
from tests.histories.checker import Side, differences, faults
from tests.histories.directory_life import Entries, Operator
from tests.histories.life import Life
from tests.histories.record import of_keycloak, of_receiver, writes
from tests.histories.weather import Weather

SEED = os.environ.get("SBE_SCIM_TEST_SEED") or str(SystemRandom().randrange(1_000_000_000))
#: Of changes; what follows is two looks at the directory, 45 seconds apart, and a pass over the realm.
SECONDS = float(os.environ.get("SBE_SCIM_TEST_HISTORY_SECONDS", "45"))
SETTLED = 300.0
REALM = "annuaire"
ROLES = {"redacteur": "writer", "valideur": "reviewer"}


@dataclass
class World:
    """Everything that can break."""

    keycloak: LocalKeycloak
    directory: LocalOpenldap
    proxy: FaultProxy
    chain: Chain
    entries: Entries
    operator: Operator


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Processes of this machine: they are stopped in the middle of what they do."""
    with ExitStack() as ends:
        database = LocalPostgres(tmp_path / "postgres.log", durable=True)
        database.start()
        ends.callback(database.stop)
        create_database(database, "keycloak")
        keycloak = LocalBackend("histories").keycloak(jdbc_url(database, "keycloak"))
        assert isinstance(keycloak, LocalKeycloak)
        ends.callback(keycloak.kill)
        keycloak.start()
        directory = LocalOpenldap(tmp_path / "openldap.log")
        ends.callback(directory.remove)
        directory.start()
        receiver = ReceiverProcess(f"sqlite:///{tmp_path / 'receiver.db'}", log=tmp_path / "receiver.log")
        ends.callback(receiver.stop)
        receiver.start()
        proxy = FaultProxy(receiver.base_url.removesuffix(SCIM_PATH))
        ends.callback(proxy.close)
        chain = make_chain(keycloak, receiver, REALM)
        chain.admin.create_realm(REALM, editUsernameAllowed=True)
        tree = directory.add_tree("histoire")
        entries = Entries(directory, tree, Random(f"{SEED} entries"))
        account = {"bindDn": READER, "bindCredential": PASSWORD, "readTimeout": "1000"}
        federation = Federation(chain.admin, REALM, f"ldap://127.0.0.1:{directory.port}", tree, **account)
        federation.map_groups()
        federation.map_roles(entries.rights)
        operator = Operator(Admin(keycloak, timeout=40), REALM, federation, directory, Random(f"{SEED} operator"))
        federation.sync()
        chain.enable(port=proxy.port, roleMapping=[f"{role}={value}" for role, value in ROLES.items()])
        yield World(keycloak, directory, proxy, chain, entries, operator)


def _break(world: World, random: Random, stop: threading.Event) -> Counter[str]:
    """One accident after the other; in the end all servers run."""
    made: Counter[str] = Counter()
    while not stop.wait(random.uniform(1, 5)):
        (kind,) = random.choices(["directory hangs", "directory stopped", "Keycloak killed"], [4, 3, 1])
        made[kind] += 1
        if kind == "Keycloak killed":
            world.keycloak.kill()
            world.keycloak.start()
        elif kind == "directory stopped":
            world.directory.stop()
            stop.wait(random.uniform(0, 5))
            world.directory.start()
        else:
            with world.directory.frozen():
                stop.wait(random.uniform(0, 5))
    return made


def _roles_in_keycloak(chain: Chain, people: Iterable[str]) -> dict[str, set[str]]:
    found = {}
    for person in people:
        path = f"/{REALM}/users/{person}/role-mappings/realm/composite"
        names = {role["name"] for role in chain.admin.request("GET", path).json()}
        found[person] = {value for role, value in ROLES.items() if role in names}
    return found


def _roles_at_receiver(chain: Chain) -> dict[str, set[str]]:
    return {user["externalId"]: {role["value"] for role in user.get("roles", [])} for user in chain.users().values()}


def _without_the_kept(keycloak: Side, receiver: Side) -> Side:
    """Without those from the directory whom Keycloak no longer has: they may be kept, deactivated, for their return."""
    people = {
        identifier: those
        for identifier, those in receiver.people.items()
        if identifier in keycloak.people or any(one.active or not one.user_name.startswith("d") for one in those)
    }
    return replace(receiver, people=people)


def _differences(world: World) -> list[str]:
    """Person by person, group by group, role by role."""
    chain = world.chain
    keycloak = of_keycloak(chain.admin, REALM)
    receiver = _without_the_kept(keycloak, of_receiver(chain.scim))
    roles: Mapping[str, set[str]] = _roles_at_receiver(chain)
    wrong = [
        f"user {person}: Keycloak has roles {there}, the receiver {roles.get(person)}"
        for person, there in _roles_in_keycloak(chain, keycloak.people).items()
        if roles.get(person) != there
    ]
    return [*differences(keycloak, receiver), *wrong]


def _left(world: World) -> list[Any]:
    """What is not as it should be; whoever is still held is gone, as an operator sees who has repaired the rest."""
    (status,) = world.chain.admin.scim_status(REALM)
    if status["held"] and status["pending"] == 0:
        world.chain.admin.release(REALM)
    found = [f"{name}: {status[name]}" for name in ("pending", "held", "parked", "stillIn") if status[name]]
    return found or _differences(world)


@pytest.mark.timeout(SECONDS + SETTLED + 240)
def test_after_any_history_of_a_directory_everybody_is_as_keycloak_answers(world: World) -> None:
    print(f"SBE_SCIM_TEST_SEED={SEED}, {SECONDS:.0f} seconds")
    stop = threading.Event()
    weather = Weather(Random(f"{SEED} weather"))
    own = Life("a", REALM, [Admin(world.keycloak, timeout=40)], Random(f"{SEED} life"), [])
    world.proxy.plan(weather.plan)
    with ThreadPoolExecutor(5) as pool:
        hands = [pool.submit(one.live, stop) for one in (world.entries, world.operator, own)]
        accidents = pool.submit(_break, world, Random(f"{SEED} accidents"), stop)
        pool.submit(stop.wait, SECONDS).result()
        stop.set()
        for hand in hands:
            hand.result()
        made = accidents.result()
    weather.clear_up()
    world.proxy.drain()
    for name, one in (("directory", world.entries), ("operator", world.operator), ("Keycloak", own)):
        print(f"{name}: {one.done} changes, {one.refused} refused or lost")
    print(f"accidents: {dict(made)}; faults of the network: {dict(weather.made)}")
    assert world.entries.done > SECONDS / 3, "too little happened to judge by"

    world.operator.repair()
    world.chain.admin.discard(REALM)
    until(lambda: _left(world), lambda found: not found, what="everybody as Keycloak answers", deadline=SETTLED, poll=1)
    people = world.chain.users()
    roles = sum(map(len, _roles_at_receiver(world.chain).values()))
    print(f"in the end {len(people)} people, {len(world.chain.groups())} groups, {roles} roles of people")
    assert any(name.startswith("d") for name in people), "nobody lived"
    assert faults(writes(world.chain, world.proxy.forwarded), own.active) == []
