"""The storm guard of each source: whether somebody may lose access, judged by one row in the database.

A *loss* is a person deactivated or removed, a group removed, or a member taken out of a group; of somebody who is not
active nothing more can be lost. Within :data:`WINDOW` the limit of a source passes, or a fifth of its people where that
is fewer, :data:`FEW` of them or more. The next one is held, which begins a *storm*: until an operator releases it, or
nothing of it was asked for during :data:`CALM`, this time does not go by, and no more passes than before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, case, delete, func, insert, or_, select, text, update
from sqlalchemy.engine import Connection

from sbe_scim.protocol import default_registry
from sbe_scim.store import tables
from sbe_scim.store.clock import now
from sbe_scim.store.prepared import Prepared

_SECOND = 1_000_000
#: In seconds: losses within it count together, and a release lets all of them through for so long.
WINDOW = 900
#: In seconds: a storm ends by itself once nothing of it was asked for during this time.
CALM = 3_600
#: In seconds: what was held when it was released passes for so long, whenever its client comes back.
RELEASED = 86_400
#: Of fewer people than these a fifth says nothing.
FEW = 10
#: One part in so many of a source's people may be lost.
SHARE = 5

_g = tables.guard.c
_h = tables.held.c
_n = tables.counter.c
_KINDS = [kind.number for kind in default_registry().resource_types if kind.joins_groups]


def _parameter(name: str) -> Any:
    return bindparam(name, type_=BigInteger)


_people = (
    select(func.coalesce(func.sum(_n.live), 0))
    .where(_n.source == _parameter("at_source"), or_(*(_n.type == kind for kind in _KINDS)))
    .scalar_subquery()
)
_calm = _g.held_until <= _parameter("moment")
# What a release lets through is counted too, from its beginning to its end.
_released = and_(
    _g.began < _g.released_until,
    or_(_g.released_until <= _parameter("moment"), _g.began < _g.released_until - WINDOW * _SECOND),
)
_over = or_(_g.began <= _parameter("window"), _released)
_fresh = and_(_calm, _over)
_passed = case((_fresh, 0), else_=_g.passed) + _parameter("losses")
_of = case((_fresh, _people), else_=_g.people)
_few = and_(_passed <= _parameter("most"), or_(_of < FEW, _passed * SHARE <= _of))
_admitted = and_(_g.source == _parameter("at_source"), or_(_g.released_until > _parameter("moment"), _few))
_admit = Prepared(
    update(tables.guard)
    .where(_admitted)
    .values(passed=_passed, people=_of, began=case((_fresh, _parameter("moment")), else_=_g.began))
)
_would_admit = select(_g.source).where(_admitted)
_begin_storm = (
    update(tables.guard)
    .where(_g.source == _parameter("at_source"))
    .values(
        began=case((_fresh, _parameter("moment")), else_=_g.began),
        people=_of,
        passed=case((_fresh, 0), else_=_g.passed),
        storm=case((_fresh, _parameter("moment")), (_calm, _g.began), else_=_g.storm),
        held_since=case((_calm, _parameter("moment")), else_=_g.held_since),
        held_until=_parameter("until"),
    )
)
_hold = text(
    f"INSERT INTO {tables.held.name} (source, resource, since, latest)"  # noqa: S608 - a constant
    " VALUES (:source, :resource, :moment, :moment)"
    " ON CONFLICT (source, resource) DO UPDATE SET latest = excluded.latest, released = NULL"
)


@dataclass(frozen=True, slots=True)
class Storm:
    """Losses that are held of one source: since when, of how many people and groups; times in microseconds since
    1970. ``passed`` went before."""

    since: int
    resources: int
    passed: int


@dataclass(frozen=True, slots=True)
class Span:
    """When a storm was, with what was released of it; times in microseconds since 1970."""

    begin: int
    end: int


def begin(connection: Connection, source: int) -> None:
    """Give a new source its guard."""
    row = dict.fromkeys(("began", "people", "passed", "storm", "held_since", "held_until", "released_until"), 0)
    connection.execute(insert(tables.guard).values(source=source, **row))


def admit(connection: Connection, source: int, losses: int, most: int, moment: int) -> bool:
    """Let so many losses through and count them, or none of them; tell which. ``most`` is the limit of the source.

    It locks the row of the source until the commit: only counters may be locked behind it.
    """
    values = {"at_source": source, "losses": losses, "most": most, "moment": moment}
    return _admit.run(connection, values | {"window": moment - WINDOW * _SECOND}) == 1


def would_admit(connection: Connection, source: int, losses: int, most: int, moment: int) -> bool:
    """Tell whether :func:`admit` would let so many through now; nothing is counted or locked."""
    values = {"at_source": source, "losses": losses, "most": most, "moment": moment}
    rows = connection.execute(_would_admit, values | {"window": moment - WINDOW * _SECOND})
    return rows.first() is not None


def lets_all(connection: Connection, source: int, resource: int, moment: int) -> bool:
    """Tell whether everything of a source is let through at this moment, or of this resource."""
    query = select(_g.source).where(_g.source == source, _g.released_until > moment)
    return connection.execute(query).first() is not None or bool(released(connection, source, (resource,), moment))


def lets_one(connection: Connection, source: int, resource: int, moment: int) -> bool:
    """Tell whether a loss of this resource was held, and then released; it is so once."""
    here = (_h.source == source, _h.resource == resource, _h.released > moment - RELEASED * _SECOND)
    return connection.execute(delete(tables.held).where(*here)).rowcount == 1


def released(connection: Connection, source: int, resources: Iterable[int], moment: int) -> set[int]:
    """Those of these resources whose loss was held, and then released."""
    rows = connection.execute(select(_h.resource).where(_h.source == source, _h.released > moment - RELEASED * _SECOND))
    return {row[0] for row in rows}.intersection(resources)


def hold(connection: Connection, source: int, resource: int, moment: int) -> bool:
    """Take note that a loss is held, which begins a storm, or goes on with it; tell whether it was held before."""
    before = select(_h.resource).where(
        _h.source == source, _h.resource == resource, _h.released.is_(None), _h.latest > moment - CALM * _SECOND
    )
    again = connection.execute(before).first() is not None
    connection.execute(_hold, {"source": source, "resource": resource, "moment": moment})
    values = {"at_source": source, "moment": moment, "window": moment - WINDOW * _SECOND}
    connection.execute(_begin_storm, values | {"until": moment + CALM * _SECOND})
    return again


def storms(connection: Connection, moment: int | None = None) -> dict[int, Storm]:
    """The storms that go on, by the number of the source."""
    at = now() if moment is None else moment
    r = tables.resource.c
    # Whoever is gone, or inactive, has lost what was held.
    counted = (
        select(func.count())
        .select_from(tables.held.join(tables.resource, and_(r.pk == _h.resource, r.source == _h.source)))
        .where(
            _h.source == _g.source,
            _h.released.is_(None),
            _h.latest > at - CALM * _SECOND,
            r.deleted.is_(None),
            r.active,
        )
        .scalar_subquery()
    )
    query = select(_g.source, _g.held_since, counted, _g.passed).where(_g.held_until > at)
    return {row[0]: Storm(*row[1:]) for row in connection.execute(query)}


def release(connection: Connection, source: int, moment: int) -> None:
    """Let what is held through, and everything else of the source for :data:`WINDOW`."""
    connection.execute(
        update(tables.guard)
        .where(_g.source == source)
        .values(held_until=0, held_since=0, released_until=moment + WINDOW * _SECOND)
    )
    connection.execute(
        update(tables.held).where(_h.source == source, _h.latest > moment - CALM * _SECOND).values(released=moment)
    )
    old = or_(_h.released <= moment - RELEASED * _SECOND, and_(_h.released.is_(None), _h.latest <= moment))
    connection.execute(delete(tables.held).where(_h.source == source, old))


def hold_again(connection: Connection, source: int, moment: int) -> Span | None:
    """End what was released of the latest storm, and hold what is left of it; ``None`` where there was no storm.

    Returns when the storm was.
    """
    columns = select(_g.storm, _g.held_until, _g.released_until).where(_g.source == source, _g.storm > 0)
    row = connection.execute(columns.with_for_update()).first()
    if row is None:
        return None
    storm, held_until, released_until = row
    connection.execute(
        update(tables.guard)
        .where(_g.source == source)
        .values(
            released_until=0,
            held_since=case((_g.held_until > moment, _g.held_since), else_=moment),
            held_until=moment + CALM * _SECOND,
        )
    )
    connection.execute(update(tables.held).where(_h.source == source).values(released=None))
    return Span(storm, min(moment, max(held_until, released_until)))
