"""Static bearer tokens: random, shown once, stored as SHA-256.

Each function works on the caller's connection, in its transaction.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from sbe_scim.store import tables
from sbe_scim.store.clock import now

#: Every static token starts so: secret scanners find leaked ones by it, and a JWT never looks like it.
TOKEN_PREFIX = "sbe_scim_"  # noqa: S105 - not a secret
_RANDOM_BYTES = 32
# Often enough to see that a token is used, rarely enough to cost nothing.
_LAST_USED_STEP = 60_000_000


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a static token; times in microseconds since 1970."""

    id: str
    source: int
    created: int
    expires: int | None
    revoked: int | None
    last_used: int | None

    def valid(self, at: int) -> bool:
        """Tell whether the token may be used at this time."""
        return self.revoked is None and (self.expires is None or at < self.expires)


def create(connection: Connection, source: int, expires: int | None = None) -> str:
    """Make a token for the source with this number and return it: it cannot be read again.

    ``expires`` is in microseconds since 1970; ``None`` means never.
    """
    secret = TOKEN_PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    row = {"id": secrets.token_hex(4), "source": source, "digest": digest(secret), "created": now()}
    connection.execute(insert(tables.token).values(**row, expires=expires))
    return secret


def find(connection: Connection, secret: str) -> Token | None:
    """Return the record of this token, valid or not; ``None`` when it was never made."""
    query = _select().where(tables.token.c.digest == digest(secret))
    row = connection.execute(query).first()
    return None if row is None else _token(row)


def find_all(connection: Connection, source: int | None = None) -> tuple[Token, ...]:
    """Return the tokens of a source, or all, oldest first."""
    query = _select().order_by(tables.token.c.created)
    if source is not None:
        query = query.where(tables.token.c.source == source)
    return tuple(_token(row) for row in connection.execute(query))


def revoke(connection: Connection, token_id: str) -> bool:
    """Refuse this token from now on; ``False`` when there is none with this id or it was revoked before."""
    where = (tables.token.c.id == token_id, tables.token.c.revoked.is_(None))
    return connection.execute(update(tables.token).where(*where).values(revoked=now())).rowcount == 1


def end_by(connection: Connection, source: int, token_id: str, end: int) -> bool:
    """Have a token of this source end at this time, in microseconds since 1970, if it does not end before.

    ``False`` where the source has no token with this id that is in use.
    """
    columns = tables.token.c
    mine = (columns.id == token_id, columns.source == source)
    found = connection.execute(_select().where(*mine).with_for_update()).first()
    if found is None or not _token(found).valid(now()):
        return False
    if found.expires is None or found.expires > end:
        connection.execute(update(tables.token).where(*mine).values(expires=end))
    return True


def used(connection: Connection, token_id: str, at: int) -> None:
    """Note that the token was in use at this time, in microseconds since 1970."""
    connection.execute(update(tables.token).where(tables.token.c.id == token_id).values(last_used=at))


def should_note_use(token: Token) -> bool:
    """Tell whether the last use is old enough to be noted again."""
    return token.last_used is None or now() - token.last_used > _LAST_USED_STEP


def digest(secret: str) -> str:
    """The stored form. A plain hash is enough for 32 random bytes: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _select() -> Any:
    columns = tables.token.c
    return select(columns.id, columns.source, columns.created, columns.expires, columns.revoked, columns.last_used)


def _token(row: Any) -> Token:
    return Token(**row._mapping)
