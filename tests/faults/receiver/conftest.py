"""The receiver alone, as a process, with a source and nobody in it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.environment.receiver import ReceiverProcess


@pytest.fixture
def scim(receiver: ReceiverProcess) -> Iterator[httpx.Client]:
    """A client of the source ``staff``."""
    receiver.command("source", "add", "staff")
    with receiver.client("staff") as client:
        yield client
