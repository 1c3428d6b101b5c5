"""Two processes over one database: what the receiver writes is what Abilian SBE shows at its next request."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from tests.environment.waiting import until
from tests.sbe.server import Account, SbeServer


@pytest.fixture(scope="module")
def sbe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SbeServer]:
    server = SbeServer(tmp_path_factory.mktemp("beside"))
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


def _where_it_is_three() -> str:
    """A time zone in which it is half past three in the night."""
    now = datetime.now(UTC)
    ahead = (3 * 60 + 30 - now.hour * 60 - now.minute) % (24 * 60)
    # POSIX counts westwards, and at most a day.
    return f"NIGHT-{ahead // 60}:{ahead % 60:02}"
