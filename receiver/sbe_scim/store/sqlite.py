"""SQLite: its file, and transactions that begin when we say."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.pool import QueuePool

from sbe_scim.store.failures import hide_values
from sbe_scim.store.file import OpenFile
from sbe_scim.store.patience import time_left
from sbe_scim.store.url import DatabaseError

_READS = "scim_reads"
_KEPT = "kept"
_DRIVER = "scim"
_WRITES = "scim_writes"
_PATIENCE = "scim_patience"
#: Pages of SQLite's log, of 4 KB each, that are carried over to the file at once.
_CHECKPOINT = 4_000


def open_sqlite(target: URL, connections: int) -> Engine:
    """Return an engine for a file, which keeps ``connections`` open. Raises :class:`DatabaseError`."""
    path = Path(target.database or "")
    _create(path)
    engine = create_engine(
        target.set(drivername=f"sqlite+{_DRIVER}"),
        poolclass=QueuePool,
        pool_size=connections,
        # As many as there are threads: one of them is the event loop, which must never wait for a connection.
        max_overflow=-1,
        connect_args={"check_same_thread": False, "timeout": 0},
        future=True,
    )
    file = OpenFile(path)
    engine.dialect.file = file  # type: ignore[attr-defined]
    # A connection to a file that is not there would make an empty one, and one to a file without its log a new log.
    event.listen(engine, "do_connect", lambda *_: file.check())
    event.listen(engine.pool, "connect", _prepare)
    hide_values(engine)
    return engine


def _create(file: Path) -> None:
    """Create the file if it is missing, in WAL mode from the start: two processes that switch later would collide."""
    if file.exists():
        return
    try:
        with TemporaryDirectory(prefix=".sbe-scim-", dir=file.parent) as folder:
            draft = Path(folder) / "new.db"
            with closing(sqlite3.connect(draft)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
            # Whatever the umask: it holds names and addresses. SQLite gives its log the same.
            draft.chmod(0o600)
            with suppress(FileExistsError):
                os.link(draft, file)
    except OSError as error:
        raise DatabaseError(f"{file} cannot be made: {error.strerror}") from None


def begin_reading(connection: Connection) -> None:
    """Let the transaction that this connection begins next take no write lock."""
    connection.info[_READS] = True


def kept_open(engine: Engine) -> Connection:
    """Return a connection to SQLite that SQLAlchemy takes to be in a transaction, for good: whoever keeps it begins and
    ends transactions with the driver itself, each after :meth:`SQLiteDialect.ready`."""
    connection = engine.connect()
    connection.info[_READS] = _KEPT
    connection.begin()
    return connection


class SQLiteDialect(SQLiteDialect_pysqlite):
    """SQLite with transactions that begin when we say; the driver's own come too late for a lock, or not at all.

    They wait for others as long as :func:`time_left` says, and only on the file that was opened.
    A dialect rather than an event on the engine: with any such event SQLAlchemy does much more at each statement.
    """

    supports_statement_cache = True
    file: OpenFile

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin, with the write lock unless the connection was marked as reading. Raises :class:`DatabaseLost`."""
        info = dbapi_connection.info
        reads = info.pop(_READS, False)
        if reads is _KEPT:
            return
        self.ready(dbapi_connection, info)
        dbapi_connection.cursor().execute("BEGIN" if reads else "BEGIN IMMEDIATE")
        info[_WRITES] = not reads

    def ready(self, dbapi_connection: Any, info: dict[str, Any]) -> None:
        """See that the file is there, and set how long others are waited for. Raises :class:`DatabaseLost`."""
        self.file.check()
        _wait_at_most(dbapi_connection, int(time_left() * 1000), info)

    def do_commit(self, dbapi_connection: Any) -> None:
        """Commit; a write is done only if it is in the file that is there. Raises :class:`DatabaseLost`."""
        super().do_commit(dbapi_connection)  # type: ignore[no-untyped-call, unused-ignore]
        info = dbapi_connection.info
        if info.pop(_WRITES, False):
            self.file.check()
            self.file.keep_log()


registry.register(f"sqlite.{_DRIVER}", __name__, SQLiteDialect.__name__)


def _prepare(dbapi_connection: Any, record: Any) -> None:
    dbapi_connection.isolation_level = None
    _wait_at_most(dbapi_connection, int(time_left() * 1000), record.info)
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # What a savepoint may have to undo is kept where it is read again a moment later.
    cursor.execute("PRAGMA temp_store=MEMORY")
    # Pages that change again and again reach the file itself less often; the log has some 16 MB.
    cursor.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT}")
    cursor.close()


def _wait_at_most(dbapi_connection: Any, milliseconds: int, info: dict[str, Any]) -> None:
    if info.get(_PATIENCE) != milliseconds:
        dbapi_connection.cursor().execute(f"PRAGMA busy_timeout={milliseconds}")
        info[_PATIENCE] = milliseconds
