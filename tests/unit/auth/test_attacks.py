"""Tokens that somebody forged, or that an issuer got wrong: refused as such, whatever is in them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, HMACAlgorithm, RSAAlgorithm
from jwt.utils import raw_to_der_signature

from sbe_scim.auth.keys import MIN_INTERVAL
from sbe_scim.protocol import Unauthorized, Unavailable
from tests.unit.auth.door import Door
from tests.unit.auth.issuer import AUDIENCE, Issuer, private_key, public_jwk


def encoded(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(header: Any, payload: Any, sign: Callable[[bytes], bytes] = lambda _text: b"") -> str:
    """A token of these parts, signed by whatever ``sign`` makes of them."""
    text = f"{encoded(header)}.{encoded(payload)}"
    return f"{text}.{encoded(sign(text.encode()))}"


def signed_by(kid: str) -> Callable[[bytes], bytes]:
    return lambda text: RSAAlgorithm(RSAAlgorithm.SHA256).sign(text, private_key(kid))


def keyed_by(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda text: HMACAlgorithm(HMACAlgorithm.SHA256).sign(text, secret)


PEM = private_key("k1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
DER = private_key("k1").public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
HEADER = {"alg": "RS256", "typ": "at+jwt", "kid": "k1"}


def test_what_the_attacks_start_from_is_a_good_token(door: Door) -> None:
    assert door.verify(token(HEADER, door.issuer.claims(), signed_by("k1")))
    assert door.verify(door.issuer.written())


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", "RS257", "rs256", "HS512", "A128KW", "dir"])
def test_an_algorithm_of_no_use_is_refused(door: Door, algorithm: str) -> None:
    claims = door.issuer.claims()
    door.refuses(token(HEADER | {"alg": algorithm}, claims), "not signed by one of")
    door.refuses(token(HEADER | {"alg": algorithm}, claims, signed_by("k1")), "not signed by one of")


@pytest.mark.parametrize("algorithm", [None, 5, True, ["RS256"], {"RS256": 1}, [], {}])
def test_an_algorithm_that_is_no_name_is_refused(door: Door, algorithm: Any) -> None:
    door.refuses(token(HEADER | {"alg": algorithm}, door.issuer.claims(), signed_by("k1")), "not signed by one of")


@pytest.mark.parametrize("algorithm", ["HS256", "hs256", "RS256"])
def test_a_public_key_is_no_secret(door: Door, algorithm: str) -> None:
    for secret in (PEM, PEM.strip(), DER, encoded(DER).encode(), json.dumps(public_jwk("k1")).encode()):
        forged = token(HEADER | {"alg": algorithm}, door.issuer.claims(), keyed_by(secret))
        door.refuses(forged, "not signed by one of|signature")


@pytest.mark.parametrize("algorithm", ["HS256", "RS256", "ES256"])
def test_a_secret_that_an_issuer_publishes_signs_nothing(door: Door, algorithm: str) -> None:
    secret = b"s" * 64
    door.issuer.keys = [{"kty": "oct", "kid": "k1", "use": "sig", "alg": algorithm, "k": encoded(secret)}]
    forged = token(HEADER | {"alg": algorithm}, door.issuer.claims(), keyed_by(secret))
    door.refuses(forged, "not signed|does not publish")


@pytest.mark.parametrize(
    ("published", "algorithm"),
    [("ec1", "ES384"), ("ec384", "ES256"), ("ec521", "ES256"), ("ec1", "RS256"), ("k1", "ES256")],
)
def test_a_key_of_another_curve_or_kind_is_refused(door: Door, published: str, algorithm: str) -> None:
    door.issuer.keys = [public_jwk(published)]
    forged = token(HEADER | {"alg": algorithm, "kid": published}, door.issuer.claims(), lambda _text: b"\1" * 96)
    door.refuses(forged, f"does not publish for {algorithm}")


def test_an_elliptic_signature_of_nothing_is_refused(door: Door) -> None:
    door.issuer.keys = [public_jwk("ec1")]
    for signature in (bytes(64), bytes(63) + b"\1", b"\xff" * 64, b"", bytes(63), bytes(65), bytes(1000)):
        signed, _, _ = token({"alg": "ES256", "kid": "ec1"}, door.issuer.claims()).rpartition(".")
        door.refuses(f"{signed}.{encoded(signature)}", "signature")


def test_an_elliptic_signature_in_another_form_is_refused(door: Door) -> None:
    door.issuer.keys = [public_jwk("ec1")]
    key = private_key("ec1")

    def in_der(text: bytes) -> bytes:
        return raw_to_der_signature(ECAlgorithm(ECAlgorithm.SHA256).sign(text, key), key.curve)

    door.refuses(token({"alg": "ES256", "kid": "ec1"}, door.issuer.claims(), in_der), "signature")


def test_a_token_of_a_key_that_it_brings_along_is_refused(door: Door) -> None:
    stranger = public_jwk("stranger")
    elsewhere = f"{door.issuer.base}/stranger/certs"
    for brought in (
        {"jwk": stranger},
        {"jku": elsewhere},
        {"x5u": elsewhere},
        {"x5c": [encoded(DER)]},
        {"jwk": stranger, "jku": elsewhere, "x5u": elsewhere, "x5t": "x"},
    ):
        for kid, reason in (("k1", "signature"), ("stranger", "does not publish")):
            header = HEADER | brought | {"kid": kid}
            door.refuses(token(header, door.issuer.claims(), signed_by("stranger")), reason)
    assert set(door.issuer.requests) == {"/realms/staff/certs"}


@pytest.mark.parametrize(
    "kid",
    [
        "",
        "../../../../dev/null",
        "/dev/null",
        "https://evil.example.org/certs",
        "k1'; DROP TABLE scim_source; --",
        "k1' UNION SELECT 'x",
        "k1\0",
        "k1 ",
        "K1",
        "\ud800",
        "*",
        "k" * 5000,
    ],
)
def test_a_key_id_is_only_compared(door: Door, kid: str) -> None:
    door.refuses(token(HEADER | {"kid": kid}, door.issuer.claims(), signed_by("k1")), "does not publish")
    assert door.verify(door.issuer.token())


@pytest.mark.parametrize("kid", [None, 5, True, 1.5, ["k1"], {"k1": 1}, [], {}])
def test_a_key_id_that_is_no_text_is_refused(door: Door, kid: Any) -> None:
    door.refuses(token(HEADER | {"kid": kid}, door.issuer.claims(), signed_by("k1")), "kid")


def test_a_token_without_a_key_id_is_that_of_no_key_with_one(door: Door) -> None:
    door.refuses(token({"alg": "RS256"}, door.issuer.claims(), signed_by("k1")), "does not publish")


@pytest.mark.parametrize("critical", [["b64"], ["exp"], ["x"], [], "b64", None, 5, {}])
def test_an_extension_that_must_be_understood_is_refused(door: Door, critical: Any) -> None:
    header = HEADER | {"crit": critical, "b64": True, "exp": 1, "x": 1}
    door.refuses(token(header, door.issuer.claims(), signed_by("k1")), "extension")


@pytest.mark.parametrize("typ", ["dpop+jwt", "logout+jwt", "JOSE", "id+jwt", "at+jwt;x", 5, None, True, ["at+jwt"], {}])
def test_a_header_of_another_type_is_refused(door: Door, typ: Any) -> None:
    door.refuses(token(HEADER | {"typ": typ}, door.issuer.claims(), signed_by("k1")), "not an access token")


def test_a_changed_token_is_refused(door: Door) -> None:
    header, payload, signature = door.issuer.token().split(".")
    _, other_payload, other_signature = door.issuer.token(scope="scim.read").split(".")
    for parts in (
        (header, other_payload, signature),
        (header, payload, other_signature),
        (header, payload, ""),
        (header, payload, signature[:-10]),
        (header, payload, "A" + signature[1:]) if signature[0] != "A" else (header, payload, "B" + signature[1:]),
        (header, payload, signature * 2),
    ):
        door.refuses(".".join(parts), "signature")


@pytest.mark.parametrize(
    "form", ["{0}.{1}", "{0}.{1}.{2}.", ".{0}.{1}.{2}", "{0}.{1}.{2}.{2}.{2}", "{0}..{2}", "{0}.{1}.{2},{0}.{1}.{2}"]
)
def test_another_number_of_parts_is_no_token(door: Door, form: str) -> None:
    door.refuses(form.format(*door.issuer.token().split(".")), "neither a JWT|signature")


def test_the_json_form_of_a_signature_is_no_token(door: Door) -> None:
    header, payload, signature = door.issuer.token().split(".")
    form = json.dumps({"protected": header, "payload": payload, "signature": signature})
    door.refuses(form, "neither a JWT")


@pytest.mark.parametrize("part", [b"[]", b'"x"', b"5", b"null", b"", b"{", b"\xff{}", b"\xef\xbb\xbf{}", b"{}{}"])
def test_a_part_that_is_no_object_is_no_token(door: Door, part: bytes) -> None:
    door.refuses(token(part, door.issuer.claims(), signed_by("k1")), "neither a JWT")
    door.refuses(token(HEADER, part, signed_by("k1")), "neither a JWT")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32-be"])
def test_claims_in_another_encoding_are_no_token(door: Door, encoding: str) -> None:
    claims = json.dumps(door.issuer.claims()).encode(encoding)
    door.refuses(token(HEADER, claims, signed_by("k1")), "neither a JWT")


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_json_as_deep_as_a_token_can_hold_is_no_token(door: Door, opening: str) -> None:
    deep = (opening * (10_000 // len(opening))).encode()
    door.refuses(token(deep, door.issuer.claims()), "neither a JWT")
    door.refuses(token(HEADER, deep), "neither a JWT")


def test_a_claim_that_is_there_twice_makes_no_token(door: Door) -> None:
    for twice in (
        '"typ": "Bearer", "typ": "sbe-scim"',
        f'"aud": "x", "aud": "{AUDIENCE}"',
        '"x": {"y": 1, "y": 1}',
        '"": 1, "": 1',
    ):
        door.refuses(door.issuer.written(twice), "neither a JWT")


def test_a_header_that_is_there_twice_makes_no_token(door: Door) -> None:
    door.refuses(door.issuer.written(header='"kid": "x", "kid": "k1"'), "neither a JWT")


NUMBERS_OF_NO_TIME = [
    "9" * 401,
    "9" * 5000,
    "-" + "9" * 401,
    "253402300800",
    "1e400",
    "-1e400",
    "1e308",
    "NaN",
    "Infinity",
    "-Infinity",
    "-1",
    "true",
    "false",
    "null",
    '""',
    '"x"',
    '"NaN"',
    '"inf"',
    '"1e400"',
    '"' + "9" * 401 + '"',
    '"' + "9" * 5000 + '"',
    "[]",
    "{}",
    "[4102444800]",
    '{"value": 4102444800}',
]


@pytest.mark.parametrize("number", NUMBERS_OF_NO_TIME, ids=lambda text: text[:20])
def test_what_is_no_time_is_refused(door: Door, number: str) -> None:
    for name in ("exp", "nbf", "iat"):
        door.refuses(door.issuer.written(f'"{name}": {number}'), f"{name} is not a time|neither a JWT")


@pytest.mark.parametrize("number", NUMBERS_OF_NO_TIME, ids=lambda text: text[:20])
def test_what_is_no_time_is_no_name_in_a_header_either(door: Door, number: str) -> None:
    # An empty typ is as good as none.
    for name in ("alg", "kid") if number == '""' else ("alg", "kid", "typ"):
        with pytest.raises(Unauthorized):
            door.verify(door.issuer.written(header=f'"{name}": {number}'))


def test_a_number_of_any_size_elsewhere_is_no_trouble(door: Door) -> None:
    for number in NUMBERS_OF_NO_TIME:
        written = door.issuer.written(f'"more": {number}')
        if number in ("NaN", "Infinity", "-Infinity", "9" * 5000):
            door.refuses(written, "neither a JWT")
        else:
            assert door.verify(written)


def test_a_fraction_of_a_second_is_a_time(door: Door) -> None:
    assert door.verify(door.issuer.written('"exp": 4102444800.75, "nbf": 0, "iat": 1.5e9'))


def test_an_audience_of_another_kind_is_refused(door: Door) -> None:
    held = (f'{{"{AUDIENCE}": 1}}', f'[["{AUDIENCE}"]]', f'["{AUDIENCE}", 5]', f'"{AUDIENCE} x"')
    for audience in ("5", "true", "{}", "[]", '""', "null", *held):
        door.refuses(door.issuer.written(f'"aud": {audience}'), "audience")


@pytest.mark.parametrize("name", ["iss", "sub", "jti"])
def test_a_name_of_another_kind_is_refused(door: Door, name: str) -> None:
    for value in ("5", "true", "[]", "{}", "null", "[5]"):
        door.refuses(door.issuer.written(f'"{name}": {value}'), "names no issuer|not of its kind")


def test_a_scope_of_another_kind_allows_nothing(door: Door) -> None:
    for scope in ("5", "true", "{}", "[]", "null", '{"scim": 1}', "[5, {}, [], null]", '[["scim"]]', "1e400", '"SCIM"'):
        assert door.verify(door.issuer.written(f'"scope": {scope}')).scopes == set()


def test_a_token_for_one_source_is_none_for_another(door: Door) -> None:
    other = "https://guests.example.org"
    door.sources("add", "guests", issuer=other, jwks_url=door.issuer.jwks_url, audience="urn:guests")
    door.refuses(door.issuer.token(iss=other), "audience of the token does not contain urn:guests")
    assert door.verify(door.issuer.token(iss=other, aud="urn:guests")).source.name == "guests"


def unsigned(issuer: Issuer, kid: str) -> str:
    return token(HEADER | {"kid": kid}, issuer.claims())


def test_a_flood_of_unknown_keys_fetches_them_once_a_second(door: Door) -> None:
    seconds, each = 8, 500
    good = door.issuer.token()
    for number in range(seconds * each):
        # Whether a key is published is known of those that were asked for before the keys were fetched.
        with pytest.raises((Unauthorized, Unavailable), match=r"does not publish|a moment ago"):
            door.verify(unsigned(door.issuer, f"unknown-{number}"))
        door.clock.now += MIN_INTERVAL / each
        if number % each == 0:
            assert door.verify(good)
    assert len(door.issuer.requests) <= seconds + 1


def test_a_flood_of_algorithms_fetches_no_more_than_a_flood_of_keys(door: Door) -> None:
    door.issuer.keys = [public_jwk("k1", alg="RS256")]
    for algorithm in ("PS256", "RS512", "ES256", "EdDSA") * 10:
        door.refuses(token(HEADER | {"alg": algorithm}, door.issuer.claims()), "does not publish")
    assert len(door.issuer.requests) == 1


def test_an_encrypted_token_is_no_token(door: Door) -> None:
    header = encoded({"alg": "RSA-OAEP", "enc": "A256GCM", "kid": "k1"})
    door.refuses(f"{header}.x.x.x.x", "neither a JWT")


def test_a_token_inside_a_token_is_no_token(door: Door) -> None:
    inner = door.issuer.token()
    nested = jwt.api_jws.encode(inner.encode(), private_key("k1"), "RS256", headers={"cty": "JWT", "kid": "k1"})
    door.refuses(nested, "neither a JWT")
