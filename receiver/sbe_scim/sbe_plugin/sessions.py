"""Sessions of people whose account is governed by SCIM end with the account, for good.

Flask keeps a session in the browser alone: who was closed and opened again would be in by the old cookie.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import session as cookie
from flask_login import user_logged_in, user_logged_out  # type: ignore[import-not-found, unused-ignore]
from sqlalchemy import inspect
from sqlalchemy.engine import Connection

from sbe_scim.directory.sbe import links, sessions, tables
from sbe_scim.directory.sbe.links import Kind
from sbe_scim.directory.sbe.sessions import Session

#: Where the cookie holds what tells the session.
KEY = "scim_session"

#: Whether a session that began elsewhere still lives there.
StillLives = Callable[[str, Session], bool]


def guard(app: Any, found: Sessions, still_lives: StillLives) -> None:
    """Begin a session with each login, and look at each request whether it lives."""
    from abilian.core.extensions import login_manager
    from abilian.services import auth_service

    load_user = login_manager._user_callback

    def load_living(user_id: str) -> Any:
        user = load_user(user_id)
        if found.may_stay(user, still_lives):
            return user
        # Pages go by what the loader has told the request (`g.user`), the form for a new password among them.
        auth_service.user_logged_out(app, user)
        return None

    login_manager.user_loader(load_living)
    user_logged_in.connect(found.begin, sender=app, weak=False)
    user_logged_out.connect(found.end, sender=app, weak=False)


class Sessions:
    """The session of the browser whose request is served, in the transaction of the request's models."""

    def __init__(self, db: Any) -> None:
        self._db = db
        self._has_tables = False

    def may_stay(self, user: Any, still_lives: StillLives) -> bool:
        """Tell whether the browser is still signed in as ``user``; ``None``: the account is closed or gone."""
        held = cookie.get(KEY)
        if user is None:
            # Closed by hand too: once it is opened again, it has to be signed in to again.
            self.end()
            return False
        governed = self.is_governed(user)
        if held is None:
            return not governed
        found = sessions.find(self.connection(), held)
        # An id of a row that was deleted by hand may be another one's by now.
        if found is None or found.sbe_id != user.id or not governed:
            return False
        if still_lives(held, found):
            return True
        self.end()
        return False

    def begin(self, _app: Any, user: Any, **_more: Any) -> None:
        """Begin a session where SCIM governs the account."""
        cookie.pop(KEY, None)
        if self.is_governed(user):
            cookie[KEY] = sessions.begin(self.connection(), user.id)
            self.commit()

    def end(self, *_signal: Any, **_more: Any) -> None:
        """End the session."""
        held = cookie.pop(KEY, None)
        if held is not None:
            sessions.end(self.connection(), held)
            self.commit()

    def held(self) -> str:
        """What the browser holds, which is signed in to an account that SCIM governs."""
        return str(cookie[KEY])

    def current(self) -> tuple[str, Session] | None:
        """What the browser holds, and the session that it tells."""
        held = cookie.get(KEY)
        found = None if held is None else sessions.find(self.connection(), held)
        return None if held is None or found is None else (held, found)

    def is_governed(self, user: Any) -> bool:
        """Tell whether the account came by SCIM, and SCIM has not removed it."""
        found = links.of_row(self.connection(), Kind.USER, user) if self.has_tables() else None
        return found is not None and not found.removed

    def has_tables(self) -> bool:
        """Tell whether a receiver has started here: it makes the tables, and they never go away."""
        self._has_tables = self._has_tables or inspect(self.connection()).has_table(tables.session.name)
        return self._has_tables

    def models(self) -> Any:
        """The session of the request's models."""
        return self._db.session

    def connection(self) -> Connection:
        """The connection of the request's models."""
        connection: Connection = self._db.session.connection()
        return connection

    def commit(self) -> None:
        """Commit what the request has changed."""
        self._db.session.commit()
