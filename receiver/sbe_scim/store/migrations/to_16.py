"""Tokens by which operators sign in at the console."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

_TABLE = (
    "CREATE TABLE scim_console_token (id VARCHAR(16) NOT NULL PRIMARY KEY, digest VARCHAR(64) NOT NULL,"
    " created BIGINT NOT NULL, expires BIGINT NOT NULL, revoked BIGINT, UNIQUE (digest))"
)


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 15 to version 16."""
    connection.execute(text(_TABLE))
