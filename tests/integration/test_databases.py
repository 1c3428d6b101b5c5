"""The connector on a database of Keycloak that the other tests do not use."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.conftest import make_chain
from tests.environment.admin import Admin
from tests.environment.backend import LocalBackend, Servers
from tests.environment.chain import Chain
from tests.environment.keycloak import LocalKeycloak
from tests.environment.main_path import live
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

#: A lease of 15 seconds, asked for every second, and a change of the cluster's view.
TAKE_OVER_DEADLINE = 60.0


@pytest.fixture(scope="module")
def nodes(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalKeycloak, LocalKeycloak]]:
    """Two nodes of a Keycloak on MariaDB."""
    server = servers.mariadb()
    server.create_database("nodes")
    logs = tmp_path_factory.mktemp("nodes")
    started = LocalBackend("beside MariaDB").nodes(server.jdbc_url("127.0.0.1", "nodes"), logs=logs)
    try:
        for node in started:
            node.start()
        yield started
    finally:
        for node in started:
            node.kill()


@pytest.fixture
def chain(nodes: tuple[LocalKeycloak, LocalKeycloak], receiver: ReceiverProcess) -> Chain:
    """A new realm of the first node, and a receiver that knows it."""
    realm = f"r-{uuid.uuid4().hex[:10]}"
    made = make_chain(nodes[0], receiver, realm)
    made.admin.create_realm(realm)
    return made


def test_people_and_groups_live_on_mariadb(chain: Chain) -> None:
    live(chain)


def test_another_node_takes_over_on_mariadb(nodes: tuple[LocalKeycloak, LocalKeycloak], chain: Chain) -> None:
    first, second = nodes
    realm = chain.realm
    endpoint = chain.enable()
    leaver = chain.admin.create_user(realm, username="sortante")
    chain.see_user("sortante")
    chain.settle()
    other = Admin(second)
    lease = f"SELECT HOLDER, FENCE FROM SBE_SCIM_ENDPOINT WHERE ENDPOINT_ID = '{endpoint}'"
    ((before, fence),) = other.sql(realm, lease)

    # One of the two delivers: each is killed once.
    for killed, left, enabled in ((first, other, False), (second, chain.admin, True)):
        killed.kill()
        left.update_user(realm, leaver, enabled=enabled)
        until(
            lambda: chain.users()["sortante"]["active"],
            lambda active, enabled=enabled: active is enabled,  # type: ignore[misc]
            deadline=TAKE_OVER_DEADLINE,
        )
        ((holder, now),) = left.sql(realm, lease)
        assert int(now) - int(fence) == (holder != before)
        before, fence = holder, now
        killed.start()
    assert int(fence) >= 2, "nobody took over"
