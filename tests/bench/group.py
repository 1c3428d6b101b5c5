"""A large group between a real Keycloak and a real receiver: made, joined, left, and compared as a whole.

Printed is what each cost in requests and in time, the time also per member against a group of 500 on the same servers.
A group of more than 1,000 is compared in pages and sent as differences. Give another size, such as 50000, and time.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack

from tests.bench.rig import keycloak, realm, receiver, seconds
from tests.environment.admin import Admin
from tests.environment.chain import Chain
from tests.environment.keycloak import Keycloak
from tests.environment.people import people_in
from tests.environment.proxy import FaultProxy
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

SIZES = (500, int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
DEADLINE = 1_800.0


def size(chain: Chain) -> int:
    """Members of the realm's one group, as the receiver has them."""
    groups = chain.scim.get("/Groups", params={"attributes": "externalId"}).json()["Resources"]
    if not groups:
        return 0
    query = {"filter": f'groups.value eq "{groups[0]["id"]}"', "count": "0"}
    found: int = chain.scim.get("/Users", params=query).json()["totalResults"]
    return found


def measure(server: Keycloak, process: ReceiverProcess, name: str, members: int) -> dict[str, float]:
    """Seconds of each step with a group of so many; prints them with the requests that were sent."""
    admin, taken = Admin(server), {}
    process.add_realm(server, name)
    proxy = FaultProxy(process.base_url.removesuffix("/scim/v2"))
    chain = Chain(server, process, admin, name, process.client(name))
    group = admin.create_group(name, "Everybody")
    people_in(admin, name, group, members)
    joins = admin.create_user(name, username="joins")

    def reached(expected: int) -> None:
        until(lambda: size(chain), lambda now: now == expected, what=f"{expected} members", deadline=DEADLINE)

    def step(what: str, act: object, expected: int) -> None:
        before = len(proxy.passed)

        def run() -> None:
            if callable(act):
                act()
            reached(expected)
            chain.settle(deadline=DEADLINE)

        taken[what] = seconds(run)
        passed = proxy.passed[before:]
        refused = [entry for entry in passed if entry.seen is None or entry.seen >= 400]
        if refused:
            raise SystemExit(f"{what}: {len(refused)} of {len(passed)} requests were refused, first {refused[0]}")
        print(f"{members:6} members, {what}: {taken[what]:.1f} s, {len(passed)} requests", flush=True)

    endpoint = ""

    def enable() -> None:
        nonlocal endpoint
        endpoint = chain.enable(port=proxy.port, attributeMapping=["title=title"])

    def look_at_everybody() -> None:
        admin.configure(name, endpoint, {"attributeMapping": ["title=title", "locale=locale"]})

    def change_unseen() -> None:
        # No mark tells of this: only the comparison of the whole group finds it.
        some = admin.sql(name, f"SELECT USER_ID FROM USER_GROUP_MEMBERSHIP WHERE GROUP_ID = '{group}' LIMIT 20")
        ids = ", ".join(f"'{row[0]}'" for row in some)
        admin.sql(name, f"DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID IN ({ids})")
        admin.configure(name, endpoint, {"attributeMapping": ["title=title"]})

    step("first sync", enable, members)
    step("one joins", lambda: admin.join(name, joins, group), members + 1)
    step("compared as a whole, nothing differs", look_at_everybody, members + 1)
    step("one leaves", lambda: admin.leave(name, joins, group), members)
    step("compared as a whole, 20 differ", change_unseen, members - 20)
    status = admin.scim_status(name)[0]
    if status["parked"] or status["stillIn"]:
        raise SystemExit(f"something was refused: {status}")
    proxy.close()
    return taken


def main() -> None:
    with ExitStack() as stack:
        server = stack.enter_context(keycloak())
        process = stack.enter_context(receiver())
        admin = Admin(server)
        small, large = (
            measure(server, process, stack.enter_context(realm(admin, f"bench-group-{members}")), members)
            for members in SIZES
        )
        for what in small:
            print(f"{what}: {large[what] / SIZES[1] / (small[what] / SIZES[0]):.2f} × the time per member")


if __name__ == "__main__":
    main()
