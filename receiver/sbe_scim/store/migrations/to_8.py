"""When a person's token was last shown to a source."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 7 to version 8."""
    connection.execute(text("ALTER TABLE scim_source ADD COLUMN persons_token BIGINT"))
