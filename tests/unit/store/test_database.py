"""Opening and migrating databases."""

from __future__ import annotations

import os
import sqlite3
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import inspect, text, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from sbe_scim.store import migrate, open_database, sources
from sbe_scim.store.database import reading
from sbe_scim.store.migrations import LATEST
from sbe_scim.store.tables import metadata, schema_version
from sbe_scim.store.url import DatabaseError

NAME = "amelie"


def test_two_starters_make_the_tables_once(database_url: str) -> None:
    engines = [open_database(database_url) for _ in range(4)]
    start = threading.Barrier(len(engines))

    def starter(engine: Engine) -> None:
        start.wait()
        migrate(engine)

    with ThreadPoolExecutor(len(engines)) as threads:
        list(threads.map(starter, engines))
    assert set(metadata.tables) <= set(inspect(engines[0]).get_table_names())
    with engines[0].begin() as connection:
        assert [row[0] for row in connection.execute(schema_version.select())] == [LATEST]
    for engine in engines:
        engine.dispose()


def test_migrating_again_keeps_everything(engine: Engine) -> None:
    with engine.begin() as connection:
        sources.add(connection, "staff")
    migrate(engine)
    with engine.begin() as connection:
        migrate(connection)
        assert [source.name for source in sources.find_all(connection)] == ["staff"]


def test_a_database_of_a_newer_version_is_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(schema_version).values(version=LATEST + 1))
    with pytest.raises(DatabaseError, match="newer"):
        migrate(engine)


def test_only_tables_with_our_prefix_are_made() -> None:
    assert all(name.startswith("scim_") for name in metadata.tables)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "not a database URL"),
        ("mysql://host/name", "not supported"),
        ("sqlite://", "lost at exit"),
        ("sqlite:///:memory:", "lost at exit"),
    ],
)
def test_a_database_that_cannot_serve_is_refused_with_advice(url: str, reason: str) -> None:
    with pytest.raises(DatabaseError, match=reason):
        open_database(url)


def test_sqlite_survives_a_power_cut(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/receiver.db")
    with reading(engine) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()


def test_readers_go_on_while_sqlite_is_written_and_writers_queue(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/receiver.db"
    engine, other = open_database(url), open_database(url)
    migrate(engine)
    with engine.begin() as writer:
        sources.add(writer, "staff")
        with reading(other) as reader:
            assert sources.find_all(reader) == ()
        with other.connect() as impatient:
            impatient.connection.cursor().execute("PRAGMA busy_timeout=0")
            with pytest.raises(OperationalError, match="locked"):
                impatient.begin()
    with reading(other) as reader:
        assert [source.name for source in sources.find_all(reader)] == ["staff"]
    engine.dispose()
    other.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO nowhere VALUES (:name)",
        "INSERT INTO scim_source (id, name, dialect, strictness, enabled, created) VALUES (2, :name, '', '', true, 1)",
        "INSERT INTO scim_source (id, name, dialect, strictness, enabled, created) VALUES (:name, '', '', '', true, 1)",
    ],
    ids=["wrong in itself", "taken already", "of another type"],
)
def test_an_error_of_the_database_does_not_quote_what_was_to_be_stored(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        sources.add(connection, NAME)
    with engine.connect() as connection, pytest.raises(SQLAlchemyError) as seen:
        connection.execute(text(statement), {"name": NAME})
    assert NAME not in "".join(traceback.format_exception(seen.value))


def test_no_reader_of_sqlite_waits_for_a_connection(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/receiver.db", connections=1)
    with ExitStack() as readers:
        # The event loop reads too: it would stand still for as long as the pool lets it wait.
        for _ in range(30):
            readers.enter_context(reading(engine))
    engine.dispose()


def test_what_is_written_behind_a_read_is_a_transaction(engine: Engine) -> None:
    with pytest.raises(SQLAlchemyError), reading(engine) as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))
    for _ in range(2):
        with reading(engine) as connection:
            assert not sources.find_all(connection)
        with suppress(RuntimeError), engine.begin() as connection:
            sources.add(connection, "staff")
            raise RuntimeError


def test_reading_goes_on_behind_a_connection_that_broke(postgresql: Engine) -> None:
    for command in ("SELECT pg_terminate_backend(pg_backend_pid())", "BEGIN"):
        with suppress(SQLAlchemyError), reading(postgresql) as connection:
            connection.execute(text(command))
        with reading(postgresql) as connection:
            assert not sources.find_all(connection)
        with suppress(RuntimeError), postgresql.begin() as connection:
            sources.add(connection, "staff")
            raise RuntimeError
    with reading(postgresql) as connection:
        assert not sources.find_all(connection)


def test_the_number_of_a_removed_source_is_never_anothers(engine: Engine) -> None:
    with engine.begin() as connection:
        removed = sources.add(connection, "old").id
        sources.remove(connection, "old")
        assert sources.add(connection, "new").id != removed


def test_a_new_file_is_in_wal_mode_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    def mode(file: Path) -> str:
        engine = open_database(f"sqlite:///{file}")
        with engine.begin() as connection:
            found: str = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        engine.dispose()
        return found

    assert mode(tmp_path / "new.db") == "wal"
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.execute("CREATE TABLE theirs (id)")
    assert mode(tmp_path / "old.db") == "delete"
    assert {path.name for path in tmp_path.iterdir()} <= {"new.db", "new.db-wal", "new.db-shm", "old.db"}


def test_a_new_file_and_its_log_are_their_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        engine = open_database(f"sqlite:///{tmp_path}/receiver.db")
        migrate(engine)
        found = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    finally:
        os.umask(before)
    engine.dispose()
    assert found == dict.fromkeys(("receiver.db", "receiver.db-wal", "receiver.db-shm"), 0o600)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"nowhere/receiver\.db cannot be made: No such"):
        open_database(f"sqlite:///{tmp_path}/nowhere/receiver.db")
