"""What a receiver that never answers, or that is not there, costs Keycloak's administrators and its logins.

Four realms on one server, visited by turns so that the machine's noise falls on all alike: one that is not
provisioned, one with a receiver that works, one whose receiver hangs, one whose receiver refuses connections. Printed
are ratios against the first.
Keycloak is on its embedded database, or with the word ``postgres`` on PostgreSQL.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import httpx

from tests.bench.rig import (
    PASSWORD,
    hanging_receiver,
    keycloak,
    keycloak_on_postgres,
    login,
    ratio,
    realm,
    receiver,
    seconds,
)
from tests.environment.admin import Admin
from tests.environment.ports import free_ports

#: An administrator's request takes milliseconds and scatters; a login takes the time of hashing its password.
ROUNDS = {"admin request": 500, "login": 100}
WARM_UP = 15
REALMS = ("bench-plain", "bench-working", "bench-hanging", "bench-refusing")


def measure(rounds: int, visits: dict[str, Callable[[int], object]]) -> dict[str, list[float]]:
    """Seconds per visit; the order turns with each round."""
    taken: dict[str, list[float]] = {name: [] for name in visits}
    names = list(visits)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            taken[name].append(seconds(partial(visits[name], number)))
    return taken


def person(admin: Admin, name: str) -> str:
    credentials = [{"type": "password", "value": PASSWORD, "temporary": False}]
    return admin.create_user(
        name,
        username="person",
        firstName="A",
        lastName="B",
        email="person@example.org",
        emailVerified=True,
        enabled=True,
        credentials=credentials,
    )


def main() -> None:
    with ExitStack() as stack:
        server = (
            stack.enter_context(keycloak_on_postgres())[0]
            if "postgres" in sys.argv[1:]
            else stack.enter_context(keycloak())
        )
        process = stack.enter_context(receiver())
        url, connections = stack.enter_context(hanging_receiver())
        http = stack.enter_context(httpx.Client(timeout=60))
        admin = Admin(server)
        people = {name: person(admin, stack.enter_context(realm(admin, name))) for name in REALMS}
        process.add_realm(server, "bench-working")
        admin.enable_scim("bench-working", process.base_url)
        admin.enable_scim("bench-hanging", url)
        admin.enable_scim("bench-refusing", f"http://127.0.0.1:{free_ports(1)[0]}/scim/v2")

        def change(name: str) -> Callable[[int], object]:
            path, shown = f"/{name}/users/{people[name]}", admin.user(name, people[name])
            return lambda number: admin.request("PUT", path, json={**shown, "firstName": f"A{number}"})

        def sign_in(name: str) -> Callable[[int], object]:
            return lambda _: login(http, server, name, "person")

        for kind, visit in (("admin request", change), ("login", sign_in)):
            visits = {name: visit(name) for name in REALMS}
            measure(WARM_UP, visits)
            taken = measure(ROUNDS[kind], visits)
            for name in REALMS[1:]:
                print(
                    f"{kind}, {name.removeprefix('bench-')} receiver / not provisioned: "
                    f"{ratio(taken[name], taken['bench-plain'])}"
                )
            print(f"{kind}, hanging / working receiver: {ratio(taken['bench-hanging'], taken['bench-working'])}")
        if not connections():
            raise SystemExit("the hanging receiver was never asked: nothing was measured")
        print(f"the hanging receiver held {connections()} connections meanwhile")


if __name__ == "__main__":
    main()
