"""What a write did, in the journal: to the resource, to memberships, and what of the policy it needed."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

_COLUMNS = ("effect VARCHAR(12)", "members_added INTEGER", "members_removed INTEGER", "features TEXT")


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 12 to version 13; of the rows that there are nobody knows it any more."""
    for column in _COLUMNS:
        connection.execute(text(f"ALTER TABLE scim_journal ADD COLUMN {column}"))
