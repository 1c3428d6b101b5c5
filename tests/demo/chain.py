"""The parts of the demonstration: a receiver, a Keycloak with the connector, and a realm that is provisioned."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.environment.admin import Admin
from tests.environment.keycloak import LocalKeycloak
from tests.environment.receiver import ReceiverProcess
from tests.sbe import environment
from tests.sbe.server import SbeServer

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".cache" / "demo"
REALM = "demo"
DEADLINE = 20.0
POLL = 0.005


class NotArrivedError(Exception):
    """A change did not reach the receiver before the deadline."""


@dataclass(frozen=True)
class Chain:
    """The running parts, and a reader of the receiver with a token of its own."""

    keycloak: LocalKeycloak
    receiver: ReceiverProcess
    admin: Admin
    reader: httpx.Client
    token: str
    sbe: SbeServer | None = None

    def user(self, user_name: str) -> dict[str, Any] | None:
        return self._one("/Users", f'userName eq "{user_name}"')

    def group(self, path: str) -> dict[str, Any] | None:
        return self._one("/Groups", f'displayName eq "{path}"')

    def _one(self, endpoint: str, expression: str) -> dict[str, Any] | None:
        found = self.reader.get(endpoint, params={"filter": expression}).raise_for_status().json()
        resources: list[dict[str, Any]] = found.get("Resources", [])
        return resources[0] if resources else None


def arrival(read: Callable[[], Any], expected: Callable[[Any], bool]) -> tuple[Any, float]:
    """Poll ``read`` until ``expected``; what was read then, and the delay in milliseconds."""
    start = time.perf_counter()
    while True:
        seen = read()
        delay = time.perf_counter() - start
        if expected(seen):
            return seen, delay * 1000
        if delay > DEADLINE:
            raise NotArrivedError
        time.sleep(POLL)


@contextmanager
def running(say: Callable[[str], None]) -> Iterator[Chain]:
    """Start receiver and Keycloak, enable a new realm, and stop everything at the end."""
    HOME.mkdir(parents=True, exist_ok=True)
    with _alone():
        yield from _running(say)


@contextmanager
def _alone() -> Iterator[None]:
    """A second demonstration would delete the database of the first."""
    with (HOME / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("A demonstration runs here already: stop it with Ctrl-C first.") from None
        yield


def _running(say: Callable[[str], None]) -> Iterator[Chain]:
    with ExitStack() as ends:
        sbe = _abilian_sbe(say) if with_sbe() else None
        if sbe is not None:
            sbe.start()
            ends.callback(sbe.stop)
            receiver = sbe.receiver
        else:
            receiver = _receiver(say)
            receiver.start()
            ends.callback(receiver.stop)
        keycloak = LocalKeycloak(
            ROOT / "keycloak-event-listener" / "target" / "sbe-scim-keycloak.jar",
            HOME / "keycloak",
            log=HOME / "keycloak.log",
        )
        say("Starting Keycloak with the connector (the first time it is unpacked and built: a minute or two)")
        keycloak.start()
        ends.callback(keycloak.stop)
        yield _enabled(keycloak, receiver, sbe, say)


def with_sbe() -> bool:
    """Whether the receiver is to write into an Abilian SBE that shows it (``make demo SBE=1``)."""
    return os.environ.get("SBE", "") not in ("", "0")


def _abilian_sbe(say: Callable[[str], None]) -> SbeServer:
    say("Starting Abilian SBE and the receiver in it (SQLite; the first time it is installed: a minute or two)")
    home = HOME / "sbe"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    settings = {"FLASK_PLUGINS": '["sbe_scim.sbe_plugin"]', **environment.styles()}
    return SbeServer(home, settings=settings, python=environment.over(HOME / "venv"))


def _receiver(say: Callable[[str], None]) -> ReceiverProcess:
    say("Starting the receiver (SQLite)")
    for left in HOME.glob("receiver.db*"):
        left.unlink()
    return ReceiverProcess(database=f"sqlite:///{HOME}/receiver.db", host="127.0.0.1", log=HOME / "receiver.log")


def _enabled(
    keycloak: LocalKeycloak, receiver: ReceiverProcess, sbe: SbeServer | None, say: Callable[[str], None]
) -> Chain:
    admin = Admin(keycloak)
    admin.delete_realm(REALM, missing_ok=True)
    admin.create_realm(REALM)
    os.environ["SBE_SCIM_KEYCLOAK_PASSWORD"] = keycloak.admin_password
    command = [
        *("keycloak", "enable", "--server", keycloak.url, "--realm", REALM, "--admin-user", keycloak.admin_user),
        *("--receiver", receiver.base_url),
    ]
    # Where Abilian SBE is, its own variables name the database.
    command += ["--database", receiver.database] if sbe is None else ["--sign-in", sbe.url]
    say("$ sbe-scim " + " ".join(command))
    say(receiver.command(*command))
    token = receiver.command("token", "create", REALM)
    reader = httpx.Client(base_url=receiver.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=10)
    return Chain(keycloak, receiver, admin, reader, token, sbe)
