"""Members and groups by SCIM id, for an application that has to make a row of its own again."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.engine import Connection

from sbe_scim.store import tables
from sbe_scim.store.resources import chunks

_member = tables.resource.alias("member_resource")
_group = tables.resource.alias("group_resource")
_memberships = tables.membership.join(_member, tables.membership.c.member_pk == _member.c.pk).join(
    _group, tables.membership.c.group_pk == _group.c.pk
)


def members_of(connection: Connection, group_id: str) -> list[str]:
    """Ids of the members of a group."""
    members = select(_member.c.id).select_from(_memberships).order_by(_member.c.pk)
    return [row[0] for row in connection.execute(members.where(_group.c.id == group_id))]


def groups_of(connection: Connection, user_id: str) -> list[str]:
    """Ids of the groups that a user is a member of."""
    groups = select(_group.c.id).select_from(_memberships).order_by(_group.c.pk)
    return [row[0] for row in connection.execute(groups.where(_member.c.id == user_id))]


def group(connection: Connection, group_id: str) -> tuple[str, str | None, str] | None:
    """Source, ``externalId`` and ``displayName`` of the live group with this id."""
    resource, source = tables.resource, tables.source
    columns = select(source.c.name, resource.c.external_id, resource.c.display)
    here = (resource.c.id == group_id, resource.c.deleted.is_(None))
    row = connection.execute(columns.select_from(resource.join(source)).where(*here)).first()
    return None if row is None else (row[0], row[1], row[2])


def memberships(connection: Connection, group_ids: Collection[str], user_ids: Collection[str]) -> list[tuple[str, str]]:
    """Which of these users are members of which of these groups: the ids of group and user."""
    found: list[tuple[str, str]] = []
    pairs = select(_group.c.id, _member.c.id).select_from(_memberships).where(_group.c.id.in_(group_ids))
    for chunk in chunks(user_ids) if group_ids else ():
        found.extend((row[0], row[1]) for row in connection.execute(pairs.where(_member.c.id.in_(chunk))))
    return found


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
