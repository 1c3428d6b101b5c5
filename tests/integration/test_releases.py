"""The main path on other releases of Keycloak than the newest, on which all other tests run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import make_chain
from tests.environment import CONNECTOR_JAR
from tests.environment.backend import BUILDS, Servers
from tests.environment.chain import Chain
from tests.environment.keycloak import LocalKeycloak
from tests.environment.main_path import live
from tests.environment.postgres import create_database, jdbc_url
from tests.environment.receiver import ReceiverProcess

#: The newest of each line that is supported.
RELEASES = ("26.3.5", "26.4.7", "26.5.6", "26.6.4", "26.7.4")
_WANTED = os.environ.get("SBE_SCIM_TEST_RELEASES", RELEASES[0]).split()


@pytest.fixture
def database() -> str:
    return "postgres"


@pytest.fixture
def keycloak_of(servers: Servers, tmp_path: Path) -> Iterator[Callable[[str], LocalKeycloak]]:
    """A Keycloak of this release, on PostgreSQL."""
    started: list[LocalKeycloak] = []

    def start(release: str) -> LocalKeycloak:
        name = f"keycloak_{release.replace('.', '_')}"
        create_database(servers.postgres(), name)
        database = jdbc_url(servers.postgres(), name, host="127.0.0.1")
        server = LocalKeycloak(CONNECTOR_JAR, tmp_path, database=database, builds=BUILDS, version=release)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()


@pytest.mark.parametrize("release", RELEASES if _WANTED == ["all"] else _WANTED)
def test_people_and_groups_live_on_each_release(
    keycloak_of: Callable[[str], LocalKeycloak], receiver: ReceiverProcess, release: str
) -> None:
    server = keycloak_of(release)
    chain: Chain = make_chain(server, receiver, "life")
    chain.admin.create_realm("life")
    live(chain)
    log = server.log_text()
    assert "could not be read" not in log
    assert "could not be recorded" not in log
    assert "LinkageError" not in log
    assert "NoClassDefFoundError" not in log
