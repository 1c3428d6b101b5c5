"""Operators who sign in at an OpenID provider: who may look, whatever a provider or a browser sends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sbe_scim.auth.operators import SESSION
from sbe_scim.config import Settings
from sbe_scim.console.door import COOKIE, MOST_AT_ONCE
from sbe_scim.console.openid import LONGEST_ATTEMPT, OpenId, said
from sbe_scim.options import SettingsError
from sbe_scim.store.clock import now
from tests.environment.openid import FakeProvider
from tests.unit.console import accessible
from tests.unit.console.operator import HOUR, Operator
from tests.unit.http.client import BASE_URL, Receiver, receiver

CONSOLE = BASE_URL.replace("/scim/v2", "/console")
ALLOWED = {"realm_access": {"roles": ["offline_access", "scim-operator"]}}
PERSON = "sub-of-paule"
ATTEMPT = "sbe_scim_console_attempt_"


@pytest.fixture(scope="module")
def running_provider() -> Iterator[FakeProvider]:
    made = FakeProvider()
    yield made
    made.close()


@pytest.fixture
def provider(running_provider: FakeProvider) -> FakeProvider:
    """A provider that does what it should, and says of everybody that they may look."""
    made = running_provider
    made.claims, made.header, made.signing_key, made.refusal = dict(ALLOWED), {}, made.key, None
    made.requests.clear()
    return made


def options(provider: FakeProvider, **more: Any) -> dict[str, Any]:
    return {
        "console_issuer": provider.issuer,
        "console_client_id": "sbe",
        "console_client_secret": "sbe-secret",
        "console_claim": "realm_access.roles",
        "console_allowed": ("scim-operator",),
        "console_provider": "Portail",
        **more,
    }


@pytest.fixture
def scim(provider: FakeProvider, tmp_path: Path) -> Iterator[Receiver]:
    """A receiver whose operators sign in at the provider; it has no token of the console."""
    with receiver(tmp_path, **options(provider)) as running:
        yield running


def begin(operator: Operator) -> str:
    """Begin a sign-in; where the browser is sent."""
    answer = operator.get("openid")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def come_back(operator: Operator, location: str) -> httpx.Response:
    assert location.startswith(f"{CONSOLE}/openid-callback?")
    return operator.get(location.removeprefix(f"{CONSOLE}/"))


def sign_in(operator: Operator, provider: FakeProvider) -> httpx.Response:
    return come_back(operator, provider.approve(begin(operator), PERSON))


def is_in(operator: Operator) -> bool:
    return operator.get("sources").status_code == 200


def test_the_page_offers_the_provider_beside_the_token_in_both_languages(scim: Receiver) -> None:
    page = Operator(scim).shows("sign-in")
    assert ">Sign in with Portail</a>" in page
    assert 'name="token"' in page
    assert ">Se connecter avec Portail</a>" in Operator(scim, "fr").shows("sign-in")


def test_its_pages_are_made_for_everybody(operator: Operator, provider: FakeProvider) -> None:
    pages = [operator.get("sign-in").text, operator.get("openid-callback").text, sign_in(operator, provider).text]
    pages.append(operator.post("sign-out").text)
    for page in pages:
        accessible.check(page)
    assert pages[1].partition("<title>")[2].startswith("Error")


def test_without_a_name_the_provider_is_called_by_its_host(provider: FakeProvider, tmp_path: Path) -> None:
    with receiver(tmp_path, **options(provider, console_provider="")) as running:
        assert "Sign in with 127.0.0.1<" in Operator(running).shows("sign-in")


def test_without_a_provider_there_is_none_of_it(tmp_path: Path) -> None:
    with receiver(tmp_path) as running:
        operator = Operator(running)
        assert operator.get("openid").status_code == 404
        operator.token()
        assert "openid" not in operator.shows("sign-in")
        assert operator.get("openid").headers["location"] == "sign-in"
        assert operator.get("openid-callback?state=x&code=y").headers["location"] == "sign-in"


def test_who_has_the_role_is_in_and_the_token_still_works(
    scim: Receiver, provider: FakeProvider, operator: Operator
) -> None:
    answer = sign_in(operator, provider)
    assert answer.status_code == 200
    # A redirect would come from the provider's site, and without the cookie.
    assert '<meta http-equiv="refresh" content="0;url=sources">' in answer.text
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert "staff" in operator.shows("sources")
    assert provider.requests[0]["code_verifier"]
    Operator(scim).sign_in()


def test_what_the_browser_keeps_meanwhile_is_bound_to_it_and_short(operator: Operator, provider: FakeProvider) -> None:
    answer = operator.get("openid")
    told = answer.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=lax", "Secure", f"Max-Age={LONGEST_ATTEMPT}"} <= set(told)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    assert told[0].startswith(f"{ATTEMPT}{asked['state']}=")
    assert (asked["redirect_uri"], asked["code_challenge_method"]) == (f"{CONSOLE}/openid-callback", "S256")
    assert asked["nonce"]
    back = come_back(operator, provider.approve(answer.headers["location"], PERSON))
    cookies = {
        name: rest.split("; ") for name, _, rest in (c.partition("=") for c in back.headers.get_list("set-cookie"))
    }
    assert {"HttpOnly", "SameSite=strict", "Secure", f"Max-Age={SESSION}"} <= set(cookies[COOKIE])
    assert "Max-Age=0" in cookies[ATTEMPT + asked["state"]]
    assert {"HttpOnly", "SameSite=strict", "Secure"} <= set(cookies["sbe_scim_console_id_token"])


def test_being_able_to_sign_in_there_is_not_enough(operator: Operator, provider: FakeProvider) -> None:
    claims: dict[str, Any]
    for claims in (
        {}, {"realm_access": None}, {"realm_access": {"roles": []}}, {"realm_access": {"roles": ["scim-operators"]}},
        {"realm_access": {"roles": "other"}}, {"realm_access": ["scim-operator"]}, {"roles": ["scim-operator"]},
        {"realm_access": {"roles": {"scim-operator": True}}},
    ):  # fmt: skip
        provider.claims = claims
        answer = sign_in(operator, provider)
        assert answer.status_code == 403
        assert "your account at Portail may not look at the console" in answer.text
        assert PERSON not in answer.text
        assert f'href="{provider.issuer}/logout?id_token_hint=' in answer.text
        assert not is_in(operator)


@pytest.mark.parametrize(
    ("claims", "path", "found"),
    [
        ({"groups": ["/a", "/b"]}, "groups", {"/a", "/b"}),
        ({"group": "/a"}, "group", {"/a"}),
        ({"resource_access": {"my.app": {"roles": ["see"]}}}, "resource_access.my.app.roles", {"see"}),
        ({"https://example.org/roles": ["see"]}, "https://example.org/roles", {"see"}),
        ({"a": {"b": [1, None, True, "c"]}}, "a.b", {"c"}),
        ({"a": {"b": "c"}}, "a", set()),
        ({"a": {"b": "c"}}, "a.", set()),
    ],
)
def test_a_claim_is_found_by_its_path(claims: dict[str, Any], path: str, found: set[str]) -> None:
    assert said(claims, path) == found


FORGED: dict[str, dict[str, Any]] = {
    "another issuer": {"claims": {"iss": "https://evil.example.org"}},
    "another audience": {"claims": {"aud": "other"}},
    "another client": {"claims": {"aud": ["sbe", "other"], "azp": "other"}},
    "another nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "no subject": {"claims": {"sub": None}},
    "expired": {"claims": {"exp": 1}},
    "unsigned": {"header": {"alg": "none"}, "key": None},
    "signed by a secret": {"header": {"alg": "HS256"}, "key": "sbe-secret" * 4},
    "signed by another key": {"key": rsa.generate_private_key(public_exponent=65537, key_size=2048)},
    "an access token": {"header": {"typ": "at+jwt"}},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_a_forged_token_lets_nobody_in(operator: Operator, provider: FakeProvider, forged: dict[str, Any]) -> None:
    location = provider.approve(begin(operator), PERSON)
    provider.claims, provider.header = ALLOWED | forged.get("claims", {}), forged.get("header", {})
    provider.signing_key = forged.get("key", provider.key)
    answer = come_back(operator, location)
    assert answer.status_code == 403
    assert "is not to be trusted" in answer.text
    assert not is_in(operator)


def test_an_answer_is_taken_once_and_by_the_browser_that_asked(
    scim: Receiver, operator: Operator, provider: FakeProvider
) -> None:
    location = provider.approve(begin(operator), PERSON)
    cookies = dict(operator.cookies)
    other = Operator(scim)
    begin(other)
    assert come_back(other, location).status_code == 400
    assert come_back(operator, location).status_code == 200
    again = come_back(operator, location)
    assert again.status_code == 400
    assert "took too long, or was not begun in this browser" in again.text
    # A browser that forgets nothing has a code that the provider takes no more.
    replayed = Operator(scim)
    replayed.cookies = cookies
    assert come_back(replayed, location).status_code == 403
    assert not is_in(replayed)


def test_an_attempt_that_nobody_made_or_that_took_too_long_is_none(
    operator: Operator, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = provider.approve(begin(operator), PERSON)
    ((name, kept),) = operator.cookies.items()
    parts = kept.split(".")
    later = ".".join([*parts[:4], str(int(parts[4]) + HOUR), parts[5]])
    other_verifier = ".".join([*parts[:3], "x" * 64, *parts[4:]])
    callback = location.removeprefix(f"{CONSOLE}/")
    for forged in ("x", "attempt", "attempt.", later, other_verifier, kept[:-1], f"openid.{kept}", "%00"):
        assert operator.get(callback, cookie=f"{name}={forged}").status_code == 400, forged
    made = OpenId(Settings(base_url=BASE_URL, **options(provider)))
    assert made.begun("attempt.x.x.x.9.é", "x", now()) is None
    # The seal is of this state alone.
    answer = operator.get("openid-callback?state=other&code=x", cookie=f"{ATTEMPT}other={kept}")
    assert answer.status_code == 400
    for state in ("(", "%C3%A9", "x" * 65, "a%20b", ""):
        answer = operator.get(f"openid-callback?state={state}&code=x", cookie=f"{ATTEMPT}(=x; {ATTEMPT}=x")
        assert answer.status_code == 400, state
    at = now()
    for seconds, status in ((LONGEST_ATTEMPT + 1, 400), (LONGEST_ATTEMPT - 60, 200)):
        monkeypatch.setattr("sbe_scim.console.sign_in.now", lambda seconds=seconds: at + seconds * 1_000_000)
        assert come_back(operator, location).status_code == status


def test_a_refusal_of_the_provider_is_told_by_its_code_alone(
    scim: Receiver, operator: Operator, provider: FakeProvider
) -> None:
    def refused(error: str) -> str:
        state = parse_qs(urlsplit(begin(operator)).query)["state"][0]
        answer = operator.get(f"openid-callback?state={state}&error={error}&error_description=Paule+Durand&code=x")
        assert answer.status_code == 403
        assert "Paule" not in answer.text
        return answer.text

    assert "Portail refused this sign-in (access_denied)" in refused("access_denied")
    assert "evil" not in refused("%3Cb%3Eevil")
    assert provider.requests == []
    assert not [record for record in scim.log.records if "Paule" in str(record.__dict__)]


def test_an_answer_that_names_another_issuer_is_not_used(operator: Operator, provider: FakeProvider) -> None:
    location = provider.approve(begin(operator), PERSON).replace(
        f"iss={provider.issuer}", "iss=https://evil.example.org"
    )
    assert come_back(operator, location).status_code == 403
    assert provider.requests == []


def test_while_the_provider_is_away_the_token_signs_in(tmp_path: Path) -> None:
    away = FakeProvider()
    away.close()
    with receiver(tmp_path, **options(away)) as running:
        operator = Operator(running)
        answer = operator.get("openid")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "Portail does not answer" in answer.text
        assert 'name="token"' in answer.text
        assert answer.text.partition("<title>")[2].startswith("Error")
        operator.sign_in()


def test_a_provider_that_goes_away_meanwhile_is_told(operator: Operator, provider: FakeProvider) -> None:
    location = provider.approve(begin(operator), PERSON)
    provider.refusal = (500, {})
    assert come_back(operator, location).status_code == 503
    assert not is_in(operator)


def test_a_wrong_secret_of_the_client_is_not_the_persons_affair(provider: FakeProvider, tmp_path: Path) -> None:
    with receiver(tmp_path, **options(provider, console_client_secret="other")) as running:
        operator = Operator(running)
        assert sign_in(operator, provider).status_code == 503
        assert "invalid_client" in str([record.__dict__ for record in running.log.records])


def test_a_session_lasts_as_long_as_one_by_a_token(
    operator: Operator, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(operator, provider)
    at = now()
    for seconds, status in ((SESSION - 60, 200), (SESSION + 60, 303)):
        monkeypatch.setattr("sbe_scim.console.sign_in.now", lambda seconds=seconds: at + seconds * 1_000_000)
        assert operator.get("sources").status_code == status


def test_a_cookie_that_nobody_was_given_is_none(operator: Operator, provider: FakeProvider) -> None:
    sign_in(operator, provider)
    kind, end, seal = operator.cookies[COOKIE].split(".")
    later = str(int(end) + HOUR)
    begin(operator)
    (attempt,) = (value for name, value in operator.cookies.items() if name.startswith(ATTEMPT))
    for value in (
        kind,
        f"{kind}.{end}",
        f"{kind}.{later}.{seal}",
        f"{kind}.{end}.{seal[:-1]}",
        f"{kind}..{seal}",
        attempt,
    ):
        assert operator.get("sources", cookie=f"{COOKIE}={value}").status_code == 303, value
    assert is_in(operator)


def test_a_session_is_good_at_every_process_with_these_settings_and_no_others(provider: FakeProvider) -> None:
    def made(**more: Any) -> OpenId:
        return OpenId(Settings(base_url=BASE_URL, **options(provider, **more)))

    session, seconds = made().session(now())
    assert seconds == SESSION
    assert made().is_signed_in(session, now())
    for other in (
        {"console_client_secret": "other"}, {"console_issuer": "https://other.example.org"},
        {"console_client_id": "other"}, {"console_claim": "groups"}, {"console_allowed": ("scim-operator", "more")},
    ):  # fmt: skip
        assert not made(**other).is_signed_in(session, now()), other


def test_signing_out_ends_the_session_there_too(operator: Operator, provider: FakeProvider) -> None:
    sign_in(operator, provider)
    id_token = operator.cookies["sbe_scim_console_id_token"]
    answer = operator.post("sign-out")
    assert answer.status_code == 200
    assert f'content="0;url={provider.issuer}/logout?id_token_hint={id_token}&amp;post_logout' in answer.text
    assert "post_logout_redirect_uri=https%3A%2F%2Fscim.example.org%2Fconsole%2Fsign-in" in answer.text
    assert operator.cookies == {}
    assert not is_in(operator)


def test_where_nothing_is_to_be_ended_there_signing_out_leads_to_the_page_to_sign_in(
    scim: Receiver, operator: Operator, provider: FakeProvider
) -> None:
    by_token = Operator(scim)
    by_token.sign_in()
    assert by_token.post("sign-out").headers["location"] == "sign-in"
    # More than a browser keeps: it stays there.
    provider.claims = {**ALLOWED, "padding": "x" * 4000}
    sign_in(operator, provider)
    assert set(operator.cookies) == {COOKIE}
    assert operator.post("sign-out").headers["location"] == "sign-in"
    assert operator.cookies == {}


def test_many_sign_ins_have_to_wait_and_hold_up_no_token(operator: Operator, provider: FakeProvider) -> None:
    operator.token()
    location = provider.approve(begin(operator), PERSON)
    assert {operator.get("openid").status_code for _ in range(MOST_AT_ONCE - 1)} == {303}
    answer = operator.get("openid")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 3
    assert "too many sign-ins" in answer.text
    # Whoever is at the provider comes back, and an attempt that nobody ends tries no codes.
    kept = dict(operator.cookies)
    assert come_back(operator, location).status_code == 200
    tries = []
    for _ in range(MOST_AT_ONCE):
        operator.cookies = dict(kept)
        tries.append(come_back(operator, location).status_code)
    assert tries == [403] * (MOST_AT_ONCE - 1) + [429]
    operator.sign_in()


def test_no_token_code_or_name_is_in_the_log(scim: Receiver, operator: Operator, provider: FakeProvider) -> None:
    location = provider.approve(begin(operator), PERSON)
    come_back(operator, location)
    provider.claims = {}
    sign_in(operator, provider)
    lines = [str(record.__dict__) for record in scim.log.records]
    assert any("sign-in to the console failed" in line for line in lines)
    secrets = (
        PERSON,
        "code-",
        parse_qs(urlsplit(location).query)["state"][0],
        "sbe-secret",
        *operator.cookies.values(),
    )
    assert not [line for line in lines if any(secret in line for secret in secrets)]


def test_scopes_are_asked_for(provider: FakeProvider) -> None:
    made = OpenId(Settings(base_url=BASE_URL, **options(provider, console_scopes=("groups", "profile"))))
    assert parse_qs(urlsplit(made.begin(time.time_ns() // 1000).url).query)["scope"] == ["openid groups profile"]


def test_behind_a_proxy_the_provider_leads_back_to_the_address_that_browsers_see(
    provider: FakeProvider, tmp_path: Path
) -> None:
    for base, told, console in (
        ("https://intranet.example.org/x/scim/v2", "", "https://intranet.example.org/x/console"),
        ("https://scim.example.org/v2", "http://localhost:8000/console/", "http://localhost:8000/console"),
    ):
        settings = Settings(**options(provider, base_url=base, console_url=told))
        url = OpenId(settings).begin(now()).url
        assert parse_qs(urlsplit(url).query)["redirect_uri"] == [f"{console}/openid-callback"]


def test_the_secret_may_be_in_a_file(provider: FakeProvider, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    settings = options(provider, console_client_secret="", console_client_secret_file=str(file))
    with pytest.raises(SettingsError, match="console_client_secret_file cannot be read: No such file"):
        OpenId(Settings(**settings))
    file.write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="cannot be read: it is no text"):
        OpenId(Settings(**settings))
    file.write_text("\n")
    with pytest.raises(SettingsError, match="is empty"):
        OpenId(Settings(**settings))
    file.write_text("sbe-secret\n")
    with receiver(tmp_path, **settings) as running:
        operator = Operator(running)
        assert sign_in(operator, provider).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"console_issuer": "sso.example.org"}, "console_issuer must be an http"),
        ({"console_client_id": ""}, "console_client_id must be given too"),
        ({"console_claim": ""}, "console_claim must be given too"),
        ({"console_allowed": ()}, "console_allowed must be given too"),
        ({"console_client_secret": ""}, "either console_client_secret or console_client_secret_file"),
        ({"console_client_secret_file": "x"}, "either console_client_secret or console_client_secret_file"),
        ({"console_url": "localhost"}, "console_url must be an http"),
        ({"base_url": "https://scim.example.org/v2"}, "console_url must be given too"),
    ],
)
def test_settings_that_would_let_in_nobody_or_everybody_are_refused(
    provider: FakeProvider, wrong: dict[str, Any], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        Settings(**options(provider, **wrong))


def test_without_authlib_the_start_says_what_to_install(
    provider: FakeProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sbe_scim.console.openid", None)
    with (
        pytest.raises(SettingsError, match=r"pip install 'abilian-sbe-scim\[sign-in\]'"),
        receiver(tmp_path, **options(provider)),
    ):
        raise AssertionError("it has started")
