"""One receiver per test, with an operator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.console.operator import Operator
from tests.unit.http.client import Receiver, receiver


@pytest.fixture
def scim(tmp_path: Path) -> Iterator[Receiver]:
    """A receiver with default settings."""
    with receiver(tmp_path) as running:
        yield running


@pytest.fixture
def operator(scim: Receiver) -> Operator:
    """Somebody who has not signed in yet."""
    return Operator(scim)
