"""Keys that seal the cursors of lists: in the database, so that every worker and every restart has them."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from sbe_scim.store import tables
from sbe_scim.store.clock import now
from sbe_scim.store.prepared import Prepared

_SECOND = 1_000_000
#: After so long another key takes over, at the next start of a receiver.
RENEWED_AFTER = 30 * 86_400 * _SECOND

_k = tables.cursor_key.c
_all = Prepared(select(_k.id, _k.secret).order_by(_k.id))
_newest = select(func.max(_k.created))


def add(connection: Connection) -> None:
    """Make another key, which seals from now on."""
    connection.execute(insert(tables.cursor_key).values(secret=secrets.token_hex(32), created=now()))


def ring(connection: Connection) -> dict[int, bytes]:
    """Return all keys by number; the last one seals."""
    return {row[0]: bytes.fromhex(row[1]) for row in _all.rows(connection)}


def is_due(connection: Connection) -> bool:
    """Tell whether it is time for another key; only reads."""
    newest = connection.execute(_newest).scalar()
    return newest is None or now() - newest >= RENEWED_AFTER


def renew(connection: Connection, timeout: int) -> None:
    """Make another key if it is time to, and forget those that sealed nothing in the last ``timeout`` seconds."""
    newest = connection.execute(_newest).scalar()
    if newest is not None and now() - newest >= timeout * _SECOND:
        connection.execute(delete(tables.cursor_key).where(_k.created < newest))
    if newest is None or now() - newest >= RENEWED_AFTER:
        add(connection)
