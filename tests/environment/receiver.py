"""The receiver as its own process, as an operator runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from sqlalchemy.engine import Connection

from sbe_scim.store import open_database, sources, tokens
from tests.environment.keycloak.base import Keycloak
from tests.environment.ports import free_ports
from tests.environment.process import LocalServer, answers

SCIM_PATH = "/scim/v2"
START_DEADLINE = 30.0


class ReceiverProcess(LocalServer):
    """``sbe-scim serve`` on a port that stays the same over stop, kill and start.

    ``python`` is the interpreter that has ``sbe_scim``; ``environment`` is added to the process's own.
    """

    def __init__(
        self,
        database: str,
        *,
        host: str = "0.0.0.0",
        log: Path,
        python: str = sys.executable,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(log)
        self.database = database
        self._host = host
        self._python = python
        self._environment = {"SBE_SCIM_DATABASE": database, **(environment or {})}
        (self.port,) = free_ports(1)
        self._origin = f"http://127.0.0.1:{self.port}"
        #: SCIM base URL as this machine's processes reach it.
        self.base_url = self._origin + SCIM_PATH

    def start(self) -> None:
        """Start and wait until it answers."""
        self.launch(
            [self._python, "-m", "sbe_scim", "serve", "--host", self._host, "--port", str(self.port)],
            lambda: answers(f"{self._origin}/healthz"),
            deadline=START_DEADLINE,
            environment={"SBE_SCIM_BASE_URL": self.base_url, **self._environment},
        )

    def memory(self) -> int:
        """Bytes of it that are in memory."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def sockets(self) -> int:
        """How many sockets it holds: one that listens, a few of its own, and one for each connection."""
        held = 0
        for descriptor in Path(f"/proc/{self.pid}/fd").iterdir():
            # It may be closed while we look.
            with suppress(FileNotFoundError):
                held += str(descriptor.readlink()).startswith("socket:")
        return held

    def url_for(self, keycloak: Keycloak) -> str:
        """SCIM base URL as this Keycloak reaches it."""
        return f"http://{keycloak.receiver_host}:{self.port}{SCIM_PATH}"

    def command(self, *arguments: str, elsewhere: bool = False) -> str:
        """Run ``sbe-scim`` on the receiver's database, or as on a machine that has none; what it printed."""
        done = subprocess.run(
            [self._python, "-m", "sbe_scim", *arguments],
            env={**os.environ, **({} if elsewhere else self._environment)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"sbe-scim {' '.join(arguments[:2])}: {done.stderr.strip()}")
        return done.stdout.strip()

    def add_realm(self, keycloak: Keycloak, realm: str) -> None:
        """Register a realm as the source of the same name."""
        issuer = f"{keycloak.url}/realms/{realm}"
        with self._database() as connection:
            sources.add(
                connection,
                realm,
                dialect="keycloak",
                strictness="tolerant",
                issuer=issuer,
                audience=self.url_for(keycloak),
                jwks_url=f"{issuer}/protocol/openid-connect/certs",
                # The connector's own valve is at work in most tests; one lets the receiver judge.
                storm_limit=None,
            )

    def client(self, source: str) -> httpx.Client:
        """A client that sees what this source sees, with a static token of its own."""
        with self._database() as connection:
            token = tokens.create(connection, sources.require(connection, source).id, None)
        return httpx.Client(
            base_url=self.base_url,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"},
            timeout=30,
        )

    @contextmanager
    def _database(self) -> Iterator[Connection]:
        engine = open_database(self.database)
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()
