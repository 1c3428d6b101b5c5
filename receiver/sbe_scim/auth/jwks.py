"""A published set of keys (RFC 7517): which of them may verify which signatures (RFC 7518 §3)."""

from __future__ import annotations

import logging
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_log = logging.getLogger(__name__)

#: Fewer are refused (RFC 7518 §3.3).
LEAST_RSA_BITS = 2048
_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
# RFC 7518 §3.4: each algorithm has one curve.
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
#: Signatures that may be taken; no key verifies another.
ALGORITHMS = (*_RSA, *_CURVES.values(), "EdDSA")

#: The id of a key, ``None`` where it has none, and an algorithm for which it serves.
KeyName = tuple[str | None, str]
Keys = dict[KeyName, Any]


def signing_keys(document: Any) -> Keys:
    """Return the keys of a JWK set that verify signatures, each for what it is published for.

    A key that cannot be read hides none of the others. Raises :class:`KeyError` or :class:`TypeError` when the document
    is no JWK set.
    """
    listed = document["keys"]
    if not isinstance(listed, list):
        raise TypeError("keys must be a list")
    keys: Keys = {}
    unreadable = 0
    for item in listed:
        try:
            if _verifies(item):
                key = jwt.PyJWK(item).key
                for algorithm in _fitting(key):
                    if item.get("alg", algorithm) == algorithm:
                        keys.setdefault((item.get("kid"), algorithm), key)
        except Exception:
            # Whatever the libraries raise for what an issuer may publish, the other keys serve.
            unreadable += 1
    if unreadable:
        _log.warning("published keys cannot be read", extra={"keys": unreadable})
    return keys


def demand(algorithm: str) -> str:
    """Name an algorithm together with what it asks of a key, for refusals."""
    return f"{algorithm} (RSA of {LEAST_RSA_BITS} bits or more)" if algorithm in _RSA else algorithm


def _verifies(item: dict[str, Any]) -> bool:
    """Tell whether a JWK is published for signatures (RFC 7517 §4.2, §4.3)."""
    operations = item.get("key_ops", ["verify"])
    return item.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations


def _fitting(key: Any) -> tuple[str, ...]:
    """What a key of this kind can serve for."""
    if isinstance(key, RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
        return _RSA
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return (_CURVES[key.curve.name],)
    return ("EdDSA",) if isinstance(key, Ed25519PublicKey | Ed448PublicKey) else ()
