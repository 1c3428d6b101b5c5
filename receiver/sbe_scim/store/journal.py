"""The rows of the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from sbe_scim.store import tables

_insert = insert(tables.journal)


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows; each has a value for every column but ``seq``."""
    connection.execute(_insert, rows)
