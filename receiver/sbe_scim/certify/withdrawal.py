"""Whether a receiver has noticed that an issuer no longer has a key."""

from __future__ import annotations

import base64
import json
import secrets

import httpx

from sbe_scim.certify.provider import RefusedError

_TIMEOUT = 30.0
#: What is told of a token that names a key which the receiver has.
_KNOWN = "wrong_signature"


def noticed(receiver: str, issuer: str, kid: str) -> bool:
    """Ask the receiver (SCIM base URL) by a token that nobody has signed; raises :class:`RefusedError`.

    One that names a key which it does not know has it look for the issuer's keys again, now and then; between two looks
    it says of any such key that it may be a new one.
    """
    _refusal(receiver, issuer, secrets.token_hex(8))
    return _refusal(receiver, issuer, kid) != _KNOWN


def _refusal(receiver: str, issuer: str, kid: str) -> str:
    header = {"alg": "RS256", "typ": "at+jwt", "kid": kid}
    token = f"{_part(header)}.{_part({'iss': issuer})}.{_encoded(bytes(256))}"
    try:
        answer = httpx.get(f"{receiver}/Users", headers={"Authorization": f"Bearer {token}"}, timeout=_TIMEOUT)
        return str(answer.json().get("reason", ""))
    except (httpx.HTTPError, ValueError, AttributeError) as error:
        raise RefusedError(f"The receiver does not answer ({type(error).__name__}).") from None


def _part(said: dict[str, str]) -> str:
    return _encoded(json.dumps(said).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
