"""SCIM users as accounts of Abilian SBE."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from abilian.core.models.subjects import User, administratorship
from abilian.services import security_service
from abilian.services.security.models import RoleAssignment
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from sbe_scim.directory.port import DirectoryUser
from sbe_scim.directory.sbe import administrators, adoptions, blocks, columns, links, newcomers, sessions, without_mail
from sbe_scim.directory.sbe.links import Kind, Link
from sbe_scim.directory.sbe.patches import forget_synchronisation
from sbe_scim.directory.sbe.profile import profile_of
from sbe_scim.directory.sbe.unique import ACCOUNT_TAKEN, RULES, TAKEN
from sbe_scim.protocol.errors import Uniqueness
from sbe_scim.store.failures import violated

#: Abilian SBE's own mark of an account without a local password.
NO_PASSWORD = "*"  # noqa: S105
_WITH_GROUPS = selectinload(User.groups)


class Saved(NamedTuple):
    """Whether a user had no account before, and whether the one that they have now was made by hand."""

    new: bool
    adopted: bool


def save(session: Any, user: DirectoryUser) -> Saved:
    """Create the account of ``user``, or bring it to this state; one that is in this state already is not written.

    An account is closed whatever address somebody else has taken: it is then checked when it is to be opened again.
    One that was closed by hand stays closed.
    Raises :class:`InvalidValue`, :class:`Uniqueness`, :class:`LastAdministrator`.
    """
    linked = None if user.created else _linked(session, user.id)
    profile = profile_of(user, partial(_instead, session, user, linked))
    if user.created and user.active and newcomers.add(session, user, profile):
        return Saved(True, False)
    other = linked is None or linked.email != profile.email
    holder = _holder(session, profile.email) if other else linked
    account = linked or _had_before(session, user)
    adopted = account is None and _is_adopted(session, user, holder, profile.email)
    account = account or (holder if adopted else _found(session, user, holder)) or User(password=None)
    if account.email != profile.email:
        try:
            _free(session, holder, account)
        except Uniqueness:
            if user.active or linked is None:
                raise
            # Whoever has the address by now, this account is closed: it keeps its own.
            profile = replace(profile, email=account.email)
    blocked = _is_blocked(session, user, account, linked is not None)
    can_login = user.active and not blocked
    with administrators.kept(session, () if can_login or account.id is None else (account.id,)):
        columns.write(account, profile, can_login)
        session.add(account)
        _flush(session)
    if not can_login:
        sessions.end_all(session.connection(), account.id)
    if linked is None:
        links.set_link(session.connection(), Kind.USER, user.id, account, user.source)
    return Saved(linked is None, adopted)


def remove(session: Any, user_id: str) -> None:
    """Close the account of a SCIM user: no login, memberships or roles; content and authorship stay.

    Raises :class:`LastAdministrator`.
    """
    account = of_resources(session, (user_id,)).get(user_id)
    if account is not None:
        if blocks.is_new(session.connection(), account, user_id):
            blocks.note(session.connection(), account)
        with administrators.kept(session, (account.id,)):
            _strip(session, account)
            account.can_login = False
            account.deleted_at = datetime.now(UTC).replace(tzinfo=None)
            session.flush()
        sessions.end_all(session.connection(), account.id)
    links.remove(session.connection(), Kind.USER, user_id, forget=account is None)


def users_with(session: Any, mail: str) -> list[str]:
    """SCIM ids of those, removed ones too, whose account has this address."""
    rows = session.execute(select(User).where(func.lower(User.email) == mail.lower())).scalars()
    found = (links.of_row(session.connection(), Kind.USER, row) for row in rows)
    return [link.resource_id for link in found if link is not None]


def of_resources(session: Any, user_ids: Collection[str]) -> dict[str, Any]:
    """Accounts by SCIM id, with their groups loaded; ids that are removed, unknown or without a row are left out."""
    return links.rows(session, Kind.USER, User, user_ids, _WITH_GROUPS)


def _linked(session: Any, user_id: str) -> Any | None:
    return links.rows(session, Kind.USER, User, (user_id,)).get(user_id)


def _instead(session: Any, user: DirectoryUser, account: Any | None) -> str | None:
    """The address of somebody who has none; ``None`` where their source may not send such people."""
    address = without_mail.address_of(user)
    # Whom the source was allowed to send once is not shut out of what changes since.
    known = account is not None and account.email == address
    return address if known or without_mail.are_let_in(session.connection(), user.source) else None


def _is_blocked(session: Any, user: DirectoryUser, account: Any, linked: bool) -> bool:
    """Whether an administrator of Abilian SBE has closed the account; noticed here, and kept until they open it."""
    connection = session.connection()
    if account.id is None:
        return False
    if account.can_login:
        if not user.active:
            # What was closed by hand was opened by hand: who closes it now is SCIM.
            blocks.lift(connection, account)
        return False
    if linked and user.was_active and account.deleted_at is None:
        blocks.note(connection, account)
        return True
    return blocks.stands(connection, account)


def _had_before(session: Any, user: DirectoryUser) -> Any | None:
    """The account of somebody who was removed and is back, where it has given its address away meanwhile."""
    if user.created:
        return None
    link = links.of_resource(session.connection(), Kind.USER, user.id)
    account = links.row_of(session, User, link)
    if account is None or account.email != _given_up(account) or _closing_link(session, account) is None:
        return None
    _strip(session, account)
    return account


def _found(session: Any, user: DirectoryUser, holder: Any | None) -> Any | None:
    """The account that this source removed before and now creates again; ``holder`` of its address."""
    link = None if holder is None else _closing_link(session, holder)
    if link is None or link.source != user.source:
        return None
    # What somebody gave to the closed account since was not meant for who comes back.
    _strip(session, holder)
    return holder


def _is_adopted(session: Any, user: DirectoryUser, holder: Any | None, email: str) -> bool:
    """Take an account that was made by hand, if an operator has said that its source may: it loses nothing."""
    if holder is None or _closing_link(session, holder) is not None:
        return False
    connection = session.connection()
    link = links.of_row(connection, Kind.USER, holder)
    if link is not None and not link.removed:
        return False
    # One of two that differ in case only would be taken at random.
    if session.execute(select(func.count()).where(func.lower(User.email) == email)).scalar() != 1:
        return False
    return adoptions.take(connection, Kind.USER, holder, user.source)


def _free(session: Any, holder: Any | None, account: Any) -> None:
    """Make sure that nobody but ``account`` holds the address; an account that SCIM removed gives it up."""
    if holder is None or holder is account:
        return
    if _closing_link(session, holder) is None:
        raise Uniqueness(TAKEN, reason=ACCOUNT_TAKEN)
    holder.email = _given_up(holder)
    session.flush()


def _given_up(account: Any) -> str:
    """The address of a closed account whose own is somebody else's."""
    return f"removed-{account.id}@removed.invalid"


def _closing_link(session: Any, account: Any) -> Link | None:
    """The link of an account that SCIM removed and that is still closed: one opened again by hand is somebody's."""
    link = links.of_row(session.connection(), Kind.USER, account)
    closed = link is not None and link.removed and not account.can_login and account.deleted_at is not None
    return link if closed else None


def _flush(session: Any) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        rule = violated(error, RULES)
        if rule is None:
            raise
        # Someone else took the address since it was looked up.
        raise Uniqueness(rule.taken, reason=rule.reason) from None


def _holder(session: Any, email: str) -> Any | None:
    # SQLite has no unique index on lower(email), and a local account may be spelled with capitals.
    return session.execute(select(User).where(func.lower(User.email) == email)).scalars().first()


def _strip(session: Any, account: Any) -> None:
    """Take groups, communities, roles and the local password away."""
    for group in list(account.groups):
        forget_synchronisation(account)
        account.leave(group)
        session.flush()
    # Leaving a linked group has deleted rows behind the back of this collection.
    session.expire(account, ["communautes_membership"])
    for membership in list(account.communautes_membership):
        forget_synchronisation(account)
        membership.community.remove_membership(account)
        session.flush()
    session.execute(delete(administratorship).where(administratorship.c.user_id == account.id))
    for assignment in session.query(RoleAssignment).filter(RoleAssignment.user == account).all():
        security_service.ungrant_role(account, assignment.role, assignment.object)
    account.password = NO_PASSWORD
