"""Where servers run: in containers where a Docker engine can be had, else as local processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from tests.environment import CACHE, CONNECTOR_JAR, FAULTS_JAR
from tests.environment.authority import Authority
from tests.environment.keycloak import KEYCLOAK_VERSION, ContainerKeycloak, Keycloak, LocalKeycloak
from tests.environment.keycloak.base import vendor
from tests.environment.keycloak.container import HOST_ALIAS
from tests.environment.mariadb import LocalMariadb
from tests.environment.openldap import LocalOpenldap
from tests.environment.ports import free_ports
from tests.environment.postgres import ContainerPostgres, LocalPostgres, Postgres, create_database, jdbc_url
from tests.environment.samba import LocalSamba

VARIABLE = "SBE_SCIM_TEST_KEYCLOAK"
_SCRIPTS = Path(__file__).parent / "docker"
#: Data and logs of what this process of the run starts; of a run that is shared out, each has its own.
HOME = CACHE / "test" / os.environ.get("PYTEST_XDIST_WORKER", "")
#: Keycloak's distribution, built with providers, for all of them.
BUILDS = CACHE / "test" / "builds"
_CLUSTERED = {"cache": "ispn"}


class Backend(Protocol):
    """A way to run servers."""

    #: One line for the summary of the test run.
    description: str

    def keycloak(self, database: str) -> Keycloak:
        """A Keycloak with the connector and the faults on an empty ``database`` (``dev-file`` or a JDBC URL)."""

    def nodes(self, database: str) -> tuple[Keycloak, Keycloak]:
        """Two nodes of one Keycloak on an empty PostgreSQL ``database``; both say that the first's URL is theirs."""

    def postgres(self) -> Postgres:
        """A PostgreSQL server; nothing of these is started yet."""

    def openldap(self) -> tuple[LocalOpenldap, str]:
        """An OpenLDAP server, and this machine's name for Keycloak."""

    def samba(self) -> tuple[LocalSamba, str]:
        """A domain controller whose certificate Keycloak trusts, and this machine's name for Keycloak."""

    def discard(self, keycloak: Keycloak) -> None:
        """Stop it for good."""


class ContainerBackend(Backend):
    """Through testcontainers."""

    description = f"Keycloak {KEYCLOAK_VERSION} and PostgreSQL: in containers"

    def __init__(self) -> None:
        self._authority = Authority(HOME / "authority")

    def keycloak(self, database: str) -> Keycloak:
        """A container of the image for this kind of database."""
        images(f"keycloak-{vendor(database)}")
        image = f"sbe-scim-test/keycloak:{vendor(database)}"
        return ContainerKeycloak(image, database=database, trusted=self._authority.certificate)

    def nodes(self, database: str) -> tuple[Keycloak, Keycloak]:
        """Two containers, which find each other by the database."""
        images("keycloak-postgres")
        first = ContainerKeycloak("sbe-scim-test/keycloak:postgres", database=database, options=_CLUSTERED)
        options = {**_CLUSTERED, "hostname": first.url}
        return first, ContainerKeycloak("sbe-scim-test/keycloak:postgres", database=database, options=options)

    def postgres(self) -> Postgres:
        """A container of the public image or its stand-in."""
        images("postgres")
        return ContainerPostgres("postgres:15", HOST_ALIAS)

    def openldap(self) -> tuple[LocalOpenldap, str]:
        """A local process all the same: Debian's server, which Keycloak's container reaches."""
        return LocalOpenldap(HOME / "openldap.log", address="0.0.0.0"), HOST_ALIAS

    def samba(self) -> tuple[LocalSamba, str]:
        """A local process, as OpenLDAP is."""
        server = LocalSamba(HOME / "samba.log", self._authority, hosts=(HOST_ALIAS,), address="0.0.0.0")
        return server, HOST_ALIAS

    def discard(self, keycloak: Keycloak) -> None:
        """Remove the container."""
        assert isinstance(keycloak, ContainerKeycloak)
        keycloak.remove()


class LocalBackend(Backend):
    """As processes of this machine."""

    def __init__(self, reason: str) -> None:
        self.description = f"Keycloak {KEYCLOAK_VERSION} and PostgreSQL: local processes, NOT in containers ({reason})"
        self._authority = Authority(HOME / "authority")

    def keycloak(self, database: str) -> Keycloak:
        """One process; Keycloak is built for its kind of database."""
        return LocalKeycloak(
            CONNECTOR_JAR,
            HOME / f"keycloak-{vendor(database)}",
            database=database,
            options={"truststore-paths": str(self._authority.certificate)},
            more_jars=(FAULTS_JAR,),
            fresh=True,
            builds=BUILDS,
        )

    def nodes(
        self, database: str, *, logs: Path = HOME, environments: Sequence[Mapping[str, str]] = ({}, {})
    ) -> tuple[LocalKeycloak, LocalKeycloak]:
        """Two processes of the distribution that single nodes on this kind of database run from, too.

        ``environments`` are added to their own.
        """
        home = HOME / f"keycloak-{vendor(database)}"

        def node(name: str, environment: Mapping[str, str], **options: str) -> LocalKeycloak:
            (port,) = free_ports(1)
            found = {"cache-embedded-network-bind-address": "127.0.0.1", "cache-embedded-network-bind-port": str(port)}
            return LocalKeycloak(
                CONNECTOR_JAR,
                home,
                database=database,
                options={**_CLUSTERED, **found, **options},
                log=logs / f"keycloak-{name}.log",
                more_jars=(FAULTS_JAR,),
                fresh=True,
                builds=BUILDS,
                environment=environment,
            )

        first = node("first", environments[0])
        return first, node("second", environments[1], hostname=first.url)

    def postgres(self) -> Postgres:
        """A cluster of its own."""
        return LocalPostgres(HOME / "postgres.log")

    def openldap(self) -> tuple[LocalOpenldap, str]:
        """A server of its own."""
        return LocalOpenldap(HOME / "openldap.log"), "127.0.0.1"

    def samba(self) -> tuple[LocalSamba, str]:
        """A server of its own."""
        return LocalSamba(HOME / "samba.log", self._authority, hosts=()), "127.0.0.1"

    def discard(self, keycloak: Keycloak) -> None:
        """End the process."""
        keycloak.stop()


def choose() -> Backend:
    """Containers where an engine answers or can be started; ``SBE_SCIM_TEST_KEYCLOAK`` decides it otherwise."""
    wanted = os.environ.get(VARIABLE, "")
    if wanted not in ("", "container", "local"):
        raise ValueError(f"{VARIABLE} is {wanted!r}: it may be container or local")
    if wanted == "local":
        return LocalBackend(f"{VARIABLE}=local")
    engine = subprocess.run(
        [str(_SCRIPTS / "engine.sh")], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if engine.returncode == 0:
        return ContainerBackend()
    # Its last line is the reason; what dockerd complained about stands before it.
    reason = (engine.stderr.splitlines() or ["No Docker engine."])[-1]
    if wanted == "container":
        raise RuntimeError(reason)
    return LocalBackend(reason)


def images(*names: str) -> None:
    """Have these images (see ``docker/images.sh``); what is built or pulled is told on stderr."""
    environment = {**os.environ, "PYTHON": sys.executable}
    done = subprocess.run(
        [str(_SCRIPTS / "images.sh"), *names],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=sys.__stderr__,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"images.sh {' '.join(names)} ended with exit code {done.returncode}")


class Servers:
    """The servers of one test run, each started when it is first asked for."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._keycloaks: dict[str, Keycloak] = {}
        self._nodes: tuple[Keycloak, ...] = ()
        self._postgres: Postgres | None = None
        self._mariadb: LocalMariadb | None = None
        self._openldap: tuple[LocalOpenldap, str] | None = None
        self._samba: tuple[LocalSamba, str] | None = None

    def keycloak(self, database: str) -> Keycloak:
        """The Keycloak on ``h2`` or ``postgres``; it runs, even after a test that killed it."""
        if database not in self._keycloaks:
            self._keycloaks[database] = self.backend.keycloak(self._database(database))
        keycloak = self._keycloaks[database]
        keycloak.start()
        return keycloak

    def nodes(self) -> tuple[Keycloak, ...]:
        """Two nodes of a Keycloak; both run, even after a test that killed one."""
        if not self._nodes:
            create_database(self.postgres(), "nodes")
            self._nodes = self.backend.nodes(jdbc_url(self.postgres(), "nodes"))
        for node in self._nodes:
            node.start()
        return self._nodes

    def postgres(self) -> Postgres:
        """The PostgreSQL server of this run."""
        if self._postgres is None:
            server = self.backend.postgres()
            server.start()
            self._postgres = server
        return self._postgres

    def mariadb(self) -> LocalMariadb:
        """The MariaDB server of this run, a local process everywhere."""
        if self._mariadb is None:
            server = LocalMariadb(HOME / "mariadb.log")
            server.start()
            self._mariadb = server
        return self._mariadb

    def openldap(self) -> tuple[LocalOpenldap, str]:
        """The OpenLDAP server of this run, and this machine's name for Keycloak; it runs."""
        if self._openldap is None:
            self._openldap = self.backend.openldap()
        self._openldap[0].start()
        return self._openldap

    def samba(self) -> tuple[LocalSamba, str]:
        """The domain controller of this run, and this machine's name for Keycloak; it runs."""
        if self._samba is None:
            self._samba = self.backend.samba()
        self._samba[0].start()
        return self._samba

    def stop(self) -> None:
        """Stop everything, also when one of them fails to."""
        failures: list[Exception] = []
        stops: list[Callable[[], None]] = [
            lambda keycloak=keycloak: self.backend.discard(keycloak)  # type: ignore[misc]
            for keycloak in (*self._nodes, *self._keycloaks.values())
        ]
        stops += [self._postgres.stop] if self._postgres else []
        stops += [self._mariadb.stop] if self._mariadb else []
        stops += [self._openldap[0].remove] if self._openldap else []
        stops += [self._samba[0].remove] if self._samba else []
        for stop in stops:
            try:
                stop()
            except Exception as failure:
                failures.append(failure)
        self._nodes, self._keycloaks = (), {}
        self._postgres, self._mariadb, self._openldap, self._samba = None, None, None, None
        if failures:
            raise ExceptionGroup("servers did not stop in an orderly way", failures)

    def _database(self, database: str) -> str:
        if database == "h2":
            return "dev-file"
        create_database(self.postgres(), "keycloak")
        return jdbc_url(self.postgres(), "keycloak")
