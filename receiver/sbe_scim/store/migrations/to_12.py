"""Which extensions there are, and how far their values are indexed."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

_EXTENSION = """
CREATE TABLE scim_extension (
    urn VARCHAR(200) NOT NULL PRIMARY KEY,
    served BOOLEAN NOT NULL,
    attributes TEXT NOT NULL,
    former TEXT NOT NULL,
    unindexed TEXT NOT NULL
)
"""
_INDEXING = "CREATE TABLE scim_indexing (id INTEGER NOT NULL PRIMARY KEY, pk BIGINT NOT NULL)"


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 11 to version 12; the next start says which extensions there are."""
    connection.execute(text(_EXTENSION))
    connection.execute(text(_INDEXING))
