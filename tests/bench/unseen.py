"""What the comparison that never ends costs a Keycloak on PostgreSQL: processor, memory, and its administrators.

One realm of 20,000 people, or of as many as are given, all in one group and each in one of a hundred more; the same
server without an endpoint is measured first. Printed are processor times, which other load on the machine leaves as
they are, memory that is in use after a collection, and the ratio of an administrator's requests in another realm.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.hanging import person
from tests.bench.rig import keycloak_on_postgres, ratio, realm, receiver, seconds
from tests.environment.admin import Admin
from tests.environment.chain import Chain
from tests.environment.keycloak import LocalKeycloak
from tests.environment.people import people_in
from tests.environment.postgres import LocalPostgres
from tests.environment.waiting import until

PEOPLE = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
GROUPS = 100
#: Two passes of a small realm at least, and one of a realm of 100,000.
WATCHED = 110.0
REQUESTS = 300
DEADLINE = 3_600.0


class Servers:
    """The processes that are measured."""

    def __init__(self, keycloak: LocalKeycloak, postgres: LocalPostgres) -> None:
        self._keycloak, self._postgres = keycloak.pid, postgres.pid
        # Keycloak's script starts Java in its own process group.
        (self._java,) = (pid for pid, name, fields in _processes() if name == "java" and fields[2] == self._keycloak)

    def processor(self) -> tuple[float, float]:
        """Seconds of processor time that Keycloak and PostgreSQL, with those of its processes that live, have taken."""
        java = database = 0
        for pid, _, fields in _processes():
            if pid == self._java:
                java = fields[11] + fields[12]
            elif self._postgres in (pid, fields[1]):
                database += fields[11] + fields[12]
        tick = os.sysconf("SC_CLK_TCK")
        return java / tick, database / tick

    def heap(self) -> float:
        """Megabytes that are in use after a full collection."""
        command = ["jcmd", str(self._java), "GC.class_histogram"]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return int(listed.splitlines()[-1].split()[2]) / 2**20


def _processes() -> Iterator[tuple[int, str, dict[int, int]]]:
    """The id, name and numbers of each process, as ``/proc/ID/stat`` counts them from the state on (proc(5))."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            head, rest = stat.read_text().rsplit(")", 1)
        except (FileNotFoundError, ProcessLookupError):
            continue
        fields = {number: int(field) for number, field in enumerate(rest.split()) if number > 0}
        yield int(stat.parent.name), head.partition("(")[2], fields


class Watch:
    """Processor time for a while, and an administrator's requests in a realm that is not provisioned."""

    def __init__(self, servers: Servers, admin: Admin, name: str, identifier: str) -> None:
        path, shown = f"/{name}/users/{identifier}", admin.user(name, identifier)
        self.requests = [
            seconds(lambda number=number: admin.request("PUT", path, json={**shown, "firstName": f"A{number}"}))  # type: ignore[misc]
            for number in range(REQUESTS)
        ]
        before, begun = servers.processor(), time.monotonic()
        until(lambda: time.monotonic() - begun > WATCHED, what="the time to watch", deadline=2 * WATCHED, poll=1)
        after, taken = servers.processor(), time.monotonic() - begun
        self.java, self.database = ((b - a) / taken for a, b in zip(before, after, strict=True))


def main() -> None:
    with keycloak_on_postgres() as (server, postgres), receiver() as process:
        admin, servers = Admin(server), Servers(server, postgres)
        with realm(admin, "bench-unseen") as name, realm(admin, "bench-plain") as plain:
            identifier = person(admin, plain)
            everybody = admin.create_group(name, "Everybody")
            people_in(admin, name, everybody, PEOPLE, postgres=True)
            _more_groups(admin, name)
            for _ in range(200):
                admin.update_user(plain, identifier, lastName="Warm")
            without, bare = servers.heap(), Watch(servers, admin, plain, identifier)
            process.add_realm(server, name)
            admin.enable_scim(name, process.base_url)
            chain = Chain(server, process, admin, name, process.client(name))
            most = _first_sync(chain, servers)
            chain.settle(deadline=DEADLINE)
            comparing = Watch(servers, admin, plain, identifier)
            rests = servers.heap()
    share = comparing.java + comparing.database - bare.java - bare.database
    print(f"{PEOPLE} people, compared for {WATCHED:.0f} s:")
    print(
        f"  processor: {100 * share:.1f} % of a core more than without an endpoint"
        f" (Keycloak {100 * (comparing.java - bare.java):.1f}, PostgreSQL"
        f" {100 * (comparing.database - bare.database):.1f})"
    )
    print(f"  memory in use, MB: {without:.0f} without, {most:.0f} at most in the first sync, {rests:.0f} comparing")
    print(f"  admin request in another realm, against without: {ratio(comparing.requests, bare.requests)}")


def _more_groups(admin: Admin, name: str) -> None:
    groups = [admin.create_group(name, f"Team {number}") for number in range(GROUPS)]
    listed = ", ".join(f"({number}, '{group}')" for number, group in enumerate(groups))
    identifier = admin.request("GET", f"/{name}").json()["id"]
    admin.sql(
        name,
        "INSERT INTO USER_GROUP_MEMBERSHIP (GROUP_ID, USER_ID, MEMBERSHIP_TYPE)"
        f" SELECT G.ID, U.ID, 'UNMANAGED' FROM USER_ENTITY U JOIN (VALUES {listed}) AS G(NUMBER, ID)"
        f" ON G.NUMBER = CAST(SUBSTRING(U.ID, 25) AS BIGINT) % {GROUPS} WHERE U.REALM_ID = '{identifier}'",
    )


def _first_sync(chain: Chain, servers: Servers) -> float:
    """The most memory that was in use; returns once everybody is there."""
    most = 0.0
    begun = time.monotonic()

    def done() -> bool:
        nonlocal most
        most = max(most, servers.heap())
        status = chain.admin.scim_status(chain.realm)[0]
        if status["parked"]:
            raise SystemExit(f"something was refused: {status}")
        there: bool = status["users"] == PEOPLE and status["groups"] == GROUPS + 1 and status["pending"] == 0
        return there

    until(done, what="everybody at the receiver", deadline=DEADLINE, poll=10)
    print(f"first sync of {PEOPLE} people in {GROUPS + 1} groups: {time.monotonic() - begun:.0f} s", flush=True)
    return most


if __name__ == "__main__":
    main()
