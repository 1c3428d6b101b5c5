"""People of a realm sign in to Abilian SBE in a browser, and are out when they leave."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from sbe_scim.store import open_database
from tests.environment.admin import Admin
from tests.environment.browser import PICTURES, chromium
from tests.environment.chain import Chain
from tests.environment.keycloak import Keycloak
from tests.sbe.server import ADMIN, SbeServer

PASSWORD = "a-Password-of-a-test-1"
_FOUND = """
import sys
from abilian.core.extensions import db
from abilian.core.models.subjects import User
from abilian.sbe.app import create_app
from abilian.sbe.apps.communities.models import Community
from flask import g

with create_app().app_context():
    g.user = db.session.query(User).filter(User.email == sys.argv[2]).one()
    db.session.add(Community(name=sys.argv[1], type="participative"))
    db.session.commit()
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Under this name a Keycloak in a container knows this machine.
    with chromium(host_docker_internal="127.0.0.1") as made:
        yield made


@pytest.fixture(scope="module")
def sbe(tmp_path_factory: pytest.TempPathFactory, keycloak: Keycloak) -> Iterator[SbeServer]:
    settings = {"FLASK_PLUGINS": '["sbe_scim.sbe_plugin"]', "FLASK_PRIVATE_SITE": "true"}
    server = SbeServer(tmp_path_factory.mktemp("sbe"), host=keycloak.receiver_host, settings=settings)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def chain(
    sbe: SbeServer, keycloak: Keycloak, new_realm: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Chain]:
    """A realm whose people go to Abilian SBE and sign in there, enabled and disabled as an operator does it."""
    realm, receiver = new_realm(), sbe.receiver
    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", keycloak.admin_password)
    server = ("--server", keycloak.url, "--realm", realm, "--admin-user", keycloak.admin_user)
    address = ("--receiver", receiver.url_for(keycloak), "--sign-in", sbe.url)
    assert "FLASK_PLUGINS" in receiver.command("keycloak", "enable", *server, *address)
    # Keycloak has reached the address where it is to end sessions.
    assert json.loads(receiver.command("keycloak", "enable", *server, *address, "--json"))["warnings"] == []
    yield Chain(keycloak, receiver, Admin(keycloak), realm, receiver.client(realm))
    assert "removed 'abilian-sbe'" in receiver.command("keycloak", "disable", *server, "--remove")


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser of one person; its last page is kept as a picture."""
    with ExitStack() as stack:
        context = stack.enter_context(browser.new_context(locale="fr-FR"))
        made = context.new_page()
        yield made
        PICTURES.mkdir(parents=True, exist_ok=True)
        made.screenshot(path=PICTURES / f"{request.node.name}.png")


class Person:
    """Somebody of the realm in front of a browser."""

    def __init__(self, chain: Chain, sbe: SbeServer, page: Page, name: str) -> None:
        self.name = name
        self._chain, self._sbe, self._page = chain, sbe, page
        self.id = chain.admin.create_user(
            chain.realm,
            username=name,
            email=f"{name}@example.org",
            firstName="Zoé",
            lastName="O'Neill",
            attributes={"department": ["Achats"]},
            credentials=[{"type": "password", "value": PASSWORD, "temporary": False}],
        )
        chain.see_user(name)

    def open(self, path: str) -> None:
        # Until its scripts have asked for all, too.
        self._page.goto(f"{self._sbe.url}{path}", wait_until="networkidle")

    def fill_in(self) -> None:
        """Fill in Keycloak's form."""
        assert self.is_at_keycloak
        self._page.fill("#username", self.name)
        self._page.fill("#password", PASSWORD)
        self._page.click("#kc-login")
        self._page.wait_for_url(f"{self._sbe.url}/**", wait_until="networkidle")

    def sign_in(self, path: str) -> None:
        self.open(path)
        self.fill_in()
        assert self.place == path

    @property
    def place(self) -> str:
        parts = urlsplit(self._page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def is_at_keycloak(self) -> bool:
        return self._page.url.startswith(self._chain.keycloak.url)

    def forget_keycloak(self) -> None:
        """Lose the session at Keycloak, and keep that of Abilian SBE."""
        self._page.context.clear_cookies(path=re.compile("/realms/.*"))


@pytest.fixture
def zoe(chain: Chain, sbe: SbeServer, page: Page) -> Person:
    # Of each realm another one: an account belongs to one source.
    return Person(chain, sbe, page, f"zoe-{chain.realm}")


@pytest.fixture
def team(chain: Chain, sbe: SbeServer) -> str:
    """The path of a community whose members are a group of the realm; the group's name is the realm's."""
    chain.admin.create_group(chain.realm, chain.realm)
    chain.see_groups({chain.realm: set()})
    made = sbe.run("python", "-c", _FOUND, f"Équipe {chain.realm}", ADMIN)
    assert made.returncode == 0, made.stderr
    rule = ("--group", chain.realm, "--community", f"Équipe {chain.realm}", "--role", "member")
    chain.receiver.command("sbe", "role", "add", "--source", chain.realm, *rule)
    return f"/communities/equipe-{chain.realm}/wall/"


def test_a_person_follows_a_link_into_the_community_is_out_when_disabled_and_has_to_sign_in_again(
    chain: Chain, page: Page, zoe: Person, team: str
) -> None:
    (group,) = chain.admin.request("GET", f"/{chain.realm}/groups").json()
    chain.admin.join(chain.realm, zoe.id, group["id"])
    chain.see_groups({chain.realm: {zoe.name}})
    zoe.sign_in(team)
    expect(page.get_by_text(f"Équipe {chain.realm}").first).to_be_visible()
    zoe.open("/social/users/?tab=all")
    page.locator("table").get_by_text("Zoé O'Neill").first.click()
    expect(page.get_by_text("Achats").first).to_be_visible()

    chain.admin.update_user(chain.realm, zoe.id, enabled=False)
    chain.see_user(zoe.name, lambda user: user["active"] is False)
    zoe.forget_keycloak()
    zoe.open(team)
    assert zoe.is_at_keycloak
    chain.admin.update_user(chain.realm, zoe.id, enabled=True)
    chain.see_user(zoe.name, lambda user: user["active"] is True)
    zoe.open(team)
    assert zoe.is_at_keycloak, "the old cookie does not come to life"
    zoe.fill_in()
    assert zoe.place == team


def test_who_has_no_account_is_told(chain: Chain, page: Page, zoe: Person) -> None:
    assert chain.scim.delete(f"/Users/{chain.users()[zoe.name]['id']}").status_code == 204
    zoe.open("/social/users/")
    zoe.fill_in()
    expect(page.get_by_text("Vous n'avez pas encore de compte ici.")).to_be_visible()


def test_a_logout_ends_both_sessions_without_a_question(page: Page, zoe: Person) -> None:
    zoe.sign_in("/social/users/")
    zoe.open("/user/logout")
    assert zoe.place == "/sign-in/out"
    expect(page.get_by_text("Vous êtes déconnecté.")).to_be_visible()
    zoe.open("/social/users/")
    # The session at Keycloak has ended too.
    expect(page.locator("#password")).to_be_visible()


def test_a_session_that_an_administrator_of_keycloak_ends_is_over(chain: Chain, zoe: Person) -> None:
    zoe.sign_in("/social/users/")
    chain.admin.request("POST", f"/{chain.realm}/users/{zoe.id}/logout")
    zoe.open("/social/users/")
    assert zoe.is_at_keycloak


def test_who_is_disabled_while_the_receiver_is_away_is_out_by_the_next_refresh(
    chain: Chain, sbe: SbeServer, zoe: Person
) -> None:
    zoe.sign_in("/social/users/")
    sbe.receiver.stop()
    try:
        chain.admin.update_user(chain.realm, zoe.id, enabled=False)
        zoe.open("/social/users/")
        assert zoe.place == "/social/users/"
        with open_database(sbe.database).begin() as connection:
            connection.execute(text("UPDATE scim_sbe_session SET refreshed = refreshed - 250000000"))
        zoe.open("/social/users/")
        assert zoe.is_at_keycloak
    finally:
        sbe.receiver.start()


def test_the_keys_of_a_realm_may_change_while_people_are_signed_in(chain: Chain, zoe: Person) -> None:
    zoe.sign_in("/social/users/")
    key = {"priority": ["1000"], "algorithm": ["RS256"], "keySize": ["2048"]}
    provider = {"name": "newer", "type": "org.keycloak.keys.KeyProvider", "provider": "rsa-generated"}
    chain.admin.create_component(chain.realm, config=key, **provider)
    zoe.open("/user/logout")
    zoe.sign_in("/social/users/")
