"""Rows of the journal that an operator asks for. Functions over a connection that only reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from sbe_scim.journal.reader import Row
from sbe_scim.store import tables

#: Rows that are read at a time.
PAGE = 1_000

_j = tables.journal.c
_select = select(*(_j[name] for name in Row.__dataclass_fields__))
_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: all that everything said here is true of. ``since`` and ``until`` in microseconds since 1970; a row
    of ``until`` itself is not among them."""

    source: str | None = None
    statuses: tuple[int, ...] = ()
    refused: bool = False
    operations: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None


def newest(connection: Connection, wanted: Wanted, limit: int) -> list[Row]:
    """Return the last ``limit`` of the rows, oldest first."""
    query = _select.where(*_conditions(wanted)).order_by(_j.seq.desc()).limit(limit)
    return [Row(*row) for row in reversed(connection.execute(query).fetchall())]


def each(connection: Connection, wanted: Wanted) -> Iterator[Sequence[Row]]:
    """Yield all of the rows, oldest first, a page at a time."""
    query = _select.where(*_conditions(wanted)).order_by(_j.seq).limit(PAGE)
    after = 0
    while page := [Row(*row) for row in connection.execute(query.where(_j.seq > after))]:
        yield page
        after = page[-1].seq


def of_request(connection: Connection, id: str) -> list[Row]:
    """Return the rows of the request with this ``X-Request-Id``, and the row with this number, oldest first."""
    named = [_j.request_id == id]
    if id.isascii() and id.isdigit() and int(id) < _LARGEST:
        named.append(_j.seq == int(id))
    return [Row(*row) for row in connection.execute(_select.where(or_(*named)).order_by(_j.seq))]


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.source is not None:
        yield _j.source == wanted.source
    if wanted.statuses:
        yield _j.status.in_(wanted.statuses)
    if wanted.refused:
        yield _j.status >= 400
    if wanted.operations:
        yield _j.operation.in_(wanted.operations)
    if wanted.since is not None:
        yield _j.time >= wanted.since
    if wanted.until is not None:
        yield _j.time < wanted.until
