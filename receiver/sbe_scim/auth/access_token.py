"""Read and verify a JWT access token (RFC 7519, RFC 9068)."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from typing import Any, NamedTuple

import jwt

from sbe_scim.auth.jwks import ALGORITHMS
from sbe_scim.protocol import InvalidSyntax, Unauthorized, UnknownIssuer
from sbe_scim.protocol.json_text import parse_json
from sbe_scim.protocol.values import storable

#: What the clocks of issuer and receiver may differ by, in seconds.
LEEWAY = 60
# The end of the year 9999: what is later is no time, and a float cannot hold it.
_LAST_SECOND = 253_402_300_799

Claims = dict[str, Any]


class TokenKind(NamedTuple):
    """A kind of token, and what its header may call it, in small letters."""

    name: str
    types: tuple[str, ...]


# `JWT` and nothing at all are what issuers send that do not know the type.
#: RFC 9068 §2.1.
ACCESS_TOKEN = TokenKind("an access token", ("at+jwt", "application/at+jwt", "jwt", ""))
#: OpenID Connect Core 1.0 §2.
ID_TOKEN = TokenKind("an ID token", ("jwt", ""))
#: OpenID Connect Back-Channel Logout 1.0 §2.4.
LOGOUT_TOKEN = TokenKind("a logout token", ("logout+jwt", "jwt", ""))


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token whose signature nobody has looked at yet: what is needed to do so."""

    text: str
    issuer: str
    kid: str | None
    algorithm: str

    def verify(self, key: Any, audience: str) -> Claims:
        """Return the claims, signed by ``key``, for ``audience`` and at this time.

        Raises :class:`Unauthorized` with the rule that failed.
        """
        try:
            return dict(
                jwt.decode(
                    self.text,
                    key,
                    algorithms=[self.algorithm],
                    issuer=self.issuer,
                    audience=audience,
                    leeway=LEEWAY,
                    options={"require": ["exp", "iss", "aud"]},
                )
            )
        except jwt.ExpiredSignatureError:
            raise Unauthorized("the token has expired", reason="token_expired") from None
        except jwt.ImmatureSignatureError:
            detail = "the token is not valid yet: compare the clocks of issuer and receiver"
            raise Unauthorized(detail, reason="token_not_yet_valid") from None
        except (jwt.InvalidAudienceError, jwt.MissingRequiredClaimError) as error:
            missing = error.claim if isinstance(error, jwt.MissingRequiredClaimError) else "aud"
            if missing == "aud":
                detail = f"audience of the token does not contain {audience}"
                raise Unauthorized(detail, reason="wrong_audience") from None
            raise Unauthorized(f"the token has no claim {missing}", reason="missing_claim") from None
        except jwt.DecodeError:
            raise Unauthorized("the token's signature does not match", reason="wrong_signature") from None
        except (jwt.PyJWTError, ValueError, TypeError):
            raise Unauthorized("a claim of the token is not of its kind", reason="malformed_claim") from None


def read(text: str, kind: TokenKind = ACCESS_TOKEN) -> AccessToken:
    """Read a token without trusting it.

    Raises :class:`Unauthorized` for what is no token of this kind by a signature of ours, whoever signed it.
    """
    header, claims = _parts(text)
    algorithm, kid, issuer = header.get("alg"), header.get("kid"), claims.get("iss")
    if algorithm not in ALGORITHMS:
        detail = f"the token is not signed by one of {', '.join(ALGORITHMS)}"
        raise Unauthorized(detail, reason="unsupported_algorithm")
    if str(header.get("typ", "")).lower() not in kind.types:
        raise Unauthorized(f"the token is not {kind.name}", reason="wrong_token_type")
    if "crit" in header:
        # RFC 7515 §4.1.11: nothing that may stand there is understood here.
        detail = "the token asks for an extension of JWS that this receiver does not know"
        raise Unauthorized(detail, reason="unknown_extension")
    if not isinstance(header.get("kid", ""), str):
        raise Unauthorized("the token's kid is not a string", reason="malformed_token")
    if not isinstance(issuer, str) or not storable(issuer):
        raise UnknownIssuer("the token names no issuer")
    for name in ("exp", "nbf", "iat"):
        if name in claims:
            _seconds(claims, name)
    return AccessToken(text, issuer, kid, algorithm)


def seconds_left(claims: Claims) -> float:
    """How long verified claims may still be trusted."""
    return _seconds(claims, "exp") + LEEWAY - time.time()


def _seconds(claims: Claims, name: str) -> int:
    """A NumericDate (RFC 7519 §2) in whole seconds; some issuers send it in a string."""
    value = claims[name]
    try:
        seconds = int(value) if not isinstance(value, bool) else -1
    except (ValueError, TypeError, OverflowError):
        seconds = -1
    if not 0 <= seconds <= _LAST_SECOND:
        raise Unauthorized(f"the token's {name} is not a time", reason="malformed_claim")
    return seconds


def _parts(text: str) -> tuple[dict[str, Any], Claims]:
    try:
        header, payload, signature = text.split(".")
        _decoded(signature)
        return _object(header), _object(payload)
    except (ValueError, InvalidSyntax):
        detail = "the token is neither a JWT nor a static token of this receiver"
        raise Unauthorized(detail, reason="malformed_token") from None


def _object(segment: str) -> dict[str, Any]:
    """Decode a segment strictly: two readers of one token must see the same (RFC 7519 §4)."""
    value = parse_json(_decoded(segment).decode("utf-8"))
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def _decoded(segment: str) -> bytes:
    """The bytes of a segment in the one spelling that they have (RFC 7515 §2): no padding, nothing that is skipped."""
    data = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=") != segment.encode("ascii"):
        raise ValueError("another spelling")
    return data
