"""A rate for each source, and what it has drawn of it."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

_STEPS = (
    "ALTER TABLE scim_source ADD COLUMN rate INTEGER",
    "CREATE TABLE scim_allowance (source INTEGER NOT NULL REFERENCES scim_source (id), drawn_until BIGINT NOT NULL,"
    " PRIMARY KEY (source))",
    "INSERT INTO scim_allowance (source, drawn_until) SELECT id, 0 FROM scim_source",
)


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 6 to version 7; no source has a rate."""
    for step in _STEPS:
        connection.execute(text(step))
