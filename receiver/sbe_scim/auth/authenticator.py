"""Verify bearer tokens: JWT access tokens of a source's issuer, and static tokens."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any

from sbe_scim.auth import access_token
from sbe_scim.auth.clients import is_of_a_person, printable, require_accepted
from sbe_scim.auth.keys import KeyRing
from sbe_scim.auth.principal import ALL, SCOPES, PersonsToken, Principal, UnlistedClient
from sbe_scim.protocol import SourceDisabled, Unauthorized, UnknownIssuer
from sbe_scim.store import TOKEN_PREFIX, Source, sources, tokens
from sbe_scim.store.clock import now
from sbe_scim.store.transactions import Transactions

#: A verified token is taken again without a look for so long, in seconds. It bounds how late a disabled source or a
#: revoked token is noticed, in every process.
TRUSTED_FOR = 5.0
_REMEMBERED = 10_000
# Often enough to see that people get such tokens, rarely enough to cost nothing; in microseconds.
_PERSONS_STEP = 60_000_000
#: Characters of a token.
LONGEST_TOKEN = 16_384


class Authenticator:
    """Turns the ``Authorization`` header into a :class:`Principal`; shared by threads."""

    def __init__(
        self,
        transactions: Transactions,
        audience: str,
        keys: KeyRing | None = None,
        clock: Callable[[], float] = time.monotonic,
        note_use: Callable[[str], None] = lambda _token_id: None,
        note_person: Callable[[int], None] = lambda _source_id: None,
    ) -> None:
        """``audience`` is what a token must be for when its source names no other.

        ``note_use`` is told now and then which static token is in use, ``note_person`` for which source somebody who
        had signed in showed a token; they must not wait for anything.
        """
        self._transactions = transactions
        self._audience = audience
        self._keys = keys or KeyRing()
        self._clock = clock
        self._note_use = note_use
        self._note_person = note_person
        self._guard = threading.Lock()
        self._verified: dict[bytes, tuple[float, Principal]] = {}

    def remembered(self, authorization: str | None) -> Principal | None:
        """Return the caller of a token that was verified a moment ago, without I/O."""
        if authorization is None:
            return None
        entry = self._verified.get(_fingerprint(authorization))
        return entry[1] if entry is not None and self._clock() < entry[0] else None

    def verify(self, authorization: str | None) -> Principal:
        """Verify the header; may read the database and fetch keys.

        Raises :class:`Unauthorized` (401) with the rule that failed, :class:`UnlistedClient` (403) for a token of a
        client that its source does not take, :class:`Unavailable` (503) when its keys cannot be had.
        """
        token = _bearer(authorization)
        # The source is as it is read now, however long the keys take.
        trusted_until = self._clock() + TRUSTED_FOR
        principal, seconds_left = self._static(token) if token.startswith(TOKEN_PREFIX) else self._jwt(token)
        until = min(trusted_until, self._clock() + seconds_left)
        self._remember(_fingerprint(authorization or ""), principal, until)
        return principal

    def _remember(self, fingerprint: bytes, principal: Principal, until: float) -> None:
        with self._guard:
            self._verified.pop(fingerprint, None)
            if len(self._verified) >= _REMEMBERED:
                del self._verified[next(iter(self._verified))]
            self._verified[fingerprint] = (until, principal)

    def _static(self, secret: str) -> tuple[Principal, float]:
        with self._transactions.read() as transaction:
            token = tokens.find(transaction.connection, secret)
            source = sources.by_id(transaction.connection, token.source) if token else None
        if token is None or source is None:
            raise Unauthorized("the token is not known", reason="unknown_token")
        moment = now()
        if not token.valid(moment):
            if token.revoked:
                raise Unauthorized("the token was revoked", reason="token_revoked")
            raise Unauthorized("the token has expired", reason="token_expired")
        _require_enabled(source)
        if tokens.should_note_use(token):
            self._note_use(token.id)
        left = TRUSTED_FOR if token.expires is None else (token.expires - moment) / 1_000_000
        return Principal(source, frozenset((ALL,))), left

    def _jwt(self, token: str) -> tuple[Principal, float]:
        read = access_token.read(token)
        with self._transactions.read() as transaction:
            source = sources.by_issuer(transaction.connection, read.issuer)
        if source is None:
            raise UnknownIssuer(f"unknown issuer {printable(read.issuer)}")
        _require_enabled(source)
        key = self._keys.key(read.issuer, source.jwks_url, read.kid, read.algorithm)
        claims = read.verify(key, source.audience or self._audience)
        scopes = _scopes(claims.get("scope"))
        try:
            require_accepted(claims, source)
        except (UnlistedClient, PersonsToken):
            if scopes and is_of_a_person(claims) and now() - (source.persons_token or 0) > _PERSONS_STEP:
                self._note_person(source.id)
            raise
        return Principal(source, scopes), access_token.seconds_left(claims)


def _fingerprint(authorization: str) -> bytes:
    return hashlib.sha256(authorization.encode("latin-1", "replace")).digest()


def _bearer(authorization: str | None) -> str:
    if not authorization:
        raise Unauthorized("no bearer token was sent", reason="no_token")
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized("the Authorization header is not of the form: Bearer TOKEN", reason="malformed_header")
    if len(token) > LONGEST_TOKEN:
        raise Unauthorized(f"the token is longer than {LONGEST_TOKEN} characters", reason="token_too_long")
    return token


def _scopes(claim: Any) -> frozenset[str]:
    names = claim.split() if isinstance(claim, str) else claim if isinstance(claim, list) else ()
    return frozenset(name for name in names if name in SCOPES)


def _require_enabled(source: Source) -> None:
    if not source.enabled:
        raise SourceDisabled(f"source {source.name} is disabled")
