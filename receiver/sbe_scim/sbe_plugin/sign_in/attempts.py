"""Sign-ins that are under way in a browser: a signed cookie for each.

Not in the cookie of Abilian SBE, which requests at the same time overwrite for each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from itsdangerous import (  # type: ignore[import-not-found, unused-ignore]
    BadSignature,
    URLSafeTimedSerializer,
)

from sbe_scim.auth.openid.provider import Attempt
from sbe_scim.keycloak.sign_in import CALLBACK

_NAME = "scim_attempt_"
#: How long a person may take at the provider, in seconds.
LONGEST = 1800


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt, at the provider of which source, and where it leads."""

    attempt: Attempt
    source: str
    target: str


class Attempts:
    """Keeps attempts in browsers; only who has ``secret_key`` can have written them."""

    def __init__(self, secret_key: str | bytes) -> None:
        self._signer = URLSafeTimedSerializer(secret_key, salt="sbe-scim attempt")

    def remember(self, response: Any, begun: Begun, *, secure: bool) -> None:
        """Have the browser that gets this response remember an attempt."""
        attempt = begun.attempt
        value = self._signer.dumps([attempt.nonce, attempt.verifier, begun.source, begun.target])
        # Lax: it has to come with the browser that comes back from another site.
        options = {"max_age": LONGEST, "path": CALLBACK, "secure": secure, "httponly": True, "samesite": "Lax"}
        response.set_cookie(_NAME + attempt.state, value, **options)

    def find(self, cookies: Mapping[str, str], state: str) -> Begun | None:
        """The attempt of this state; ``None`` for what this browser did not begin, or too long ago."""
        try:
            nonce, verifier, source, target = self._signer.loads(cookies.get(_NAME + state, ""), max_age=LONGEST)
        except (BadSignature, ValueError, TypeError):
            return None
        return Begun(Attempt(state, nonce, verifier), source, target)

    def forget(self, response: Any, state: str) -> None:
        """Have the browser forget an attempt that has ended."""
        response.delete_cookie(_NAME + state, path=CALLBACK)
