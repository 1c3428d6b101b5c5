"""One unit of work in Abilian SBE. Import it only once Abilian SBE is started."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from abilian.core.models.subjects import User
from flask import g
from sqlalchemy.engine import Connection

from sbe_scim.directory.port import DirectoryGroup, DirectoryUser
from sbe_scim.directory.sbe import accounts, groups


class SbeTransaction:
    """One unit of work in a session of Abilian SBE; without a session it can only read, on its connection."""

    __slots__ = ("_session", "connection")

    def __init__(self, session: Any, connection: Connection) -> None:
        self._session = session
        self.connection = connection

    def user_saved(self, user: DirectoryUser) -> None:
        """Create the account, or bring it to this state."""
        if accounts.save(self._session, user):
            groups.join_again(self._session, user.id)

    def user_removed(self, user_id: str) -> None:
        """Close the account; its content stays."""
        accounts.remove(self._session, user_id)

    def group_saved(self, group: DirectoryGroup) -> None:
        """Create the group, or rename it."""
        groups.save(self._session, group)

    def members_changed(self, group_id: str, added: Collection[str], removed: Collection[str]) -> None:
        """Apply a change of membership."""
        groups.change_members(self._session, group_id, added, removed)

    def group_removed(self, group_id: str) -> None:
        """Empty the group and take it away."""
        groups.remove(self._session, group_id)


def act_as_system(session: Any) -> None:
    """Let Abilian SBE's audit name its user 0 as the author of what follows."""
    g.user = session.get(User, 0)
