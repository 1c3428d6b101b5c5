"""What a changed role costs: everybody's effective roles, with 100,000 people or as many as are asked for.

``python -m tests.bench.roles [PEOPLE]``. One role comes to contain another: each person's roles are closed anew,
through groups in four levels and roles that contain roles. Nobody is in scope, so nothing is sent. The peer is the
plain reading of the rows that say who has which role and is in which group, by a client of its own.
"""

from __future__ import annotations

import sys
import time

import psycopg

from tests.bench.rig import keycloak_on_postgres, realm, receiver, seconds
from tests.bench.unseen import Servers
from tests.environment.admin import Admin, Config
from tests.environment.postgres import LocalPostgres, url
from tests.environment.waiting import until

PEOPLE = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
GROUPS, ROLES, MAPPED = 200, 90, 10
WALKS = 3
DEADLINE = 600.0
_ROWS = (
    "SELECT M.USER_ID, M.ROLE_ID FROM USER_ROLE_MAPPING M JOIN USER_ENTITY U ON U.ID = M.USER_ID WHERE U.REALM_ID = %s",
    "SELECT M.USER_ID, M.GROUP_ID FROM USER_GROUP_MEMBERSHIP M JOIN USER_ENTITY U ON U.ID = M.USER_ID"
    " WHERE U.REALM_ID = %s",
)


def populate(admin: Admin, name: str, database: LocalPostgres) -> str:
    """People with two roles and three groups each, groups in four levels of which each second one gives a role."""
    identifier: str = admin.request("GET", f"/{name}").json()["id"]
    own = f"'{identifier[:24]}' || LPAD(CAST(X AS VARCHAR), 12, '0')"
    numbers = f"generate_series(1, {PEOPLE}) AS numbers(X)"
    with psycopg.connect(url(database, "keycloak")) as connection:
        connection.execute(
            "INSERT INTO USER_ENTITY (ID, REALM_ID, USERNAME, ENABLED, EMAIL_VERIFIED, EMAIL_CONSTRAINT, NOT_BEFORE)"
            f" SELECT {own}, '{identifier}', 'p' || LPAD(CAST(X AS VARCHAR), 6, '0'), TRUE, FALSE, {own}, 0"
            f" FROM {numbers}"
        )
        connection.execute(
            "INSERT INTO KEYCLOAK_ROLE (ID, CLIENT_REALM_CONSTRAINT, CLIENT_ROLE, NAME, REALM_ID)"
            f" SELECT 'bench-role-' || X, '{identifier}', FALSE, 'role' || X, '{identifier}'"
            f" FROM generate_series(0, {ROLES - 1}) AS numbers(X)"
        )
        # Each contains the one with the next number but ten: chains of nine, which end in those that are mapped.
        connection.execute(
            "INSERT INTO COMPOSITE_ROLE (COMPOSITE, CHILD_ROLE)"
            f" SELECT 'bench-role-' || X, 'bench-role-' || (X - {MAPPED})"
            f" FROM generate_series({MAPPED}, {ROLES - 1}) AS numbers(X)"
        )
        connection.execute(
            "INSERT INTO KEYCLOAK_GROUP (ID, NAME, PARENT_GROUP, REALM_ID, TYPE)"
            " SELECT 'bench-group-' || X, 'Group ' || X,"
            " CASE WHEN X % 4 = 0 THEN ' ' ELSE 'bench-group-' || (X - 1) END,"
            f" '{identifier}', 0 FROM generate_series(0, {GROUPS - 1}) AS numbers(X)"
        )
        connection.execute(
            "INSERT INTO GROUP_ROLE_MAPPING (GROUP_ID, ROLE_ID)"
            f" SELECT 'bench-group-' || X, 'bench-role-' || (X % {ROLES})"
            f" FROM generate_series(0, {GROUPS - 1}, 2) AS numbers(X)"
        )
        for number in (7, 31):
            connection.execute(
                "INSERT INTO USER_ROLE_MAPPING (USER_ID, ROLE_ID)"
                f" SELECT {own}, 'bench-role-' || ((X + {number}) % {ROLES}) FROM {numbers}"
            )
        for number in (1, 63, 120):
            connection.execute(
                "INSERT INTO USER_GROUP_MEMBERSHIP (USER_ID, GROUP_ID, MEMBERSHIP_TYPE)"
                f" SELECT {own}, 'bench-group-' || ((X + {number}) % {GROUPS}), 'UNMANAGED' FROM {numbers}"
            )
    with psycopg.connect(url(database, "keycloak"), autocommit=True) as connection:
        connection.execute("ANALYZE")
    admin.request("POST", f"/{name}/clear-realm-cache")
    return identifier


def plain(database: LocalPostgres, identifier: str) -> int:
    """Read the rows and do nothing with them; how many there are."""
    count = 0
    with psycopg.connect(url(database, "keycloak")) as connection:
        for statement in _ROWS:
            count += len(connection.execute(statement, (identifier,)).fetchall())
    return count


def settled(admin: Admin, name: str) -> bool:
    (status,) = admin.scim_status(name)
    return status["pending"] == 0 and status["lastRun"] is not None and status["lastRun"]["phase"] == "ended"


def main() -> None:
    with keycloak_on_postgres() as (server, postgres):
        admin, servers = Admin(server, timeout=DEADLINE), Servers(server, postgres)
        with realm(admin, "bench-roles") as name, receiver() as process:
            identifier = populate(admin, name, postgres)
            roles = [f"role{number}=value{number}" for number in range(MAPPED)]
            config: Config = {"roleMapping": roles, "scopeAttributes": "bench=nobody"}
            process.add_realm(server, name)
            admin.enable_scim(name, process.base_url, config=config)
            until(lambda: settled(admin, name), what="the first sync", deadline=DEADLINE, poll=0.5)
            rows = plain(postgres, identifier)
            beside = [seconds(lambda: plain(postgres, identifier)) for _ in range(WALKS)]
            walks = []
            before = servers.processor()
            for number in range(WALKS):
                path = f"/{name}/roles-by-id/bench-role-{number}/composites"
                child = {"id": f"bench-role-{ROLES - 1 - number}", "name": f"role{ROLES - 1 - number}"}
                begun = time.perf_counter()
                admin.request("POST", path, json=[child])
                until(lambda: settled(admin, name), what="the walk", deadline=DEADLINE, poll=0.05)
                walks.append(time.perf_counter() - begun)
            taken = [b - a for a, b in zip(before, servers.processor(), strict=True)]
    walk, read = min(walks), min(beside)
    print(f"{PEOPLE} people, {ROLES} roles of which {MAPPED} are mapped, {GROUPS} groups; {rows} rows:")
    print(f"  a role changes, and everybody is compared: {walk:.2f} s, {PEOPLE / walk:,.0f} people a second")
    print(f"  against a plain reading of those rows by a client ({read:.2f} s): {walk / read:.1f} x")
    print(f"  processor of each of {WALKS}: Keycloak {taken[0] / WALKS:.2f}, PostgreSQL {taken[1] / WALKS:.2f} s")


if __name__ == "__main__":
    main()
