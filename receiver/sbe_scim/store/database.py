"""Open the database that holds the receiver's tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import URL, Connection, Engine

from sbe_scim.store.failures import hide_values
from sbe_scim.store.patience import time_left
from sbe_scim.store.sqlite import begin_reading, open_sqlite
from sbe_scim.store.url import DatabaseError, parse_url

#: How long PostgreSQL lets a statement wait for somebody's lock, in seconds: less than a request has when it begins, so
#: that its transaction need not say how long.
_LOCK_TIMEOUT = 4
#: How long a connection waits for the server, in seconds.
_CONNECT_TIMEOUT = 5
#: Connections for tokens, the journal and the health check, on top of those for requests.
_PEAK = 8
_POSTGRES_DRIVERS = ("psycopg", "psycopg2", "pg8000")
#: Those that a URL may name: they are imported only when it does.
_DRIVERS = (*_POSTGRES_DRIVERS, "asyncpg")
_INSTALL = "run pip install 'abilian-sbe-scim[postgres]' and write the URL as postgresql://user@host/name"


def open_database(url: str, *, connections: int = 8) -> Engine:
    """Return an engine for ``url``, which keeps ``connections`` open and opens a few more for peaks.

    SQLite runs with ``synchronous=FULL``: an answered write survives a power cut. A new file is in WAL mode, an
    existing one keeps its mode. A transaction takes SQLite's write lock at its start, so that
    two writers queue instead of failing half way; :func:`reading` does not.
    A ``postgresql://`` URL gets the driver that is installed. Raises :class:`DatabaseError`.
    """
    target = parse_url(url)
    if target.get_backend_name() == "sqlite":
        return open_sqlite(target, connections)
    try:
        engine = create_engine(
            _with_driver(target),
            pool_size=connections,
            max_overflow=_PEAK,
            pool_recycle=1800,
            pool_timeout=_CONNECT_TIMEOUT,
            future=True,
        )
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
        begin_reading(connection)
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
