"""An id of the database, and the highest number of a source's changes by an index."""

from __future__ import annotations

import uuid

from sqlalchemy import text
from sqlalchemy.engine import Connection


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 3 to version 4."""
    connection.execute(text("CREATE TABLE scim_generation (id VARCHAR(36) NOT NULL, PRIMARY KEY (id))"))
    connection.execute(text("INSERT INTO scim_generation (id) VALUES (:id)"), {"id": str(uuid.uuid4())})
    connection.execute(text("CREATE INDEX scim_change_source ON scim_change (source, seq)"))
