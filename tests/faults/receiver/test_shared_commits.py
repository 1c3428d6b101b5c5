"""The receiver dies between the commit that several requests share and their answers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from sbe_scim.store import open_database
from tests.environment.receiver import ReceiverProcess
from tests.faults.receiver.state import faults, journalled
from tests.unit.rig import user_body

CLIENTS = 12
#: Imported by the interpreter before anything else: who is about to answer several at once dies instead.
DIES = """
import os, signal
from sbe_scim.http import writer

answer = writer._settle

def settle(done):
    if len(done) > 1:
        os.kill(os.getpid(), signal.SIGKILL)
    answer(done)

writer._settle = settle
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where Python finds what makes the receiver die."""
    made = tmp_path / "python"
    made.mkdir()
    (made / "sitecustomize.py").write_text(DIES)
    return made


@pytest.fixture
def receivers(tmp_path: Path, folder: Path) -> Iterator[tuple[ReceiverProcess, ReceiverProcess]]:
    """Two receivers of one database: one that dies, and one to start in its place."""
    database = f"sqlite:///{tmp_path}/receiver.db"
    log = tmp_path / "receiver.log"
    dying = ReceiverProcess(database, host="127.0.0.1", log=log, environment={"PYTHONPATH": str(folder)})
    healthy = ReceiverProcess(database, host="127.0.0.1", log=log)
    yield dying, healthy
    dying.stop()
    healthy.stop()


def post(client: httpx.Client, name: str) -> int | None:
    """Create a user; ``None`` where no answer came."""
    try:
        return client.post("/Users", json=user_body(name, externalId=name)).status_code
    except httpx.TransportError:
        return None


def test_what_was_committed_and_not_answered_is_there_once(
    receivers: tuple[ReceiverProcess, ReceiverProcess],
) -> None:
    dying, healthy = receivers
    dying.start()
    dying.command("source", "add", "staff", "--storm-limit", "0")
    acknowledged: list[str] = []

    def write(number: int) -> str:
        """Create users until no answer comes; return whose that was."""
        with dying.client("staff") as client:
            for turn in range(1_000):
                name = f"user-{number}-{turn}"
                if post(client, name) is None:
                    return name
                acknowledged.append(name)
        raise AssertionError("the receiver lives")

    with ThreadPoolExecutor(CLIENTS) as threads:
        unanswered = list(threads.map(write, range(CLIENTS)))
    healthy.start()
    with healthy.client("staff") as client:
        again = [post(client, name) for name in unanswered]
        listed = client.get("/Users", params={"count": 1_000, "attributes": "userName"}).json()
    # A commit that several share was made: who shared it is told so when they ask again.
    assert again.count(409) > 1
    assert set(again) <= {201, 409}
    assert sorted(user["userName"] for user in listed["Resources"]) == sorted(acknowledged + unanswered)
    engine = open_database(healthy.database)
    with engine.connect() as connection:
        assert faults(connection) == []
        # Each of them is in the journal, answered or not.
        assert len(journalled(connection)) >= len(acknowledged) + len(unanswered)
    engine.dispose()
