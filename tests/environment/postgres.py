"""PostgreSQL for the tests: in a container, or a cluster of Debian's binaries as a local process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

from tests.environment import debian, reaper
from tests.environment.ports import free_ports
from tests.environment.process import LocalServer
from tests.environment.waiting import until

USER = "sbe"
PASSWORD = "sbe-test"
_DURABILITY_OFF = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_START_DEADLINE = 60.0


class Postgres(Protocol):
    """A server on ``port`` of this machine; data survive a kill of its clients, not of the server."""

    port: int
    #: The name by which servers under test reach this machine.
    host_for_servers: str

    def start(self) -> None:
        """Start and wait until it answers."""

    def stop(self) -> None:
        """Stop; the data are gone."""


def url(server: Postgres, database: str) -> str:
    """The database for a process of this machine."""
    return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{server.port}/{database}"


def jdbc_url(server: Postgres, database: str, *, host: str | None = None) -> str:
    """The database for Keycloak, with user and password; ``host`` where it is no server of the same kind."""
    return (
        f"jdbc:postgresql://{host or server.host_for_servers}:{server.port}/{database}?user={USER}&password={PASSWORD}"
    )


def create_database(server: Postgres, name: str) -> None:
    """Create an empty database."""
    with psycopg.connect(url(server, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def drop_database(server: Postgres, name: str) -> None:
    """Drop it with the connections that are left."""
    with psycopg.connect(url(server, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def copy_database(server: Postgres, name: str, copy: str) -> None:
    """Copy a database to which nobody is connected, in place of an older one with the name of the copy."""
    with psycopg.connect(url(server, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy)))
        names = {"copy": sql.Identifier(copy), "name": sql.Identifier(name)}
        connection.execute(sql.SQL("CREATE DATABASE {copy} TEMPLATE {name}").format(**names))


def create_sibling(database: str, suffix: str) -> str:
    """Create an empty database beside the one of this URL, in place of an older one of its name; return its URL."""
    name = f"{database.rpartition('/')[2]}_{suffix}"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"{database.rpartition('/')[0]}/{name}"


class ContainerPostgres(Postgres):
    """The public image, or its stand-in."""

    def __init__(self, image: str, host_alias: str) -> None:
        from tests.environment.containers import container

        (self.port,) = free_ports(1)
        self.host_for_servers = host_alias
        self._container = (
            container(image)
            .with_bind_ports(5432, self.port)
            .with_envs(POSTGRES_USER=USER, POSTGRES_PASSWORD=PASSWORD)
            .with_command(["postgres", *(f"-c{setting}" for setting in _DURABILITY_OFF)])
        )

    def start(self) -> None:
        """Create the container and wait."""
        self._container.start()
        reaper.watch_container(self._container.get_wrapped_container().id)
        until(lambda: _answers(self), what="answer of PostgreSQL", deadline=_START_DEADLINE, poll=0.1)

    def stop(self) -> None:
        """Remove the container."""
        identifier = self._container.get_wrapped_container().id
        self._container.stop()
        reaper.forget_container(identifier)


class LocalPostgres(LocalServer, Postgres):
    """A cluster in a temporary folder; PostgreSQL refuses to run as root, so root runs it as ``postgres``."""

    host_for_servers = "127.0.0.1"

    def __init__(self, log: Path, *, durable: bool = False, environment: Mapping[str, str] | None = None) -> None:
        """``durable``: what it acknowledges survives :meth:`crash`, which costs time."""
        super().__init__(log)
        self._variables = [f"{name}={value}" for name, value in (environment or {}).items()]
        (self.port,) = free_ports(1)
        self._settings = () if durable else _DURABILITY_OFF
        self._folder = Path(tempfile.mkdtemp(prefix="sbe-scim-postgres-"))
        reaper.watch_folder(self._folder)

    def start(self) -> None:
        """Make the cluster, start it and wait."""
        binaries = _binaries()
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
        password = self._folder / "password"
        password.write_text(PASSWORD + "\n")
        data = self._folder / "data"
        options = (
            "-U",
            USER,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--auth=scram-sha-256",
            f"--pwfile={password}",
        )
        initdb = [*_as_user(), str(binaries / "initdb"), "-D", str(data), *options]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        self._run(binaries)

    def _run(self, binaries: Path) -> None:
        settings = (*self._settings, "listen_addresses=127.0.0.1", f"port={self.port}", "unix_socket_directories=")
        data = str(self._folder / "data")
        command = [
            *_as_user(),
            "env",
            *self._variables,
            str(binaries / "postgres"),
            "-D",
            data,
            *(f"-c{setting}" for setting in settings),
        ]
        self.launch(command, lambda: _answers(self), deadline=_START_DEADLINE)

    def crash(self) -> None:
        """End at once, as ``pg_ctl stop -m immediate`` does, and start again on what was written."""
        assert self._process is not None
        self._process.end(signal.SIGQUIT)
        self._run(_binaries())

    def stop(self) -> None:
        """Stop it and remove the folder."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
        reaper.forget_folder(self._folder)


def _as_user() -> list[str]:
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found and debian.can_install():
        _install()
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    return found[-1].parent


def _install() -> None:
    # No cluster of Debian's own beside ours.
    common = Path("/etc/postgresql-common")
    common.mkdir(exist_ok=True)
    (common / "createcluster.conf").write_text("create_main_cluster = false\n")
    debian.install("postgresql")


def _answers(server: Postgres) -> bool:
    try:
        psycopg.connect(url(server, "postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
