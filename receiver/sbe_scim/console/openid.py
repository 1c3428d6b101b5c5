"""Operators who sign in at an OpenID provider: who of them may look, and what their browsers keep.

Nothing is kept here. Attempts and sessions are sealed by a key that each process makes of the settings, so that another
provider, another secret of the client or others who may look end all sessions.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sbe_scim.auth.openid.errors import Away, NotAllowed, Refused
from sbe_scim.auth.openid.provider import Attempt, Provider
from sbe_scim.auth.operators import SESSION
from sbe_scim.config import Settings
from sbe_scim.console.door import CALLBACK
from sbe_scim.options import SettingsError

#: How long somebody may take at the provider, in seconds.
LONGEST_ATTEMPT = 600
# No token of the console has this id.
_KIND = "openid"
_SECOND = 1_000_000


class Begun(NamedTuple):
    """A sign-in: where the browser goes, and what it keeps meanwhile, under ``state``, for so many seconds."""

    url: str
    state: str
    kept: str
    seconds: int


class OpenId:
    """The provider that the settings name; shared by threads. Moments are in microseconds since 1970."""

    def __init__(self, settings: Settings) -> None:
        """Raises :class:`SettingsError` where the file of the client's secret cannot be read."""
        secret = _secret(settings)
        self.name = settings.console_provider or urlsplit(settings.console_issuer).hostname or ""
        self._console = settings.console_url
        self._issuer = settings.console_issuer
        self._claim = settings.console_claim
        self._allowed = frozenset(settings.console_allowed)
        self._provider = Provider(
            settings.console_issuer,
            None,
            settings.console_client_id,
            secret,
            f"{settings.console_url}/{CALLBACK}",
            scope=" ".join(("openid", *settings.console_scopes)),
        )
        self._key = _key(settings, secret)

    def begin(self, moment: int) -> Begun:
        """Begin a sign-in. Raises :class:`Away`."""
        attempt = Attempt()
        end = moment + LONGEST_ATTEMPT * _SECOND
        told = (attempt.state, attempt.nonce, attempt.verifier, str(end))
        url = self._provider.authorization_url(attempt)
        return Begun(url, attempt.state, self._sealed("attempt", *told), LONGEST_ATTEMPT)

    def begun(self, kept: str, state: str, moment: int) -> Attempt | None:
        """The sign-in of this state, of which a browser ``kept`` this; ``None`` where it has begun none of late."""
        told = self._opened("attempt", kept)
        if told is None or len(told) != 4 or told[0] != state or moment >= int(told[3]):
            return None
        return Attempt(*told[:3])

    def finish(self, attempt: Attempt, answer: Mapping[str, str]) -> str:
        """Take what a browser brings back from the provider; the ID token of somebody who may look.

        Raises :class:`Refused`, :class:`Away`, :class:`NotAllowed`.
        """
        # RFC 9207: an answer that names its issuer names this one.
        if answer.get("iss", self._issuer) != self._issuer:
            raise Refused("the answer is another issuer's")
        code = answer.get("code")
        if "error" in answer or not code:
            raise Refused("the provider sent no code")
        tokens = self._provider.exchange(code, attempt)
        if self._allowed.isdisjoint(said(tokens.claims, self._claim)):
            raise NotAllowed("who signed in may not look at the console", tokens.id_token)
        return tokens.id_token

    def session(self, moment: int) -> tuple[str, int]:
        """Begin a session: the cookie's value, and for how many seconds."""
        return self._sealed(_KIND, str(moment + SESSION * _SECOND)), SESSION

    def is_signed_in(self, session: str | None, moment: int) -> bool:
        """Tell whether a cookie holds a session that goes on at this time."""
        told = self._opened(_KIND, session or "")
        return told is not None and len(told) == 1 and moment < int(told[0])

    def sign_out_url(self, id_token: str | None, back: str) -> str | None:
        """Where the browser signs out at the provider too, to come ``back`` to this page of the console."""
        try:
            return self._provider.logout_url(id_token, f"{self._console}/{back}")
        except Away:
            return None

    def _sealed(self, kind: str, *told: str) -> str:
        text = ".".join((kind, *told))
        return f"{text}.{hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()}"

    def _opened(self, kind: str, sealed: str) -> list[str] | None:
        text, _, seal = sealed.rpartition(".")
        if not text.startswith(f"{kind}.") or not sealed.isascii():
            return None
        expected = hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
        return text.split(".")[1:] if hmac.compare_digest(seal, expected) else None


def said(claims: Any, path: str) -> frozenset[str]:
    """The texts that a claim has, one or a list. Dots lead into objects, whose names may have dots too."""
    if not isinstance(claims, dict):
        return frozenset()
    if path in claims:
        found = claims[path]
        return frozenset(one for one in (found if isinstance(found, list) else [found]) if isinstance(one, str))
    heads = (path[:place] for place, letter in enumerate(path) if letter == ".")
    return frozenset().union(*(said(claims.get(head), path[len(head) + 1 :]) for head in heads))


def _secret(settings: Settings) -> str:
    if settings.console_client_secret:
        return settings.console_client_secret
    try:
        found = Path(settings.console_client_secret_file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SettingsError(f"console_client_secret_file cannot be read: {why}") from None
    if not found:
        raise SettingsError("console_client_secret_file is empty")
    return found


def _key(settings: Settings, secret: str) -> bytes:
    """Slow to make: who has a cookie could else guess a secret that somebody has thought up."""
    names = (settings.console_issuer, settings.console_client_id, settings.console_claim, *settings.console_allowed)
    return hashlib.scrypt(secret.encode(), salt="\n".join(names).encode(), n=2**14, r=8, p=1)
