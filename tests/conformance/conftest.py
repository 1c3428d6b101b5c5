"""One receiver per test, on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.http.client import Receiver, receiver


@pytest.fixture
def scim(tmp_path: Path) -> Iterator[Receiver]:
    """A receiver with default settings and a source of dialect ``generic``."""
    with receiver(tmp_path) as running:
        yield running
