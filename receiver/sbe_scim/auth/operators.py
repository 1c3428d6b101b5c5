"""Operators, who look at the console: a token of theirs begins a session, which a cookie holds.

The cookie says which token it is of, until when it is good, and is sealed by that token's hash: nobody can make one
without it, nothing is kept of sessions, and a token that is revoked ends all of its own.
"""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy.engine import Connection

from sbe_scim.store import console_tokens

#: How long a session lasts, in seconds.
SESSION = 28_800
_LONGEST = 200


def sign_in(connection: Connection, secret: str, moment: int) -> tuple[str, int] | None:
    """Begin a session: the cookie's value, and for how many seconds; ``None`` for a token that is not good.

    ``moment`` is now, in microseconds since 1970.
    """
    token = console_tokens.find(connection, secret)
    if token is None or not token.valid(moment):
        return None
    end = min(moment + SESSION * 1_000_000, token.expires)
    return f"{token.id}.{end}.{_seal(token.digest, token.id, end)}", (end - moment) // 1_000_000


def is_signed_in(connection: Connection, session: str | None, moment: int) -> bool:
    """Tell whether a cookie holds a session that goes on at this time."""
    if not session or len(session) > _LONGEST or not (session.isascii() and session.isprintable()):
        return False
    token_id, _, rest = session.partition(".")
    end, _, seal = rest.partition(".")
    token = console_tokens.by_id(connection, token_id)
    if token is None or not token.valid(moment) or not end.isdigit():
        return False
    return hmac.compare_digest(seal, _seal(token.digest, token_id, int(end))) and moment < int(end)


def _seal(digest: str, token_id: str, end: int) -> str:
    return hmac.new(bytes.fromhex(digest), f"console session {token_id} {end}".encode(), hashlib.sha256).hexdigest()
