"""Fixtures of the tests that need servers: one Keycloak per run and kind of database, one realm per test."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.environment.admin import Admin
from tests.environment.backend import Servers, choose
from tests.environment.chain import Chain
from tests.environment.keycloak import Keycloak
from tests.environment.marks import EVERY_DATABASE
from tests.environment.postgres import create_database, create_sibling, drop_database, url
from tests.environment.receiver import ReceiverProcess

_SERVERS = pytest.StashKey[Servers]()
_WITH_SERVERS = "SBE_SCIM_TEST_SERVERS"
_UNIT_POSTGRES = "SBE_SCIM_TEST_POSTGRES"
_LOG_LINES = 60


def pytest_configure(config: pytest.Config) -> None:
    """In a run with servers, give PostgreSQL to the tests of the receiver too."""
    if os.environ.get(_WITH_SERVERS) == "1" and not os.environ.get(_UNIT_POSTGRES):
        servers = _servers(config)
        create_database(servers.postgres(), "unit")
        os.environ[_UNIT_POSTGRES] = url(servers.postgres(), "unit")
    # Each process of a run that is shared out has a database of its own beside the one that is named.
    if (worker := os.environ.get("PYTEST_XDIST_WORKER")) and (named := os.environ.get(_UNIT_POSTGRES)):
        os.environ[_UNIT_POSTGRES] = create_sibling(named, worker)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what works on a database of the receiver on each kind that this run has."""
    if "database_url" in metafunc.fixturenames:
        kinds = ["sqlite", *(["postgresql"] if os.environ.get(_UNIT_POSTGRES) else [])]
        metafunc.parametrize("database_url", kinds, indirect=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what runs."""
    if (servers := config.stash.get(_SERVERS, None)) is not None:
        servers.stop()


def _servers(config: pytest.Config) -> Servers:
    if _SERVERS not in config.stash:
        config.stash[_SERVERS] = Servers(choose())
    return config.stash[_SERVERS]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say where Keycloak ran: a run without containers must not look like one with them."""
    if (servers := config.stash.get(_SERVERS, None)) is not None:
        terminalreporter.section("servers")
        terminalreporter.line(servers.backend.description)
        if not EVERY_DATABASE:
            terminalreporter.line("Keycloak on H2: not for each test that can (SBE_SCIM_TEST_DATABASES=all)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what the servers printed to the report of a failure."""
    report = yield
    chain = getattr(item, "funcargs", {}).get("chain")
    if report.failed and isinstance(chain, Chain):
        for name, text in (("receiver", chain.receiver.log_text()), ("Keycloak", chain.keycloak.log_text())):
            report.sections.append((f"end of the log of {name}", "\n".join(text.splitlines()[-_LOG_LINES:])))
    return report


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Iterator[Servers]:
    """The servers of this run, or of this process of a run that is shared out."""
    found = _servers(pytestconfig)
    yield found
    # Here a failure is told; a process of a shared run that ends after its last test is not listened to.
    found.stop()


@pytest.fixture(scope="session")
def keycloak(servers: Servers) -> Keycloak:
    """The Keycloak on H2."""
    return servers.keycloak("h2")


@pytest.fixture
def database() -> str:
    """What Keycloak and the receiver keep their data in: ``h2``, or as ``both_databases`` says."""
    return "h2"


@pytest.fixture
def receiver_database(servers: Servers, database: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of the receiver: PostgreSQL beside PostgreSQL, else a SQLite file."""
    if database != "postgres":
        yield f"sqlite:///{tmp_path / 'receiver.db'}"
        return
    name = f"receiver_{uuid.uuid4().hex[:12]}"
    create_database(servers.postgres(), name)
    yield url(servers.postgres(), name)
    drop_database(servers.postgres(), name)


@pytest.fixture
def receiver(receiver_database: str, tmp_path: Path) -> Iterator[ReceiverProcess]:
    """A running receiver with nothing in it."""
    process = ReceiverProcess(receiver_database, log=tmp_path / "receiver.log")
    process.start()
    yield process
    process.stop()


@pytest.fixture
def new_realm(servers: Servers, database: str) -> Iterator[Callable[[], str]]:
    """Makes realms, gone after the test."""
    admin = Admin(servers.keycloak(database))
    made: list[str] = []

    def make() -> str:
        name = f"r-{uuid.uuid4().hex[:10]}"
        admin.create_realm(name)
        made.append(name)
        return name

    yield make
    servers.keycloak(database)
    for name in made:
        admin.delete_realm(name, missing_ok=True)


@pytest.fixture
def chain(servers: Servers, database: str, new_realm: Callable[[], str], receiver: ReceiverProcess) -> Chain:
    """An empty realm and a receiver that takes its pushes; ``chain.enable()`` makes the endpoint."""
    return make_chain(servers.keycloak(database), receiver, new_realm())


def make_chain(server: Keycloak, receiver: ReceiverProcess, realm: str) -> Chain:
    """Register a realm at a receiver."""
    receiver.add_realm(server, realm)
    return Chain(server, receiver, Admin(server), realm, receiver.client(realm))
