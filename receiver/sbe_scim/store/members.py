"""Memberships: rows, never a list in a document, so that one member more costs the same in a group of any size."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import merge
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Integer,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.engine import Connection

from sbe_scim.store import nesting, tables
from sbe_scim.store.prepared import Prepared, PreparedList
from sbe_scim.store.resources import chunks

#: More members than any group has.
ALL = 2**62

_m = tables.membership.c
_r = tables.resource.c
_live = _r.deleted.is_(None)

_members = (
    select(_m.group_pk, _r.id, _r.display, literal_column("0"))
    .select_from(tables.membership.join(tables.resource, _m.member_pk == _r.pk))
    .order_by(_m.group_pk, _m.member_pk)
)
_n = tables.nesting.c
_has_inner = exists(select(_n.outer_pk).where(_n.outer_pk == bindparam("pk")).correlate(None))
_members_of_some = PreparedList(_members, _m.group_pk)
_members_of_one = Prepared(
    _members.add_columns(type_coerce(_has_inner, Integer))
    .where(_m.group_pk == bindparam("pk"))
    .limit(bindparam("most"))
)
_member_pks = Prepared(select(_m.member_pk).where(_m.group_pk == bindparam("group")))
_member_pks_in_order = Prepared(_member_pks.statement.order_by(_m.member_pk))
_named = PreparedList(select(_r.id, _r.display).order_by(_r.pk), _r.pk)
_is_inner = exists(select(_n.outer_pk).where(_n.inner_pk == _m.group_pk).correlate(tables.membership))
_groups = (
    select(_m.member_pk, _r.id, _r.display, _m.group_pk, type_coerce(_is_inner, Integer))
    .select_from(tables.membership.join(tables.resource, _m.group_pk == _r.pk))
    .order_by(_m.member_pk, _m.group_pk)
)
_groups_of_some = PreparedList(_groups, _m.member_pk)
_groups_of_one = Prepared(_groups.where(_m.member_pk == bindparam("pk")))
_more_than = Prepared(
    union_all(
        select(_m.member_pk).where(_m.group_pk == bindparam("group")),
        select(_n.inner_pk).where(_n.outer_pk == bindparam("group")),
    ).limit(bindparam("limit"))
)

_insert = Prepared(insert(tables.membership))
# One at a time is what most requests are about; more are a statement whose text depends on their number.
_present = Prepared(select(_m.member_pk).where(_m.group_pk == bindparam("group"), _m.member_pk == bindparam("member")))

#: A member or a group of somebody: their pk, its SCIM id, what to show, and which end of a relation it is.
Related = tuple[int, str, str | None, int]


def of_groups(connection: Connection, groups: Sequence[int], most: int = ALL) -> Iterator[Related]:
    """Yield the members of groups: group by group in the order of pks, the oldest account first, then groups (1).

    Of one group no more people than ``most`` are read.
    """
    only = {"pk": groups[0], "most": most} if len(groups) == 1 else None
    people = _related(connection, groups, _members_of_one, only, _members_of_some)
    if len(groups) == 1:
        first = next(people, None)
        people = map(itemgetter(0, 1, 2, 3), people if first is None else chain((first,), people))
        if first is not None and not first[-1]:
            return people
    inner: list[Related] = [(*row, 1) for row in nesting.of_groups(connection, groups)]
    return merge(people, inner, key=itemgetter(0)) if inner else people


def of_members(connection: Connection, members: Sequence[int]) -> Iterator[Related]:
    """Yield the groups of members: member by member in the order of pks, the oldest group first.

    Groups that somebody is in by other groups alone (1) come behind those of their own.
    """
    only = {"pk": members[0]} if len(members) == 1 else None
    rows = _related(connection, members, _groups_of_one, only, _groups_of_some)
    around: dict[int, list[nesting.Group]] = {}
    for member, own in groupby(rows, key=itemgetter(0)):
        direct: set[int] = set()
        nested: list[int] = []
        for _, id, display, group, is_inner in own:
            direct.add(group)
            if is_inner:
                nested.append(group)
            yield member, id, display, 0
        for group in nested:
            if group not in around:
                around[group] = nesting.around(connection, group)
        indirect = {one[0]: one for group in nested for one in around[group] if one[0] not in direct}
        for pk in sorted(indirect):
            yield member, *indirect[pk][1:], 1


def _related(
    connection: Connection,
    pks: Sequence[int],
    of_one: Prepared,
    only: Mapping[str, int] | None,
    of_some: PreparedList,
) -> Iterator[Any]:
    if only is not None:
        yield from map(tuple, of_one.each(connection, only))
        return
    for chunk in chunks(sorted(pks)):
        yield from map(tuple, of_some.each(connection, chunk))


def pks_of_group(connection: Connection, group: int) -> set[int]:
    """Return the pk of each member."""
    return {row[0] for row in _member_pks.each(connection, {"group": group})}


def in_order(connection: Connection, group: int) -> array[int]:
    """Return the pk of each member, in their order: of a hundred thousand in less than a megabyte."""
    return array("q", (row[0] for row in _member_pks_in_order.each(connection, {"group": group})))


def named(connection: Connection, pks: Sequence[int]) -> Sequence[Sequence[Any]]:
    """Return the id and what to show of each resource, live or not, in the order of pks: of as many as a statement
    takes."""
    return list(_named.each(connection, pks))


def more_than(connection: Connection, group: int, limit: int) -> bool:
    """Tell whether the group has more members than ``limit``, without counting all of them."""
    return len(_more_than.rows(connection, {"group": group, "limit": limit + 1})) > limit


def resolve(connection: Connection, source: int, kind: int, ids: Collection[str], *, hold: bool) -> dict[str, int]:
    """Return the pk of each of these ids that is a live resource of the source and of the type with this number.

    ``hold`` keeps them alive, and their names as they are, till the commit.
    """
    found: dict[str, int] = {}
    if len(ids) == 1:
        wanted = {"id": next(iter(ids)), "source": source, "type": kind}
        return {row[0]: row[1] for row in (_held if hold else _resolved).rows(connection, wanted)}
    for chunk in chunks(sorted(ids)):
        query = resolving(source, kind, chunk)
        rows = connection.execute(query.with_for_update(read=True) if hold else query)
        found.update((row[0], row[1]) for row in rows.fetchall())
    return found


def resolving(source: int, kind: int, ids: Sequence[str]) -> Any:
    """The statement that finds the live ones of these ids, by nothing but the index of ids.

    Compared as they are, source and type would lead SQLite through all users of the source for any two ids.
    """
    return _owned(_r.id.in_(ids), source, kind)


def _owned(which: Any, source: Any, kind: Any) -> Any:
    return select(_r.id, _r.pk).where(which, _live, _r.source + 0 == source, _r.type + 0 == kind).order_by(_r.pk)


_one = _owned(_r.id == bindparam("id"), bindparam("source"), bindparam("type"))
_resolved, _held = Prepared(_one), Prepared(_one.with_for_update(read=True))


def among(connection: Connection, groups: Collection[int], members: Collection[int]) -> set[int]:
    """Return those of these pks that are members of one of the groups themselves."""
    found: set[int] = set()
    for some in chunks(sorted(members)):
        for chunk in chunks(sorted(groups)):
            rows = connection.execute(select(_m.member_pk).where(_m.group_pk.in_(chunk), _m.member_pk.in_(some)))
            found.update(row[0] for row in rows)
    return found


def active_among(connection: Connection, members: Collection[int]) -> int:
    """Return how many of these pks are active."""
    counted = select(func.count()).where(_r.active, _live)
    return sum(int(connection.execute(counted.where(_r.pk.in_(chunk))).scalar() or 0) for chunk in chunks(members))


def active_within(connection: Connection, groups: Collection[int]) -> int:
    """Return how many active people are members of one of these groups themselves."""
    pks = select(_m.member_pk).select_from(tables.membership.join(tables.resource, _m.member_pk == _r.pk))
    found: set[int] = set()
    for chunk in chunks(sorted(groups)):
        found.update(row[0] for row in connection.execute(pks.where(_m.group_pk.in_(chunk), _r.active)))
    return len(found)


def present(connection: Connection, group: int, members: Collection[int]) -> set[int]:
    """Return those of these pks that are members of the group."""
    if len(members) == 1:
        return {row[0] for row in _present.rows(connection, {"group": group, "member": next(iter(members))})}
    found: set[int] = set()
    for chunk in chunks(members):
        rows = connection.execute(select(_m.member_pk).where(_m.group_pk == group, _m.member_pk.in_(chunk)))
        found.update(row[0] for row in rows)
    return found


def add(connection: Connection, group: int, members: Collection[int], at: int) -> None:
    """Add members that are not there yet."""
    if members:
        rows = [{"group_pk": group, "member_pk": member, "added": at} for member in sorted(members)]
        _insert.run_each(connection, rows)


def ids(connection: Connection, members: Collection[int]) -> list[str]:
    """Return the SCIM ids of these pks, in the order of these."""
    found: list[str] = []
    for chunk in chunks(sorted(members)):
        rows = connection.execute(select(_r.id).where(_r.pk.in_(chunk)).order_by(_r.pk))
        found.extend(row[0] for row in rows)
    return found


def lock_groups_of(connection: Connection, member: int) -> list[int]:
    """Lock the groups of a member in one order, and return their pks."""
    groups = select(_r.pk).where(_r.pk.in_(select(_m.group_pk).where(_m.member_pk == member))).order_by(_r.pk)
    return [row[0] for row in connection.execute(groups.with_for_update()).fetchall()]
