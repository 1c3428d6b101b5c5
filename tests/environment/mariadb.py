"""MariaDB for the tests of the connector: Debian's server as a local process."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.environment import debian, reaper
from tests.environment.ports import free_ports
from tests.environment.postgres import PASSWORD, USER
from tests.environment.process import LocalServer

_START_DEADLINE = 60.0


class LocalMariadb(LocalServer):
    """A server in a temporary folder; as root it runs as ``mysql``."""

    def __init__(self, log: Path, *, address: str = "127.0.0.1") -> None:
        """``address`` is the one that it listens on."""
        super().__init__(log)
        (self.port,) = free_ports(1)
        self._address = address
        self._folder = Path(tempfile.mkdtemp(prefix="sbe-scim-mariadb-"))
        self._socket = self._folder / "socket"
        reaper.watch_folder(self._folder)

    def start(self) -> None:
        """Make the server's files, start it and wait."""
        server = _server()
        self._folder.chmod(0o755)
        user = []
        if os.geteuid() == 0:
            shutil.chown(self._folder, "mysql", "mysql")
            user = ["--user=mysql"]
        data = f"--datadir={self._folder / 'data'}"
        options = (data, "--skip-test-db", "--auth-root-authentication-method=normal")
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", *user, *options],
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        settings = (f"--bind-address={self._address}", f"--port={self.port}", f"--socket={self._socket}")
        # What a test run keeps need not survive a power cut.
        fast = ("--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0", "--skip-log-bin", "--skip-name-resolve")
        command = [server, "--no-defaults", *user, data, *settings, *fast, "--character-set-server=utf8mb4"]
        self.launch(command, self._answers, deadline=_START_DEADLINE)
        self._run(f"CREATE USER '{USER}'@'%' IDENTIFIED BY '{PASSWORD}'; GRANT ALL ON *.* TO '{USER}'@'%'")

    def create_database(self, name: str) -> None:
        """Create an empty database."""
        self._run(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")

    def jdbc_url(self, host: str, database: str) -> str:
        """The database for Keycloak, with user and password; ``host`` is this machine's name there."""
        return f"jdbc:mariadb://{host}:{self.port}/{database}?user={USER}&password={PASSWORD}"

    def stop(self) -> None:
        """Stop it and remove the folder."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
        reaper.forget_folder(self._folder)

    def _run(self, statements: str) -> None:
        client = ["mariadb", "--no-defaults", f"--socket={self._socket}", "--user=root"]
        subprocess.run([*client, "--execute", statements], check=True, stdin=subprocess.DEVNULL, capture_output=True)

    def _answers(self) -> bool:
        ping = ["mariadb-admin", "--no-defaults", f"--socket={self._socket}", "--user=root", "ping"]
        return subprocess.run(ping, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def _server() -> str:
    found = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")
    if found is None and debian.can_install():
        debian.install("mariadb-server")
        found = shutil.which("mariadbd", path="/usr/sbin")
    if found is None:
        raise RuntimeError("MariaDB's server is not installed (Debian: apt-get install mariadb-server)")
    return found
