"""Clients of an issuer that a source lists."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection


def upgrade(connection: Connection) -> None:
    """Add the column; no source lists any."""
    connection.execute(text("ALTER TABLE scim_source ADD COLUMN azp TEXT NOT NULL DEFAULT '[]'"))
