"""``sbe-scim keycloak``: what an operator sees of it."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.cli.running import Run, rows
from tests.unit.keycloak.fake import ISSUER, JWKS, FakeKeycloak

RECEIVER = "https://sbe.example.org/scim/v2"
LOGIN = ("--server", "https://sso.example.org", "--realm", "agents")
ENABLE = ("keycloak", "enable", *LOGIN, "--receiver", RECEIVER)
UNKNOWN = {"ok": False, "stage": "accept", "reason": "unknown_issuer", "detail": "the token is not taken"}
HTML = httpx.Response(200, html="<html>")
ENDPOINT: dict[str, Any] = {
    "id": "c0", "name": "sbe-scim", "url": RECEIVER, "enabled": True, "state": "retrying", "reason": "no route",
    "pending": 3, "oldestPendingSeconds": 7, "users": 10, "groups": 2, "parked": 1, "lastDelivery": 1_700_000_000_000,
}  # fmt: skip


@pytest.fixture
def server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> FakeKeycloak:
    """The Keycloak that every address leads to; the password is known."""
    fake = FakeKeycloak()

    def handle(_transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        request.read()
        return fake.answer(request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", "right")
    return fake


@pytest.fixture
def remote(run: Run, server: FakeKeycloak, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs commands where the receiver's database is not at hand."""
    monkeypatch.delenv("SBE_SCIM_DATABASE")
    return run


def test_a_realm_is_enabled_and_registered(run: Run, server: FakeKeycloak) -> None:
    run("source", "add", "others")
    server.checks = [UNKNOWN, {"ok": True}]
    assert "is enabled: its people go to" in run(*ENABLE).out
    assert rows(run, "source", "show", "agents")["issuer"] == ISSUER
    told = rows(run, *ENABLE)
    assert told == {
        "name": "sbe-scim",
        "realm": "agents",
        "receiver": RECEIVER,
        "source": "agents",
        "issuer": ISSUER,
        "audience": RECEIVER,
        "jwks_url": JWKS,
        "created": False,
        "trusted": True,
        "next": None,
    }


def test_no_database_is_made_for_a_receiver_that_has_another(run: Run, server: FakeKeycloak, folder: Path) -> None:
    outcome = run(*ENABLE)
    assert (outcome.code, outcome.out) == (1, "")
    assert "no database at" in outcome.err
    assert list(folder.iterdir()) == []
    assert server.writes == []


@pytest.mark.parametrize("source", ["agents", "our agents; rm -rf x", "-agents"])
def test_the_line_for_the_receivers_side_can_be_copied(
    remote: Run, server: FakeKeycloak, folder: Path, source: str
) -> None:
    server.checks = [UNKNOWN]
    line = remote(*ENABLE, f"--source={source}").out.splitlines()[-1].strip()
    program, *arguments = shlex.split(line)
    assert program == "sbe-scim"
    database = ("--database", f"sqlite:///{folder}/receiver.db")
    assert remote(*arguments[:2], *database, *arguments[2:]).code == 0
    found = rows(remote, "source", "list", *database)
    assert [(row["name"], row["issuer"], row["dialect"]) for row in found] == [(source, ISSUER, "keycloak")]


@pytest.mark.parametrize(
    "options",
    [
        ("--receiver", "foo"),
        ("--receiver", "http://[::1"),
        ("--server", "notaurl"),
        ("--database", "foo"),
        ("--issuer", ""),
        ("--jwks-url", "nonsense"),
        ("--realm", ""),
    ],
)
def test_wrong_use_is_told_before_anybody_is_asked(remote: Run, server: FakeKeycloak, options: tuple[str, ...]) -> None:
    outcome = remote(*ENABLE, *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert server.paths == []


def test_a_realm_is_disabled_and_removed(remote: Run, server: FakeKeycloak) -> None:
    remote(*ENABLE)
    told = rows(remote, "keycloak", "disable", *LOGIN)
    assert told == {"id": "c0", "name": "sbe-scim", "realm": "agents", "enabled": False, "removed": False}
    assert server.components["c0"]["config"]["enabled"] == ["false"]
    assert rows(remote, "keycloak", "disable", *LOGIN, "--remove")["removed"] is True
    assert server.components == {}
    assert "no component named 'sbe-scim'" in remote("keycloak", "disable", *LOGIN).err


def test_the_status_says_when_something_last_arrived(remote: Run, server: FakeKeycloak) -> None:
    server.endpoints = [ENDPOINT, ENDPOINT | {"enabled": False, "lastDelivery": None}]
    live, off = remote("keycloak", "status", *LOGIN).out.split("sbe-scim  ")[1:]
    assert live.splitlines() == [
        "retrying (no route)",
        f"  to       {RECEIVER}",
        "  sent     10 users, 2 groups; 1 refused",
        "  changes  3 waiting, the oldest for 7 s",
        "  arrived  last at 2023-11-14T22:13:20Z",
    ]
    assert off.splitlines()[0] == "disabled"
    assert off.splitlines()[-1] == "  arrived  nothing yet"
    assert rows(remote, "keycloak", "status", *LOGIN) == server.endpoints


def test_the_status_says_what_is_left_to_a_newer_release(remote: Run, server: FakeKeycloak) -> None:
    server.endpoints = [ENDPOINT | {"pending": 0, "oldestPendingSeconds": None, "foreign": 2}]
    shown = remote("keycloak", "status", *LOGIN).out
    assert "  changes  0 waiting; 2 left to a newer release of the connector\n" in shown


def test_the_status_says_what_is_odd_about_the_nodes(remote: Run, server: FakeKeycloak) -> None:
    server.endpoints = [ENDPOINT | {"notice": "nodes run different releases"}]
    assert remote("keycloak", "status", *LOGIN).out.splitlines()[-1] == "  notice   nodes run different releases"


def test_the_status_raises_an_alarm_for_a_leaver_who_is_still_in(remote: Run, server: FakeKeycloak) -> None:
    server.endpoints = [ENDPOINT | {"stillIn": 1, "stillInSeconds": 40}, ENDPOINT | {"stillIn": 0}]
    alarmed, calm = remote("keycloak", "status", *LOGIN).out.split("sbe-scim  ")[1:]
    alarm = "  ALARM    a leaver is still in: 1 refused by the receiver, the oldest for 40 s"
    assert alarmed.splitlines()[1] == alarm
    assert "ALARM" not in calm


def test_the_status_tells_who_was_refused_why_and_who_has_the_name(remote: Run, server: FakeKeycloak) -> None:
    first = {"type": "USER", "id": "u1", "reason": "PUT Users answered 400 invalidValue", "blockedBy": None}
    second = {"type": "GROUP", "id": "g2", "reason": "PUT Groups answered 409 uniqueness", "blockedBy": "g1"}
    server.endpoints = [ENDPOINT | {"parked": 2, "refused": [first, second]}]
    assert remote("keycloak", "status", *LOGIN).out.splitlines()[2:5] == [
        "  sent     10 users, 2 groups; 2 refused",
        "  refused  user u1: PUT Users answered 400 invalidValue",
        "  refused  group g2: PUT Groups answered 409 uniqueness:"
        " group g1 has this name or address, or one that differs in case or blanks only",
    ]


def test_a_status_with_holes_is_shown(remote: Run, server: FakeKeycloak) -> None:
    server.endpoints = [{"enabled": True, "lastDelivery": 10**30}]
    outcome = remote("keycloak", "status", *LOGIN)
    assert outcome.code == 0
    assert "arrived  ?" in outcome.out


@pytest.mark.parametrize("command", ["status", "disable", "enable"])
@pytest.mark.parametrize(
    "odd",
    [
        {"/realms/agents": HTML, "/components": HTML},
        {"/status": httpx.Response(200, json=[]), "/components": httpx.Response(200, json={})},
        {"/status": httpx.Response(200, json={}), "/components": httpx.Response(204)},
    ],
)
def test_another_server_than_keycloak_is_told(
    remote: Run, server: FakeKeycloak, command: str, odd: dict[str, httpx.Response]
) -> None:
    server.odd = odd
    more = ("--receiver", RECEIVER) if command == "enable" else ()
    outcome = remote("keycloak", command, *LOGIN, *more)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("Error: ")
    assert "check --server" in outcome.err


def test_a_password_that_nobody_can_type_is_asked_for_by_its_variable(
    remote: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_arguments: object, **_options: object) -> str:
        raise EOFError

    monkeypatch.delenv("SBE_SCIM_KEYCLOAK_PASSWORD")
    monkeypatch.setattr("click.termui.hidden_prompt_func", nobody)
    outcome = remote("keycloak", "status", *LOGIN)
    assert outcome.code == 1
    assert "set SBE_SCIM_KEYCLOAK_PASSWORD" in outcome.err


@pytest.mark.parametrize("command", ["enable", "disable", "status"])
def test_the_help_names_the_variables(run: Run, command: str) -> None:
    shown = " ".join(run("keycloak", command, "--help").out.split())
    assert "SBE_SCIM_KEYCLOAK_PASSWORD, else asked for" in shown
    assert ("SBE_SCIM_DATABASE" in shown) == (command == "enable")


def test_the_jar_is_written_where_one_says(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = folder / "built.jar"
    built.write_bytes(b"jar")
    # The package has a command of the module's name.
    monkeypatch.setattr(sys.modules["sbe_scim.cli.keycloak.jar"], "connector_jar", lambda: built)
    target = folder / "providers"
    target.mkdir()
    path = str(target / "sbe-scim-keycloak.jar")
    assert rows(run, "keycloak", "jar", str(target)) == {"name": "sbe-scim-keycloak.jar", "path": path}
    assert run("keycloak", "jar", str(target)).out == f"{path}\n"
    assert "could not be written: " in run("keycloak", "jar", str(built)).err
