"""Fixtures of the receiver's unit tests, on SQLite and, where ``SBE_SCIM_TEST_POSTGRES`` names one, on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from sbe_scim.store import migrate, open_database
from sbe_scim.store.tables import metadata
from tests.unit.rig import Recording, Rig


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind in turn."""
    return f"sqlite:///{tmp_path}/receiver.db" if request.param == "sqlite" else _empty_postgresql()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database with the receiver's tables."""
    opened = open_database(database_url)
    migrate(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def postgresql() -> Iterator[Engine]:
    """A database of PostgreSQL with the receiver's tables, for what SQLite, with its one writer, cannot show."""
    opened = open_database(_empty_postgresql())
    migrate(opened)
    yield opened
    opened.dispose()


def _empty_postgresql() -> str:
    named = os.environ.get("SBE_SCIM_TEST_POSTGRES")
    if not named:
        # A run with servers brings its own: there, these tests are never left out.
        assert os.environ.get("SBE_SCIM_TEST_SERVERS") != "1"
        pytest.skip("a run without servers has no PostgreSQL: SBE_SCIM_TEST_POSTGRES names none")
    engine = open_database(named)
    metadata.drop_all(engine)
    engine.dispose()
    return named


@pytest.fixture
def ports(engine: Engine) -> Recording:
    """Both ports, with a directory that remembers what it was told."""
    return Recording.over(engine)


@pytest.fixture
def rig(ports: Recording) -> Rig:
    """The service over ``ports``, with two sources."""
    return Rig(ports)
