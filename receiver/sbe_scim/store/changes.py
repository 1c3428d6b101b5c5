"""The log of changes: one row for each version of a resource that a request made."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, bindparam, func, insert, literal, select
from sqlalchemy.engine import Connection

from sbe_scim.store import tables
from sbe_scim.store.prepared import Prepared, Together
from sbe_scim.store.resources import Resource, chunks

#: What the log calls it when a resource gets another source.
HAND_OVER = "hand-over"

_insert = Prepared(insert(tables.change))
_r = tables.resource.c
_c = tables.change.c
_kind = Prepared(select(_c.kind).where(_c.resource == bindparam("resource"), _c.version == bindparam("version")))
_highest = Prepared(select(func.max(_c.seq)).where(_c.source == bindparam("source")))


def add(together: Together, kind: str, changed: Resource, paths: Sequence[str], at: int, request_id: str) -> None:
    """Note what a request (``request_id``) made of a resource, and in which attributes (``paths``)."""
    values = {"time": at, "source": changed.source, "type": changed.type, "resource": changed.id}
    more = {"kind": kind, "version": changed.version, "paths": json.dumps(paths), "request_id": request_id}
    together.add(_insert, values | more)


def add_touched(connection: Connection, pks: Collection[int], paths: Sequence[str], at: int, request_id: str) -> None:
    """Note the present version of these resources, which a request about another one has moved on."""
    _add_present(connection, pks, "patch", paths, at, request_id)


def add_moved(connection: Connection, pks: Collection[int], paths: Sequence[str], at: int, request_id: str) -> None:
    """Note the present version of these resources, with which another source got them."""
    _add_present(connection, pks, HAND_OVER, paths, at, request_id)


def _add_present(
    connection: Connection, pks: Collection[int], kind: str, paths: Sequence[str], at: int, request_id: str
) -> None:
    told = (literal(kind), _r.version, literal(json.dumps(paths)), literal(request_id))
    columns = ["time", "source", "type", "resource", "kind", "version", "paths", "request_id"]
    for chunk in chunks(pks):
        touched = select(literal(at, BigInteger), _r.source, _r.type, _r.id, *told).where(_r.pk.in_(chunk))
        connection.execute(insert(tables.change).from_select(columns, touched.order_by(_r.pk)))


def made_by(connection: Connection, found: Resource) -> str | None:
    """Return the kind of the change that made the present version of a resource."""
    rows = _kind.rows(connection, {"resource": found.id, "version": found.version})
    return rows[0][0] if rows else None


def highest(connection: Connection, source: int) -> int:
    """Return the number of the latest change of a source; 0 where there is none. It never gets less."""
    ((found,),) = _highest.rows(connection, {"source": source})
    return int(found or 0)
