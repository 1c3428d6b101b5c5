"""Signing keys of issuers (RFC 7517), fetched when needed and kept."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from sbe_scim.auth.jwks import KeyName, Keys, demand, signing_keys
from sbe_scim.protocol import Unauthorized, Unavailable

_log = logging.getLogger(__name__)

#: Keys are fetched again after so long, in seconds: a key withdrawn by its realm is refused from then on.
MAX_AGE = 600.0
#: Keys that could not be fetched again are trusted for so long, in seconds: an outage of the issuer stops nobody.
LONGEST_OUTAGE = 86_400.0
#: Between two fetches of one issuer, whatever the tokens ask for, in seconds.
MIN_INTERVAL = 1.0
#: Threads that wait for the keys of one issuer at the same time; more are sent away, so that others are served.
MOST_WAITING = 8
#: For all that one refresh asks of an issuer, in seconds, whatever part of an answer is slow.
LONGEST_FETCH = 5.0
_LARGEST = 1_000_000

#: Gets a JSON document from a URL within so many seconds.
Fetch = Callable[[str, float], Any]


def fetch_json(url: str, seconds: float) -> Any:
    """GET a JSON document of at most 1 MB.

    Raises :class:`httpx.HTTPError`, :class:`ValueError` or, after ``seconds``, :class:`TimeoutError`.
    """
    # Only tasks can be stopped wherever they wait: a client that blocks has a limit for each read, and none for all.
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(asyncio.wait_for(_get_json(url), seconds))
    finally:
        # Other than asyncio.run(), this leaves a thread alone that still asks for the address of a name.
        loop.close()


async def _get_json(url: str) -> Any:
    body = bytearray()
    async with (
        httpx.AsyncClient(timeout=None, follow_redirects=False) as client,  # noqa: S113 - the caller's limit is for all
        client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as response,
    ):
        response.raise_for_status()
        if "content-encoding" in response.headers:
            # One packet of it can be a hundred megabytes, which are there before anybody can count them.
            raise ValueError("encoded")
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > _LARGEST:
                raise ValueError("larger than 1 MB")
    return httpx.Response(200, content=bytes(body)).json()


class KeyRing:
    """The keys of all issuers, shared by threads."""

    def __init__(self, fetch: Fetch = fetch_json, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._guard = threading.Lock()
        self._issuers: dict[tuple[str, str | None], _Issuer] = {}

    def key(self, issuer: str, jwks_url: str | None, kid: str | None, algorithm: str) -> Any:
        """Return the public key ``kid`` with which ``issuer`` signs by ``algorithm``.

        Without ``jwks_url`` its keys are discovered (OpenID Connect).

        Raises :class:`Unauthorized` when the issuer has no such key, :class:`Unavailable` when it cannot be asked, or
        not yet: it may have published the key since its keys were fetched.
        """
        with self._guard:
            found = self._issuers.setdefault((issuer, jwks_url), _Issuer(issuer, jwks_url, self._fetch, self._clock))
        return found.key((kid, algorithm))


#: What an answer that is late, broken or no set of keys ends in; OSError: also certificates that cannot be read.
_TROUBLE = (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, KeyError, TypeError, RecursionError)


class _Issuer:
    def __init__(self, issuer: str, jwks_url: str | None, fetch: Fetch, clock: Callable[[], float]) -> None:
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._fetch = fetch
        self._clock = clock
        self._fetching = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_WAITING)
        self._keys: Keys = {}
        self._fetched: float | None = None
        # When the fetch began that the keys are of: what was published since is not among them.
        self._begun = float("-inf")
        self._tried: float | None = None
        self._failed = True

    def key(self, name: KeyName) -> Any:
        asked = self._clock()
        key = self._keys.get(name)
        if key is not None and self._age() < MAX_AGE:
            return key
        if key is not None:
            # One thread refreshes; the others go on with the key they have.
            if self._fetching.acquire(blocking=False):
                try:
                    self._refresh()
                finally:
                    self._fetching.release()
        else:
            self._wait_for(name)
        return self._found(name, asked)

    def _wait_for(self, name: KeyName) -> None:
        if not self._places.acquire(blocking=False):
            raise Unavailable("the signing keys of the token's issuer are being fetched; try again")
        try:
            with self._fetching:
                if name not in self._keys:
                    self._refresh()
        finally:
            self._places.release()

    def _found(self, name: KeyName, asked: float) -> Any:
        key = self._keys.get(name)
        if key is not None and self._age() < LONGEST_OUTAGE:
            return key
        if key is not None or self._failed:
            raise Unavailable("the signing keys of the token's issuer could not be fetched")
        if self._begun < asked:
            # Whoever signs by a key that was published a moment ago is to come back, not to be turned away.
            raise Unavailable("the signing keys of the token's issuer were fetched a moment ago; try again")
        detail = f"the token is signed by a key that its issuer does not publish for {demand(name[1])}"
        raise Unauthorized(detail, reason="unknown_key")

    def _age(self) -> float:
        return float("inf") if self._fetched is None else self._clock() - self._fetched

    def _refresh(self) -> None:
        now = self._clock()
        if self._tried is not None and now - self._tried < MIN_INTERVAL:
            return
        end = now + LONGEST_FETCH
        try:
            url = self._jwks_url or self._discovered(end)
            keys = signing_keys(self._fetch(url, end - self._clock()))
        except _TROUBLE as error:
            self._failed = True
            _log.warning("signing keys not fetched", extra={"issuer": self._issuer, "error": type(error).__name__})
        else:
            self._keys = keys
            self._begun = now
            self._failed = False
            self._fetched = self._clock()
        self._tried = self._clock()

    def _discovered(self, end: float) -> str:
        url = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        metadata = self._fetch(url, end - self._clock())
        # OpenID Connect Discovery §4.3: metadata of another issuer must not be used.
        if metadata["issuer"] != self._issuer:
            raise ValueError("metadata of another issuer")
        return str(metadata["jwks_uri"])
