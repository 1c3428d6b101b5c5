"""A first sync of people in groups of twenty, on PostgreSQL, with a real receiver: 1,000 people, then 20,000.

Once to a receiver that takes no bulks, once to one that does. Printed are the seconds of each, and the time per person
of the larger against the smaller: 1 is flat. Each ends with both sides equal, and the next sync writes nothing, or the
measurement fails.
"""

from __future__ import annotations

import sys
import time

from tests.bench.rig import keycloak_on_postgres, realm, receiver
from tests.environment.admin import Admin
from tests.environment.chain import Chain
from tests.environment.people import people_in
from tests.environment.waiting import until

PEOPLE = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
#: People and groups.
SIZES = ((1_000, 20), (PEOPLE, PEOPLE // 50))
MEMBERS = 20
#: What a receiver is given so that each person is a request, or not.
WAYS = {"one by one": {"SBE_SCIM_BULK_LIMIT": "1"}, "by bulks": {}}
WRITES = ("create", "replace", "patch", "delete", "bulk")
DEADLINE = 600.0


def first_sync(chain: Chain, way: str, people: int, groups: int) -> float:
    """Seconds from the creation of the endpoint until everybody is at the receiver; their groups follow."""
    admin, name = chain.admin, chain.realm
    first, *others = (admin.create_group(name, f"Group {number}") for number in range(groups))
    people_in(admin, name, first, people, prefix=f"of{people}-", postgres=True)
    _spread(admin, name, first, others)

    begun = time.perf_counter()
    chain.enable()
    until(lambda: _there(chain)[0] == people, what="everybody at the receiver", deadline=DEADLINE, poll=0.2)
    taken = time.perf_counter() - begun
    until(lambda: _there(chain) == (people, groups, 0), what="every group", deadline=DEADLINE, poll=0.2)
    whole = time.perf_counter() - begun
    chain.settle(deadline=DEADLINE)
    sizes = {len(group.get("members", [])) for group in chain.scim.get("/Groups?count=400").json()["Resources"]}
    if sizes != {MEMBERS}:
        raise SystemExit(f"groups of {sizes} members at the receiver, not of {MEMBERS}")
    written = _next_sync(chain)
    if written:
        raise SystemExit(f"the next sync has written {written}")
    print(
        f"first sync {way}, {people} people: {taken:.1f} s, {people / taken:.0f} people/s;"
        f" with {groups} groups of {MEMBERS} {whole:.1f} s; {chain.asked()['bulk', 200]} bulks"
    )
    return taken


def _next_sync(chain: Chain) -> int:
    """How many writes a comparison of both sides costs."""
    before = _writes(chain)
    run = chain.admin.reconcile(chain.realm)
    until(
        lambda: chain.admin.run(chain.realm, run)["phase"] == "ended",
        what="the end of the run",
        deadline=DEADLINE,
        poll=0.5,
    )
    chain.settle(deadline=DEADLINE)
    return _writes(chain) - before


def _writes(chain: Chain) -> int:
    return sum(count for (operation, _), count in chain.asked().items() if operation in WRITES)


def _spread(admin: Admin, name: str, first: str, others: list[str]) -> None:
    """Of those who are all in one group, leave twenty there, twenty more in each of the others, the rest in none."""
    admin.sql(
        name,
        f"DELETE FROM USER_GROUP_MEMBERSHIP WHERE GROUP_ID = '{first}' AND USER_ID NOT IN (SELECT USER_ID FROM"
        f" USER_GROUP_MEMBERSHIP WHERE GROUP_ID = '{first}' ORDER BY USER_ID LIMIT {MEMBERS * (len(others) + 1)})",
    )
    listed = ", ".join(f"({number}, '{group}')" for number, group in enumerate([first, *others]))
    admin.sql(
        name,
        "UPDATE USER_GROUP_MEMBERSHIP SET GROUP_ID = T.ID FROM (SELECT R.USER_ID, G.ID FROM"
        " (SELECT USER_ID, (ROW_NUMBER() OVER (ORDER BY USER_ID) - 1) AS RANK"
        f" FROM USER_GROUP_MEMBERSHIP WHERE GROUP_ID = '{first}') R"
        f" JOIN (VALUES {listed}) AS G(NUMBER, ID) ON R.RANK / {MEMBERS} = G.NUMBER) T"
        f" WHERE USER_GROUP_MEMBERSHIP.USER_ID = T.USER_ID AND GROUP_ID = '{first}'",
    )


def _there(chain: Chain) -> tuple[int, int, int]:
    """People and groups that the receiver has taken, and what waits."""
    status = chain.admin.scim_status(chain.realm)[0]
    if status["parked"]:
        raise SystemExit(f"something was refused: {status}")
    return status["users"], status["groups"], status["pending"]


def main() -> None:
    with keycloak_on_postgres() as (server, _):
        admin = Admin(server)
        for number, (way, environment) in enumerate(WAYS.items()):
            taken = []
            with receiver(**environment) as process:
                for people, groups in SIZES:
                    with realm(admin, f"bench-first-{number}-{people}") as name:
                        process.add_realm(server, name)
                        chain = Chain(server, process, admin, name, process.client(name))
                        taken.append(first_sync(chain, way, people, groups) / people)
            print(f"time per person against the smaller, {way}: {taken[1] / taken[0]:.2f} ×")


if __name__ == "__main__":
    main()
