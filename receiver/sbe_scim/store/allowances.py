"""How many requests each source may still send: a bucket in the database, that all processes draw from.

A bucket fills evenly, by the source's rate, up to :data:`BURST` seconds' worth. It is kept as one time, up to which it
has been drawn: whoever draws moves that time on, under the lock of its row.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, cast, extract, func, select, update
from sqlalchemy.engine import Connection

from sbe_scim.store import tables
from sbe_scim.store.clock import now

#: What a source that was silent may send at once, in seconds of its rate.
BURST = 5
_SECOND = 1_000_000


class Drawn(NamedTuple):
    """What was drawn: so many requests; where none, when the next can be, in microseconds from now."""

    requests: int
    wait: int = 0


def draw(connection: Connection, source: int, rate: int, most: int) -> Drawn:
    """Draw up to ``most`` requests from the bucket of the source with this number, which fills by ``rate`` a second."""
    rows = tables.allowance.c
    query = select(rows.drawn_until, _clock(connection)).where(rows.source == source)
    found = connection.execute(query.with_for_update()).first()
    if found is None:
        # It was removed a moment ago.
        return Drawn(0, _SECOND)
    drawn_until, moment = found
    # Rounded up: never more than the rate.
    each = -(-_SECOND // rate)
    # A clock that was set back must stop nobody for longer than it would take to fill the bucket.
    begin = min(max(drawn_until, moment - BURST * _SECOND), moment)
    requests = min((moment - begin) // each, most)
    if requests == 0:
        return Drawn(0, begin + each - moment)
    statement = update(tables.allowance).where(rows.source == source)
    connection.execute(statement.values(drawn_until=begin + requests * each))
    return Drawn(requests)


def _clock(connection: Connection) -> Any:
    """The time of the database, which is one for all processes; SQLite is on the machine of its only one."""
    if connection.dialect.name == "sqlite":
        return cast(now(), BigInteger)
    return cast(extract("epoch", func.clock_timestamp()) * _SECOND, BigInteger)
