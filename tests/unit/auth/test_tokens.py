"""Which tokens are taken, and what a refusal says."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from pathlib import Path
from typing import Any

import jwt
import pytest

from sbe_scim.auth import READ, WRITE, KeyRing
from sbe_scim.auth.authenticator import TRUSTED_FOR
from sbe_scim.auth.keys import LONGEST_OUTAGE, MAX_AGE, MIN_INTERVAL, MOST_WAITING
from sbe_scim.protocol import Forbidden, Unauthorized, Unavailable
from sbe_scim.store import TOKEN_PREFIX
from sbe_scim.store.clock import now
from tests.unit.auth.door import Clock, Door
from tests.unit.auth.issuer import AUDIENCE, private_key, public_jwk


def test_a_token_of_the_connector_is_taken(door: Door) -> None:
    principal = door.verify(door.issuer.token())
    assert (principal.source.name, principal.scopes) == ("staff", {"scim"})


def test_a_token_for_several_audiences_is_taken(door: Door) -> None:
    assert door.verify(door.issuer.token(aud=[AUDIENCE, "account"]))


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": "application/at+jwt"}, {"typ": None}])
def test_other_header_types_are_taken(door: Door, header: dict[str, Any]) -> None:
    assert door.verify(door.issuer.token(headers=header))


def test_a_minute_of_difference_between_clocks_is_forgiven(door: Door) -> None:
    moment = int(time.time())
    assert door.verify(door.issuer.token(exp=moment - 50, iat=moment - 400))
    assert door.verify(door.issuer.token(iat=moment + 50, nbf=moment + 50))


def test_a_token_is_refused_outside_its_time(door: Door) -> None:
    moment = int(time.time())
    door.refuses(door.issuer.token(exp=moment - 100), "expired")
    door.refuses(door.issuer.token(nbf=moment + 100), "not valid yet")


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"aud": "https://elsewhere.example.org"}, f"audience of the token does not contain {AUDIENCE}"),
        ({"aud": None}, f"audience of the token does not contain {AUDIENCE}"),
        ({"aud": AUDIENCE + "/"}, "audience"),
        ({"exp": None}, "no claim exp"),
        ({"iss": "https://other.example.org"}, "unknown issuer https://other.example.org"),
        ({"iss": None}, "no issuer"),
        ({"typ": "ID"}, "not an access token"),
        ({"typ": "Refresh"}, "not an access token"),
    ],
)
def test_a_token_that_breaks_a_rule_is_refused_by_its_name(door: Door, claims: dict[str, Any], reason: str) -> None:
    door.refuses(door.issuer.token(**claims), reason)


def test_an_issuer_that_is_repeated_cannot_break_the_header(door: Door) -> None:
    with pytest.raises(Unauthorized) as refusal:
        door.verify(door.issuer.token(iss='x"\r\nSet-Cookie: a=b' + "y" * 1000))
    assert not set('"\r\n') & set(refusal.value.detail)
    assert len(refusal.value.detail) < 300


def test_the_issuer_must_be_the_very_same(door: Door) -> None:
    door.refuses(door.issuer.token(iss=door.issuer.name + "/"), "unknown issuer")


def test_the_audience_of_the_source_goes_before_that_of_the_receiver(door: Door) -> None:
    door.sources("remove", "staff")
    door.sources("add", "staff", issuer=door.issuer.name, audience="urn:scim", jwks_url=door.issuer.jwks_url)
    assert door.verify(door.issuer.token(aud="urn:scim"))
    door.refuses(door.issuer.token(), "audience of the token does not contain urn:scim")


def test_a_token_of_another_key_is_refused(door: Door) -> None:
    forged = jwt.encode(
        {"iss": door.issuer.name, "aud": AUDIENCE, "exp": time.time() + 300},
        private_key("k2"),
        "RS256",
        headers={"kid": "k1"},
    )
    door.refuses(forged, "signature")


def test_an_unsigned_or_symmetric_token_is_refused(door: Door) -> None:
    claims = {"iss": door.issuer.name, "aud": AUDIENCE, "exp": time.time() + 300}
    door.refuses(jwt.encode(claims, "", "none", headers={"kid": "k1"}), "not signed by one of")
    door.refuses(jwt.encode(claims, "s" * 64, "HS256", headers={"kid": "k1"}), "not signed by one of")


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "é", "x" * 20_000, "e30.e30.e30", TOKEN_PREFIX + "x"])
def test_what_is_no_token_is_refused(door: Door, token: str) -> None:
    with pytest.raises(Unauthorized) as refusal:
        door.verify(token)
    assert token == "x" or token not in refusal.value.detail


@pytest.mark.parametrize("header", [None, "", "Basic eDp5", "Bearer", "Bearer ", "non-token"])
def test_another_header_is_refused(door: Door, header: str | None) -> None:
    with pytest.raises(Unauthorized):
        door.authenticator.verify(header)


def test_elliptic_keys_serve_and_keys_for_encryption_do_not(door: Door) -> None:
    door.issuer.keys = [public_jwk("k1", use="enc"), {"kty": "strange", "kid": "k9"}, public_jwk("ec1")]
    assert door.verify(door.issuer.token("ec1"))
    door.refuses(door.issuer.token("k1"), "does not publish")


def test_keys_are_found_by_the_issuers_metadata(door: Door) -> None:
    door.sources("remove", "staff")
    door.sources("add", "staff", issuer=door.issuer.name)
    assert door.verify(door.issuer.token())
    assert door.issuer.requests == ["/realms/staff/.well-known/openid-configuration", "/realms/staff/certs"]


def test_metadata_of_another_issuer_are_not_used(door: Door) -> None:
    door.sources("remove", "staff")
    door.sources("add", "staff", issuer=door.issuer.name)
    door.issuer.metadata_issuer = "https://evil.example.org"
    with pytest.raises(Unavailable):
        door.verify(door.issuer.token())


def test_a_rotated_key_is_fetched_when_its_first_token_comes(door: Door) -> None:
    door.verify(door.issuer.token())
    door.issuer.keys = [public_jwk("k2"), public_jwk("k1")]
    door.clock.now += MIN_INTERVAL
    assert door.verify(door.issuer.token("k2"))
    assert door.verify(door.issuer.token("k1"))
    assert len(door.issuer.requests) == 2


def test_a_key_that_was_published_since_the_last_fetch_is_worth_another_try(door: Door) -> None:
    door.verify(door.issuer.token())
    door.issuer.keys = [public_jwk("k2"), public_jwk("k1")]
    door.clock.now += MIN_INTERVAL / 2
    with pytest.raises(Unavailable, match="a moment ago"):
        door.verify(door.issuer.token("k2"))
    assert door.verify(door.issuer.token("k1"))
    door.clock.now += MIN_INTERVAL / 2
    assert door.verify(door.issuer.token("k2"))
    assert len(door.issuer.requests) == 2


def test_a_key_that_was_published_while_the_others_were_fetched_is_worth_another_try() -> None:
    clock, documents = Clock(), [[public_jwk("k1")], [public_jwk("k1"), public_jwk("k2")]]
    begun, published = threading.Event(), threading.Event()

    def fetch(_url: str, _seconds: float) -> Any:
        begun.set()
        published.wait()
        return {"keys": documents.pop(0)}

    ring = KeyRing(fetch=fetch, clock=clock)

    def ask(kid: str) -> Any:
        return ring.key("https://issuer.example.org", "https://issuer.example.org/certs", kid, "RS256")

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(ask, "k1")
        begun.wait()
        clock.now += MIN_INTERVAL / 2
        published.set()
        assert first.result()
    clock.now += MIN_INTERVAL / 2
    with pytest.raises(Unavailable):
        ask("k2")
    clock.now += MIN_INTERVAL / 2
    assert ask("k2")


def test_unknown_keys_do_not_make_the_receiver_hammer_the_issuer(door: Door) -> None:
    for _ in range(10):
        door.refuses(door.issuer.token("k2"), "does not publish")
    assert len(door.issuer.requests) == 1


def test_many_tokens_at_once_fetch_the_keys_once(door: Door) -> None:
    tokens = [door.issuer.token() for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(door.verify, tokens))
    assert len(door.issuer.requests) == 1


def test_keys_are_kept_while_the_issuer_is_down(door: Door) -> None:
    door.verify(door.issuer.token())
    door.issuer.broken = True
    door.clock.now += MAX_AGE
    assert door.verify(door.issuer.token())
    assert len(door.issuer.requests) == 2


def test_keys_are_not_kept_for_ever_while_the_issuer_is_down(door: Door) -> None:
    door.verify(door.issuer.token())
    door.issuer.broken = True
    door.clock.now += LONGEST_OUTAGE
    with pytest.raises(Unavailable):
        door.verify(door.issuer.token())


def test_a_new_key_of_an_issuer_that_is_down_is_worth_another_try(door: Door) -> None:
    door.verify(door.issuer.token())
    door.issuer.broken = True
    door.clock.now += MIN_INTERVAL
    with pytest.raises(Unavailable):
        door.verify(door.issuer.token("k2"))


@pytest.mark.parametrize("odd", ["x", None, 5, {"kid": ["a"], "kty": "RSA"}, {"kid": "b", "alg": ["a"], "kty": "EC"}])
def test_a_key_that_cannot_be_read_hides_no_other(door: Door, odd: Any) -> None:
    door.issuer.keys = [odd, *door.issuer.keys]
    assert door.verify(door.issuer.token())


@pytest.mark.parametrize("document", [[], "x", {"keys": "x"}, {"keys": {}}, {}])
def test_what_is_no_set_of_keys_is_our_trouble_not_the_callers(tmp_path: Path, document: Any) -> None:
    with pytest.raises(Unavailable):
        KeyRing(fetch=lambda _url, _seconds: document).key(
            "https://issuer.example.org", "https://issuer.example.org/certs", "k1", "RS256"
        )


def test_an_issuer_that_hangs_takes_only_so_many_threads() -> None:
    released = threading.Event()

    def fetch(_url: str, _seconds: float) -> Any:
        released.wait()
        return {"keys": [public_jwk("k1")]}

    ring = KeyRing(fetch=fetch)

    def ask() -> bool:
        try:
            ring.key("https://issuer.example.org", "https://issuer.example.org/certs", "k1", "RS256")
        except Unavailable:
            return False
        return True

    with ThreadPoolExecutor(MOST_WAITING + 4) as threads:
        asked = [threads.submit(ask) for _ in range(MOST_WAITING + 4)]
        sent_away = [future.result() for future in islice(as_completed(asked), 4)]
        released.set()
    assert sent_away == [False] * 4
    assert sum(future.result() for future in asked) == MOST_WAITING


def test_a_key_withdrawn_is_refused_once_the_keys_are_fetched_again(door: Door) -> None:
    door.verify(door.issuer.token())
    door.issuer.keys = [public_jwk("k2")]
    door.clock.now += MAX_AGE
    door.refuses(door.issuer.token("k1"), "does not publish")


def test_an_issuer_that_was_never_reached_is_our_trouble_not_the_callers(door: Door) -> None:
    door.issuer.broken = True
    with pytest.raises(Unavailable):
        door.verify(door.issuer.token())
    door.issuer.broken = False
    door.clock.now += MIN_INTERVAL
    assert door.verify(door.issuer.token())


def test_a_verified_token_is_remembered_for_a_moment(door: Door) -> None:
    header = f"Bearer {door.issuer.token()}"
    assert door.authenticator.remembered(header) is None
    principal = door.authenticator.verify(header)
    assert door.authenticator.remembered(header) == principal
    assert door.authenticator.remembered(header + "x") is None
    door.clock.now += TRUSTED_FOR
    assert door.authenticator.remembered(header) is None


def test_a_source_is_trusted_from_when_it_was_read(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(*wanted: Any) -> Any:
        door.clock.now += 3
        return fetch(*wanted)

    fetch = door.authenticator._keys.key
    monkeypatch.setattr(door.authenticator._keys, "key", slowly)
    header = f"Bearer {door.issuer.token()}"
    door.authenticator.verify(header)
    door.clock.now += TRUSTED_FOR - 3
    assert door.authenticator.remembered(header) is None


def test_an_expiry_in_a_string_is_a_time(door: Door) -> None:
    door.verify(door.issuer.token(exp=str(int(time.time()) + 300)))


def test_a_remembered_token_does_not_outlive_its_expiry(door: Door) -> None:
    header = f"Bearer {door.issuer.token(exp=int(time.time()) - 58)}"
    door.authenticator.verify(header)
    door.clock.now += 2.1
    assert door.authenticator.remembered(header) is None


def test_a_disabled_source_is_refused(door: Door) -> None:
    static = door.tokens("create", door.sources("get", "staff").id)
    door.sources("disable", "staff")
    door.refuses(door.issuer.token(), "source staff is disabled")
    door.refuses(static, "source staff is disabled")


def test_a_static_token_is_taken_until_it_is_revoked(door: Door) -> None:
    source = door.sources("get", "staff")
    static = door.tokens("create", source.id)
    assert door.verify(static).source == source
    (kept,) = door.tokens("find_all", source.id)
    door.tokens("revoke", kept.id)
    door.refuses(static, "revoked")


def test_the_use_of_a_static_token_is_noted_once_a_minute(door: Door) -> None:
    static = door.tokens("create", door.sources("get", "staff").id)
    (kept,) = door.tokens("find_all")
    door.verify(static)
    door.tokens("used", kept.id, now() - 50_000_000)
    door.verify(static)
    assert door.uses == [kept.id]
    door.tokens("used", kept.id, now() - 61_000_000)
    door.verify(static)
    assert door.uses == [kept.id, kept.id]


def test_a_static_token_ends_at_its_time(door: Door) -> None:
    source = door.sources("get", "staff").id
    door.refuses(door.tokens("create", source, now() - 1), "expired")
    header = f"Bearer {door.tokens('create', source, now() + 2_000_000)}"
    door.authenticator.verify(header)
    door.clock.now += 2.1
    assert door.authenticator.remembered(header) is None


@pytest.mark.parametrize(
    ("scope", "reads", "writes"),
    [
        ("scim", True, True),
        ("openid scim.read", True, False),
        ("scim.write", False, True),
        (["scim.read", "scim.write"], True, True),
        ("openid profile", False, False),
        (None, False, False),
        (5, False, False),
    ],
)
def test_scopes_say_what_a_token_may_do(door: Door, scope: Any, reads: bool, writes: bool) -> None:
    principal = door.verify(door.issuer.token(scope=scope))
    for needed, allowed in ((READ, reads), (WRITE, writes)):
        if allowed:
            principal.require(needed)
        else:
            with pytest.raises(Forbidden, match=needed):
                principal.require(needed)
