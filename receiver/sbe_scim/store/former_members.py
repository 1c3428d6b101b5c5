"""Memberships that ended.

One that ends leaves a row in ``scim_former_membership``, with its time. What ended with the deletion of a person or of
a group ended at that very time (``deleted``): it is what a restored one gets back.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text, union_all
from sqlalchemy.engine import Connection

from sbe_scim.store import members, tables
from sbe_scim.store.prepared import Prepared
from sbe_scim.store.resources import chunks

_m = tables.membership.c
_r = tables.resource.c
_live = _r.deleted.is_(None)
_f = tables.former_membership.c
_keep = (
    f"INSERT INTO {tables.former_membership.name} (member_pk, group_pk, added, ended)"  # noqa: S608 - constants
    f" SELECT member_pk, group_pk, added, :ended FROM {tables.membership.name} WHERE {{}}"
    " ORDER BY member_pk, group_pk"
    " ON CONFLICT (member_pk, group_pk) DO UPDATE SET added = excluded.added, ended = excluded.ended"
)
_keep_some = text(_keep.format("group_pk = :group AND member_pk IN :members")).bindparams(
    bindparam("members", expanding=True)
)
_keep_of_group = text(_keep.format("group_pk = :group"))
_keep_of_member = text(_keep.format("member_pk = :member"))
_ever_member = Prepared(
    union_all(
        select(_m.member_pk).where(_m.member_pk == bindparam("member")),
        select(_f.member_pk).where(_f.member_pk == bindparam("member")),
    ).limit(1)
)


def end(connection: Connection, group: int, gone: Collection[int], at: int) -> None:
    """End memberships: their rows move to those that were."""
    for chunk in chunks(sorted(gone)):
        connection.execute(_keep_some, {"group": group, "members": chunk, "ended": at})
        connection.execute(delete(tables.membership).where(_m.group_pk == group, _m.member_pk.in_(chunk)))


def empty_group(connection: Connection, group: int, at: int) -> int:
    """End all memberships of people in a group: their rows move to those that were. Returns how many there were."""
    connection.execute(_keep_of_group, {"group": group, "ended": at})
    return connection.execute(delete(tables.membership).where(_m.group_pk == group)).rowcount


def put_back(connection: Connection, member: int, ended: int) -> list[int]:
    """Begin again what ended for a member at this moment, in groups of its source that still are; return their pks,
    locked."""
    former = tables.former_membership.join(tables.resource, _f.group_pk == _r.pk)
    then = (_f.member_pk == member, _f.ended == ended)
    groups = select(_r.pk).select_from(former).where(*then, _live, _is_beside(member)).order_by(_r.pk)
    pks = [row[0] for row in connection.execute(groups.with_for_update(of=tables.resource)).fetchall()]
    again = select(_f.group_pk, _f.member_pk, _f.added).where(_f.member_pk == member)
    for chunk in chunks(pks):
        connection.execute(_again(again.where(_f.group_pk.in_(chunk))))
    return pks


def put_back_all(connection: Connection, group: int, people: int, ended: int) -> list[int]:
    """Begin again what ended for the people (of type ``people``) of a group at this moment, who still are; return
    their pks, held."""
    former = tables.former_membership.join(tables.resource, _f.member_pk == _r.pk)
    then = (_f.group_pk == group, _f.ended == ended)
    who = select(_r.pk).select_from(former).where(*then, _live, _r.type == people, _is_beside(group))
    held = who.order_by(_r.pk).with_for_update(read=True, of=tables.resource)
    pks = [row[0] for row in connection.execute(held).fetchall()]
    again = select(_f.group_pk, _f.member_pk, _f.added).where(_f.group_pk == group)
    for chunk in chunks(pks):
        connection.execute(_again(again.where(_f.member_pk.in_(chunk))))
    return pks


def _is_beside(pk: int) -> Any:
    """Of the same source: it may have been handed over since."""
    owner = tables.resource.alias("owner")
    return _r.source == select(owner.c.source).where(owner.c.pk == pk).scalar_subquery()


def _again(rows: Any) -> Any:
    return insert(tables.membership).from_select(["group_pk", "member_pk", "added"], rows)


def was_ever_member(connection: Connection, user: int) -> bool:
    """Tell whether the user with this pk is or was in a group."""
    return bool(_ever_member.rows(connection, {"member": user}))


def leave_all(connection: Connection, member: int, at: int) -> list[int]:
    """End all memberships of a member and return the pks of its groups, locked."""
    pks = members.lock_groups_of(connection, member)
    connection.execute(_keep_of_member, {"member": member, "ended": at})
    connection.execute(delete(tables.membership).where(_m.member_pk == member))
    return pks
