"""Servers that stop, die, answer too late or lose their answers: nothing is lost and nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.environment.chain import Chain, Resource
from tests.environment.marks import databases
from tests.environment.proxy import Answer, FaultProxy, HangingReceiver, LoseAnswer
from tests.environment.receiver import SCIM_PATH
from tests.environment.waiting import until

OUTAGE_DEADLINE = 90.0


@databases
def test_twenty_changes_survive_an_outage_and_the_death_of_keycloak(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    chain.enable()
    there = {f"p{number:02}": admin.create_user(realm, username=f"p{number:02}") for number in range(15)}
    until(chain.users, lambda users: set(users) == set(there), what="fifteen people")
    chain.settle()
    before = chain.change_counts()

    chain.receiver.stop()
    names = list(there)
    changed, disabled, deleted = names[:5], names[5:10], names[10:]
    created = [f"new{number}" for number in range(5)]
    for position in range(5):
        admin.create_user(realm, username=created[position])
        admin.update_user(realm, there[changed[position]], lastName="Changed")
        admin.update_user(realm, there[disabled[position]], enabled=False)
        admin.delete_user(realm, there[deleted[position]])
    chain.keycloak.kill()
    chain.receiver.start()
    chain.keycloak.start()

    def released() -> dict[str, Resource]:
        # Ten of fifteen leave at once: somebody has to say that it is meant.
        admin.release(realm)
        return chain.users()

    until(
        released,
        lambda users: (
            set(users) == {*changed, *disabled, *created}
            and all(users[name].get("name", {}).get("familyName") == "Changed" for name in changed)
            and not any(users[name]["active"] for name in disabled)
        ),
        what="the twenty changes",
        deadline=OUTAGE_DEADLINE,
    )
    chain.settle()
    after = chain.change_counts()
    done = {resource: count - before.get(resource, 0) for resource, count in after.items()}
    assert sorted(done.values()) == [1] * 20, "each of the twenty changes is made once"
    assert len(after) == 20, "fifteen people and five new ones, nobody twice"


def test_keycloak_that_dies_while_it_delivers_doubles_nobody(chain: Chain) -> None:
    chain.enable()
    for number in range(40):
        chain.admin.create_user(chain.realm, username=f"p{number:02}")
    until(lambda: len(chain.users()), lambda count: count >= 1, what="first people")

    chain.keycloak.kill()
    chain.keycloak.start()

    until(lambda: len(chain.users()), lambda count: count == 40, what="forty people", deadline=OUTAGE_DEADLINE)
    chain.settle()
    assert set(chain.change_counts().values()) == {1}


def test_a_receiver_that_dies_while_it_is_served_doubles_nobody(chain: Chain) -> None:
    chain.enable()
    for number in range(20):
        chain.admin.create_user(chain.realm, username=f"p{number:02}")
        if number == 10:
            chain.receiver.kill()
    chain.receiver.start()

    until(lambda: len(chain.users()), lambda count: count == 20, what="twenty people", deadline=OUTAGE_DEADLINE)
    chain.settle()
    assert set(chain.change_counts().values()) == {1}


@pytest.fixture
def proxy(chain: Chain) -> Iterator[FaultProxy]:
    """A proxy between Keycloak and the receiver; the endpoint goes through it."""
    between = FaultProxy(chain.receiver.base_url.removesuffix(SCIM_PATH))
    chain.enable(port=between.port)
    yield between
    between.close()


def test_an_answer_lost_after_the_commit_doubles_nobody(chain: Chain, proxy: FaultProxy) -> None:
    lose = iter([LoseAnswer()] * 3)
    proxy.plan(lambda method, path: next(lose, None) if method == "POST" else None)

    for name in ("anne", "boris", "chloe"):
        chain.admin.create_user(chain.realm, username=name)

    until(chain.users, lambda users: set(users) == {"anne", "boris", "chloe"}, what="three people")
    chain.settle()
    lost = [entry for entry in proxy.requests("POST") if entry.seen is None]
    assert len(lost) == 3, "the fault was not made"
    assert {entry.answered for entry in lost} == {201}
    assert set(chain.change_counts().values()) == {1}
    # The links are known: a change goes to the same person.
    person = chain.admin.users(chain.realm, username="anne")[0]["id"]
    chain.admin.update_user(chain.realm, person, lastName="Liée")
    chain.see_user("anne", lambda user: user.get("name", {}).get("familyName") == "Liée")


def test_a_lost_answer_to_a_bulk_doubles_nobody(chain: Chain, proxy: FaultProxy) -> None:
    lose = iter([LoseAnswer()])
    proxy.plan(lambda method, path: next(lose, None) if path == f"{SCIM_PATH}/Bulk" else None)
    names = {f"p{number:02}" for number in range(30)}

    people = [{"username": name, "enabled": True} for name in sorted(names)]
    chain.admin.partial_import(chain.realm, ifResourceExists="FAIL", users=people)

    until(chain.users, lambda users: set(users) == names, what="thirty people")
    chain.settle()
    lost = [entry for entry in proxy.requests("POST") if entry.seen is None]
    assert [(entry.path, entry.answered) for entry in lost] == [(f"{SCIM_PATH}/Bulk", 200)]
    assert set(chain.change_counts().values()) == {1}
    assert chain.admin.scim_status(chain.realm)[0]["users"] == len(names)


def test_a_lost_answer_of_a_group_doubles_nothing(chain: Chain, proxy: FaultProxy) -> None:
    lose = iter([LoseAnswer()])
    proxy.plan(lambda method, path: next(lose, None) if (method, path) == ("POST", f"{SCIM_PATH}/Groups") else None)
    person = chain.admin.create_user(chain.realm, username="membre")
    chain.admin.join(chain.realm, person, chain.admin.create_group(chain.realm, "Équipe"))

    chain.see_groups({"Équipe": {"membre"}})
    assert [entry for entry in proxy.requests("POST") if entry.seen is None], "the fault was not made"


def test_retry_after_is_respected(chain: Chain, proxy: FaultProxy) -> None:
    busy = iter([Answer(503, (("Retry-After", "2"),))])
    proxy.plan(lambda method, path: next(busy, None) if method == "POST" else None)
    chain.admin.create_user(chain.realm, username="patiente")
    waiting = until(
        lambda: chain.admin.scim_status(chain.realm)[0], lambda seen: seen["state"] == "retrying", what="retrying"
    )
    assert waiting["reason"]

    chain.see_user("patiente")
    chain.settle()
    first, second = proxy.requests("POST")
    assert (first.seen, second.seen) == (503, 201)
    assert second.at - first.at >= 2


@pytest.mark.parametrize("status", [500, 502, 429])
def test_errors_of_the_server_are_retried(chain: Chain, proxy: FaultProxy, status: int) -> None:
    failing = iter([Answer(status)] * 2)
    proxy.plan(lambda method, path: next(failing, None) if method == "POST" else None)

    chain.admin.create_user(chain.realm, username="tenace")

    chain.see_user("tenace")
    chain.settle()
    assert [entry.seen for entry in proxy.requests("POST")] == [status, status, 201]


def test_one_refused_person_does_not_hold_the_others(chain: Chain) -> None:
    chain.scim.post(
        "/Users",
        json={"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "prise", "externalId": "x"},
    ).raise_for_status()
    chain.enable()
    chain.admin.create_user(chain.realm, username="prise")
    chain.admin.create_user(chain.realm, username="libre")

    chain.see_user("libre")
    chain.settle()
    status = chain.admin.scim_status(chain.realm)[0]
    assert status["parked"] == 1
    assert status["state"] == "idle"
    assert chain.users()["prise"]["externalId"] == "x"


def test_a_hanging_receiver_does_not_hold_keycloak(chain: Chain) -> None:
    hanging = HangingReceiver()
    try:
        chain.enable(port=hanging.port)
        first = chain.admin.create_user(chain.realm, username="first")
        until(hanging.taken, what="a connection to the hanging receiver")

        # All these requests are answered while the receiver still holds its connection: none waits for it.
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda n: chain.admin.create_user(chain.realm, username=f"p{n:02}"), range(12)))
        chain.admin.update_user(chain.realm, first, lastName="Changed")
        assert hanging.holding() >= 1, "the receiver let go: nothing was shown"
        assert len(made) == 12
        assert chain.admin.scim_status(chain.realm)[0]["pending"] >= 13
    finally:
        hanging.close()
