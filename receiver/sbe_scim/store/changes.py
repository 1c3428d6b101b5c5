"""The log of changes: one row for each version of a resource that a request made."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from sbe_scim.store import tables
from sbe_scim.store.resources import Resource

_insert = insert(tables.change)


def add(connection: Connection, kind: str, changed: Resource, paths: Sequence[str], at: int, request_id: str) -> None:
    """Note what a request (``request_id``) made of a resource, and in which attributes (``paths``)."""
    values = {"time": at, "source": changed.source, "type": changed.type, "resource": changed.id}
    more = {"kind": kind, "version": changed.version, "paths": json.dumps(paths), "request_id": request_id}
    connection.execute(_insert, values | more)
