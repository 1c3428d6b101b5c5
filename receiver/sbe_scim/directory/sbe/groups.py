"""SCIM groups as groups of Abilian SBE.

All changes of members go through the models: that is what carries them over to a linked community, with its rights.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from abilian.core.extensions import db
from abilian.core.models.subjects import Group
from abilian.services import security_service
from abilian.services.security.models import RoleAssignment
from sqlalchemy import exists, select

from sbe_scim.directory.port import DirectoryGroup, Records
from sbe_scim.directory.sbe import accounts, administrators, adoptions, links
from sbe_scim.directory.sbe.links import Kind
from sbe_scim.directory.sbe.patches import forget_synchronisation
from sbe_scim.protocol.errors import InvalidValue
from sbe_scim.protocol.names import name_key

_log = logging.getLogger(__name__)


def save(session: Any, records: Records, group: DirectoryGroup) -> bool:
    """Create the group, with the members that the receiver knows it has, or rename it; whether it was made by hand."""
    linked = of_resource(session, group.id)
    known = linked or _removed_before(session, group.id)
    adopted = _adopted(session, group) if known is None else None
    row = known or adopted or Group(public=False)
    row.name = group.display_name
    row.deleted_at = None
    session.add(row)
    # Members cannot be added to a group that has no id yet.
    session.flush()
    if linked is None:
        links.set_link(session.connection(), Kind.GROUP, group.id, row, group.source)
        change_members(session, records, group.id, records.members_of(group.id), ())
    return adopted is not None


def change_members(
    session: Any, records: Records, group_id: str, added: Collection[str], removed: Collection[str]
) -> None:
    """Apply a change of membership; someone who has joined or left by other means already is left as is.

    A new member whose account was deleted by hand is left out: refusing the change would shut all others out, for
    good. The receiver keeps the membership, and :func:`join_again` follows it once there is an account. A group that
    was deleted by hand is made again.

    Raises :class:`InvalidValue` for a group that is not known, :class:`LastAdministrator`.
    """
    # The reference must last: the listeners of Abilian SBE know the group by a weak one.
    group = of_resource(session, group_id) or _made_again(session, records, group_id)
    members = accounts.of_resources(session, {*added, *removed})
    joining = [members[user_id] for user_id in added if user_id in members]
    leaving = [members[user_id] for user_id in removed if user_id in members]
    if len(joining) < len(added):
        _log.warning(
            "members without an account in Abilian SBE left out of a group, they join it when they are saved",
            extra={"group": group_id, "missing": len(added) - len(joining)},
        )
    with administrators.kept(session, [account.id for account in leaving]):
        for account in leaving:
            forget_synchronisation(account)
            account.leave(group)
        for account in joining:
            forget_synchronisation(account)
            account.join(group)
        session.flush()


def join_again(session: Any, records: Records, user_id: str) -> bool:
    """Put someone who has got an account into the groups in which the receiver knows them, and tell whether it does."""
    known = records.groups_of(user_id)
    for group_id in known:
        change_members(session, records, group_id, (user_id,), ())
    return bool(known)


def remove(session: Any, group_id: str) -> None:
    """Empty the group, revoke its roles, and delete it; one that a community or an audit needs stays, empty.

    Raises :class:`LastAdministrator`.
    """
    group = of_resource(session, group_id)
    needed = group is not None and dissolve(session, group)
    links.remove(session.connection(), Kind.GROUP, group_id, forget=not needed)


def dissolve(session: Any, group: Any) -> bool:
    """Empty the group and delete it; returns whether its row is needed and stays."""
    members = list(group.members)
    with administrators.kept(session, [account.id for account in members]):
        for account in members:
            forget_synchronisation(account)
            group.members.discard(account)
        group.admins.clear()
        session.flush()
        for assignment in roles(session, group):
            security_service.ungrant_role(group, assignment.role, assignment.object)
        session.flush()
    needed = is_referenced(session, group)
    if needed:
        group.deleted_at = datetime.now(UTC).replace(tzinfo=None)
    else:
        session.delete(group)
    session.flush()
    return needed


def of_resource(session: Any, group_id: str) -> Any | None:
    """The group of a live SCIM group; None where it was deleted by hand."""
    return links.rows(session, Kind.GROUP, Group, (group_id,)).get(group_id)


def _made_again(session: Any, records: Records, group_id: str) -> Any:
    known = records.group(group_id)
    if known is None:
        raise InvalidValue("the group is not known to Abilian SBE; save it first")
    save(session, records, known)
    return of_resource(session, group_id)


def _removed_before(session: Any, group_id: str) -> Any | None:
    """The row that stayed when SCIM removed this group; not if somebody has put it to another use since."""
    row = links.row_of(session, Group, links.of_resource(session.connection(), Kind.GROUP, group_id))
    unused = row is not None and row.deleted_at is not None and not row.members and not roles(session, row)
    return row if unused else None


def _adopted(session: Any, group: DirectoryGroup) -> Any | None:
    """The group of this name that was made by hand and that the source may take; its members stay."""
    connection = session.connection()
    for waiting in adoptions.waiting(connection, Kind.GROUP, group.source):
        row = session.get(Group, waiting.sbe_id)
        named = row is not None and waiting.is_of(row) and name_key(row.name or "") == name_key(group.display_name)
        if named and adoptions.take(connection, Kind.GROUP, row, group.source):
            return row
    return None


def roles(session: Any, group: Any) -> list[Any]:
    """The roles that a group has, everywhere or on one object."""
    found: list[Any] = session.query(RoleAssignment).filter(RoleAssignment.group == group).all()
    return found


def is_referenced(session: Any, group: Any) -> bool:
    """Whether a row anywhere in Abilian SBE, or in one of its plugins, would be left without its group."""
    key = Group.__table__.c.id
    references = (
        foreign_key.parent
        for table in db.metadata.tables.values()
        for foreign_key in table.foreign_keys
        if foreign_key.column is key and foreign_key.ondelete != "CASCADE"
    )
    return any(session.execute(select(exists().where(column == group.id))).scalar() for column in references)
