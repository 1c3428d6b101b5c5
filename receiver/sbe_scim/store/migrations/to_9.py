"""Keys that seal the cursors of lists."""

from __future__ import annotations

import secrets
import time

from sqlalchemy import text
from sqlalchemy.engine import Connection

_SERIAL = {"sqlite": "INTEGER NOT NULL PRIMARY KEY", "postgresql": "SERIAL NOT NULL PRIMARY KEY"}


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 8 to version 9, with a first key."""
    serial = _SERIAL[connection.dialect.name]
    columns = f"id {serial}, secret VARCHAR(64) NOT NULL, created BIGINT NOT NULL"
    connection.execute(text(f"CREATE TABLE scim_cursor_key ({columns})"))
    key = {"secret": secrets.token_hex(32), "created": time.time_ns() // 1000}
    connection.execute(text("INSERT INTO scim_cursor_key (secret, created) VALUES (:secret, :created)"), key)
