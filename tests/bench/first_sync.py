"""A first sync of people in groups of twenty, on PostgreSQL, with a real receiver: 1,000 people, then 5,000.

Printed are the seconds of each, and the time per person of the larger against the smaller: 1 is flat. Each ends with
both sides equal, or the measurement fails.
"""

from __future__ import annotations

from tests.bench.rig import keycloak_on_postgres, realm, receiver, seconds
from tests.environment.admin import Admin
from tests.environment.chain import Chain
from tests.environment.people import people_in
from tests.environment.waiting import until

#: People and groups.
SIZES = ((1_000, 20), (5_000, 100))
MEMBERS = 20
DEADLINE = 600.0


def first_sync(chain: Chain, people: int, groups: int) -> float:
    """Seconds from the creation of the endpoint until everybody and every group is at the receiver."""
    admin, name = chain.admin, chain.realm
    first, *others = (admin.create_group(name, f"Group {number}") for number in range(groups))
    people_in(admin, name, first, people, prefix=f"of{people}-", postgres=True)
    _spread(admin, name, first, others)

    def work() -> None:
        chain.enable()
        until(lambda: _there(chain) == (people, groups), what="everybody at the receiver", deadline=DEADLINE, poll=0.5)

    taken = seconds(work)
    chain.settle(deadline=DEADLINE)
    sizes = {len(group.get("members", [])) for group in chain.scim.get("/Groups?count=200").json()["Resources"]}
    if sizes != {MEMBERS}:
        raise SystemExit(f"groups of {sizes} members at the receiver, not of {MEMBERS}")
    print(
        f"first sync of {people} people and {groups} groups of {MEMBERS}: {taken:.1f} s, {people / taken:.0f} people/s"
    )
    return taken


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


def _there(chain: Chain) -> tuple[int, int]:
    status = chain.admin.scim_status(chain.realm)[0]
    if status["parked"]:
        raise SystemExit(f"something was refused: {status}")
    waiting = status["pending"] > 0
    return (-1, -1) if waiting else (status["users"], status["groups"])


def main() -> None:
    with keycloak_on_postgres() as (server, _), receiver() as process:
        admin, taken = Admin(server), []
        for people, groups in SIZES:
            with realm(admin, f"bench-first-{people}") as name:
                process.add_realm(server, name)
                chain = Chain(server, process, admin, name, process.client(name))
                taken.append(first_sync(chain, people, groups) / people)
    print(f"time per person against the smaller: {taken[1] / taken[0]:.2f} ×")


if __name__ == "__main__":
    main()
