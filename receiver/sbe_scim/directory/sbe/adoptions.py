"""Rows of Abilian SBE that were made by hand and that a source may take: an operator's word, and what came of it.

An account or group that may be taken is like any other until the source creates a user or group of its address or name:
then it is linked, in the transaction of that request, and keeps all that it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from sbe_scim.directory.sbe.links import Kind, created
from sbe_scim.directory.sbe.tables import adoption
from sbe_scim.store.clock import now

_a = adoption.c
_lasts = _a.ended.is_(None)
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Adoption:
    """That ``source`` may take a row of Abilian SBE, or has ``taken`` it. It lasts until somebody ends it."""

    id: int
    sbe_id: int
    row_created: int | None
    source: str
    taken: bool

    def is_of(self, row: Any) -> bool:
        """Whether ``row``, which has the id, is the one that was meant: SQLite gives ids of deleted rows again."""
        return self.row_created == created(row)


def lasting(connection: Connection, kind: Kind) -> dict[int, Adoption]:
    """What sources may take or have taken, by the id of the row."""
    return {found.sbe_id: found for found in map(_adoption, connection.execute(_adoptions(kind)))}


def waiting(connection: Connection, kind: Kind, source: str) -> list[Adoption]:
    """What a source may take and has not taken yet."""
    query = _adoptions(kind).where(_a.source == source, _a.taken.is_(None)).order_by(_a.id)
    return [_adoption(row) for row in connection.execute(query)]


def allow(connection: Connection, kind: Kind, row: Any, source: str, by: str) -> None:
    """Let a source take a row; what was said of it before ends."""
    end(connection, kind, row, by)
    values = {"kind": kind.value, "sbe_id": row.id, "row_created": created(row), "source": source}
    connection.execute(insert(adoption).values(**values, allowed=now(), allowed_by=by[:_LONGEST_NAME]))


def take(connection: Connection, kind: Kind, row: Any, source: str) -> bool:
    """Note that the source takes the row, if it may: once, however many requests ask."""
    here = (_a.kind == kind.value, _a.sbe_id == row.id, _a.row_created == created(row), _lasts)
    mine = update(adoption).where(*here, _a.source == source, _a.taken.is_(None))
    return bool(connection.execute(mine.values(taken=now())).rowcount)


def lock(connection: Connection, kind: Kind, row: Any, source: str) -> Adoption | None:
    """What a source may take or has taken of this row; no request takes it before the end of the transaction."""
    query = _adoptions(kind).where(_a.sbe_id == row.id, _a.source == source).with_for_update()
    found = connection.execute(query).first()
    known = None if found is None else _adoption(found)
    return known if known is not None and known.is_of(row) else None


def end(connection: Connection, kind: Kind, row: Any, by: str) -> None:
    """End what was said of a row; that it was said stays."""
    here = update(adoption).where(_a.kind == kind.value, _a.sbe_id == row.id, _lasts)
    connection.execute(here.values(ended=now(), ended_by=by[:_LONGEST_NAME]))


def _adoptions(kind: Kind) -> Any:
    columns = select(_a.id, _a.sbe_id, _a.row_created, _a.source, _a.taken)
    return columns.where(_a.kind == kind.value, _lasts)


def _adoption(row: Any) -> Adoption:
    return Adoption(row[0], row[1], row[2], row[3], row[4] is not None)
