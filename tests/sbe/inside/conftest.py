"""Fixtures of the tests in the virtualenv of Abilian SBE."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from sbe_scim.app import Ports
from sbe_scim.directory.port import DirectoryGroup, DirectoryUser
from sbe_scim.directory.sbe import open_sbe
from sbe_scim.store import migrate
from tests.sbe.inside.support import IndexWorker, MakeGroup, MakeUser, Sbe, Scim, broker_at

pytest.register_assert_rewrite("tests.contract.transactions", "tests.contract.directory", "tests.contract.store")


@pytest.fixture(scope="session")
def sbe() -> Sbe:
    return Sbe()


@pytest.fixture(scope="session")
def ports() -> Iterator[Ports]:
    made = Ports(*open_sbe())
    with made.transactions.write() as transaction:
        migrate(transaction.connection)
    yield made
    made.transactions.close()


@pytest.fixture(scope="session", autouse=True)
def worker(sbe: Sbe) -> Iterator[IndexWorker]:
    """Takes what is to be indexed from Redis, where that is how Abilian SBE runs."""
    taking = IndexWorker(needed=not sbe.indexes_at_once)
    with taking.working():
        yield taking


@pytest.fixture
def no_broker(ports: Ports, worker: IndexWorker, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Redis is needed, and nobody listens where it should be."""
    monkeypatch.setenv("TESTING_DIRECT_FUNCTION_CALL", "")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with worker.away(), broker_at(nobody):
            yield


@pytest.fixture
def scim(ports: Ports) -> Scim:
    return Scim(ports)


@pytest.fixture
def user() -> MakeUser:
    def make(
        mail: str, *, id: str | None = None, active: bool = True, source: str = "test", **document: Any
    ) -> DirectoryUser:
        attributes = {
            "emails": [{"value": mail, "type": "work", "primary": True}],
            "name": {"givenName": "Zoé", "familyName": "O'Neill"},
            **document,
        }
        return DirectoryUser(id or str(uuid4()), source, None, mail, active, attributes)

    return make


@pytest.fixture
def group() -> MakeGroup:
    def make(name: str, *, id: str | None = None, source: str = "test") -> DirectoryGroup:
        return DirectoryGroup(id or str(uuid4()), source, None, name)

    return make
