"""Open the database that holds the receiver's tables."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import QueuePool

from sbe_scim.store.failures import hide_values
from sbe_scim.store.file import OpenFile
from sbe_scim.store.patience import time_left

_READS = "scim_reads"
_KEPT = "kept"
_DRIVER = "scim"
_WRITES = "scim_writes"
_PATIENCE = "scim_patience"
#: How long PostgreSQL lets a statement wait for somebody's lock, in seconds: less than a request has when it begins, so
#: that its transaction need not say how long.
_LOCK_TIMEOUT = 4
#: How long a connection waits for the server, in seconds.
_CONNECT_TIMEOUT = 5
#: Connections for tokens, the journal and the health check, on top of those for requests.
_PEAK = 8
#: Pages of SQLite's log, of 4 KB each, that are carried over to the file at once.
_CHECKPOINT = 4_000
_POSTGRES_DRIVERS = ("psycopg", "psycopg2", "pg8000")
#: Those that a URL may name: they are imported only when it does.
_DRIVERS = (*_POSTGRES_DRIVERS, "asyncpg")
_INSTALL = "run pip install 'abilian-sbe-scim[postgres]' and write the URL as postgresql://user@host/name"


class DatabaseError(ValueError):
    """The database URL cannot be used; the text says why and what to write instead. It never repeats the URL, which
    may hold a password."""


def parse_url(url: str) -> URL:
    """Return the parts of a URL of a database that can hold the receiver's tables. Raises :class:`DatabaseError`."""
    try:
        target = make_url(url)
    except (ArgumentError, ValueError):
        # ValueError: a port that is no number.
        raise DatabaseError("not a database URL; write sqlite:///file.db or postgresql://user@host:5432/name") from None
    backend = target.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise DatabaseError(f"{backend} is not supported; write sqlite:///file.db or postgresql://user@host/name")
    if backend == "sqlite" and target.database in (None, "", ":memory:"):
        raise DatabaseError("an SQLite database in memory is lost at exit; write sqlite:///file.db")
    try:
        target.get_dialect()
    except NoSuchModuleError:
        raise DatabaseError(f"the driver of {target.drivername} is not known; write {backend}://") from None
    return target


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite database as its URL names it, ``None`` for other databases.

    Raises :class:`DatabaseError`.
    """
    target = parse_url(url)
    return Path(target.database or "") if target.get_backend_name() == "sqlite" else None


def told(url: str) -> str:
    """Say in words which database this is, without user and password. Raises :class:`DatabaseError`."""
    target = parse_url(url)
    if target.get_backend_name() == "sqlite":
        return f"SQLite, {Path(target.database or '').absolute()}"
    port = "" if target.port in (None, 5432) else f":{target.port}"
    return f"PostgreSQL, {target.database} on {target.host or 'this machine'}{port}"


def same_database(one: str, other: str) -> bool:
    """Tell whether two URLs lead to one database, whichever driver and options they name.

    Raises :class:`DatabaseError`.
    """
    return _place(parse_url(one)) == _place(parse_url(other))


def _place(target: URL) -> tuple[object, ...]:
    if target.get_backend_name() == "sqlite":
        return ("sqlite", Path(target.database or "").absolute())
    return (target.get_backend_name(), target.username, target.host, target.port or 5432, target.database)


def open_database(url: str, *, connections: int = 8) -> Engine:
    """Return an engine for ``url``, which keeps ``connections`` open and opens a few more for peaks.

    SQLite runs with ``synchronous=FULL``: an answered write survives a power cut. A new file is in WAL mode, an
    existing one keeps its mode. A transaction takes SQLite's write lock at its start, so that
    two writers queue instead of failing half way; :func:`reading` does not.
    A ``postgresql://`` URL gets the driver that is installed. Raises :class:`DatabaseError`.
    """
    target = parse_url(url)
    options: dict[str, Any] = {"future": True}
    try:
        if target.get_backend_name() == "sqlite":
            return _open_sqlite(target, connections, options)
        pool = {"pool_size": connections, "max_overflow": _PEAK, "pool_recycle": 1800, "pool_timeout": _CONNECT_TIMEOUT}
        engine = create_engine(_with_driver(target), **pool, **options)
    except ImportError as error:
        if error.name is not None and error.name.partition(".")[0] not in _DRIVERS:
            raise
        raise DatabaseError(f"the database driver {error.name or 'of this URL'} is not installed: {_INSTALL}") from None
    event.listen(engine, "do_connect", _limit_connecting)
    limit_lock_waits(engine)
    hide_values(engine)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that only reads: nobody waits for it.

    SQLite shows one state of the database; PostgreSQL may show each statement a newer one.
    """
    with engine.connect() as connection, _each_by_itself(connection):
        connection.info[_READS] = True
        with connection.begin():
            yield connection


@contextmanager
def _each_by_itself(connection: Connection) -> Iterator[None]:
    """On PostgreSQL, let each statement be a transaction: to begin and to end one would be a round trip each.

    The driver is told: SQLAlchemy's own way to it, the isolation level AUTOCOMMIT, costs as much again as all else that
    opens and ends such a transaction.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.autocommit = True
    try:
        yield
    finally:
        try:
            driver.autocommit = False
        except Exception:
            # It is broken, or in the middle of something.
            connection.invalidate()


def kept_open(engine: Engine) -> Connection:
    """Return a connection to SQLite that SQLAlchemy takes to be in a transaction, for good: whoever keeps it begins and
    ends transactions with the driver itself, each after :meth:`SQLiteDialect.ready`."""
    connection = engine.connect()
    connection.info[_READS] = _KEPT
    connection.begin()
    return connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that writes, and that waits for others no longer than :func:`time_left` says."""
    with engine.begin() as connection:
        limit_lock_wait(connection)
        yield connection


def limit_lock_waits(engine: Engine) -> None:
    """On PostgreSQL, let no statement of a connection that is opened from now on wait for a lock for ever."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _limit_waiting)


def limit_lock_wait(connection: Connection) -> None:
    """Let no statement of this transaction wait for a lock longer than :func:`time_left` says.

    Of an engine that :func:`limit_lock_waits` has prepared; most transactions have more time than its connections wait.
    """
    if connection.dialect.name == "postgresql" and (left := time_left()) < _LOCK_TIMEOUT:
        # 0 would be for ever.
        connection.execute(text(f"SET LOCAL lock_timeout = {max(1, int(left * 1000))}"))


def _with_driver(target: URL) -> URL:
    if "+" in target.drivername:
        return target
    for driver in _POSTGRES_DRIVERS:
        if find_spec(driver) is not None and _has_dialect(driver):
            return target.set(drivername=f"postgresql+{driver}")
    raise DatabaseError(f"no PostgreSQL driver is installed: {_INSTALL}")


def _has_dialect(driver: str) -> bool:
    # SQLAlchemy 1.4 knows psycopg2 and pg8000, but not psycopg 3.
    return find_spec(f"sqlalchemy.dialects.postgresql.{driver}") is not None


def _limit_connecting(dialect: Any, _record: object, _arguments: object, parameters: dict[str, Any]) -> None:
    if dialect.driver in ("psycopg", "psycopg2"):
        parameters.setdefault("connect_timeout", _CONNECT_TIMEOUT)


def _limit_waiting(dbapi_connection: Any, _record: object) -> None:
    cursor = dbapi_connection.cursor()
    cursor.execute(f"SET lock_timeout = '{_LOCK_TIMEOUT}s'")
    cursor.close()
    dbapi_connection.commit()


def _open_sqlite(target: URL, connections: int, options: dict[str, Any]) -> Engine:
    path = Path(target.database or "")
    _create_sqlite(path)
    engine = create_engine(
        target.set(drivername=f"sqlite+{_DRIVER}"),
        poolclass=QueuePool,
        pool_size=connections,
        # As many as there are threads: one of them is the event loop, which must never wait for a connection.
        max_overflow=-1,
        connect_args={"check_same_thread": False, "timeout": 0},
        **options,
    )
    file = OpenFile(path)
    engine.dialect.file = file  # type: ignore[attr-defined]
    # A connection to a file that is not there would make an empty one, and one to a file without its log a new log.
    event.listen(engine, "do_connect", lambda *_: file.check())
    event.listen(engine.pool, "connect", _prepare_sqlite)
    hide_values(engine)
    return engine


def _create_sqlite(file: Path) -> None:
    """Create the file if it is missing, in WAL mode from the start: two processes that switch later would collide."""
    if file.exists():
        return
    try:
        with TemporaryDirectory(prefix=".sbe-scim-", dir=file.parent) as folder:
            draft = Path(folder) / "new.db"
            with closing(sqlite3.connect(draft)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
            with suppress(FileExistsError):
                os.link(draft, file)
    except OSError as error:
        raise DatabaseError(f"{file} cannot be made: {error.strerror}") from None


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


def _prepare_sqlite(dbapi_connection: Any, record: Any) -> None:
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
