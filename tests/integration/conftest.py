"""Fixtures of tests that need a directory beside Keycloak and the receiver."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.environment.backend import Servers
from tests.environment.chain import Chain
from tests.environment.directory import Directory
from tests.environment.openldap import Federation


@pytest.fixture
def directory(servers: Servers, chain: Chain) -> Iterator[Directory]:
    """An OpenLDAP with a tree of its own, which the chain's realm reads; afterwards it runs again."""
    server, host = servers.openldap()
    tree = server.add_tree(f"t-{uuid.uuid4().hex[:10]}")
    federation = Federation(chain.admin, chain.realm, f"ldap://{host}:{server.port}", tree)
    yield Directory(server, tree, federation)
    servers.openldap()
