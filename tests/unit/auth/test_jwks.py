"""Which keys of a published set serve for which signatures."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from sbe_scim.auth.jwks import signing_keys
from tests.unit.auth.door import Door
from tests.unit.auth.issuer import private_key, public_jwk

RSA = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}


def algorithms(*keys: Any) -> set[str]:
    return {algorithm for _kid, algorithm in signing_keys({"keys": list(keys)})}


@pytest.mark.parametrize(
    ("kid", "serves"),
    [
        ("k1", RSA),
        ("ec1", {"ES256"}),
        ("ec384", {"ES384"}),
        ("ec521", {"ES512"}),
        ("ed1", {"EdDSA"}),
        ("ec256k1", set()),
        ("rsa1024", set()),
        ("rsa2047", set()),
    ],
)
def test_the_kind_of_a_key_decides_what_it_serves_for(kid: str, serves: set[str]) -> None:
    assert algorithms(public_jwk(kid)) == serves


@pytest.mark.parametrize(
    ("says", "serves"),
    [
        ({"alg": "RS256"}, {"RS256"}),
        ({"alg": "PS512"}, {"PS512"}),
        ({"alg": "ES256"}, set()),
        ({"alg": "RSA-OAEP"}, set()),
        ({"alg": "none"}, set()),
        ({"alg": "HS256"}, set()),
        ({"alg": None}, set()),
        ({"alg": ["RS256"]}, set()),
        ({"use": "enc"}, set()),
        ({"use": None}, set()),
        ({"use": ["sig"]}, set()),
        ({"key_ops": ["verify"]}, RSA),
        ({"key_ops": ["sign", "verify"], "alg": "RS384"}, {"RS384"}),
        ({"key_ops": ["encrypt"]}, set()),
        ({"key_ops": []}, set()),
        ({"key_ops": "verify"}, set()),
        ({"key_ops": "noverify"}, set()),
        ({"key_ops": 5}, set()),
        ({"key_ops": None}, set()),
        ({"kid": ["k1"]}, set()),
    ],
)
def test_a_key_serves_for_nothing_but_what_it_is_published_for(says: dict[str, Any], serves: set[str]) -> None:
    assert algorithms(public_jwk("k1", **says)) == serves


def test_a_secret_or_private_key_serves_for_nothing() -> None:
    private = jwt.algorithms.RSAAlgorithm.to_jwk(private_key("k1"), as_dict=True)
    assert algorithms({"kty": "oct", "k": "c2VjcmV0", "kid": "k1"}, private | {"kid": "k1"}) == set()


def test_keys_that_share_an_id_serve_each_for_its_own() -> None:
    keys = signing_keys({"keys": [public_jwk("k1"), public_jwk("ec1", kid="k1"), public_jwk("k2", kid="k1")]})
    assert keys["k1", "ES256"].public_numbers() == private_key("ec1").public_key().public_numbers()
    assert keys["k1", "RS256"].public_numbers() == private_key("k1").public_key().public_numbers()


@pytest.mark.parametrize("algorithm", ["PS256", "PS512", "RS512"])
def test_a_token_by_another_algorithm_than_its_keys_own_is_refused(door: Door, algorithm: str) -> None:
    door.issuer.keys = [public_jwk("k1", alg="RS256")]
    assert door.verify(door.issuer.token())
    door.refuses(door.issuer.token(algorithm=algorithm), f"does not publish for {algorithm}")


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_a_token_of_a_short_rsa_key_is_refused_by_what_it_lacks(door: Door) -> None:
    door.issuer.keys = [public_jwk("rsa1024")]
    door.refuses(door.issuer.token("rsa1024"), "2048 bits")


@pytest.mark.parametrize("kid", ["ec384", "ec521", "ed1", "k1"])
def test_every_kind_of_key_is_taken_by_its_algorithm(door: Door, kid: str) -> None:
    door.issuer.keys = [public_jwk(kid)]
    assert door.verify(door.issuer.token(kid))
