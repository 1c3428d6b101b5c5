"""Two processes over one database: what the receiver writes is what Abilian SBE shows at its next request."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.environment.browser import PICTURES, chromium
from tests.environment.waiting import until
from tests.sbe import environment
from tests.sbe.server import ADMIN, PASSWORD, Account, SbeServer

#: Of the pictures in ``docs/images``.
SIZE: ViewportSize = {"width": 1040, "height": 560}


@pytest.fixture(scope="module")
def sbe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SbeServer]:
    folder, python = tmp_path_factory.mktemp("beside"), environment.PYTHON
    settings = {"FLASK_PLUGINS": '["sbe_scim.sbe_plugin"]'}
    if os.environ.get("SBE_SCIM_TEST_STYLES"):
        # Half a minute of compiling, for who looks at the pictures.
        settings |= environment.styles()
        python = environment.over(folder / "venv")
    server = SbeServer(folder, settings=settings, python=python)
    server.start()
    server.receiver.command("source", "add", "idp")
    yield server
    server.stop()


def person(login: str, given: str) -> dict[str, object]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": login,
        "name": {"givenName": given, "familyName": "Marchand"},
        "emails": [{"value": f"{login}@example.org", "primary": True}],
    }


def test_a_change_is_visible_at_once_and_outlives_a_kill_of_the_receiver(sbe: SbeServer) -> None:
    browser, ines = sbe.login(), person("ines", "Inès")
    with sbe.receiver.client("idp") as scim:
        user = scim.post("/Users", json=ines).raise_for_status().json()["id"]
        assert sbe.account(browser, "ines@example.org") == Account("Inès Marchand", True, "")
        assert "Inès Marchand" in sbe.people(browser)
        sbe.receiver.kill()
        sbe.receiver.start()
        scim.put(f"/Users/{user}", json=ines | {"active": False}).raise_for_status()
        assert sbe.account(browser, "ines@example.org") == Account("Inès Marchand", False, "")
    assert "ines@example.org" not in sbe.receiver.log_text()


def test_what_was_changed_by_hand_is_brought_back_at_night(sbe: SbeServer) -> None:
    browser = sbe.login()
    with sbe.receiver.client("idp") as scim:
        scim.post("/Users", json=person("agathe", "Agathe")).raise_for_status()
    with closing(sqlite3.connect(sbe.database.removeprefix("sqlite:///"))) as database, database:
        database.execute("UPDATE user SET first_name = 'Agatha' WHERE email = 'agathe@example.org'")
    assert sbe.account(browser, "agathe@example.org") == Account("Agatha Marchand", True, "")
    night = sbe.another_receiver(TZ=_where_it_is_three(), SBE_SCIM_CHECK_HOUR="3")
    night.start()
    try:
        until(
            lambda: sbe.account(browser, "agathe@example.org"),
            lambda seen: seen == Account("Agathe Marchand", True, ""),
            what="the repair",
        )
    finally:
        night.stop()


def test_an_administrator_sees_functions_closed_accounts_who_governs_and_who_is_refused(
    sbe: SbeServer,
) -> None:
    issuer = ("--issuer", "https://sso.example.org/realms/agents")
    sbe.receiver.command("source", "add", "agents", "--dialect", "keycloak", *issuer)
    celine = _came(sbe, "agents")

    def picture(view: Page, name: str, path: str, shown: str) -> None:
        view.goto(f"{sbe.url}{path}", wait_until="networkidle")
        place = view.get_by_text(shown).first
        expect(place).to_be_visible()
        place.scroll_into_view_if_needed()
        PICTURES.mkdir(parents=True, exist_ok=True)
        view.screenshot(path=PICTURES / f"{name}.png")

    with chromium() as browser, browser.new_context(locale="en-GB", viewport=SIZE) as context:
        view = context.new_page()
        view.goto(f"{sbe.url}/user/login?local=1")
        view.fill("[name=email]", ADMIN)
        view.fill("[name=password]", PASSWORD)
        with view.expect_navigation():
            view.press("[name=password]", "Enter")
        picture(view, "directory", "/social/users/?tab=all", "Account closed")
        picture(view, "profile", f"/social/users/{celine}", "+33 1 23 45 67 89")
        picture(view, "form", f"/admin/users/{celine}", "managed by Keycloak (realm agents)")
        picture(view, "provisioning", "/admin/provisioning", "the mail address belongs to an account")


def test_an_operator_sees_at_the_console_who_is_refused_and_what_was_asked(sbe: SbeServer) -> None:
    """Beside Abilian SBE, by keyboard, on a narrow screen."""
    sbe.receiver.command("source", "add", "partners")
    with sbe.receiver.client("partners") as scim:
        user = scim.post("/Users", json=person("lea", "Léa")).raise_for_status().json()["id"]
        scim.put(f"/Users/{user}", json=person("lea", "Léa") | {"active": False}).raise_for_status()
        taken = person("amelie", "Amélie") | {"emails": [{"value": ADMIN}]}
        assert scim.post("/Users", json=taken).status_code == 409
    console = f"{sbe.receiver.base_url.removesuffix('/scim/v2')}/console"
    token = sbe.receiver.command("token", "create", "--console")
    narrow: ViewportSize = {"width": 320, "height": 640}
    with chromium() as browser, browser.new_context(locale="fr-FR", viewport=narrow) as context:
        view = context.new_page()

        def picture(name: str) -> None:
            PICTURES.mkdir(parents=True, exist_ok=True)
            view.screenshot(path=PICTURES / f"console-{name}.png", full_page=True)
            assert view.evaluate("document.documentElement.scrollWidth") <= narrow["width"]

        view.goto(console)
        view.keyboard.press("Tab")
        expect(view.get_by_text("Aller au contenu")).to_be_focused()
        view.get_by_label("Jeton").fill(token)
        view.keyboard.press("Enter")
        picture("sources")
        view.get_by_role("link", name="partners").click()
        expect(view.get_by_text("l'adresse appartient à un compte d'Abilian SBE")).to_be_visible()
        picture("source")
        view.get_by_role("button", name="English").click()
        expect(view.get_by_text("the mail address belongs to an account of Abilian SBE")).to_be_visible()
        view.get_by_role("link", name="One person").click()
        view.get_by_label("User name, mail address or id").fill("lea@example.org")
        view.keyboard.press("Enter")
        expect(view.get_by_role("cell", name="deactivated")).to_be_visible()
        assert view.url == f"{console}/person"
        picture("person")
        view.get_by_role("button", name="Sign out").click()
        expect(view.get_by_label("Token")).to_be_visible()
        view.goto(f"{console}/sources")
        expect(view.get_by_label("Token")).to_be_visible()
    assert "lea@example.org" not in sbe.receiver.log_text()


def _came(sbe: SbeServer, realm: str) -> int:
    """Let four people come, of whom one is refused; the account of the first."""
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    people = (
        ("celine", "Céline", "Dupré-Lefèvre", "Direction générale", "celine.dupre@example.org", 201),
        ("jean", "Jean-François", "O'Brien", "Achats publics", "jean.obrien@example.org", 201),
        ("ha", "Hà", "Nguyễn", "Communication", "ha.nguyen@example.org", 201),
        ("amelie", "Amélie", "Marchand", "Achats publics", ADMIN, 409),
    )
    with sbe.receiver.client(realm) as scim:
        for name, given, family, department, mail, status in people:
            person = {
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", enterprise],
                "userName": name,
                "active": name != "jean",
                "name": {"givenName": given, "familyName": family},
                "title": "Cheffe de service",
                "emails": [{"value": mail}],
                "phoneNumbers": [{"value": "+33 1 23 45 67 89", "type": "work"}],
                enterprise: {"department": department},
            }
            assert scim.post("/Users", json=person).status_code == status
    with closing(sqlite3.connect(sbe.database.removeprefix("sqlite:///"))) as database:
        ((account,),) = database.execute("SELECT id FROM user WHERE email = ?", (people[0][4],))
    return int(account)


def _where_it_is_three() -> str:
    """A time zone in which it is half past three in the night."""
    now = datetime.now(UTC)
    ahead = (3 * 60 + 30 - now.hour * 60 - now.minute) % (24 * 60)
    # POSIX counts westwards, and at most a day.
    return f"NIGHT-{ahead // 60}:{ahead % 60:02}"
