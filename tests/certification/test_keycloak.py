"""This project's connector is certified on a real Keycloak that pushes to a real receiver."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sbe_scim.certify.evidence import verify
from sbe_scim.certify.modules import MODULES
from sbe_scim.cli import main
from tests.certification.named import options
from tests.environment.admin import Admin
from tests.environment.browser import PICTURES, chromium
from tests.environment.keycloak import KEYCLOAK_VERSION, Keycloak
from tests.environment.receiver import ReceiverProcess

#: What a profile has for a person's eyes, a build has no time for.
_SHORT = [f"--wait={wait}" for wait in ("outage=2", "throttle=2", "idle=2")]
#: Played by ``python -m tests.certification`` alone, which has all servers in hand: they take minutes.
_SURROUNDED = ("L40", "L41", "L42", "L43", "L44", "L45", "L46", "L47")
#: Keycloak has workflows on since 26.6.
_UNABLE = () if tuple(map(int, KEYCLOAK_VERSION.split(".")[:2])) >= (26, 6) else ("L37",)


def test_the_connector_is_certified(
    keycloak: Keycloak,
    receiver: ReceiverProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", keycloak.admin_password)
    written = [
        "--report",
        str(tmp_path / "report"),
        "--evidence",
        str(tmp_path / "evidence.zip"),
        "--key",
        str(tmp_path / "key.pem"),
        "--json",
    ]
    code = main(["certify", "keycloak", *options(keycloak, receiver), *_SHORT, *written])

    out, err = capsys.readouterr()
    assert code == 0, err
    told = json.loads(out)
    works = {module["id"]: module["works"] for module in told["modules"]}
    found = {module["id"]: [note["en"] for note in module["notes"]] for module in told["modules"]}
    # Groups have the members that Keycloak names; nobody has a manager there. Servers that others use are neither
    # stopped nor set back.
    departs = {"L22": "WARNING"} | dict.fromkeys(("L23", *_UNABLE, *_SURROUNDED), "SKIPPED")
    assert works == dict.fromkeys(MODULES, "PASSED") | departs, found
    assert told["levels"] == {"AL1": "PASSED", "AL2": "PASSED"}
    assert told["delay"] is not None
    assert verify((tmp_path / "evidence.zip").read_bytes()).same

    PICTURES.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        page.goto((tmp_path / "report" / "report.fr.html").as_uri())
        assert page.get_by_role("heading", level=1).inner_text() == "Certification d'un fournisseur d'identité"
        page.screenshot(path=PICTURES / "certification.png")
    shutil.copy(tmp_path / "report" / "badge.svg", PICTURES / "certified.svg")

    assert receiver.command("source", "list", "--json") == "[]"
    realms = [realm["realm"] for realm in Admin(keycloak).request("GET", "").json()]
    assert not [realm for realm in realms if realm.startswith("cert-")]
