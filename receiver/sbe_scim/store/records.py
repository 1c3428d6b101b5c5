"""Members and groups by SCIM id, for an application that has to make a row of its own again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from sbe_scim.store import tables

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
