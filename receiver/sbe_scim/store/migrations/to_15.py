"""Find who was deleted long ago, without reading everybody."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

_INDEX = (
    "CREATE INDEX scim_resource_tombstone ON scim_resource (type, deleted)"
    " WHERE deleted IS NOT NULL AND display IS NOT NULL"
)


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 14 to version 15."""
    connection.execute(text(_INDEX))
