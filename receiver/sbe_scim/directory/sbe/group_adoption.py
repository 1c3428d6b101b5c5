"""Groups of Abilian SBE that were made by hand, and what becomes of one that a source takes.

Import it only once Abilian SBE is started.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from abilian.core.models.subjects import Group
from abilian.sbe.apps.communities.models import Community
from sqlalchemy import select

from sbe_scim.directory.port import Records
from sbe_scim.directory.sbe import adoptions, groups, links
from sbe_scim.directory.sbe.adoptions import Adoption
from sbe_scim.directory.sbe.links import Kind, Link
from sbe_scim.protocol.names import name_key
from sbe_scim.store.tables import resource


class GroupRefused(ValueError):
    """The source may not take the group; the text says why."""


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """What becomes of a group made by hand: its members stay, and those whom the source has in it join them.

    ``roles`` are those that its members have everywhere. ``done``: the source has it, or may take it, already.
    ``resource_id`` is the source's own group of this name, whose row ``beside`` this one goes.
    """

    row: Any
    community: str | None
    roles: tuple[str, ...]
    done: bool
    resource_id: str | None = None
    beside: Any | None = None
    joining: int = 0


def plan(session: Any, records: Records, source: str, name: str) -> GroupPlan:
    """Look at the groups of this name, compared as names of SCIM groups are. Raises :class:`GroupRefused`."""
    connection = session.connection()
    key = name_key(name)
    names = session.execute(select(Group.id, Group.name).where(Group.deleted_at.is_(None))).all()
    alike = [row[0] for row in names if name_key(row[1] or "") == key]
    rows = session.query(Group).filter(Group.id.in_(alike)).order_by(Group.id).all()
    linked = {row.id: link for row in rows if (link := links.of_row(connection, Kind.GROUP, row)) and not link.removed}
    by_hand = [row for row in rows if row.id not in linked]
    own = next((row for row in rows if row.id in linked and linked[row.id].source == source), None)
    if not by_hand:
        if own is None:
            raise GroupRefused(_nobodys(name, linked))
        return _plan(session, own, done=True)
    if len(by_hand) > 1:
        numbers = " and ".join(str(row.id) for row in by_hand)
        raise GroupRefused(f"groups {numbers} are both named {name!r}: rename one")
    (row,) = by_hand
    adoption = adoptions.lasting(connection, Kind.GROUP).get(row.id)
    if adoption is not None and adoption.is_of(row) and not adoption.taken:
        return _plan(session, row, done=_is_sources(adoption, source))
    if own is None:
        return _plan(session, row, done=False)
    _check_beside(session, own)
    resource_id = linked[own.id].resource_id
    return _plan(session, row, False, resource_id, own, len(records.members_of(resource_id)))


def carry_out(session: Any, records: Records, source: str, found: GroupPlan, by: str) -> None:
    """Let the source take the group. Where it has one of its own beside it, it takes this one instead, at once.

    Raises :class:`GroupRefused`.
    """
    connection = session.connection()
    adoptions.allow(connection, Kind.GROUP, found.row, source, by)
    if found.resource_id is None:
        return
    # A request of the source may be changing it, or have deleted it since it was looked at.
    here = select(resource.c.pk).where(resource.c.id == found.resource_id, resource.c.deleted.is_(None))
    if connection.execute(here.with_for_update()).first() is None:
        raise GroupRefused("the source has just deleted its own group of this name: try again")
    adoptions.take(connection, Kind.GROUP, found.row, source)
    links.set_link(connection, Kind.GROUP, found.resource_id, found.row, source)
    groups.change_members(session, records, found.resource_id, records.members_of(found.resource_id), ())
    groups.dissolve(session, found.beside)


def _plan(session: Any, row: Any, done: bool, *more: Any) -> GroupPlan:
    community = session.execute(select(Community.name).where(Community.group_id == row.id)).scalar()
    roles = tuple(sorted({str(one.role) for one in groups.roles(session, row) if one.object_id is None}))
    return GroupPlan(row, community, roles, done, *more)


def _is_sources(adoption: Adoption, source: str) -> bool:
    if adoption.source != source:
        raise GroupRefused(f"source {adoption.source} may take it already")
    return True


def _check_beside(session: Any, own: Any) -> None:
    """Its own row goes: what somebody has hung on it would go with it."""
    if groups.is_referenced(session, own) or groups.roles(session, own):
        raise GroupRefused(
            f"the source has a group of this name already ({own.id}), and a community, role or audit of Abilian SBE "
            f"needs that one: rename the one made by hand, or move what hangs on group {own.id}"
        )


def _nobodys(name: str, linked: dict[int, Link]) -> str:
    others = sorted({link.source for link in linked.values()})
    return f"source {others[0]} has it" if others else f"no group is named {name!r}"
