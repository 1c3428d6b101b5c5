"""Twenty realms on one server: what dead, hostile and very large ones take, the others do not miss."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.conftest import make_chain
from tests.environment.admin import Admin
from tests.environment.backend import Servers
from tests.environment.neighbours import Founder, trouble, well
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

DEAD, HEALTHY, PEOPLE = 10, 8, 20_000
ROUNDS = 3
#: People of the first sync who may overtake one change of another realm: half of a round, which takes two thousand.
#: Whoever waits for rounds of another realm waits for more in one change of two.
OVERTAKING = 1_000


@pytest.fixture
def database() -> str:
    return "postgres"


@pytest.fixture
def new_realm(servers: Servers) -> Iterator[Callable[[], str]]:
    """Makes realms, gone after the test."""
    admin = Admin(servers.keycloak("postgres"))
    founder = Founder(admin)
    made: list[str] = []

    def make() -> str:
        made.append(founder.found(f"r-{uuid.uuid4().hex[:10]}"))
        return made[-1]

    yield make
    for name in made:
        admin.delete_realm(name)


def test_a_change_arrives_while_other_realms_hang_flood_and_sync_for_the_first_time(
    servers: Servers, receiver: ReceiverProcess, new_realm: Callable[[], str]
) -> None:
    keycloak = servers.keycloak("postgres")
    admin = Admin(keycloak)
    healthy = [well(make_chain(keycloak, receiver, new_realm())) for _ in range(HEALTHY)]
    dead, hostile, large = [new_realm() for _ in range(DEAD)], new_realm(), new_realm()
    with trouble(keycloak, receiver, dead=dead, hostile=[hostile], large=large, people=PEOPLE) as others:
        until(others.arrived, what="the first sync to begin")
        until(lambda: _states(admin, dead) == {"retrying"}, what="the dead receivers asked")
        until(lambda: others.hostile.answered, what="the hostile one asked")

        overtaken = []
        for number in range(ROUNDS):
            for one in healthy:
                before = others.arrived()
                one.change(f"Nom{number}")
                overtaken.append(others.arrived() - before)

        left = PEOPLE - others.arrived()
        flooded = admin.scim_status(hostile)[0]
    assert left > 0, "the first sync was over"
    assert max(overtaken) < OVERTAKING, overtaken
    assert _states(admin, [one.chain.realm for one in healthy]) <= {"idle", "delivering"}
    assert (flooded["holder"], flooded["users"]) == (True, 0)


def _states(admin: Admin, realms: Iterable[str]) -> set[str]:
    return {status["state"] for realm in realms for status in admin.scim_status(realm)}
