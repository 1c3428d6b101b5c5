"""Groups in groups: rows apart from those of people, of which a group may have a hundred thousand.

There is no circle among them: :func:`hold` lets one request at a time put groups of a source into others. An ended one
leaves a row in ``scim_former_membership``, as that of a person does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text, union_all
from sqlalchemy.engine import Connection

from sbe_scim.store import tables
from sbe_scim.store.prepared import Prepared
from sbe_scim.store.resources import chunks

_n = tables.nesting.c
_r = tables.resource.c

_inner = (
    select(_n.outer_pk, _r.id, _r.display)
    .select_from(tables.nesting.join(tables.resource, _n.inner_pk == _r.pk))
    .order_by(_n.outer_pk, _n.inner_pk)
)
_inner_of_one = Prepared(_inner.where(_n.outer_pk == bindparam("pk")))
_pks = Prepared(select(_n.inner_pk).where(_n.outer_pk == bindparam("pk")))
_up = select(_n.outer_pk.label("pk")).where(_n.inner_pk == bindparam("pk")).cte("up", recursive=True)
_all_up = _up.union(select(_n.outer_pk).select_from(tables.nesting.join(_up, _n.inner_pk == _up.c.pk)))
_above = Prepared(
    select(_all_up.c.pk, _r.id, _r.display)
    .select_from(tables.resource.join(_all_up, _r.pk == _all_up.c.pk))
    .order_by(_all_up.c.pk)
)
_any = Prepared(select(_n.outer_pk).limit(1))
_is_part = Prepared(
    union_all(
        select(_n.outer_pk).where(_n.outer_pk == bindparam("pk")),
        select(_n.outer_pk).where(_n.inner_pk == bindparam("pk")),
    ).limit(1)
)
_insert = Prepared(insert(tables.nesting))
_keep = text(
    f"INSERT INTO {tables.former_membership.name} (member_pk, group_pk, added, ended)"  # noqa: S608 - constants
    f" SELECT inner_pk, outer_pk, added, :ended FROM {tables.nesting.name}"
    " WHERE outer_pk = :outer AND inner_pk = :inner"
    " ON CONFLICT (member_pk, group_pk) DO UPDATE SET added = excluded.added, ended = excluded.ended"
)
_delete = delete(tables.nesting).where(_n.outer_pk == bindparam("outer"), _n.inner_pk == bindparam("inner"))

#: A group that is somewhere within or around another: its pk, its SCIM id and its name.
Group = tuple[int, str, str | None]


def of_groups(connection: Connection, groups: Sequence[int]) -> Iterator[Group]:
    """Yield the groups in each of these, with the pk of the outer one, in the order of both."""
    if len(groups) == 1:
        yield from map(tuple, _inner_of_one.rows(connection, {"pk": groups[0]}))
        return
    for chunk in chunks(sorted(groups)):
        yield from map(tuple, connection.execute(_inner.where(_n.outer_pk.in_(chunk))))


def inner(connection: Connection, group: int) -> set[int]:
    """Return the pks of the groups that are in a group themselves."""
    return {row[0] for row in _pks.rows(connection, {"pk": group})}


def around(connection: Connection, group: int) -> list[Group]:
    """Return all groups that a group is in, directly or not, oldest first."""
    return [(row[0], row[1], row[2]) for row in _above.rows(connection, {"pk": group})]


def above(connection: Connection, groups: Collection[int]) -> set[int]:
    """Return the pks of all groups that one of these is in, directly or not."""
    return _walk(connection, groups, _n.inner_pk, _n.outer_pk)


def below(connection: Connection, groups: Collection[int]) -> set[int]:
    """Return the pks of all groups that are in one of these, directly or not."""
    return _walk(connection, groups, _n.outer_pk, _n.inner_pk)


def _walk(connection: Connection, groups: Collection[int], start: Any, end: Any) -> set[int]:
    found: set[int] = set()
    edge = set(groups)
    while edge:
        step = (select(end).where(start.in_(chunk)) for chunk in chunks(sorted(edge)))
        edge = {row[0] for query in step for row in connection.execute(query)} - found
        found |= edge
    return found


def is_used(connection: Connection) -> bool:
    """Tell whether any group is in another."""
    return bool(_any.rows(connection))


def is_part(connection: Connection, group: int) -> bool:
    """Tell whether a group is in another, or has one in it."""
    return bool(_is_part.rows(connection, {"pk": group}))


def hold(connection: Connection, source: int) -> None:
    """Keep all others from putting groups of this source into others till the commit: two could close a circle."""
    one = select(tables.source.c.id).where(tables.source.c.id == source)
    # Not as strong as FOR UPDATE, for which every create of the source would wait.
    connection.execute(one.with_for_update(key_share=True)).fetchall()


def lock(connection: Connection, groups: Collection[int]) -> None:
    """Lock groups in one order."""
    for chunk in chunks(sorted(groups)):
        connection.execute(select(_r.pk).where(_r.pk.in_(chunk)).order_by(_r.pk).with_for_update()).fetchall()


def lock_outer(connection: Connection, group: int) -> list[int]:
    """Lock the groups that a group is in itself, and return their pks."""
    outer = sorted(row[0] for row in connection.execute(select(_n.outer_pk).where(_n.inner_pk == group)))
    lock(connection, outer)
    return outer


def add(connection: Connection, outer: int, groups: Collection[int], at: int) -> None:
    """Put groups, which are not there yet, into another."""
    if groups:
        _insert.run_each(connection, [{"outer_pk": outer, "inner_pk": pk, "added": at} for pk in sorted(groups)])


def end(connection: Connection, pairs: Collection[tuple[int, int]], at: int) -> None:
    """Take groups out of others: pairs of the outer and the inner one."""
    for outer, inside in sorted(pairs):
        connection.execute(_keep, {"outer": outer, "inner": inside, "ended": at})
        connection.execute(_delete, {"outer": outer, "inner": inside})


def pairs_of(connection: Connection, group: int) -> list[tuple[int, int]]:
    """Return what a group is part of: pairs of the outer and the inner one."""
    query = union_all(
        select(_n.outer_pk, _n.inner_pk).where(_n.outer_pk == group),
        select(_n.outer_pk, _n.inner_pk).where(_n.inner_pk == group),
    )
    return [(row[0], row[1]) for row in connection.execute(query)]
