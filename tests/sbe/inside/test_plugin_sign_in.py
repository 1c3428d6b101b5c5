"""Sign-in by OpenID Connect: who has an account by SCIM is in, nobody else, whatever a provider or a browser sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from abilian.core.models.subjects import User
from abilian.services.auth import views
from abilian.wsgi import app
from cryptography.hazmat.primitives.asymmetric import rsa
from flask_login import current_user  # type: ignore[import-not-found, unused-ignore]
from sqlalchemy import delete, select, update
from starlette.testclient import TestClient

from sbe_scim.app import Ports, create_app
from sbe_scim.auth.keys import KeyRing
from sbe_scim.auth.openid.errors import Away
from sbe_scim.auth.openid.provider import Attempt, Provider
from sbe_scim.config import Settings
from sbe_scim.directory.sbe import clients, tables, without_mail
from sbe_scim.directory.sbe.sealed import Seal
from sbe_scim.options import SettingsError
from sbe_scim.sbe_plugin.settings import LOCAL_PASSWORDS, are_closed
from sbe_scim.sbe_plugin.sign_in import passwords, refreshing, set_up
from sbe_scim.store import sources, tokens
from sbe_scim.store.clock import now
from tests.environment.authority import Authority
from tests.environment.openid import FakeProvider
from tests.sbe.inside.support import ADMIN, Sbe

URL = "http://sbe.example.org"
BASE = "http://scim.example.org/scim/v2"


@pytest.fixture(scope="module", autouse=True)
def plugin() -> None:
    set_up(app, {LOCAL_PASSWORDS: "unlinked"})


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    made = FakeProvider()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def fair(provider: FakeProvider) -> None:
    provider.claims, provider.header, provider.signing_key, provider.refusal = {}, {}, provider.key, None
    provider.requests.clear()


@pytest.fixture(scope="module")
def scim(ports: Ports, provider: FakeProvider) -> Iterator[TestClient]:
    """The receiver, with one source whose people sign in at the provider."""
    with ports.transactions.write() as transaction:
        connection = transaction.connection
        source = sources.add(connection, "staff", issuer=provider.issuer)
        token = tokens.create(connection, source.id, None)
        secret = Seal(app.config["SECRET_KEY"]).close("sbe-secret")
        clients.save(connection, "staff", "sbe", secret, URL + "/")
    headers = {"Authorization": f"Bearer {token}"}
    receiver = create_app(Settings(base_url=BASE, directory="sbe"), ports)
    with TestClient(receiver, base_url=BASE, headers=headers) as client:
        yield client


@pytest.fixture
def zoe(scim: TestClient) -> dict[str, Any]:
    """Somebody who came by SCIM."""
    name = f"zoe.{uuid4().hex[:8]}@example.org"
    body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "externalId": f"sub-{name}"}
    answer = scim.post("/Users", json={**body, "emails": [{"value": name}]})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def activate(scim: TestClient, user: dict[str, Any], active: bool) -> None:
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}
    operation = {"op": "replace", "path": "active", "value": active}
    assert scim.patch(f"/Users/{user['id']}", json={**body, "Operations": [operation]}).status_code == 200


class Browser:
    """A browser of one person."""

    def __init__(self, provider: FakeProvider) -> None:
        self.client = app.test_client()
        self.provider = provider

    def begin(self, target: str = "/social/users/") -> str:
        """Ask for a sign-in; returns where the browser is sent."""
        answer = self.client.get("/sign-in/", query_string={"next": target}, base_url=URL)
        assert answer.status_code == 302, answer.text
        return str(answer.location)

    def come_back(self, location: str) -> Any:
        return self.client.get(location.removeprefix(URL), base_url=URL)

    def sign_in(self, user: dict[str, Any], target: str = "/social/users/", sid: str = "sid-1") -> Any:
        return self.come_back(self.provider.approve(self.begin(target), user["externalId"], sid))

    @property
    def who(self) -> str | None:
        with self.client:
            self.client.get("/", base_url=URL)
            return str(current_user.email) if current_user.is_authenticated else None


@pytest.fixture
def browser(provider: FakeProvider) -> Browser:
    return Browser(provider)


def test_who_has_no_mail_address_signs_in_like_everybody(
    browser: Browser, scim: TestClient, ports: Ports, provider: FakeProvider
) -> None:
    with ports.transactions.write() as transaction:
        without_mail.choose(transaction.connection, sources.require(transaction.connection, "staff").id, optional=True)
    body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "nomail", "externalId": "sub-nomail"}
    scim.post("/Users", json=body).raise_for_status()
    assert browser.sign_in(body).location == f"{URL}/social/users/"
    assert browser.who is not None
    assert browser.who.endswith(without_mail.DOMAIN)


def test_who_has_an_account_is_in_and_where_they_wanted_to_go(browser: Browser, zoe: dict[str, Any]) -> None:
    answer = browser.sign_in(zoe, "/communities/?sort=alpha")
    assert (answer.status_code, answer.location) == (302, f"{URL}/communities/?sort=alpha")
    assert browser.who == zoe["userName"]


def test_a_page_of_a_private_site_leads_to_the_provider_and_back(
    browser: Browser, zoe: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PRIVATE_SITE", True)
    asked = browser.come_back("/social/users/?tab=all")
    there = browser.come_back(asked.location)
    answer = browser.come_back(browser.provider.approve(there.location, zoe["externalId"]))
    assert answer.location == f"{URL}/social/users/?tab=all"


def test_who_has_no_account_is_told_and_is_in_once_scim_has_brought_them(browser: Browser, scim: TestClient) -> None:
    nobody = {"externalId": "sub-nobody", "userName": "nobody@example.org"}
    answer = browser.sign_in(nobody)
    assert answer.status_code == 403
    assert "no account here yet" in answer.text
    assert browser.who is None
    body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "emails": [{"value": "nobody@example.org"}]}
    assert scim.post("/Users", json={**body, **nobody}).status_code == 201
    browser.sign_in(nobody)
    assert browser.who == "nobody@example.org"


def test_texts_are_french_for_who_reads_french(browser: Browser) -> None:
    location = browser.provider.approve(browser.begin(), "sub-nobody-else")
    answer = browser.client.get(location.removeprefix(URL), base_url=URL, headers={"Accept-Language": "fr-FR,fr"})
    assert "pas encore de compte ici" in answer.text


def test_who_is_disabled_is_out_and_not_let_in(browser: Browser, scim: TestClient, zoe: dict[str, Any]) -> None:
    browser.sign_in(zoe)
    activate(scim, zoe, False)
    assert browser.who is None
    answer = browser.sign_in(zoe)
    assert answer.status_code == 403
    assert "is closed" in answer.text
    activate(scim, zoe, True)
    assert browser.who is None
    browser.sign_in(zoe)
    assert browser.who == zoe["userName"]


def test_an_account_made_by_hand_is_nobodys_by_openid(browser: Browser, sbe: Sbe) -> None:
    sbe.local_account("by.hand@example.org")
    assert browser.sign_in({"externalId": "by.hand@example.org"}).status_code == 403


def test_an_account_that_has_the_id_of_one_deleted_by_hand_is_somebody_elses(
    browser: Browser, sbe: Sbe, zoe: dict[str, Any]
) -> None:
    id = sbe.delete(zoe["userName"])
    assert browser.sign_in(zoe).status_code == 403
    sbe.local_account("elses@example.org", id=id)
    assert browser.sign_in(zoe).status_code == 403
    assert browser.who is None


FORGED: dict[str, dict[str, Any]] = {
    "another issuer": {"claims": {"iss": "https://evil.example.org"}},
    "another audience": {"claims": {"aud": "other"}},
    "another client": {"claims": {"aud": ["sbe", "other"], "azp": "other"}},
    "another nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "no subject": {"claims": {"sub": None}},
    "expired": {"claims": {"exp": 1}},
    "without an end": {"claims": {"exp": None}},
    "unsigned": {"header": {"alg": "none"}, "key": None},
    "signed by a secret": {"header": {"alg": "HS256"}, "key": "sbe-secret" * 4},
    "signed by another key": {"key": rsa.generate_private_key(public_exponent=65537, key_size=2048)},
    "an access token": {"header": {"typ": "at+jwt"}},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_a_forged_token_lets_nobody_in(browser: Browser, zoe: dict[str, Any], forged: dict[str, Any]) -> None:
    provider = browser.provider
    location = provider.approve(browser.begin(), zoe["externalId"])
    provider.claims, provider.header = forged.get("claims", {}), forged.get("header", {})
    provider.signing_key = forged.get("key", provider.key)
    assert browser.come_back(location).status_code == 403
    assert browser.who is None


def test_a_code_is_taken_once_and_by_the_browser_that_asked(
    browser: Browser, provider: FakeProvider, zoe: dict[str, Any]
) -> None:
    location = provider.approve(browser.begin(), zoe["externalId"])
    victim = Browser(provider)
    assert victim.come_back(location).status_code == 400
    assert victim.who is None
    victim.begin()
    assert victim.come_back(location).status_code == 400
    assert browser.come_back(location).status_code == 302
    assert browser.come_back(location).status_code == 400
    assert [form["grant_type"] for form in provider.requests] == ["authorization_code"]


def test_a_code_of_another_attempt_is_refused(browser: Browser, provider: FakeProvider, zoe: dict[str, Any]) -> None:
    stolen = parse_qs(urlsplit(provider.approve(Browser(provider).begin(), zoe["externalId"])).query)["code"][0]
    own = parse_qs(urlsplit(browser.begin()).query)["state"][0]
    assert browser.come_back(f"/sign-in/callback?state={own}&code={stolen}").status_code == 403
    assert browser.who is None


@pytest.mark.parametrize("answer", ["error=access_denied", "", "code=x&iss=https://evil.example.org"])
def test_an_answer_without_a_code_of_this_provider_is_refused(browser: Browser, answer: str) -> None:
    state = parse_qs(urlsplit(browser.begin()).query)["state"][0]
    assert browser.come_back(f"/sign-in/callback?state={state}&{answer}").status_code == 403
    assert browser.provider.requests == []


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example.org/",
        "//evil.example.org/",
        "/\\evil.example.org",
        "///evil.example.org",
        "http:evil.example.org",
        "javascript:alert(1)",
        "http://sbe.example.org@evil.example.org/",
        "http://sbe.example.org.evil.example.org/",
        "/%0d%0aLocation: https://evil.example.org",
    ],
)
def test_nobody_is_sent_elsewhere_after_a_sign_in(browser: Browser, zoe: dict[str, Any], target: str) -> None:
    location = browser.sign_in(zoe, target).location
    parts = urlsplit(location)
    assert (parts.scheme, parts.netloc) == ("http", "sbe.example.org")
    assert not parts.path.startswith(("//", "/\\"))


def test_a_deep_link_with_the_own_host_is_kept(browser: Browser, zoe: dict[str, Any]) -> None:
    assert browser.sign_in(zoe, f"{URL}/social/users/?tab=1").location == f"{URL}/social/users/?tab=1"


def test_a_foreign_host_is_no_address_of_ours(browser: Browser) -> None:
    answer = browser.client.get("/sign-in/", base_url="http://evil.example.org")
    assert "evil.example.org" not in str(answer.location)


def test_several_attempts_at_once_each_end_where_they_began(
    browser: Browser, provider: FakeProvider, zoe: dict[str, Any]
) -> None:
    first, second = browser.begin("/social/users/"), browser.begin("/communities/")
    assert browser.come_back(provider.approve(second, zoe["externalId"])).location == f"{URL}/communities/"
    assert browser.come_back(provider.approve(first, zoe["externalId"])).location == f"{URL}/social/users/"


def test_a_part_of_a_page_begins_no_attempt(browser: Browser) -> None:
    answer = browser.client.get("/sign-in/", base_url=URL, headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.location) == (401, None)
    assert "Set-Cookie" not in answer.headers


def test_an_attempt_of_a_browser_cannot_be_made_up(
    browser: Browser, provider: FakeProvider, zoe: dict[str, Any]
) -> None:
    location = provider.approve(browser.begin(), zoe["externalId"])
    state = parse_qs(urlsplit(location).query)["state"][0]
    victim = Browser(provider)
    victim.client.set_cookie(f"scim_attempt_{state}", "made.up", domain="sbe.example.org", path="/sign-in/callback")
    assert victim.come_back(location).status_code == 400


def test_a_provider_that_fails_is_told_as_such(browser: Browser, provider: FakeProvider, zoe: dict[str, Any]) -> None:
    location = provider.approve(browser.begin(), zoe["externalId"])
    provider.refusal = (502, {})
    answer = browser.come_back(location)
    assert answer.status_code == 503
    assert "does not answer" in answer.text


def test_a_logout_ends_both_sessions_and_asks_nobody_to_sign_in(browser: Browser, zoe: dict[str, Any]) -> None:
    browser.sign_in(zoe)
    answer = browser.client.get("/user/logout", base_url=URL)
    parts, asked = urlsplit(answer.location), parse_qs(urlsplit(answer.location).query)
    assert answer.location.startswith(f"{browser.provider.issuer}/logout?")
    assert asked["post_logout_redirect_uri"] == [f"{URL}/sign-in/out"]
    assert asked["id_token_hint"][0].count(".") == 2
    assert parts.fragment == ""
    page = browser.client.get("/sign-in/out", base_url=URL)
    assert page.status_code == 200
    assert "You are signed out" in page.text
    assert browser.who is None


def test_the_local_form_is_there_for_who_asks(browser: Browser, sbe: Sbe) -> None:
    assert browser.client.get("/user/login", base_url=URL).status_code == 302
    page = browser.client.get("/user/login?local=1", base_url=URL)
    assert page.status_code == 200
    assert 'name="password"' in page.text
    assert sbe.signed_in(sbe.login(*ADMIN)) == ADMIN[0]


def test_without_a_provider_the_local_form_is_shown(browser: Browser, scim: TestClient, ports: Ports) -> None:
    with ports.transactions.write() as transaction:
        kept = transaction.connection.execute(select(tables.sign_in)).mappings().all()
        transaction.connection.execute(delete(tables.sign_in))
    try:
        answer = browser.client.get("/sign-in/", query_string={"next": "/social/users/"}, base_url=URL)
        assert answer.location == "/user/login?local=1&next=/social/users/"
        assert browser.client.get("/user/login", base_url=URL).status_code == 200
    finally:
        with ports.transactions.write() as transaction:
            transaction.connection.execute(tables.sign_in.insert(), [dict(row) for row in kept])


class TestLocalPasswords:
    """Closed for people who sign in at a provider, where a setting says so."""

    def test_the_right_password_lets_nobody_in_who_signs_in_at_a_provider(
        self, browser: Browser, sbe: Sbe, zoe: dict[str, Any]
    ) -> None:
        sbe.set_password(zoe["userName"], "Secret-1")
        told = {"email": zoe["userName"].upper(), "password": "Secret-1"}
        answer = browser.client.post("/user/login", data=told, base_url=URL)
        assert answer.status_code == 403
        assert "no password here" in answer.text
        assert 'href="/sign-in/"' in answer.text
        answer = browser.client.post("/user/api/login", json=told, base_url=URL)
        assert (answer.status_code, list(answer.json)) == (403, ["error"])
        assert browser.who is None

    def test_nobody_gets_a_new_password_by_mail(self, browser: Browser, sbe: Sbe, zoe: dict[str, Any]) -> None:
        with sbe.models() as session:
            token = views.generate_reset_password_token(session.query(User).filter_by(email=zoe["userName"]).one())
        before = sbe.known(zoe["userName"])["password"]
        client = browser.client
        asked = client.post("/user/forgotten_pw", data={"email": zoe["userName"]}, base_url=URL)
        shown = client.get(f"/user/reset_password/{token}", base_url=URL)
        sent = client.post(f"/user/reset_password/{token}", data={"password": "Secret-1"}, base_url=URL)
        assert [answer.status_code for answer in (asked, shown, sent)] == [403, 403, 403]
        assert sbe.known(zoe["userName"])["password"] == before

    def test_an_account_made_by_hand_keeps_its_password(self, browser: Browser, sbe: Sbe) -> None:
        sbe.local_account("by-hand-only@example.org", password="Secret-1")
        wrong = {"email": "by-hand-only@example.org", "password": "Secret-2"}
        assert browser.client.post("/user/login", data=wrong, base_url=URL).status_code == 401
        assert sbe.signed_in(sbe.login("by-hand-only@example.org", "Secret-1")) == "by-hand-only@example.org"

    @pytest.mark.parametrize(("body", "status"), [("no json", 400), ("{}", 401)])
    def test_what_is_no_login_is_answered_as_before(self, browser: Browser, body: str, status: int) -> None:
        answer = browser.client.post("/user/api/login", data=body, base_url=URL, content_type="application/json")
        assert answer.status_code == status

    def test_they_are_open_where_nobody_closed_them(self) -> None:
        functions = dict(app.view_functions)
        passwords.close_where_wanted({}, functions, cast("Any", None))
        assert functions == app.view_functions
        with pytest.raises(SettingsError, match="neither all nor unlinked"):
            are_closed({LOCAL_PASSWORDS: "none"})


class TestBackChannel:
    """OpenID Connect Back-Channel Logout 1.0."""

    def post(self, browser: Browser, token: str) -> int:
        other = app.test_client()
        return int(other.post("/sign-in/back-channel", data={"logout_token": token}, base_url=URL).status_code)

    def test_one_session_ends_and_the_other_stays(
        self, browser: Browser, provider: FakeProvider, zoe: dict[str, Any]
    ) -> None:
        other = Browser(provider)
        browser.sign_in(zoe, sid="sid-a")
        other.sign_in(zoe, sid="sid-b")
        assert self.post(browser, provider.logout_token(sub=zoe["externalId"], sid="sid-a")) == 200
        assert browser.who is None
        assert other.who == zoe["userName"]

    def test_all_sessions_of_a_person_end(self, browser: Browser, provider: FakeProvider, zoe: dict[str, Any]) -> None:
        other = Browser(provider)
        browser.sign_in(zoe, sid="sid-c")
        other.sign_in(zoe, sid="sid-d")
        assert self.post(browser, provider.logout_token(sub=zoe["externalId"])) == 200
        assert browser.who is other.who is None

    @pytest.mark.parametrize(
        "claims",
        [
            {"events": None},
            {"events": {}},
            {"nonce": "one"},
            {"aud": "other"},
            {"iss": "https://evil.example.org"},
            {"exp": 1},
            {"sub": None, "sid": None},
        ],
        ids=lambda claims: ", ".join(claims),
    )
    def test_what_is_no_logout_token_ends_nothing(
        self, browser: Browser, provider: FakeProvider, zoe: dict[str, Any], claims: dict[str, Any]
    ) -> None:
        browser.sign_in(zoe, sid="sid-e")
        provider.claims = claims
        token = provider.logout_token(sub=zoe["externalId"], sid="sid-e")
        provider.claims = {}
        assert self.post(browser, token) == 400
        assert self.post(browser, "no token") == 400
        assert browser.who == zoe["userName"]


class TestRefresh:
    """The net under a receiver that does not answer."""

    @pytest.fixture
    def late(self, ports: Ports) -> Any:
        """Make every session one that the provider answered for long ago."""

        def age() -> None:
            with ports.transactions.write() as transaction:
                long_ago = now() - refreshing.EVERY - 1
                transaction.connection.execute(update(tables.session).values(refreshed=long_ago))

        return age

    def refreshes(self, provider: FakeProvider) -> int:
        return sum(form["grant_type"] == "refresh_token" for form in provider.requests)

    def test_a_session_is_asked_for_when_its_time_has_come_and_then_not_again(
        self, browser: Browser, provider: FakeProvider, zoe: dict[str, Any], late: Any
    ) -> None:
        browser.sign_in(zoe)
        assert browser.who == zoe["userName"]
        assert self.refreshes(provider) == 0
        late()
        assert browser.who == browser.who == zoe["userName"]
        assert self.refreshes(provider) == 1
        late()
        assert browser.who == zoe["userName"]
        assert self.refreshes(provider) == 2

    def test_who_is_disabled_at_the_provider_is_out(
        self, browser: Browser, provider: FakeProvider, zoe: dict[str, Any], late: Any
    ) -> None:
        browser.sign_in(zoe)
        late()
        provider.refusal = (400, {"error": "invalid_grant"})
        assert browser.who is None
        provider.refusal = None
        assert browser.who is None

    @pytest.mark.parametrize("refusal", [(503, {}), (404, {"error": "Realm does not exist"})])
    def test_a_provider_that_is_away_ends_nothing_and_is_not_asked_at_each_request(
        self, browser: Browser, provider: FakeProvider, zoe: dict[str, Any], late: Any, refusal: Any
    ) -> None:
        browser.sign_in(zoe)
        late()
        provider.refusal = refusal
        assert browser.who == browser.who == zoe["userName"]
        assert self.refreshes(provider) == 1

    def test_nothing_that_is_kept_can_be_read_in_the_database(
        self, browser: Browser, zoe: dict[str, Any], ports: Ports
    ) -> None:
        browser.sign_in(zoe)
        with ports.transactions.read() as transaction:
            kept = (tables.session, tables.sign_in)
            rows = str([transaction.connection.execute(select(table)).all() for table in kept])
        assert not any(text in rows for text in (zoe["externalId"], "sbe-secret"))
        # What is sealed may hold the three letters by chance, but no dot.
        assert re.search(r"eyJ[\w-]*\.", rows) is None, "a token"


def test_away_is_what_a_provider_without_an_address_is(provider: FakeProvider) -> None:
    from sbe_scim.auth.openid.provider import Attempt, Provider

    nowhere = Provider("http://127.0.0.1:9/realms/staff", None, "sbe", "sbe-secret", f"{URL}/sign-in/callback")
    with pytest.raises(Away):
        nowhere.authorization_url(Attempt())


def test_a_provider_with_a_certificate_of_ones_own_authority_is_asked_for_tokens_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    made = FakeProvider(tls=authority.issue("provider", "127.0.0.1"))
    asked = Provider(made.issuer, None, "sbe", "sbe-secret", f"{URL}/sign-in/callback", keys=KeyRing())
    try:
        with pytest.raises(Away, match="ConnectError"):
            asked.authorization_url(Attempt())
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
        attempt = Attempt()
        back = made.approve(asked.authorization_url(attempt), "zoe")
        assert asked.exchange(parse_qs(urlsplit(back).query)["code"][0], attempt).subject == "zoe"
    finally:
        made.close()
