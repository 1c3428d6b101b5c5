"""How many live resources each segment of pks has, so that pages anywhere in a list begin near where they are."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

_SEGMENT = 4096
# Whether a list is still what it was at the last look is nobody's question any more.
_WITHOUT_GENERATION = {
    "postgresql": ("ALTER TABLE scim_counter DROP COLUMN generation",),
    # SQLite before 3.35 drops no column.
    "sqlite": (
        """CREATE TABLE scim_new_counter (
        source INTEGER NOT NULL REFERENCES scim_source (id), type SMALLINT NOT NULL, live BIGINT NOT NULL,
        PRIMARY KEY (source, type))""",
        "INSERT INTO scim_new_counter SELECT source, type, live FROM scim_counter",
        "DROP TABLE scim_counter",
        "ALTER TABLE scim_new_counter RENAME TO scim_counter",
    ),
}


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 9 to version 10: every live resource is counted once."""
    name = connection.dialect.name
    columns = (
        "source INTEGER NOT NULL REFERENCES scim_source (id), type SMALLINT NOT NULL, number BIGINT NOT NULL,"
        " live BIGINT NOT NULL, PRIMARY KEY (source, type, number)"
    )
    counted = (
        f"SELECT source, type, pk / {_SEGMENT}, count(*) FROM scim_resource"  # noqa: S608 - a constant
        f" WHERE deleted IS NULL GROUP BY source, type, pk / {_SEGMENT}"
    )
    statements = (
        f"CREATE TABLE scim_segment ({columns}){' WITHOUT ROWID' if name == 'sqlite' else ''}",
        f"INSERT INTO scim_segment {counted}",
        *_WITHOUT_GENERATION[name],
    )
    for statement in statements:
        connection.execute(text(statement))
