"""What following a directory costs: snapshots and comparisons of 100,000 people, or of as many as are asked for.

``python -m tests.bench.directory [PEOPLE]``, with Keycloak on PostgreSQL and an OpenLDAP whose groups only it knows the
members of. Nobody is in scope, so nothing is sent. Printed are processor times of Keycloak, its database and the
directory from the enabling to the end of the first snapshot (a later one waits the longer the more it costs), memory
that is in use after a collection meanwhile, and the ratio of that to one full sync of Keycloak's own that finds nothing
new.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.bench.rig import HOME, keycloak_on_postgres, realm, receiver
from tests.bench.unseen import Servers
from tests.environment.admin import Admin
from tests.environment.ldap import Tree
from tests.environment.openldap import PASSWORD, Federation, LocalOpenldap
from tests.environment.postgres import LocalPostgres, url

PEOPLE = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
GROUPS = 100
DEADLINE = 7_200.0


@dataclass(frozen=True)
class Cost:
    """Seconds of processor time, and of the clock."""

    keycloak: float
    database: float
    directory: float
    clock: float

    @property
    def processor(self) -> float:
        return self.keycloak + self.database + self.directory


class Machine:
    """All processes that are measured."""

    def __init__(self, servers: Servers, directory: LocalOpenldap) -> None:
        self.servers = servers
        self.directory = directory

    def _slapd(self) -> float:
        fields = Path(f"/proc/{self.directory.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cost(self, work: Callable[[], object]) -> Cost:
        begun, before, directory = time.monotonic(), self.servers.processor(), self._slapd()
        work()
        after = self.servers.processor()
        return Cost(after[0] - before[0], after[1] - before[1], self._slapd() - directory, time.monotonic() - begun)


def populate(directory: LocalOpenldap, tree: Tree) -> None:
    """People in one group of a hundred each, and all in one."""
    people = [tree.person(f"p{number:06}") for number in range(PEOPLE)]
    directory.make_all(
        (
            dn,
            {
                "objectClass": "inetOrgPerson",
                "uid": f"p{number:06}",
                "cn": f"P{number}",
                "sn": f"Nom {number}",
                "givenName": "Prénom",
                "mail": f"p{number:06}@example.org",
            },
        )
        for number, dn in enumerate(people)
    )
    directory.add_group(tree.group("Tous"), "Tous", people)
    for number in range(GROUPS):
        directory.add_group(tree.group(f"Equipe {number}"), f"Equipe {number}", people[number::GROUPS])


def taken(database: LocalPostgres) -> int:
    """When the last snapshot was; 0 before the first."""
    with psycopg.connect(url(database, "keycloak")) as connection:
        (found,) = connection.execute("SELECT COALESCE(MAX(TAKEN_AT), 0) FROM SBE_SCIM_DIRECTORY").fetchone() or (0,)
    return int(found)


def most_memory(servers: Servers, database: LocalPostgres) -> float:
    """Megabytes, until the first snapshot is over."""
    most, end = 0.0, time.monotonic() + DEADLINE
    while taken(database) == 0:
        most = max(most, servers.heap())
        if time.monotonic() > end:
            raise SystemExit("no snapshot is ever taken")
    return most


def main() -> None:
    HOME.mkdir(parents=True, exist_ok=True)
    directory = LocalOpenldap(HOME / "openldap.log")
    directory.start()
    try:
        tree = directory.add_tree("bench")
        populate(directory, tree)
        with keycloak_on_postgres() as (server, postgres), receiver() as process:
            admin = Admin(server, timeout=DEADLINE)
            with realm(admin, "bench-directory") as name:
                measure(admin, name, Machine(Servers(server, postgres), directory), postgres, tree, process.base_url)
    finally:
        directory.remove()


def measure(admin: Admin, name: str, machine: Machine, postgres: LocalPostgres, tree: Tree, receiver_url: str) -> None:
    connection = f"ldap://127.0.0.1:{machine.directory.port}"
    federation = Federation(admin, name, connection, tree, bindCredential=PASSWORD, readTimeout="60000")
    federation.map_groups()
    first = machine.cost(federation.sync)
    again = machine.cost(federation.sync)
    bare = machine.servers.heap()
    memory: list[float] = []

    def follow() -> None:
        admin.enable_scim(name, receiver_url, config={"scopeAttributes": "bench=nobody"})
        memory.append(most_memory(machine.servers, postgres))

    watched = machine.cost(follow)
    print(f"{PEOPLE} people in {GROUPS + 1} groups of an OpenLDAP:")
    print(f"  Keycloak's own full sync: the first {first.clock:.1f} s, again {again.clock:.1f} s, of which processor")
    print(f"    Keycloak {again.keycloak:.2f}, PostgreSQL {again.database:.2f}, OpenLDAP {again.directory:.2f} s")
    print(f"  from the enabling to the end of the first snapshot {watched.clock:.1f} s, of which processor")
    print(f"    Keycloak {watched.keycloak:.2f}, PostgreSQL {watched.database:.2f}, OpenLDAP {watched.directory:.2f} s")
    print(f"  against a full sync that finds nothing new: {watched.processor / again.processor:.2f} x")
    print(f"  memory in use, MB: {bare:.0f} without an endpoint, {memory[0]:.0f} at most meanwhile")


if __name__ == "__main__":
    main()
