"""Redis for tests of Abilian SBE: Debian's server as a local process."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from tests.environment import debian
from tests.environment.ports import free_ports
from tests.environment.process import LocalServer

_START_DEADLINE = 30.0


class LocalRedis(LocalServer):
    """A server that keeps everything in memory."""

    def __init__(self, log: Path) -> None:
        super().__init__(log)
        (self._port,) = free_ports(1)
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it and wait."""
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.launch([_server(), *options], self._answers, deadline=_START_DEADLINE)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=5) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _server() -> str:
    found = shutil.which("redis-server")
    if found is None and debian.can_install():
        debian.install("redis-server")
        found = shutil.which("redis-server")
    if found is None:
        raise RuntimeError("redis-server is not installed (Debian: apt-get install redis-server)")
    return found
