"""Every known way of getting in with a token that is not one's own, or not one: each refused for its own reason.

What is in the tokens is tried letter by letter in ``tests/unit/auth``; here is what the caller is told.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import HMACAlgorithm, RSAAlgorithm

from sbe_scim.auth import keys
from sbe_scim.auth.authenticator import LONGEST_TOKEN
from sbe_scim.store import TOKEN_PREFIX, open_database, sources, tokens
from sbe_scim.store.clock import now
from tests.unit.auth.issuer import AUDIENCE, Issuer, issuer, private_key, public_jwk
from tests.unit.http.client import Receiver, receiver


class Realms(NamedTuple):
    """A receiver, the realm ``staff`` that provisions into it, ``guests`` of the same server, and static tokens."""

    scim: Receiver
    issuer: Issuer
    guests: str
    expired: str
    revoked: str
    disabled: str


@pytest.fixture(scope="module")
def realms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realms]:
    """All rows share a receiver: nothing that is refused leaves a trace that could help the next."""
    with pytest.MonkeyPatch.context() as patch:
        # What looks for a key that is not there is told to come back, within a second of the last look.
        patch.setattr(keys, "MIN_INTERVAL", 0.0)
        yield from served(tmp_path_factory)


def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realms]:
    with receiver(tmp_path_factory.mktemp("attacked")) as scim, issuer() as running, opened(scim) as connection:
        guests = running.name.replace("staff", "guests")
        sources.add(connection, "realm", issuer=running.name, jwks_url=running.jwks_url, azp=("batch", "web"))
        sources.add(connection, "guests", issuer=guests, jwks_url=f"{running.base}/realms/guests/certs")
        old = sources.add(connection, "old").id
        expired = tokens.create(connection, old, now() - 1)
        revoked = tokens.create(connection, old)
        found = tokens.find(connection, revoked)
        assert found is not None
        assert tokens.revoke(connection, found.id)
        disabled = tokens.create(connection, sources.add(connection, "closed").id)
        sources.disable(connection, "closed")
        connection.commit()
        yield Realms(scim, running, guests, expired, revoked, disabled)


@contextmanager
def opened(scim: Receiver) -> Iterator[Any]:
    engine = open_database(scim.settings.database)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def forged(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes] = lambda _text: b"") -> str:
    text = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"{text}.{encoded(sign(text.encode()))}"


def by(kid: str) -> Callable[[bytes], bytes]:
    return lambda text: RSAAlgorithm(RSAAlgorithm.SHA256).sign(text, private_key(kid))


def by_secret(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda text: HMACAlgorithm(HMACAlgorithm.SHA256).sign(text, secret)


PEM = private_key("k1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
HEADER = {"alg": "RS256", "typ": "at+jwt", "kid": "k1"}
LEEWAY = 60

Made = Callable[[Realms], str]


def issued(change: Callable[[str], str]) -> Made:
    """A token of the connector's with its issuer spelt in another way."""
    return lambda realms: realms.issuer.token(iss=change(realms.issuer.name))


def holding(claims: bytes) -> Made:
    """Something of three parts with these claims."""
    return lambda _realms: f"{encoded(json.dumps(HEADER).encode())}.{encoded(claims)}.x"


def static(change: Callable[[str], str]) -> Made:
    """The source's static token in another spelling."""
    return lambda realms: TOKEN_PREFIX + change(realms.scim.token.removeprefix(TOKEN_PREFIX))


def headed(**header: Any) -> Made:
    """A good token but for its header, signed by the realm's key."""
    return lambda realms: forged(HEADER | header, realms.issuer.claims(), by("k1"))


def strangers(**header: Any) -> Made:
    """A token whose header says where to find the key that signed it: the attacker's."""
    return lambda realms: forged(HEADER | header, realms.issuer.claims(), by("stranger"))


def symmetric(algorithm: str, secret: bytes) -> Made:
    return lambda realms: forged(HEADER | {"alg": algorithm}, realms.issuer.claims(), by_secret(secret))


def unsigned(algorithm: str) -> Made:
    return lambda realms: forged(HEADER | {"alg": algorithm}, realms.issuer.claims())


def claiming(**claims: Any) -> Made:
    """A token of the connector's with other claims; ``None`` leaves one out."""
    return lambda realms: realms.issuer.token(**claims)


def written(payload: str = "", header: str = "") -> Made:
    return lambda realms: realms.issuer.written(payload, header)


def clients(client: str, **claims: Any) -> Made:
    """An access token that the realm gave to a client."""
    return lambda realms: realms.issuer.client_token(client, **claims)


def spelt(spell: Callable[[str, str, str], str]) -> Made:
    """A good token in another spelling of its three parts."""
    return lambda realms: spell(*realms.issuer.token().split("."))


def moved(parts: tuple[str, str, str], place: int, other: str) -> str:
    return ".".join((*parts[:place], other, *parts[place + 1 :]))


def unused_bits(text: str) -> str:
    """The same bytes in base64, by another last letter: its unused bits are set."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(text) % 4, "all bits of the last letter are used"
    return text[:-1] + letters[letters.index(text[-1]) + 1]


def soon(seconds: int) -> int:
    return int(time.time()) + seconds


STRANGER = public_jwk("stranger")
SQL = "k1' UNION SELECT 'x"
BASE = AUDIENCE.removesuffix("/scim/v2")

#: Name, what is sent in ``Authorization: Bearer …``, status and code of the refusal.
ATTACKS: list[tuple[str, Made, int, str]] = [
    # Algorithms.
    ("alg none", unsigned("none"), 401, "unsupported_algorithm"),
    ("alg nOnE", unsigned("nOnE"), 401, "unsupported_algorithm"),
    ("alg none with a good signature", headed(alg="none"), 401, "unsupported_algorithm"),
    ("alg empty", unsigned(""), 401, "unsupported_algorithm"),
    ("alg no text", headed(alg=["RS256"]), 401, "unsupported_algorithm"),
    ("HS256 with the public key", symmetric("HS256", PEM), 401, "unsupported_algorithm"),
    ("HS512 with the public key", symmetric("HS512", PEM), 401, "unsupported_algorithm"),
    ("RS256 that is an HMAC of the public key", symmetric("RS256", PEM), 401, "wrong_signature"),
    ("HS256 with an empty secret", symmetric("HS256", b""), 401, "unsupported_algorithm"),
    ("ES256 by an RSA key", headed(alg="ES256"), 401, "unknown_key"),
    ("RSA signature of another hash", headed(alg="RS512"), 401, "wrong_signature"),
    # Keys.
    ("signed by another key", strangers(), 401, "wrong_signature"),
    ("key in the header", strangers(jwk=STRANGER), 401, "wrong_signature"),
    ("key in the header, by its name", strangers(jwk=STRANGER, kid="stranger"), 401, "unknown_key"),
    ("jku", strangers(jku="https://evil.example.org/certs", kid="stranger"), 401, "unknown_key"),
    ("x5u", strangers(x5u="https://evil.example.org/chain", kid="stranger"), 401, "unknown_key"),
    ("x5c", strangers(x5c=[encoded(b"no certificate")], kid="stranger"), 401, "unknown_key"),
    ("kid a path", headed(kid="../../../../dev/null"), 401, "unknown_key"),
    ("kid an address", headed(kid="https://evil.example.org/certs"), 401, "unknown_key"),
    ("kid SQL", headed(kid=SQL), 401, "unknown_key"),
    ("kid with a zero", headed(kid="k1\0"), 401, "unknown_key"),
    ("kid huge", headed(kid="k" * 5_000), 401, "unknown_key"),
    ("kid empty", headed(kid=""), 401, "unknown_key"),
    ("kid no text", headed(kid=["k1"]), 401, "malformed_token"),
    ("no kid", lambda realms: forged({"alg": "RS256"}, realms.issuer.claims(), by("k1")), 401, "unknown_key"),
    # Signatures.
    ("no signature", spelt(lambda *parts: moved(parts, 2, "")), 401, "wrong_signature"),
    ("half a signature", spelt(lambda *parts: moved(parts, 2, parts[2][:-2])), 401, "wrong_signature"),
    ("signature twice", spelt(lambda *parts: moved(parts, 2, parts[2] + parts[2][:2])), 401, "wrong_signature"),
    (
        "claims of another token",
        lambda realms: moved(tuple(realms.issuer.token().split(".")), 1, realms.issuer.token().split(".")[1]),  # type: ignore[arg-type]
        401,
        "wrong_signature",
    ),
    # Headers.
    ("crit", headed(crit=["b64"], b64=False), 401, "unknown_extension"),
    ("crit empty", headed(crit=[]), 401, "unknown_extension"),
    ("typ of a logout token", headed(typ="logout+jwt"), 401, "wrong_token_type"),
    ("typ of a DPoP proof", headed(typ="dpop+jwt"), 401, "wrong_token_type"),
    ("typ no text", headed(typ=["at+jwt"]), 401, "wrong_token_type"),
    ("header member twice", written(header='"kid": "x", "kid": "k1"'), 401, "malformed_token"),
    # Issuers and realms.
    ("issuer unknown", claiming(iss="https://evil.example.org/realms/staff"), 401, "unknown_issuer"),
    ("issuer with a slash more", issued(lambda name: name + "/"), 401, "unknown_issuer"),
    ("issuer in capitals", issued(str.upper), 401, "unknown_issuer"),
    ("issuer a prefix", issued(lambda name: name[:-1]), 401, "unknown_issuer"),
    ("issuer SQL", claiming(iss="' OR '1'='1"), 401, "unknown_issuer"),
    ("issuer with a zero", claiming(iss="a\0b"), 401, "unknown_issuer"),
    ("issuer a list", written('"iss": ["x"]'), 401, "unknown_issuer"),
    ("no issuer", claiming(iss=None), 401, "unknown_issuer"),
    ("another realm of the same server", lambda realms: realms.issuer.token("guest-key"), 401, "unknown_key"),
    ("key of another realm", lambda realms: realms.issuer.token("k2", iss=realms.guests), 401, "unknown_key"),
    # Audiences.
    ("audience of another", claiming(aud="https://other.example.org/scim/v2"), 401, "wrong_audience"),
    ("audience a prefix", claiming(aud=AUDIENCE[:-1]), 401, "wrong_audience"),
    ("audience the host alone", claiming(aud=BASE), 401, "wrong_audience"),
    ("audience a suffix", claiming(aud=AUDIENCE.removeprefix("https://")), 401, "wrong_audience"),
    ("audience with more behind", claiming(aud=AUDIENCE + ".evil.example.org"), 401, "wrong_audience"),
    ("audience with a slash", claiming(aud=AUDIENCE + "/"), 401, "wrong_audience"),
    ("audience in capitals", claiming(aud=AUDIENCE.upper()), 401, "wrong_audience"),
    ("audience a star", claiming(aud="*"), 401, "wrong_audience"),
    ("audiences of others", claiming(aud=["account", BASE, AUDIENCE + "/Users"]), 401, "wrong_audience"),
    ("audience in a list in a list", claiming(aud=[[AUDIENCE]]), 401, "wrong_audience"),
    ("audience a list with a number", claiming(aud=[AUDIENCE, 5]), 401, "wrong_audience"),
    ("audience an object", written(f'"aud": {{"{AUDIENCE}": 1}}'), 401, "wrong_audience"),
    ("audience that every client has", claiming(aud="account"), 401, "wrong_audience"),
    ("no audience", claiming(aud=None), 401, "wrong_audience"),
    # Times.
    ("expired", lambda realms: realms.issuer.token(exp=soon(-LEEWAY - 5)), 401, "token_expired"),
    ("expired long ago", claiming(exp=0), 401, "token_expired"),
    ("no expiry", claiming(exp=None), 401, "missing_claim"),
    ("expiry no number", claiming(exp="never"), 401, "malformed_claim"),
    ("expiry true", written('"exp": true'), 401, "malformed_claim"),
    ("expiry of 400 digits", written(f'"exp": {"9" * 400}'), 401, "malformed_claim"),
    ("not before", lambda realms: realms.issuer.token(nbf=soon(LEEWAY + 30)), 401, "token_not_yet_valid"),
    ("issued later", lambda realms: realms.issuer.token(iat=soon(LEEWAY + 30)), 401, "token_not_yet_valid"),
    # Claims.
    ("claim twice", written('"typ": "Bearer", "typ": "sbe-scim"'), 401, "malformed_token"),
    ("audience twice", written(f'"aud": "x", "aud": "{AUDIENCE}"'), 401, "malformed_token"),
    ("subject no text", written('"sub": 5'), 401, "malformed_claim"),
    ("claims no object", holding(b"[]"), 401, "malformed_token"),
    ("claims deep", holding(b"[" * 5_000), 401, "malformed_token"),
    # Kinds of tokens.
    ("ID token", clients("batch", typ="ID"), 401, "wrong_token_type"),
    ("refresh token", clients("batch", typ="Refresh"), 401, "wrong_token_type"),
    ("offline token", clients("batch", typ="Offline"), 401, "wrong_token_type"),
    ("an older connector's", claiming(typ=None), 401, "older_connector"),
    ("encrypted", lambda _realms: f"{encoded(b'{}')}.x.x.x.x", 401, "malformed_token"),
    # Clients and persons.
    ("a client that is not listed", clients("shop"), 403, "unlisted_client"),
    ("a client like a listed one", clients("BATCH"), 403, "unlisted_client"),
    ("a person by a client that is not listed", clients("shop", sid="s1"), 403, "unlisted_client"),
    ("a person by a listed client", clients("batch", sid="s1"), 403, "persons_token"),
    ("a person by a listed client, older Keycloak", clients("batch", session_state="s1"), 403, "persons_token"),
    ("two clients", clients("batch", client_id="web"), 401, "ambiguous_client"),
    ("no scope", claiming(scope="openid"), 403, "insufficient_scope"),
    ("scope to write alone", claiming(scope="scim.write"), 403, "insufficient_scope"),
    ("scope like ours", claiming(scope="SCIM scim.reader xscim"), 403, "insufficient_scope"),
    # Spellings (RFC 7515 §2).
    ("padding", spelt(lambda *parts: ".".join(parts) + "=="), 401, "malformed_token"),
    ("blank inside", spelt(lambda *parts: moved(parts, 1, f"{parts[1][:9]} {parts[1][9:]}")), 401, "malformed_token"),
    ("letter that is skipped", spelt(lambda *parts: moved(parts, 2, f"!{parts[2]}")), 401, "malformed_token"),
    ("unused bits", spelt(lambda *parts: moved(parts, 2, unused_bits(parts[2]))), 401, "malformed_token"),
    ("ordinary base64", spelt(lambda *parts: moved(parts, 2, "+/" + parts[2][2:])), 401, "malformed_token"),
    ("four parts", spelt(lambda *parts: ".".join((*parts, ""))), 401, "malformed_token"),
    ("two parts", spelt(lambda *parts: ".".join(parts[:2])), 401, "malformed_token"),
    ("two tokens", spelt(lambda *parts: f"{'.'.join(parts)},{'.'.join(parts)}"), 401, "malformed_token"),
    ("JSON form", lambda _realms: '{"payload":"","signatures":[]}', 401, "malformed_token"),
    ("letters of another alphabet", lambda _realms: "é.é.é", 401, "malformed_token"),
    ("too long", lambda _realms: "x" * (LONGEST_TOKEN + 1), 401, "token_too_long"),
    ("long, and no token", lambda _realms: "x" * LONGEST_TOKEN, 401, "malformed_token"),
    # Static tokens.
    ("static, unknown", lambda _realms: TOKEN_PREFIX + "A" * 43, 401, "unknown_token"),
    ("static, in capitals", static(str.swapcase), 401, "unknown_token"),
    ("static, one letter less", static(lambda text: text[:-1]), 401, "unknown_token"),
    ("static, a hash", static(tokens.digest), 401, "unknown_token"),
    ("static, expired", lambda realms: realms.expired, 401, "token_expired"),
    ("static, revoked", lambda realms: realms.revoked, 401, "token_revoked"),
    ("static, of a disabled source", lambda realms: realms.disabled, 401, "source_disabled"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "status", "reason"), [row[1:] for row in ATTACKS], ids=[row[0] for row in ATTACKS])
def test_an_attack_is_refused_for_its_own_reason(realms: Realms, made: Made, status: int, reason: str) -> None:
    refusal = ask(realms, ("authorization", f"Bearer {made(realms)}"))
    assert (refusal.status_code, refusal.json().get("reason")) == (status, reason), refusal.text
    assert "www-authenticate" in refusal.headers
    assert not any("Bearer " in str(record.__dict__) for record in realms.scim.log.records)


def good(realms: Realms) -> str:
    return f"Bearer {realms.issuer.token()}"


#: Name, the headers that carry a good token in a way that is none, the query, status and code.
WAYS: list[tuple[str, Callable[[str], list[tuple[str, str]]], str, int, str]] = [
    ("none at all", lambda _good: [], "", 401, "no_token"),
    ("empty", lambda _good: [("authorization", "")], "", 401, "no_token"),
    ("in the query", lambda _good: [], "access_token", 401, "no_token"),
    ("in the query as a header", lambda _good: [], "authorization", 401, "no_token"),
    ("in a cookie", lambda good: [("cookie", f"access_token={good[7:]}")], "", 401, "no_token"),
    ("in a proxy's header", lambda good: [("proxy-authorization", good)], "", 401, "no_token"),
    ("in a forwarded header", lambda good: [("x-forwarded-authorization", good)], "", 401, "no_token"),
    ("without Bearer", lambda good: [("authorization", good[7:])], "", 401, "malformed_header"),
    ("Bearer alone", lambda _good: [("authorization", "Bearer ")], "", 401, "malformed_header"),
    ("Basic", lambda good: [("authorization", f"Basic {good[7:]}")], "", 401, "malformed_header"),
    ("twice", lambda good: [("authorization", good), ("authorization", good)], "", 400, "repeated_credentials"),
    ("twice, one bad", lambda good: [("authorization", good), ("authorization", "")], "", 400, "repeated_credentials"),
    ("twice, in one header", lambda good: [("authorization", f"{good}, {good}")], "", 401, "malformed_token"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "parameter", "status", "reason"), [row[1:] for row in WAYS], ids=[row[0] for row in WAYS]
)
def test_a_token_is_taken_in_one_way_only(
    realms: Realms, headers: Callable[[str], list[tuple[str, str]]], parameter: str, status: int, reason: str
) -> None:
    query = f"?{parameter}={good(realms)[7:]}" if parameter else ""
    refusal = ask(realms, *headers(good(realms)), query=query)
    assert (refusal.status_code, refusal.json().get("reason")) == (status, reason), refusal.text
    assert "www-authenticate" in refusal.headers


def ask(realms: Realms, *headers: tuple[str, str], query: str = "") -> Any:
    sent = [(name.encode(), value.encode("utf-8")) for name, value in headers]
    return realms.scim.run(realms.scim.client.get(f"/scim/v2/Users{query}", headers=sent))


@pytest.mark.parametrize(
    "made",
    [
        claiming(),
        claiming(aud=["account", AUDIENCE]),
        clients("batch"),
        lambda realms: realms.issuer.token(exp=soon(-LEEWAY + 20)),
        lambda realms: realms.issuer.token(nbf=soon(LEEWAY - 20)),
        lambda realms: realms.scim.token,
    ],
    ids=["the connector's", "for several", "a listed client's", "just expired", "valid in a moment", "static"],
)
def test_what_the_attacks_start_from_is_taken(realms: Realms, made: Made) -> None:
    assert ask(realms, ("authorization", f"Bearer {made(realms)}")).status_code == 200
