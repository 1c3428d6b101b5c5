"""Fixtures of the receiver's unit tests, on SQLite and, where ``SBE_SCIM_TEST_POSTGRES`` names one, on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from sbe_scim.directory.none import NullDirectory
from sbe_scim.store import migrate, open_database
from sbe_scim.store.tables import metadata
from tests.unit.rig import RecordingDirectory, Rig

POSTGRES = os.environ.get("SBE_SCIM_TEST_POSTGRES")

#: For what SQLite, with its one writer, cannot show.
only_postgresql = pytest.mark.skipif(not POSTGRES, reason="SBE_SCIM_TEST_POSTGRES names no PostgreSQL")


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES else [])])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/receiver.db"
    assert POSTGRES is not None
    engine = open_database(POSTGRES)
    metadata.drop_all(engine)
    engine.dispose()
    return POSTGRES


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database with the receiver's tables."""
    opened = open_database(database_url)
    migrate(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def postgresql() -> Iterator[Engine]:
    """A database of PostgreSQL with the receiver's tables."""
    assert POSTGRES is not None
    opened = open_database(POSTGRES)
    metadata.drop_all(opened)
    migrate(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def directory(engine: Engine) -> RecordingDirectory:
    """A directory that remembers what it was told."""
    return RecordingDirectory(NullDirectory(engine))


@pytest.fixture
def rig(directory: RecordingDirectory) -> Rig:
    """The service over ``directory``, with one source."""
    return Rig(directory)
