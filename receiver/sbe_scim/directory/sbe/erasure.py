"""Make an account of Abilian SBE anonymous."""

from __future__ import annotations

from typing import Any

from abilian.core.entities import Entity
from abilian.core.models.subjects import User, following
from abilian.services.auth.models import LoginSession
from abilian.services.preferences.models import UserPreference
from sqlalchemy import delete, or_

from sbe_scim.directory.port import AccountOpen
from sbe_scim.directory.sbe import links, sessions
from sbe_scim.directory.sbe.accounts import NO_PASSWORD
from sbe_scim.directory.sbe.links import Kind
from sbe_scim.directory.sbe.patches import index_again

#: The author of what an erased person wrote; a name in French and English.
ANONYMOUS = "Anonyme"


def erase(session: Any, user_id: str) -> None:
    """Take name, address, photo, preferences, sessions and followers from the closed account of a SCIM user.

    Content, roles of the past and the audit refer to the row, which stays. Raises :class:`AccountOpen`.
    """
    link = links.of_resource(session.connection(), Kind.USER, user_id)
    account = links.row_of(session, User, link)
    if account is None:
        return
    if account.can_login or link is None or not link.removed:
        raise AccountOpen("the account in Abilian SBE is open; an administrator there has to close it first")
    values = {
        "email": f"erased-{account.id}@erased.invalid",
        "first_name": "",
        "last_name": ANONYMOUS,
        "photo": None,
        "password": NO_PASSWORD,
        "locale": None,
        "timezone": None,
        "last_active": None,
    }
    for name, value in values.items():
        setattr(account, name, value)
    for model in (UserPreference, LoginSession):
        session.execute(delete(model).where(model.user_id == account.id), execution_options=_UNSEEN)
    ends = or_(following.c.follower_id == account.id, following.c.followee_id == account.id)
    session.execute(delete(following).where(ends))
    sessions.end_all(session.connection(), account.id)
    # The index holds the names of authors beside what they wrote.
    index_again(session.query(Entity).filter(or_(Entity.creator_id == account.id, Entity.owner_id == account.id)).all())
    session.flush()


# Nothing of these is in the session.
_UNSEEN = {"synchronize_session": False}
