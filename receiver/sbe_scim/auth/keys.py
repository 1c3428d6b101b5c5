"""Signing keys of issuers (RFC 7517), fetched when needed and kept."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import jwt

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
_TIMEOUT = httpx.Timeout(3.0)
#: For a whole document: each piece of a slow answer may take as long as the time-out.
_LONGEST_FETCH = 5.0
_LARGEST = 1_000_000

Fetch = Callable[[str], Any]


def fetch_json(url: str) -> Any:
    """GET a JSON document of at most 1 MB. Raises :class:`httpx.HTTPError` or :class:`ValueError`."""
    end = time.monotonic() + _LONGEST_FETCH
    with httpx.stream("GET", url, timeout=_TIMEOUT, follow_redirects=False) as response:
        response.raise_for_status()
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > _LARGEST:
                raise ValueError("larger than 1 MB")
            if time.monotonic() > end:
                raise ValueError("too slow")
    return httpx.Response(200, content=bytes(body)).json()


class KeyRing:
    """The keys of all issuers, shared by threads."""

    def __init__(self, fetch: Fetch = fetch_json, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._guard = threading.Lock()
        self._issuers: dict[tuple[str, str | None], _Issuer] = {}

    def key(self, issuer: str, jwks_url: str | None, kid: str | None) -> Any:
        """Return the public key ``kid`` of ``issuer``; without ``jwks_url`` it is discovered (OpenID Connect).

        Raises :class:`Unauthorized` when the issuer has no such key, :class:`Unavailable` when it cannot be asked.
        """
        with self._guard:
            found = self._issuers.setdefault((issuer, jwks_url), _Issuer(issuer, jwks_url, self._fetch, self._clock))
        return found.key(kid)


class _Issuer:
    def __init__(self, issuer: str, jwks_url: str | None, fetch: Fetch, clock: Callable[[], float]) -> None:
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._fetch = fetch
        self._clock = clock
        self._fetching = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_WAITING)
        self._keys: dict[str | None, Any] = {}
        self._fetched: float | None = None
        self._tried: float | None = None
        self._failed = True

    def key(self, kid: str | None) -> Any:
        key = self._keys.get(kid)
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
            self._wait_for(kid)
        return self._found(kid)

    def _wait_for(self, kid: str | None) -> None:
        if not self._places.acquire(blocking=False):
            raise Unavailable("the signing keys of the token's issuer are being fetched; try again")
        try:
            with self._fetching:
                if kid not in self._keys:
                    self._refresh()
        finally:
            self._places.release()

    def _found(self, kid: str | None) -> Any:
        key = self._keys.get(kid)
        if key is not None and self._age() < LONGEST_OUTAGE:
            return key
        if key is not None or self._failed:
            raise Unavailable("the signing keys of the token's issuer could not be fetched")
        raise Unauthorized("the token is signed by a key that its issuer does not publish")

    def _age(self) -> float:
        return float("inf") if self._fetched is None else self._clock() - self._fetched

    def _refresh(self) -> None:
        now = self._clock()
        if self._tried is not None and now - self._tried < MIN_INTERVAL:
            return
        try:
            keys = _signing_keys(self._fetch(self._url()))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
            self._failed = True
            _log.warning("signing keys not fetched", extra={"issuer": self._issuer, "error": type(error).__name__})
        else:
            self._keys = keys
            self._failed = False
            self._fetched = self._clock()
        self._tried = self._clock()

    def _url(self) -> str:
        if self._jwks_url is not None:
            return self._jwks_url
        metadata = self._fetch(self._issuer.rstrip("/") + "/.well-known/openid-configuration")
        # OpenID Connect Discovery §4.3: metadata of another issuer must not be used.
        if metadata["issuer"] != self._issuer:
            raise ValueError("metadata of another issuer")
        return str(metadata["jwks_uri"])


def _signing_keys(document: Any) -> dict[str | None, Any]:
    listed = document["keys"]
    if not isinstance(listed, list):
        raise TypeError("keys must be a list")
    keys: dict[str | None, Any] = {}
    for item in listed:
        try:
            if item.get("use", "sig") == "sig":
                keys[item.get("kid")] = jwt.PyJWK(item).key
        except (jwt.PyJWTError, AttributeError, KeyError, TypeError, ValueError):
            # A key that we cannot read must not hide those that we can.
            continue
    return keys
