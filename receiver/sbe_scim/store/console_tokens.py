"""Tokens by which operators sign in at the console: random, shown once, stored as SHA-256, never without an end.

Apart from those of sources: none of these can provision. Each function works on the caller's connection.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from sbe_scim.store import tables, tokens
from sbe_scim.store.clock import now

#: By which people and scanners of secrets know one.
PREFIX = f"{tokens.TOKEN_PREFIX}console_"
_RANDOM_BYTES = 32

_c = tables.console_token.c


@dataclass(frozen=True, slots=True)
class ConsoleToken:
    """What is kept of one; times in microseconds since 1970."""

    id: str
    digest: str
    created: int
    expires: int
    revoked: int | None

    def valid(self, at: int) -> bool:
        """Tell whether it may be used at this time."""
        return self.revoked is None and at < self.expires


def create(connection: Connection, expires: int) -> str:
    """Make a token that ends at this time and return it: it cannot be read again."""
    secret = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    row = {"id": secrets.token_hex(4), "digest": tokens.digest(secret), "created": now(), "expires": expires}
    connection.execute(insert(tables.console_token).values(**row))
    return secret


def find(connection: Connection, secret: str) -> ConsoleToken | None:
    """Return the record of this token, valid or not; ``None`` when it was never made."""
    return _first(connection, _c.digest == tokens.digest(secret))


def by_id(connection: Connection, token_id: str) -> ConsoleToken | None:
    """Return the record of the token with this id, valid or not."""
    return _first(connection, _c.id == token_id)


def find_all(connection: Connection) -> tuple[ConsoleToken, ...]:
    """Return all, oldest first."""
    return tuple(ConsoleToken(*row) for row in connection.execute(_select().order_by(_c.created)))


def any_valid(connection: Connection, at: int) -> bool:
    """Tell whether somebody could sign in at this time."""
    query = select(func.count()).select_from(tables.console_token).where(_c.revoked.is_(None), _c.expires > at)
    return bool(connection.execute(query).scalar())


def revoke(connection: Connection, token_id: str) -> bool:
    """Refuse this token from now on, and end its sessions; ``False`` when none in use has this id."""
    where = (_c.id == token_id, _c.revoked.is_(None))
    return connection.execute(update(tables.console_token).where(*where).values(revoked=now())).rowcount == 1


def _first(connection: Connection, condition: Any) -> ConsoleToken | None:
    row = connection.execute(_select().where(condition)).first()
    return None if row is None else ConsoleToken(*row)


def _select() -> Any:
    return select(_c.id, _c.digest, _c.created, _c.expires, _c.revoked)
