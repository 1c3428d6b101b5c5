"""SCIM users as accounts of Abilian SBE."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from abilian.core.models.subjects import User, administratorship
from abilian.services import security_service
from abilian.services.security.models import RoleAssignment
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from sbe_scim.directory.port import DirectoryUser
from sbe_scim.directory.sbe import administrators, links
from sbe_scim.directory.sbe.links import Kind
from sbe_scim.directory.sbe.patches import forget_synchronisation
from sbe_scim.directory.sbe.profile import Profile, profile_of
from sbe_scim.protocol.errors import Uniqueness

#: Abilian SBE's own mark of an account without a local password.
NO_PASSWORD = "*"  # noqa: S105


def save(session: Any, user: DirectoryUser) -> None:
    """Create the account of ``user``, or bring it to this state.

    Raises :class:`InvalidValue`, :class:`Uniqueness`, :class:`LastAdministrator`.
    """
    profile = profile_of(user)
    account = _linked(session, user) or _removed_before(session, user, profile.email) or User(password=None)
    if account.email != profile.email:
        _free(session, profile.email, account)
    with administrators.kept(session, () if user.active or account.id is None else (account.id,)):
        account.can_login = user.active
        account.deleted_at = None
        _write(account, profile)
        session.add(account)
        _flush(session)
    if links.live(session.connection(), Kind.USER, (user.id,)).get(user.id) != account.id:
        links.set_link(session.connection(), Kind.USER, user.id, account.id, user.source)


def remove(session: Any, user_id: str) -> None:
    """Close the account of a SCIM user: no login, memberships or roles; content and authorship stay.

    Raises :class:`LastAdministrator`.
    """
    account = of_resources(session, (user_id,)).get(user_id)
    if account is None:
        return
    with administrators.kept(session, (account.id,)):
        _leave_everything(session, account)
        account.can_login = False
        account.password = NO_PASSWORD
        account.deleted_at = datetime.now(UTC).replace(tzinfo=None)
        session.flush()
    links.remove(session.connection(), Kind.USER, user_id)


def of_resources(session: Any, user_ids: Collection[str]) -> dict[str, Any]:
    """Accounts by SCIM id, with their groups loaded; removed and unknown ids are left out."""
    ids = links.live(session.connection(), Kind.USER, user_ids)
    accounts: dict[int, Any] = {}
    for batch in links.batches(set(ids.values())):
        query = session.query(User).options(selectinload(User.groups)).filter(User.id.in_(batch))
        accounts.update((account.id, account) for account in query)
    return {user_id: accounts[sbe_id] for user_id, sbe_id in ids.items() if sbe_id in accounts}


def _linked(session: Any, user: DirectoryUser) -> Any | None:
    link = links.of_resource(session.connection(), Kind.USER, user.id)
    return None if link is None else session.get(User, link.sbe_id)


def _removed_before(session: Any, user: DirectoryUser, email: str) -> Any | None:
    """The account that this source removed before and now creates again, known by its address."""
    holder = _holder(session, email)
    if holder is None:
        return None
    link = links.of_row(session.connection(), Kind.USER, holder.id)
    return holder if link is not None and link.removed and link.source == user.source else None


def _free(session: Any, email: str, account: Any) -> None:
    """Make sure that nobody but ``account`` has the address; an account that SCIM removed gives it up."""
    holder = _holder(session, email)
    if holder is None or holder is account:
        return
    link = links.of_row(session.connection(), Kind.USER, holder.id)
    if link is None or not link.removed:
        raise _taken()
    holder.email = f"removed-{holder.id}@removed.invalid"
    session.flush()


def _write(account: Any, profile: Profile) -> None:
    account.email = profile.email
    account.first_name, account.last_name = profile.first_name, profile.last_name
    for column, value in ((User.locale, profile.locale), (User.timezone, profile.timezone)):
        accepted, present = _accepted(column, value), getattr(account, column.key)
        # What is read is an object, which never equals the text that is written: every save would be a change.
        if accepted != (None if present is None else str(present)):
            setattr(account, column.key, accepted)


def _flush(session: Any) -> None:
    try:
        session.flush()
    except IntegrityError:
        # Someone else took the address since it was looked up.
        raise _taken() from None


def _holder(session: Any, email: str) -> Any | None:
    # SQLite has no unique index on lower(email), and a local account may be spelled with capitals.
    return session.execute(select(User).where(func.lower(User.email) == email)).scalars().first()


def _taken() -> Uniqueness:
    return Uniqueness("emails: another account of Abilian SBE, not managed by this resource, has this address")


def _accepted(column: Any, value: str | None) -> str | None:
    """``value`` if Abilian SBE can write it and read it back: one that it cannot read breaks its list of people."""
    kind = column.property.columns[0].type
    try:
        stored: str | None = kind.process_bind_param(value, None)
        kind.process_result_value(stored, None)
    except Exception:
        # Babel and pytz have an error class each for each way of being wrong, and they differ between releases.
        return None
    return stored


def _leave_everything(session: Any, account: Any) -> None:
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
