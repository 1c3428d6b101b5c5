"""The receiver as a process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

import sbe_scim
from sbe_scim.app import ready
from sbe_scim.cli import main
from sbe_scim.config import Settings
from sbe_scim.http.limits import KEPT
from sbe_scim.store.allowances import BURST
from tests.environment.ports import free_ports

DEADLINE = 30.0
PROGRAM = ("-m", "sbe_scim")
#: With an hour for what is under way when it is told to stop.
PATIENT = "from hypercorn.config import Config; Config.graceful_timeout = 3600; import sbe_scim.__main__"


@contextmanager
def serving(
    folder: Path, *options: str, database: str | None = None, program: Sequence[str] = PROGRAM
) -> Iterator[str]:
    """Run ``sbe-scim serve`` till the block ends; yield its URL. It must stop by itself when told to."""
    (port,) = free_ports(1)
    environment = os.environ | {
        "SBE_SCIM_DATABASE": database or f"sqlite:///{folder}/receiver.db",
        "PYTHONPATH": str(Path(sbe_scim.__file__).parents[1]),
    }
    command = [sys.executable, *program, "serve", "--port", str(port), *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process, folder)
        yield url
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) == 0, (folder / "log").read_text()
    finally:
        process.kill()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        assert process.poll() is None, (folder / "log").read_text()
        try:
            if httpx.get(f"{url}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    raise AssertionError((folder / "log").read_text())


def token(database: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Make a source and a token for it."""
    assert main(["source", "add", "staff", "--database", database]) == 0
    capsys.readouterr()
    assert main(["token", "create", "staff", "--database", database]) == 0
    return capsys.readouterr().out.strip()


def test_what_was_answered_is_there_after_a_restart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    headers = {"Authorization": f"Bearer {token(f'sqlite:///{tmp_path}/receiver.db', capsys)}"}
    user = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ann"}
    with serving(tmp_path) as url:
        created = httpx.post(f"{url}/scim/v2/Users", json=user, headers=headers).json()
        assert created["meta"]["location"] == f"{url}/scim/v2/Users/{created['id']}"
    with serving(tmp_path, "--base-url", "https://scim.example.org/scim/v2") as url:
        found = httpx.get(f"{url}/scim/v2/Users/{created['id']}", headers=headers).json()
        assert found["userName"] == "ann"
        assert found["meta"]["location"] == f"https://scim.example.org/scim/v2/Users/{created['id']}"


def test_clients_that_keep_their_connections_do_not_hold_up_its_end(folder: Path) -> None:
    with httpx.Client() as idle, serving(folder, program=("-c", PATIENT)) as url:
        assert idle.get(f"{url}/healthz").status_code == 200
        silent = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])))
    silent.close()


def test_several_processes_serve_one_postgresql(
    tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if database_url.startswith("sqlite"):
        assert main(["serve", "--workers", "2", "--database", database_url]) == 2
        assert "PostgreSQL" in capsys.readouterr().err
        return
    headers = {"Authorization": f"Bearer {token(database_url, capsys)}"}
    with serving(tmp_path, "--workers", "2", database=database_url) as url:
        for number in range(20):
            user = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": f"user{number}"}
            assert httpx.post(f"{url}/scim/v2/Users", json=user, headers=headers).status_code == 201
            assert httpx.get(f"{url}/scim/v2/Users", headers=headers).json()["totalResults"] == number + 1
        limits_a_source_over_all_processes(url, database_url, capsys)


def limits_a_source_over_all_processes(url: str, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each connection may be served by another process, and all of them draw from one rate."""
    rate = 20
    assert main(["source", "add", "limited", "--rate", str(rate), "--database", database]) == 0
    capsys.readouterr()
    assert main(["token", "create", "limited", "--database", database]) == 0
    headers = {"Authorization": f"Bearer {capsys.readouterr().out.strip()}"}
    begun = time.monotonic()

    def flood(_number: int) -> list[int]:
        with httpx.Client(headers=headers) as client:
            return [client.get(f"{url}/scim/v2/Users?count=0").status_code for _ in range(50)]

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for answers in pool.map(flood, range(8)) for status in answers]
    assert set(statuses) <= {200, 429}
    # At least what a source that was silent may send at once, less what the other process drew in vain.
    least, most = rate * BURST / 2, rate * (time.monotonic() - begun + BURST + KEPT)
    assert least <= statuses.count(200) <= most


def test_an_address_that_is_taken_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--port", port, "--database", f"sqlite:///{tmp_path}/receiver.db"]) == 1
    (line,) = capsys.readouterr().err.splitlines()[1:]
    assert line.startswith("Error: the receiver cannot start: Address already in use")


def test_what_is_wrong_at_the_start_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_options: object) -> int:
        raise PermissionError(13, "Permission denied", "/run/receiver")

    monkeypatch.setattr(socket, "create_server", broken)
    monkeypatch.setenv("SBE_SCIM_BODYLIMIT", "1")
    assert main(["serve", "--database", f"sqlite:///{tmp_path}/receiver.db"]) == 1
    told = capsys.readouterr().err
    assert "/run/receiver: Permission denied" in told
    assert "Warning: no setting has this name: SBE_SCIM_BODYLIMIT" in told


def test_it_says_when_it_is_ready_and_on_what(folder: Path) -> None:
    with serving(folder) as url:
        said = (folder / "log").read_text()
    assert f"Ready: {url.removeprefix('http://')} takes requests; SQLite, {folder}/receiver.db\n" in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://scim:secret@db.example.org/sbe", "PostgreSQL, sbe on db.example.org"),
        ("postgresql://scim:secret@db.example.org:5433/sbe", "PostgreSQL, sbe on db.example.org:5433"),
        ("postgresql:///sbe", "PostgreSQL, sbe on this machine"),
    ],
)
def test_a_database_is_told_without_user_and_password(url: str, words: str) -> None:
    assert ready(Settings(database=url, directory="sbe")).endswith(f"Abilian SBE, {words}")
