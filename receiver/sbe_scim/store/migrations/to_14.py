"""A guard for each source against losing many at once; when it was heard of; what all processes have counted."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

_STATEMENTS = (
    "ALTER TABLE scim_source ADD COLUMN storm_limit INTEGER",
    "UPDATE scim_source SET storm_limit = 50",
    "CREATE TABLE scim_guard (source INTEGER NOT NULL PRIMARY KEY REFERENCES scim_source (id),"
    " began BIGINT NOT NULL, people BIGINT NOT NULL, passed BIGINT NOT NULL, storm BIGINT NOT NULL,"
    " held_since BIGINT NOT NULL, held_until BIGINT NOT NULL, released_until BIGINT NOT NULL)",
    "INSERT INTO scim_guard SELECT id, 0, 0, 0, 0, 0, 0, 0 FROM scim_source",
    "CREATE TABLE scim_held (source INTEGER NOT NULL REFERENCES scim_source (id), resource BIGINT NOT NULL,"
    " since BIGINT NOT NULL, latest BIGINT NOT NULL, released BIGINT, PRIMARY KEY (source, resource))",
    "CREATE TABLE scim_contact (source INTEGER NOT NULL PRIMARY KEY REFERENCES scim_source (id),"
    " latest BIGINT NOT NULL)",
    "CREATE TABLE scim_metric (name VARCHAR(40) NOT NULL, labels VARCHAR(400) NOT NULL, value BIGINT NOT NULL,"
    " PRIMARY KEY (name, labels))",
)
#: Those that SQLite keeps in the order of their keys alone.
_BY_KEY = ("scim_held", "scim_metric")


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 13 to version 14; every source there is gets the limit of a new one."""
    rowid = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    for statement in _STATEMENTS:
        by_key = any(statement.startswith(f"CREATE TABLE {name} ") for name in _BY_KEY)
        connection.execute(text(statement + rowid if by_key else statement))
