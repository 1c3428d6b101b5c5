"""The servers that are measured, each a process of its own on this machine."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from sqlalchemy import inspect

from sbe_scim.bench.crowd import crowd
from sbe_scim.bench.wire import BenchError, Target
from sbe_scim.store import open_database, sources

_START = 30.0
_SOURCE = "bench"
_TOKEN = "of-the-bench"  # noqa: S105 - it opens nothing but a server of this bench
_TICKS = os.sysconf("SC_CLK_TCK")
#: More people than these are written into the tables: by requests they would take too long.
BY_REQUESTS = 20_000


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; ``people`` are in it before anything is measured, or are still to be sent."""

    name: str
    target: Target
    group: int
    people: int = 0
    filled: bool = False
    #: Whether it is a SCIM receiver, and not only something that answers.
    answers_scim: bool = True

    @property
    def cpu(self) -> float:
        """Processor time that its processes have used, in seconds."""
        return sum(int(fields[11]) + int(fields[12]) for _, fields in self._processes()) / _TICKS

    @property
    def memory(self) -> int:
        """The most memory that its processes have had, in bytes."""
        found = 0
        for process, _ in self._processes():
            for line in (process / "status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    found += int(line.split()[1]) * 1_024
        return found

    def _processes(self) -> Iterator[tuple[Path, list[str]]]:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                fields = (process / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == self.group:
                yield process, fields


@contextmanager
def receiver(database: str, people: int, home: Path, *, granian: bool = False) -> Iterator[Server]:
    """This project's, on an empty database; below ``granian`` instead of Hypercorn where asked.

    Raises :class:`BenchError` where the database has tables.
    """
    kind = "SQLite" if database.startswith("sqlite") else "PostgreSQL"
    name = f"receiver, {kind}, {people:,} people" + (", granian" if granian else "")
    engine = open_database(database)
    if inspect(engine).has_table("scim_source"):
        raise BenchError(f"the {kind} database has a receiver's tables: name an empty one")
    _command("source", "add", _SOURCE, "--storm-limit", "0", database=database)
    token = _command("token", "create", _SOURCE, database=database).split()[-1]
    if filled := people > BY_REQUESTS:
        with engine.begin() as connection:
            crowd(connection, sources.require(connection, _SOURCE).id, 1, people)
    engine.dispose()
    port = _port()
    command = [sys.executable, "-m", "sbe_scim", "serve", "--port", str(port)]
    if granian:
        command = [_program("granian"), "--interface", "asgi", "--factory", "--port", str(port)]
        command += ["--no-ws", "sbe_scim.app:create_app_from_environment"]
    variables = {"SBE_SCIM_DATABASE": database, "SBE_SCIM_PORT": str(port)}
    with _running(command, port, "/scim/v2/ServiceProviderConfig", home, variables) as group:
        yield Server(name, Target(port, "/scim/v2", token), group, people, filled)


@contextmanager
def bare(home: Path) -> Iterator[Server]:
    """Starlette on one Hypercorn worker, as the receiver has it, and one answer to everything."""
    port = _port()
    command = [sys.executable, "-m", "hypercorn", "-b", f"127.0.0.1:{port}", "sbe_scim.bench.bare:app"]
    with _running(command, port, "/", home) as group:
        yield Server("bare Starlette on Hypercorn", Target(port), group, answers_scim=False)


@contextmanager
def peer(people: int, home: Path) -> Iterator[Server]:
    """scim2-server, which keeps all in memory. Raises :class:`BenchError` where it is not installed."""
    port = _port()
    command = [_program("scim2-server"), "--hostname", "127.0.0.1", "--port", str(port), "--bearer-token", _TOKEN]
    with _running(command, port, "/ServiceProviderConfig", home) as group:
        yield Server(f"scim2-server, memory, {people:,} people", Target(port, token=_TOKEN), group, people)


def has(program: str) -> bool:
    """Whether a program is installed beside this Python, or on the path."""
    return _found(program) is not None


def _found(program: str) -> str | None:
    return shutil.which(program, path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))


def _program(name: str) -> str:
    found = _found(name)
    if found is None:
        raise BenchError(f"{name} is not installed: pip install {name}")
    return found


def _command(*words: str, database: str) -> str:
    command = [sys.executable, "-m", "sbe_scim", *words, "--database", database]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(done.stderr.strip())
    return done.stdout


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(
    command: Sequence[str], port: int, path: str, home: Path, variables: Mapping[str, str] | None = None
) -> Iterator[int]:
    """A process group of its own, whose output is in a file; waits until it answers."""
    with (home / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env={**os.environ, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        end = time.monotonic() + _START
        while not _answers(port, path):
            if process.poll() is not None or time.monotonic() > end:
                said = (home / f"{port}.log").read_text("utf-8", "replace").strip().splitlines()
                raise BenchError(f"{Path(command[0]).name} does not answer: {said[-1] if said else 'it said nothing'}")
            time.sleep(0.05)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()
