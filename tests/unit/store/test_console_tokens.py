"""Tokens of the console, on every database."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from sbe_scim.auth import operators
from sbe_scim.store import console_tokens
from sbe_scim.store.clock import now

HOUR = 3_600_000_000


def test_a_token_is_good_until_it_ends_or_is_revoked_and_so_are_its_sessions(engine: Engine) -> None:
    moment = now()
    with engine.begin() as connection:
        assert not console_tokens.any_valid(connection, moment)
        secret = console_tokens.create(connection, moment + HOUR)
        kept = console_tokens.find(connection, secret)
        assert kept is not None
        assert secret not in str(kept)
        assert console_tokens.find_all(connection) == (kept,)
        begun = operators.sign_in(connection, secret, moment)
        assert begun is not None
        session, seconds = begun
        assert seconds == 3600
        assert operators.is_signed_in(connection, session, moment + HOUR - 1)
        assert not operators.is_signed_in(connection, session, moment + HOUR)
        assert operators.sign_in(connection, secret, moment + HOUR) is None
        assert (console_tokens.any_valid(connection, moment), console_tokens.any_valid(connection, moment + HOUR)) == (
            True,
            False,
        )
        assert console_tokens.revoke(connection, kept.id)
        assert not console_tokens.revoke(connection, kept.id)
        assert not operators.is_signed_in(connection, session, moment)
        assert not console_tokens.any_valid(connection, moment)
