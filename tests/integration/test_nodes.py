"""Two nodes of one Keycloak, on one database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from sbe_scim.store import open_database
from sbe_scim.store.tables import journal
from tests.conftest import make_chain
from tests.environment.admin import Admin
from tests.environment.backend import Servers
from tests.environment.chain import Chain
from tests.environment.ldap import Tree
from tests.environment.openldap import Federation
from tests.environment.prometheus import metric
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

#: A receiver that was away is asked again every five seconds.
OUTAGE_DEADLINE = 90.0


#: A lease of 15 seconds, asked for every second, and a change of the cluster's view.
TAKE_OVER_DEADLINE = 60.0


@pytest.fixture
def database() -> str:
    return "postgres"


@pytest.fixture
def chains(servers: Servers, receiver: ReceiverProcess) -> Iterator[tuple[Chain, Chain]]:
    """One enabled realm, as each node has it."""
    first, second = servers.nodes()
    realm = f"r-{uuid.uuid4().hex[:10]}"
    chain = make_chain(first, receiver, realm)
    chain.admin.create_realm(realm)
    chain.enable()
    yield chain, Chain(second, receiver, Admin(second), realm, chain.scim)
    servers.nodes()
    chain.admin.delete_realm(realm)


def test_a_change_on_either_node_arrives(chains: tuple[Chain, Chain]) -> None:
    first, second = chains
    group = first.admin.create_group(first.realm, "Équipe")
    for chain, name in ((first, "anne"), (second, "benoit")):
        chain.admin.join(chain.realm, chain.admin.create_user(chain.realm, username=name), group)
    first.see_groups({"Équipe": {"anne", "benoit"}})
    first.settle()
    for chain, there in ((first, {"anne"}), (second, set())):
        (user,) = chain.admin.users(chain.realm, username="benoit" if there else "anne")
        chain.admin.delete_user(chain.realm, user["id"])
        chain.see_groups({"Équipe": there})
    assert not first.users()


def test_changes_made_on_both_nodes_by_turns_are_sent_once_and_never_go_backwards(chains: tuple[Chain, Chain]) -> None:
    people = [chains[0].admin.create_user(chains[0].realm, username=f"agent{number}") for number in range(5)]
    for number in range(5):
        chains[1].see_user(f"agent{number}")
    chains[0].settle()
    before = writes(chains[0])
    for turn in range(30):
        chain = chains[turn % 2]
        chain.admin.update_user(chain.realm, people[turn // 2 % 5], lastName=f"Nom {turn}")
    for number in range(5):
        last = max(turn for turn in range(30) if turn // 2 % 5 == number)
        chains[0].see_user(f"agent{number}", lambda user, last=last: user["name"]["familyName"] == f"Nom {last}")  # type: ignore[misc]
    chains[0].settle()
    # A person who changes while they are being sent is one request more; two nodes that send make each twice.
    assert 5 <= writes(chains[0]) - before <= 30


def writes(chain: Chain) -> int:
    """How many requests of the realm have changed something at the receiver, or tried to."""
    engine = open_database(chain.receiver.database)
    with engine.connect() as connection:
        written = journal.c.operation.in_(("create", "replace", "patch", "delete"))
        count = select(func.count()).where(journal.c.source == chain.realm, written)
        found: int = connection.execute(count).scalar_one()
    engine.dispose()
    return found


def test_a_node_that_is_killed_takes_no_change_along(chains: tuple[Chain, Chain]) -> None:
    first, second = chains
    leaver = second.admin.create_user(second.realm, username="sortante")
    first.see_user("sortante")
    first.receiver.kill()
    second.admin.update_user(second.realm, leaver, enabled=False)
    for number in range(20):
        second.admin.create_user(second.realm, username=f"nouvelle{number}")
    second.keycloak.kill()
    first.receiver.start()
    first.admin.create_user(first.realm, username="apres")
    expected = {"sortante", "apres", *(f"nouvelle{number}" for number in range(20))}
    until(lambda: set(first.users()), lambda names: names == expected, deadline=OUTAGE_DEADLINE)
    first.see_user("sortante", lambda user: not user["active"])
    second.keycloak.start()
    second.admin.update_user(second.realm, leaver, enabled=True)
    first.see_user("sortante", lambda user: user["active"])
    # One of the two that are killed delivered.
    first.keycloak.kill()
    second.admin.update_user(second.realm, leaver, enabled=False)
    until(lambda: first.users()["sortante"]["active"], lambda active: not active, deadline=TAKE_OVER_DEADLINE)


def test_a_directory_is_followed_by_whoever_delivers(chains: tuple[Chain, Chain], servers: Servers) -> None:
    first = chains[0]
    server, host = servers.openldap()
    tree = server.add_tree(first.realm)
    for uid in ("anne", "boris"):
        server.add_person(tree.person(uid), uid)
    paie = server.add_group(tree.group("Paie"), "Paie", [tree.person("anne")])
    federation = Federation(first.admin, first.realm, f"ldap://{host}:{server.port}", tree)
    federation.map_groups()
    federation.sync()
    first.see_groups({"Paie": {"anne"}})

    def holder() -> Chain | None:
        held = [
            one
            for one in chains
            if metric(one.keycloak, "sbe_scim_lease_held", realm=one.realm, endpoint=endpoint) == 1
        ]
        assert len(held) <= 1
        return held[0] if held else None

    endpoint = first.admin.scim_status(first.realm)[0]["id"]
    delivers = until(holder, what="a node that delivers")
    assert delivers is not None
    (waits,) = (one for one in chains if one is not delivers)
    assert (_has_asked(delivers, tree), _has_asked(waits, tree)) == (True, False)
    delivers.keycloak.kill()
    server.join(paie, tree.person("boris"))
    until(first.groups, lambda groups: groups == {"Paie": {"anne", "boris"}}, deadline=TAKE_OVER_DEADLINE)
    assert set(first.users()) == {"anne", "boris"}
    assert _has_asked(waits, tree)


def _has_asked(chain: Chain, tree: Tree) -> bool:
    """Whether this node's connector has made a client of the directory: unlike Keycloak's own, it has no pool."""
    made = [line for line in chain.keycloak.log_text().splitlines() if "Creating new LDAP Store" in line]
    return any(tree.people in line and "connectionPooling=[false]" in line for line in made)
