"""Two processes over one database: what the receiver writes is what Abilian SBE shows at its next request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sbe.server import Account, SbeServer


@pytest.fixture
def sbe(tmp_path: Path) -> Iterator[SbeServer]:
    server = SbeServer(tmp_path)
    server.start()
    yield server
    server.stop()


def test_a_change_is_visible_at_once_and_outlives_a_kill_of_the_receiver(sbe: SbeServer) -> None:
    browser = sbe.login()
    sbe.receiver.command("source", "add", "idp")
    person = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "ines",
        "name": {"givenName": "Inès", "familyName": "Marchand"},
        "emails": [{"value": "ines@example.org", "primary": True}],
    }
    with sbe.receiver.client("idp") as scim:
        user = scim.post("/Users", json=person).raise_for_status().json()["id"]
        assert sbe.account(browser, "ines@example.org") == Account("Inès Marchand", True, "")
        assert "Inès Marchand" in sbe.people(browser)
        sbe.receiver.kill()
        sbe.receiver.start()
        scim.put(f"/Users/{user}", json=person | {"active": False}).raise_for_status()
        assert sbe.account(browser, "ines@example.org") == Account("Inès Marchand", False, "")
    assert "ines@example.org" not in sbe.receiver.log_text()
