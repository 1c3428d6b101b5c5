"""One receiver per test, on every database of this run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.conftest import database_url
from tests.unit.http.client import Receiver, receiver

__all__ = ["database_url"]


@pytest.fixture
def scim(tmp_path: Path, database_url: str) -> Iterator[Receiver]:
    """A receiver with default settings and a source of dialect ``generic``."""
    with receiver(tmp_path, database=database_url) as running:
        yield running
