"""Sessions of people whose account is governed by SCIM end with the account, for good.

Flask keeps a session in the browser alone: who was closed and opened again would be in by the old cookie.
"""

from __future__ import annotations

from typing import Any

from flask import session as cookie
from flask_login import user_logged_in, user_logged_out  # type: ignore[import-not-found, unused-ignore]
from sqlalchemy import inspect

from sbe_scim.directory.sbe import links, sessions, tables
from sbe_scim.directory.sbe.links import Kind

#: Where the cookie holds what tells the session.
KEY = "scim_session"


def guard(app: Any) -> None:
    """Begin a session with each login, and look at each request whether it lives."""
    from abilian.core.extensions import db, login_manager

    sessions_of = Sessions(db)
    load_user = login_manager._user_callback

    def load_living(user_id: str) -> Any:
        user = load_user(user_id)
        return user if sessions_of.may_stay(user) else None

    login_manager.user_loader(load_living)
    user_logged_in.connect(sessions_of.begin, sender=app, weak=False)
    user_logged_out.connect(sessions_of.end, sender=app, weak=False)


class Sessions:
    """The session of the browser whose request is served, in the session of models of the request."""

    def __init__(self, db: Any) -> None:
        self._db = db
        self._has_tables = False

    def may_stay(self, user: Any) -> bool:
        """Tell whether the browser is still signed in as ``user``; ``None``: the account is closed or gone."""
        held = cookie.get(KEY)
        if user is None:
            # Closed by hand too: once it is opened again, it has to be signed in to again.
            self.end()
            return False
        if held is not None:
            return sessions.lives(self._connection(), held, user.id)
        return not self._is_governed(user)

    def begin(self, _app: Any, user: Any, **_more: Any) -> None:
        """Begin a session where SCIM governs the account."""
        if self._is_governed(user):
            cookie[KEY] = sessions.begin(self._connection(), user.id)
            self._db.session.commit()
        else:
            cookie.pop(KEY, None)

    def end(self, *_signal: Any, **_more: Any) -> None:
        """End the session."""
        held = cookie.pop(KEY, None)
        if held is not None:
            sessions.end(self._connection(), held)
            self._db.session.commit()

    def _is_governed(self, user: Any) -> bool:
        connection = self._connection()
        # The receiver makes them when it first starts; they never go away.
        self._has_tables = self._has_tables or inspect(connection).has_table(tables.session.name)
        found = links.of_row(connection, Kind.USER, user) if self._has_tables else None
        return found is not None and not found.removed

    def _connection(self) -> Any:
        return self._db.session.connection()
