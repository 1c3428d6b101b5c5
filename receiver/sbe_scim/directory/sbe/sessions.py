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
class SignedIn:
    """A session by OpenID Connect: ``refreshed`` in microseconds since 1970, the tokens as they were given."""

    source: str
    sid: str | None
    refreshed: int
    refresh_token: str | None
    id_token: str | None


def begin(connection: Connection, sbe_id: int) -> str:
    """Begin a session of an account; returns what the browser has to hold."""
    held = secrets.token_urlsafe(32)
    connection.execute(insert(session).values(id=_hash(held), sbe_id=sbe_id, started=now()))
    return held


def lives(connection: Connection, held: str, sbe_id: int) -> bool:
    """Tell whether this is a session of this account that has not ended."""
    found = connection.execute(select(session.c.sbe_id).where(session.c.id == _hash(held))).scalar()
    return found == sbe_id


def end(connection: Connection, held: str) -> None:
    """End a session."""
    connection.execute(delete(session).where(session.c.id == _hash(held)))


def end_all(connection: Connection, sbe_id: int) -> None:
    """End all sessions of an account."""
    connection.execute(delete(session).where(session.c.sbe_id == sbe_id))


def end_at_provider(connection: Connection, source: str, *, sid: str | None = None, sbe_id: int | None = None) -> int:
    """End what a provider ended: its session ``sid``, or all that it began for an account. Returns how many."""
    which = session.c.sid == sid if sid is not None else session.c.sbe_id == sbe_id
    return int(connection.execute(delete(session).where(session.c.source == source, which)).rowcount)


def sign_in(connection: Connection, held: str, signed_in: SignedIn) -> None:
    """Keep what the provider gave for a session that has begun."""
    connection.execute(
        update(session)
        .where(session.c.id == _hash(held))
        .values(
            source=signed_in.source,
            sid=signed_in.sid,
            refreshed=signed_in.refreshed,
            refresh_token=signed_in.refresh_token,
            id_token=signed_in.id_token,
        )
    )


def signed_in(connection: Connection, held: str) -> SignedIn | None:
    """What is kept of a session; ``None`` where it has ended or did not begin by OpenID Connect."""
    columns = (session.c.source, session.c.sid, session.c.refreshed, session.c.refresh_token, session.c.id_token)
    row = connection.execute(select(*columns).where(session.c.id == _hash(held))).first()
    return None if row is None or row[0] is None else SignedIn(*row)


def claim(connection: Connection, held: str, seen: SignedIn) -> bool:
    """Note that the provider is asked now; ``False`` where somebody else has begun to ask since it was ``seen``."""
    mine = update(session).where(session.c.id == _hash(held), session.c.refreshed == seen.refreshed)
    return bool(connection.execute(mine.values(refreshed=now())).rowcount == 1)


def _hash(held: str) -> str:
    return hashlib.sha256(held.encode()).hexdigest()
