"""What the measurements share: a Keycloak, realms in different situations, timing and figures."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.environment import CONNECTOR_JAR, FAULTS_JAR
from tests.environment.admin import Admin
from tests.environment.backend import LocalBackend
from tests.environment.keycloak import Keycloak, LocalKeycloak
from tests.environment.keycloak.base import JAVA_OPTIONS
from tests.environment.postgres import LocalPostgres, create_database, jdbc_url
from tests.environment.receiver import ReceiverProcess

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".cache" / "bench"
_JARS = (FAULTS_JAR,)
#: Keycloak ends a transaction after five minutes, and its own sync of a large directory is one.
_PATIENT = f"{JAVA_OPTIONS} -Dquarkus.transaction-manager.default-transaction-timeout=7200"
PASSWORD = "a-Password-of-the-bench-1"


@contextmanager
def keycloak() -> Iterator[LocalKeycloak]:
    """One Keycloak with the connector, as a local process on its embedded database."""
    HOME.mkdir(parents=True, exist_ok=True)
    with _running(
        LocalKeycloak(CONNECTOR_JAR, HOME / "keycloak", log=HOME / "keycloak.log", more_jars=_JARS)
    ) as server:
        yield server


@contextmanager
def keycloak_on_postgres() -> Iterator[tuple[LocalKeycloak, LocalPostgres]]:
    """As :func:`keycloak`, on a new PostgreSQL whose commits are durable."""
    with _postgres() as database:
        home, log, url = HOME / "keycloak-postgres", HOME / "keycloak.log", jdbc_url(database, "keycloak")
        server = LocalKeycloak(
            CONNECTOR_JAR, home, database=url, log=log, more_jars=_JARS, environment={"JAVA_OPTS_APPEND": _PATIENT}
        )
        with _running(server):
            yield server, database


@contextmanager
def nodes() -> Iterator[tuple[LocalKeycloak, LocalKeycloak]]:
    """Two nodes of one Keycloak, as :func:`keycloak_on_postgres`."""
    with _postgres() as database:
        first, second = LocalBackend("a bench").nodes(jdbc_url(database, "keycloak"))
        assert isinstance(first, LocalKeycloak)
        assert isinstance(second, LocalKeycloak)
        with _running(first), _running(second):
            yield first, second


@contextmanager
def _postgres() -> Iterator[LocalPostgres]:
    HOME.mkdir(parents=True, exist_ok=True)
    server = LocalPostgres(HOME / "postgres.log", durable=True)
    server.start()
    try:
        create_database(server, "keycloak")
        yield server
    finally:
        server.stop()


@contextmanager
def _running(server: LocalKeycloak) -> Iterator[LocalKeycloak]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def receiver(**environment: str) -> Iterator[ReceiverProcess]:
    """A receiver on a new SQLite file, with these settings."""
    HOME.mkdir(parents=True, exist_ok=True)
    for left in HOME.glob("receiver.db*"):
        left.unlink()
    process = ReceiverProcess(
        database=f"sqlite:///{HOME / 'receiver.db'}",
        host="127.0.0.1",
        log=HOME / "receiver.log",
        environment=environment,
    )
    process.start()
    try:
        yield process
    finally:
        process.stop()


@contextmanager
def hanging_receiver() -> Iterator[tuple[str, Callable[[], int]]]:
    """A socket that accepts and never answers: its SCIM base URL, and how many connections it has taken."""
    taken: list[socket.socket] = []
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def accept() -> None:
        while True:
            try:
                taken.append(listener.accept()[0])
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/scim/v2", lambda: len(taken)
    finally:
        listener.close()
        for connection in taken:
            connection.close()


@contextmanager
def realm(admin: Admin, name: str) -> Iterator[str]:
    """A realm of its own, gone afterwards."""
    admin.delete_realm(name, missing_ok=True)
    admin.create_realm(name)
    try:
        yield name
    finally:
        admin.delete_realm(name)


def login(http: httpx.Client, server: Keycloak, name: str, user: str) -> None:
    """One login by password at the realm's token endpoint."""
    http.post(
        f"{server.url}/realms/{name}/protocol/openid-connect/token",
        data={"grant_type": "password", "client_id": "admin-cli", "username": user, "password": PASSWORD},
    ).raise_for_status()


def seconds(action: Callable[[], object]) -> float:
    """How long ``action`` takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of ``values`` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ratio(measured: Sequence[float], beside: Sequence[float]) -> str:
    """Median of the pairwise ratios, with the quartiles that tell how noisy the machine was."""
    ratios = [a / b for a, b in zip(measured, beside, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return f"{middle:.2f} (quartiles {low:.2f} to {high:.2f}, {len(ratios)} pairs)"
