"""The rows of the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from sbe_scim.store import tables
from sbe_scim.store.prepared import Prepared

_insert = Prepared(insert(tables.journal))


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows; each has a value for every column but ``seq``."""
    _insert.run_each(connection, rows)
