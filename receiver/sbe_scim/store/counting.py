"""How many live resources there are: of each source and type, and of each segment of their pks.

Lists need no ``count(*)``, and a page anywhere in one begins within a segment, however many resources are before it.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.engine import Connection

from sbe_scim.store import tables
from sbe_scim.store.prepared import Prepared, Together
from sbe_scim.store.tables import SEGMENT

_BEYOND = 2**62
_n = tables.counter.c
_b = tables.segment.c
_count = Prepared(select(_n.live).where(_n.source == bindparam("source"), _n.type == bindparam("type")))
_everywhere = Prepared(select(func.sum(_n.live)).where(_n.type == bindparam("type")))
_segments = Prepared(
    select(_b.number, _b.live).where(_b.source == bindparam("source"), _b.type == bindparam("type")).order_by(_b.number)
)
# The first two resources of a source, or of a segment, may be created at the same time.
_move = Prepared(
    text(
        f"INSERT INTO {tables.counter.name} AS known (source, type, live)"  # noqa: S608 - a constant
        " VALUES (:source, :type, :by) ON CONFLICT (source, type) DO UPDATE SET live = known.live + excluded.live"
    )
)
_move_segment = Prepared(
    text(
        f"INSERT INTO {tables.segment.name} AS known (source, type, number, live)"  # noqa: S608 - a constant
        " VALUES (:source, :type, :number, :by)"
        " ON CONFLICT (source, type, number) DO UPDATE SET live = known.live + excluded.live"
    )
)


def count(connection: Connection, source: int, kind: int) -> int:
    """Return how many live resources of a type a source has."""
    rows = _count.rows(connection, {"source": source, "type": kind})
    return rows[0][0] if rows else 0


def everywhere(connection: Connection, kind: int) -> int:
    """Return how many live resources of a type all sources have together."""
    ((found,),) = _everywhere.rows(connection, {"type": kind})
    return int(found or 0)


def position(connection: Connection, source: int, kind: int, skip: int) -> tuple[int, int]:
    """Return a pk from which on the resource behind the first ``skip`` is found, and how many are still before it."""
    if skip < SEGMENT:
        return 0, skip
    for number, live in _segments.rows(connection, {"source": source, "type": kind}):
        if skip < live:
            return number * SEGMENT, skip
        skip -= live
    return _BEYOND, 0


def segment(pk: int) -> int:
    """The number of the segment that a pk is in."""
    return pk // SEGMENT


def move(together: Together, source: int, kind: int, segments: Mapping[int, int]) -> None:
    """Count what has come and gone: how many more there are in each segment.

    All creates and deletes of a source meet at its row: it is to be the last that a transaction takes, and those of
    segments come behind it, in their order.
    """
    here = {"source": source, "type": kind}
    if more := sum(segments.values()):
        together.add(_move, here | {"by": more})
    for number, by in sorted(segments.items()):
        if by:
            together.add(_move_segment, here | {"number": number, "by": by})
