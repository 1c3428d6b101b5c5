"""An OpenID provider as its client sees it: authorization code flow with PKCE, refresh, logout in both directions."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from authlib.integrations.requests_client import OAuth2Session, OAuthError  # type: ignore[import-untyped, unused-ignore]
from requests import RequestException  # type: ignore[import-untyped, unused-ignore]

from sbe_scim.auth.access_token import ID_TOKEN, LOGOUT_TOKEN, Claims, TokenKind, read
from sbe_scim.auth.keys import KeyRing, fetch_json
from sbe_scim.auth.openid.errors import Away, Refused
from sbe_scim.protocol import Unauthorized, Unavailable

#: For one request to the provider, in seconds.
TIMEOUT = 5.0
#: Metadata are asked for again after so long, in seconds.
_METADATA_AGE = 600.0
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

#: The keys of all providers, shared by threads.
KEYS = KeyRing()


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider gave: whom it calls ``subject``, in its session ``sid``, and all that it says of them."""

    subject: str
    sid: str | None
    id_token: str
    refresh_token: str | None
    claims: Claims


@dataclass(frozen=True, slots=True)
class Ended:
    """What a provider ended: its session ``sid``, or all sessions of ``subject``."""

    subject: str | None
    sid: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a browser holds while its person is at the provider: none of it is worth anything elsewhere."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))


class Provider:
    """One provider, asked as the client ``client_id``.

    Raises :class:`Away` and :class:`Refused`.
    """

    def __init__(
        self,
        issuer: str,
        jwks_url: str | None,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        *,
        scope: str = "openid",
        fetch: Callable[[str, float], Any] = fetch_json,
        keys: KeyRing = KEYS,
    ) -> None:
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._scope = scope
        self._fetch = fetch
        self._keys = keys
        self._metadata: Mapping[str, Any] = {}
        self._asked = float("-inf")

    def authorization_url(self, attempt: Attempt) -> str:
        """Where the browser goes to sign in."""
        url, _state = self._client().create_authorization_url(
            self._endpoint("authorization_endpoint"),
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
        )
        return str(url)

    def exchange(self, code: str, attempt: Attempt) -> Tokens:
        """Get the tokens for the code that the browser brought back."""
        given = self._ask("fetch_token", grant_type="authorization_code", code=code, code_verifier=attempt.verifier)
        tokens = self._read(given)
        if tokens.claims.get("nonce") != attempt.nonce:
            raise Refused("the ID token has another nonce")
        return tokens

    def refresh(self, refresh_token: str) -> Tokens:
        """Ask whether a session still lives. :class:`Refused` says that it does not."""
        return self._read(self._ask("refresh_token", refresh_token=refresh_token))

    def logout_url(self, id_token: str | None, back: str) -> str | None:
        """Where the browser goes to sign out there too (OpenID Connect RP-Initiated Logout 1.0)."""
        endpoint = self._metadata_now().get("end_session_endpoint")
        if not isinstance(endpoint, str) or id_token is None:
            return None
        return str(httpx.URL(endpoint).copy_merge_params({"id_token_hint": id_token, "post_logout_redirect_uri": back}))

    def ended(self, logout_token: str) -> Ended:
        """Read what the provider posts where a session ended (OpenID Connect Back-Channel Logout 1.0 §2.6)."""
        claims = self._verified(logout_token, LOGOUT_TOKEN)
        events, subject, sid = claims.get("events"), claims.get("sub"), claims.get("sid")
        if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT_EVENT), dict) or "nonce" in claims:
            raise Refused("the token is no logout token")
        if not (isinstance(subject, str) or isinstance(sid, str)):
            raise Refused("the logout token names nobody")
        return Ended(subject if isinstance(subject, str) else None, sid if isinstance(sid, str) else None)

    def _read(self, given: Mapping[str, Any]) -> Tokens:
        id_token, refresh_token = given.get("id_token"), given.get("refresh_token")
        if not isinstance(id_token, str):
            raise Refused("there is no ID token in the answer")
        claims = self._verified(id_token, ID_TOKEN)
        subject, sid = claims.get("sub"), claims.get("sid")
        if not isinstance(subject, str) or not subject:
            raise Refused("the ID token names nobody")
        if claims.get("azp", self._client_id) != self._client_id:
            raise Refused("the ID token was made for another client")
        kept = refresh_token if isinstance(refresh_token, str) else None
        return Tokens(subject, sid if isinstance(sid, str) else None, id_token, kept, claims)

    def _verified(self, text: str, kind: TokenKind) -> Claims:
        try:
            token = read(text, kind)
            if token.issuer != self._issuer:
                raise Refused("the token is another issuer's")
            key = self._keys.key(self._issuer, self._jwks_url, token.kid, token.algorithm)
            return token.verify(key, self._client_id)
        except Unauthorized as error:
            raise Refused(error.detail) from None
        except Unavailable as error:
            raise Away(error.detail) from None

    def _ask(self, method: str, **parameters: Any) -> Mapping[str, Any]:
        with self._client() as client:
            try:
                given = getattr(client, method)(self._endpoint("token_endpoint"), timeout=TIMEOUT, **parameters)
            except OAuthError as error:
                # RFC 6749 §5.2: the code or the refresh token is worth nothing. All else is not the person's affair.
                kind = Refused if error.error == "invalid_grant" else Away
                raise kind(f"the provider answers {error.error}") from None
            except (RequestException, ValueError) as error:
                raise Away(f"the provider does not answer as one ({type(error).__name__})") from None
        if not isinstance(given, Mapping):
            raise Away("the provider does not answer as one")
        return given

    def _client(self) -> Any:
        client = OAuth2Session(
            self._client_id,
            self._client_secret,
            scope=self._scope,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )
        # As the rest of this package, which asks for metadata and keys; requests knows another variable only.
        client.verify = os.environ.get("SSL_CERT_FILE") or True
        return client

    def _endpoint(self, name: str) -> str:
        found = self._metadata_now().get(name)
        if not isinstance(found, str):
            raise Away(f"the provider names no {name}")
        return found

    def _metadata_now(self) -> Mapping[str, Any]:
        """The provider's metadata (OpenID Connect Discovery 1.0 §4)."""
        if time.monotonic() - self._asked < _METADATA_AGE:
            return self._metadata
        try:
            found = self._fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration", TIMEOUT)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise Away(f"the provider does not answer ({type(error).__name__})") from None
        if not isinstance(found, dict) or found.get("issuer") != self._issuer:
            raise Away("the provider calls itself otherwise")
        self._metadata, self._asked = found, time.monotonic()
        return found
