"""Members and groups by SCIM id, for an application that has to make a row of its own again."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.engine import Connection

from sbe_scim.store import nesting, tables
from sbe_scim.store.resources import chunks

_member = tables.resource.alias("member_resource")
_group = tables.resource.alias("group_resource")
_memberships = tables.membership.join(_member, tables.membership.c.member_pk == _member.c.pk).join(
    _group, tables.membership.c.group_pk == _group.c.pk
)


def members_of(connection: Connection, group_id: str) -> list[str]:
    """Ids of the people in a group, or in a group that is in it."""
    group = _pks(connection, (group_id,))
    people: dict[str, int] = {}
    members = select(_member.c.id, _member.c.pk).select_from(_memberships)
    for chunk in chunks(group.keys() | nesting.below(connection, group)):
        people.update(map(tuple, connection.execute(members.where(_group.c.pk.in_(chunk)))))
    return sorted(people, key=people.__getitem__)


def groups_of(connection: Connection, user_id: str) -> list[str]:
    """Ids of the groups that a user is a member of, or that such a group is in."""
    groups = select(_group.c.pk, _group.c.id).select_from(_memberships)
    found = dict(map(tuple, connection.execute(groups.where(_member.c.id == user_id))))
    around = select(_group.c.pk, _group.c.id)
    for chunk in chunks(nesting.above(connection, found)):
        found.update(map(tuple, connection.execute(around.where(_group.c.pk.in_(chunk)))))
    return [found[pk] for pk in sorted(found)]


def _pks(connection: Connection, group_ids: Collection[str]) -> dict[int, str]:
    known = select(_group.c.pk, _group.c.id)
    return {
        row[0]: row[1] for chunk in chunks(group_ids) for row in connection.execute(known.where(_group.c.id.in_(chunk)))
    }


def group(connection: Connection, group_id: str) -> tuple[str, str | None, str] | None:
    """Source, ``externalId`` and ``displayName`` of the live group with this id."""
    resource, source = tables.resource, tables.source
    columns = select(source.c.name, resource.c.external_id, resource.c.display)
    here = (resource.c.id == group_id, resource.c.deleted.is_(None))
    row = connection.execute(columns.select_from(resource.join(source)).where(*here)).first()
    return None if row is None else (row[0], row[1], row[2])


def memberships(connection: Connection, group_ids: Collection[str], user_ids: Collection[str]) -> list[tuple[str, str]]:
    """Which of these users are in which of these groups, or in one that is in it: the ids of group and user."""
    # Around each group that somebody may be in: those of these groups that they are in then.
    around: dict[int, set[str]] = {}
    for pk, group_id in _pks(connection, group_ids).items():
        for inside in {pk} | nesting.below(connection, (pk,)):
            around.setdefault(inside, set()).add(group_id)
    pairs = select(_group.c.pk, _member.c.id).select_from(_memberships).where(_group.c.pk.in_(around))
    found: set[tuple[str, str]] = set()
    for chunk in chunks(user_ids) if around else ():
        for pk, user_id in connection.execute(pairs.where(_member.c.id.in_(chunk))):
            found.update((group_id, user_id) for group_id in around[pk])
    return sorted(found)


def roles_of(connection: Connection, user_ids: Collection[str]) -> dict[str, list[str]]:
    """The values of ``roles`` of each of these users that lives; who has none is left out."""
    resource = tables.resource.c
    live = select(resource.id, resource.document).where(resource.deleted.is_(None))
    found: dict[str, list[str]] = {}
    for chunk in chunks(user_ids):
        for row in connection.execute(live.where(resource.id.in_(chunk))):
            values = [role["value"] for role in json.loads(row[1]).get("roles", ()) if "value" in role]
            if values:
                found[row[0]] = values
    return found
