"""Create and upgrade the receiver's tables: numbered steps, one transaction, one starter at a time.

A new database gets the tables as :mod:`~sbe_scim.store.tables` describes them; an old one runs the steps above its
version. A step is a module, named after the version that it makes, with SQL of its own: tables.py describes only the
newest version. Only tables whose name starts with ``scim_`` are ever touched.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import insert, inspect, select, text, update
from sqlalchemy.engine import Connection, Engine

from sbe_scim.store import cursor_keys, generation, tables
from sbe_scim.store.database import reading
from sbe_scim.store.migrations import (
    to_2,
    to_3,
    to_4,
    to_5,
    to_6,
    to_7,
    to_8,
    to_9,
    to_10,
    to_11,
    to_12,
    to_13,
    to_14,
    to_15,
    to_16,
    to_17,
)
from sbe_scim.store.url import DatabaseError

#: ``STEPS[n]`` brings version n + 1 to n + 2.
STEPS: tuple[Callable[[Connection], None], ...] = (
    to_2.upgrade,
    to_3.upgrade,
    to_4.upgrade,
    to_5.upgrade,
    to_6.upgrade,
    to_7.upgrade,
    to_8.upgrade,
    to_9.upgrade,
    to_10.upgrade,
    to_11.upgrade,
    to_12.upgrade,
    to_13.upgrade,
    to_14.upgrade,
    to_15.upgrade,
    to_16.upgrade,
    to_17.upgrade,
)
LATEST = len(STEPS) + 1
# Any fixed number: it only has to differ from other programs' advisory locks in the same database.
_ADVISORY_LOCK = 7_643_7644


def migrate(bind: Engine | Connection) -> None:
    """Bring the tables to the version of this program; does nothing when they are there already.

    On a :class:`Connection` it runs inside the caller's transaction, which must be one that writes. Raises
    :class:`DatabaseError` when the database was made by a newer version.
    """
    if isinstance(bind, Connection):
        _migrate(bind)
        return
    with reading(bind) as connection:
        if is_current(connection):
            return
    with bind.begin() as connection:
        _migrate(connection)


def has_tables(connection: Connection) -> bool:
    """Tell whether a receiver has made its tables, of whatever version; only reads."""
    return _version(connection) is not None


def is_current(connection: Connection) -> bool:
    """Tell whether the tables are those of this program; only reads."""
    return _version(connection) == LATEST


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    version = _version(connection)
    if version is None:
        tables.metadata.create_all(connection)
        connection.execute(insert(tables.schema_version).values(version=LATEST))
        generation.begin(connection)
        cursor_keys.add(connection)
        return
    if version > LATEST:
        raise DatabaseError(
            f"the database has schema version {version}, this program knows {LATEST}; install a newer abilian-sbe-scim"
        )
    for step in STEPS[version - 1 :]:
        step(connection)
    if version < LATEST:
        connection.execute(update(tables.schema_version).values(version=LATEST))


def _version(connection: Connection) -> int | None:
    if not inspect(connection).has_table(tables.schema_version.name):
        return None
    version: int | None = connection.execute(select(tables.schema_version.c.version)).scalar()
    return version
