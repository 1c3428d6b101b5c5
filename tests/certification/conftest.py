"""One receiver for the controls of a file; each has a source of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.environment.receiver import ReceiverProcess


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReceiverProcess]:
    """A receiver on SQLite, as a process."""
    folder: Path = tmp_path_factory.mktemp("receiver")
    process = ReceiverProcess(f"sqlite:///{folder}/receiver.db", host="127.0.0.1", log=folder / "log")
    process.start()
    yield process
    process.stop()
