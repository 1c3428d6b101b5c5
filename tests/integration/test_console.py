"""An operator signs in to the console at a realm, by the client that the documentation makes there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.environment.admin import Admin
from tests.environment.browser import PICTURES, chromium
from tests.environment.documents import example, section
from tests.environment.keycloak import Keycloak
from tests.environment.receiver import ReceiverProcess

PASSWORD = "a-Password-of-a-test-1"
NARROW: ViewportSize = {"width": 320, "height": 640}
#: Another site than Keycloak's: what a browser sends there when it comes from Keycloak is less than all.
CONSOLE = "http://intranet.example.org/console"


def documented_client() -> dict[str, Any]:
    """The client of ``docs/operators.md``."""
    client: dict[str, Any] = json.loads(example(section("operators.md", "4. Look"), "json").replace("https:", "http:"))
    return client


def make_client(admin: Admin, realm: str) -> str:
    """Make it, with its role, which Paule has and Robin has not; its secret."""
    place = admin.request("POST", f"/{realm}/clients", json=documented_client()).headers["location"]
    client = place.rsplit("/", 1)[1]
    admin.request("POST", f"/{realm}/clients/{client}/roles", json={"name": "operator"})
    role = admin.request("GET", f"/{realm}/clients/{client}/roles/operator").json()
    for name, roles in (("paule", [role]), ("robin", [])):
        user = admin.create_user(
            realm,
            username=name,
            email=f"{name}@example.org",
            firstName=name.title(),
            lastName="Durand",
            credentials=[{"type": "password", "value": PASSWORD, "temporary": False}],
        )
        admin.request("POST", f"/{realm}/users/{user}/role-mappings/clients/{client}", json=roles)
    secret: str = admin.request("GET", f"/{realm}/clients/{client}/client-secret").json()["value"]
    return secret


@pytest.fixture
def receiver(keycloak: Keycloak, new_realm: Callable[[], str], tmp_path: Path) -> Iterator[ReceiverProcess]:
    """A receiver whose operators sign in at a realm; browsers see it at another address than its own."""
    realm, secret = new_realm(), tmp_path / "secret"
    settings = {
        "SBE_SCIM_BASE_URL": CONSOLE.replace("/console", "/scim/v2"),
        "SBE_SCIM_CONSOLE_ISSUER": f"{keycloak.url}/realms/{realm}",
        "SBE_SCIM_CONSOLE_CLIENT_ID": "scim-console",
        "SBE_SCIM_CONSOLE_CLIENT_SECRET_FILE": str(secret),
        "SBE_SCIM_CONSOLE_CLAIM": "roles",
        "SBE_SCIM_CONSOLE_ALLOWED": "operator",
        "SBE_SCIM_CONSOLE_PROVIDER": "Agents",
    }
    secret.write_text(make_client(Admin(keycloak), realm))
    process = ReceiverProcess(f"sqlite:///{tmp_path}/r.db", log=tmp_path / "receiver.log", environment=settings)
    process.start()
    yield process
    process.stop()


def fill_in(view: Page, name: str) -> None:
    """Fill in Keycloak's form."""
    view.fill("#username", name)
    view.fill("#password", PASSWORD)
    view.click("#kc-login")


def test_an_operator_with_the_role_signs_in_at_keycloak_and_out_again_and_another_is_told(
    receiver: ReceiverProcess,
) -> None:
    there = f"127.0.0.1:{receiver.port}"
    with chromium(intranet_example_org=there) as browser, browser.new_context(locale="fr-FR") as context:
        view = context.new_page()

        def picture(name: str) -> None:
            PICTURES.mkdir(parents=True, exist_ok=True)
            view.screenshot(path=PICTURES / f"console-{name}.png", full_page=True)

        view.set_viewport_size(NARROW)
        view.goto(CONSOLE)
        picture("sign-in")
        assert view.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        view.get_by_role("link", name="Se connecter avec Agents").press("Enter")
        fill_in(view, "paule")
        expect(view.get_by_role("heading", name="Sources")).to_be_visible()
        assert view.url == f"{CONSOLE}/sources"

        view.get_by_role("button", name="Se déconnecter").click()
        expect(view.get_by_label("Jeton")).to_be_visible()
        assert view.url.startswith(f"{CONSOLE}/sign-in")
        view.goto(f"{CONSOLE}/sources")
        view.get_by_role("link", name="Se connecter avec Agents").click()
        # The session at Keycloak has ended too.
        fill_in(view, "robin")
        expect(view.get_by_text("votre compte chez Agents n'a pas accès à la console")).to_be_visible()
        picture("not-allowed")
        view.get_by_role("link", name="pour utiliser un autre compte").click()
        expect(view.get_by_label("Jeton")).to_be_visible()
        assert view.url.startswith(f"{CONSOLE}/sign-in")
        view.goto(f"{CONSOLE}/sources")
        expect(view.get_by_label("Jeton")).to_be_visible()
    log = receiver.log_text()
    assert "who signed in may not look at the console" in log
    assert not [word for word in ("paule", "robin", "eyJ", "code=") if word in log]
