"""Whom a refused create was about, and the code of its reason, in the journal."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

_COLUMNS = ("reason VARCHAR(40)", "external_id VARCHAR(255)", "name VARCHAR(255)", "mail VARCHAR(255)")


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 4 to version 5; what was refused before has no name."""
    for column in _COLUMNS:
        connection.execute(text(f"ALTER TABLE scim_journal ADD COLUMN {column}"))
    connection.execute(text("CREATE INDEX scim_journal_named ON scim_journal (seq) WHERE name IS NOT NULL"))
