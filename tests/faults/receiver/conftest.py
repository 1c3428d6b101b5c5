"""The receiver alone, as a process, with a source and nobody in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.environment.receiver import ReceiverProcess


@pytest.fixture
def scim(receiver: ReceiverProcess) -> Iterator[httpx.Client]:
    """A client of the source ``staff``."""
    receiver.command("source", "add", "staff", "--storm-limit", "0")
    with receiver.client("staff") as client:
        yield client


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReceiverProcess]:
    """One receiver on SQLite for all tests of a module, with the source ``staff``."""
    folder: Path = tmp_path_factory.mktemp("receiver")
    process = ReceiverProcess(f"sqlite:///{folder}/receiver.db", host="127.0.0.1", log=folder / "receiver.log")
    process.start()
    process.command("source", "add", "staff", "--storm-limit", "0")
    yield process
    process.stop()
