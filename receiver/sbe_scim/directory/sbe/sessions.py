"""Who is signed in at Abilian SBE, of those whose account is governed by SCIM: one row per session of a browser.

A session lives as long as its row. Whoever closes the account deletes the rows in the same transaction, so that an old
cookie does not come to life when the account is opened again. The plugin writes the rows and looks for them.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from sbe_scim.directory.sbe.tables import session
from sbe_scim.store.clock import now


@dataclass(frozen=True, slots=True)
class Session:
    """A session that lives. Where it began by OpenID Connect it has a ``source``, the provider's session ``sid``, when
    the provider last answered for it (microseconds since 1970), and the sealed refresh and ID tokens.
    """

    sbe_id: int
    source: str | None = None
    sid: str | None = None
    refreshed: int | None = None
    refresh_token: str | None = None
    id_token: str | None = None


def begin(connection: Connection, sbe_id: int) -> str:
    """Begin a session of an account; returns what the browser has to hold."""
    held = secrets.token_urlsafe(32)
    connection.execute(insert(session).values(id=_hash(held), sbe_id=sbe_id, started=now()))
    return held


def find(connection: Connection, held: str) -> Session | None:
    """The session of a browser, unless it has ended."""
    table = session.c
    columns = (table.sbe_id, table.source, table.sid, table.refreshed, table.refresh_token, table.id_token)
    row = connection.execute(select(*columns).where(table.id == _hash(held))).first()
    return None if row is None else Session(*row)


def end(connection: Connection, held: str) -> None:
    """End a session."""
    connection.execute(delete(session).where(session.c.id == _hash(held)))


def end_all(connection: Connection, sbe_id: int) -> None:
    """End all sessions of an account."""
    connection.execute(delete(session).where(session.c.sbe_id == sbe_id))


def end_of_provider(connection: Connection, source: str, *, sid: str | None, sbe_id: int | None) -> None:
    """End what a provider ended: its session ``sid``, or all that it began for an account."""
    which = session.c.sid == sid if sid is not None else session.c.sbe_id == sbe_id
    connection.execute(delete(session).where(session.c.source == source, which))


def keep(connection: Connection, held: str, given: Session) -> None:
    """Keep what the provider gave for a session."""
    values = {name: getattr(given, name) for name in ("source", "sid", "refreshed", "refresh_token", "id_token")}
    connection.execute(update(session).where(session.c.id == _hash(held)).values(**values))


def claim(connection: Connection, held: str, seen: Session, at: int) -> bool:
    """Note that the provider is asked at this time; ``False`` where somebody else has begun to ask since ``seen``."""
    mine = update(session).where(session.c.id == _hash(held), session.c.refreshed == seen.refreshed)
    return bool(connection.execute(mine.values(refreshed=at)).rowcount == 1)


def _hash(held: str) -> str:
    return hashlib.sha256(held.encode()).hexdigest()
