"""``sbe-scim keycloak``: what an operator sees of it."""

from __future__ import annotations

import getpass
import io
import shlex
import sys
import warnings
from pathlib import Path
from typing import Any

import click
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
        "azp": [],
        "created": False,
        "paused": False,
        "trusted": True,
        "declared": [],
        "unheld": [],
        "warnings": [],
        "sign_in_client": None,
        "next": None,
    }


def test_what_the_realm_cannot_hold_is_told_and_declared_when_asked(remote: Run, server: FakeKeycloak) -> None:
    server.profile, server.locales = {"attributes": [{"name": "title"}]}, ()
    told = remote(*ENABLE).out
    assert "cannot hold costCenter, department, division, employeeNumber, organization, phoneNumber: its user" in told
    assert "cannot hold locale: Keycloak drops it" in told
    assert [name["name"] for name in server.profile["attributes"]] == ["title"]
    told = remote(
        *ENABLE, "--attribute", "title=title", "--attribute", "may=entitlements.value", "--declare-attributes"
    ).out
    assert "Declared in the realm's user profile: may" in told
    assert "cannot hold" not in told
    assert [name["name"] for name in server.profile["attributes"]] == ["title", "may"]
    (shown,) = [rows(remote, *ENABLE)]
    assert (shown["declared"], shown["unheld"]) == ([], [])
    assert rows(remote, *ENABLE, "--attribute", "")["unheld"][0] == {"name": "costCenter", "reason": "undeclared"}


def test_a_webhook_is_named_checked_kept_and_taken_away(remote: Run, server: FakeKeycloak) -> None:
    def named() -> object:
        (component,) = server.components.values()
        return component["config"].get("webhook")

    address = "https://hooks.example.org/x?key=y"
    assert remote(*ENABLE, "--webhook", "hooks.example.org").code == 2
    remote(*ENABLE, "--webhook", address)
    assert named() == [address]
    assert server.checked[-1]["webhook"] == [address]
    remote(*ENABLE)
    assert named() == [address]
    remote(*ENABLE, "--webhook", "")
    assert named() == []


CLIENT = ("--auth", "client-secret", "--client-id", "scim")


def test_the_client_is_listed_at_the_source_and_its_secret_is_read_from_the_environment(
    run: Run, server: FakeKeycloak, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBE_SCIM_RECEIVER_SECRET", "s3cret")
    run("source", "add", "agents", "--issuer", ISSUER, "--audience", RECEIVER, "--jwks-url", JWKS, "--azp", "hr")
    server.checks = [{"ok": False, "stage": "accept", "reason": "unlisted_client", "detail": "x"}, {"ok": True}]
    told = rows(run, *ENABLE, *CLIENT, "--token-scope", "scim")
    assert told["azp"] == ["scim"]
    assert rows(run, "source", "show", "agents")["azp"] == ["hr", "scim"]
    (component,) = server.components.values()
    assert {
        key: component["config"][key] for key in ("auth", "clientId", "clientSecret", "tokenScope", "tokenUrl")
    } == {
        "auth": ["client-secret"],
        "clientId": ["scim"],
        "clientSecret": ["s3cret"],
        "tokenScope": ["scim"],
        "tokenUrl": [],
    }
    assert server.checked[-1]["clientSecret"] == "s3cret"
    assert "s3cret" not in str(told)


def test_the_line_for_the_receivers_side_lists_the_client(remote: Run, server: FakeKeycloak) -> None:
    server.checks = [UNKNOWN]
    told = remote(*ENABLE, "--auth", "private-key", "--client-id", "scim").out
    assert "--azp scim" in told.splitlines()[-1]


def test_a_secret_that_nobody_gives_stops_before_anything_is_changed(
    remote: Run, server: FakeKeycloak, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_arguments: object, **_options: object) -> str:
        raise click.Abort

    monkeypatch.setattr(click, "prompt", nobody)
    outcome = remote(*ENABLE, *CLIENT)
    assert outcome.code == 1
    assert "set SBE_SCIM_RECEIVER_SECRET" in outcome.err
    assert server.writes == []


@pytest.mark.parametrize("piped", ["right\n", ""])
def test_without_a_terminal_a_password_is_what_is_piped_in(
    remote: Run, server: FakeKeycloak, monkeypatch: pytest.MonkeyPatch, piped: str
) -> None:
    def without_a_terminal(_prompt: str) -> str:
        warnings.warn("Can not control echo on the terminal.", getpass.GetPassWarning, stacklevel=2)
        raise AssertionError("it goes on, and echoes")

    monkeypatch.delenv("SBE_SCIM_KEYCLOAK_PASSWORD")
    monkeypatch.setattr(click.termui, "hidden_prompt_func", without_a_terminal)
    monkeypatch.setattr(sys, "stdin", io.StringIO(piped))
    outcome = remote("keycloak", "status", *LOGIN)
    assert (outcome.code, "set SBE_SCIM_KEYCLOAK_PASSWORD" in outcome.err) == ((0, False) if piped else (1, True))
    assert "echo" not in outcome.err


@pytest.mark.parametrize(
    "options",
    [
        ("--auth", "kerberos"),
        ("--auth", "private-key"),
        ("--client-id", "scim"),
        ("--auth", "bearer", "--token-url", "https://o/t"),
        (*CLIENT, "--assertion-audience", "https://o"),
        (*CLIENT, "--token-url", "o/t"),
    ],
)
def test_credentials_that_do_not_fit_are_wrong_use(remote: Run, server: FakeKeycloak, options: tuple[str, ...]) -> None:
    assert remote(*ENABLE, *options).code == 2
    assert server.paths == []


def test_a_token_endpoint_that_refuses_is_told(remote: Run, server: FakeKeycloak) -> None:
    detail = "https://o/t answered 401 invalid_client: check clientId"
    server.checks = [{"ok": False, "stage": "token", "reason": "token_refused", "detail": detail}]
    outcome = remote(*ENABLE, "--auth", "private-key", "--client-id", "scim")
    assert (outcome.code, outcome.err) == (1, f"Error: The realm gets no token for the receiver: {detail}.\n")
    assert server.writes == []


@pytest.mark.parametrize(
    ("reason", "advice"), [("unlisted_client", "source set --azp CLIENT NAME"), ("insufficient_scope", "--token-scope")]
)
def test_a_client_whose_token_is_not_taken_is_told_what_to_do(
    remote: Run, server: FakeKeycloak, reason: str, advice: str
) -> None:
    server.checks = [{"ok": False, "stage": "accept", "reason": reason, "detail": "x"}]
    outcome = remote(*ENABLE, "--auth", "private-key", "--client-id", "scim")
    assert outcome.code == 1
    assert advice in outcome.err


def test_roles_are_mapped_kept_and_taken_away(remote: Run, server: FakeKeycloak) -> None:
    def mapped() -> object:
        (component,) = server.components.values()
        return component["config"].get("roleMapping")

    remote(*ENABLE)
    assert mapped() is None
    remote(*ENABLE, "--role", "redacteur=writer", "--role", "intranet/admin=chief")
    assert mapped() == ["redacteur=writer", "intranet/admin=chief"]
    remote(*ENABLE)
    assert mapped() == ["redacteur=writer", "intranet/admin=chief"]
    remote(*ENABLE, "--role", "")
    assert mapped() == []


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
    state = {"enabled": False, "removed": False, "removed_clients": []}
    assert told == {"id": "c0", "name": "sbe-scim", "realm": "agents", **state}
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


def test_the_status_says_that_the_receiver_applies_nothing_and_the_check_warns_of_it(
    remote: Run, server: FakeKeycloak
) -> None:
    said = (
        "the receiver has it in shadow mode and applies nothing, leavers stay in; on its machine: "
        "sbe-scim source set --live NAME"
    )
    server.endpoints = [ENDPOINT | {"parked": 0, "shadow": True}]
    outcome = remote("keycloak", "status", *LOGIN, "--check")
    assert f"  SHADOW   {said}\n" in outcome.out
    assert (outcome.code, outcome.err) == (0, f"warning: sbe-scim: {said}\n")
    server.endpoints = [ENDPOINT | {"parked": 0, "shadow": False}]
    outcome = remote("keycloak", "status", *LOGIN, "--check")
    assert "shadow" not in (outcome.out + outcome.err).lower()


def test_the_status_raises_an_alarm_for_a_leaver_who_is_still_in(remote: Run, server: FakeKeycloak) -> None:
    server.endpoints = [ENDPOINT | {"stillIn": 1, "stillInSeconds": 40}, ENDPOINT | {"stillIn": 0}]
    alarmed, calm = remote("keycloak", "status", *LOGIN).out.split("sbe-scim  ")[1:]
    alarm = "  ALARM    a leaver is still in: 1 refused by the receiver, the oldest for 40 s"
    assert alarmed.splitlines()[1] == alarm
    assert "ALARM" not in calm


def test_the_status_tells_what_is_held_since_when_why_and_what_to_do(remote: Run, server: FakeKeycloak) -> None:
    causes = {"DROPPED": 5, "COMPARED": 1}
    server.endpoints = [
        ENDPOINT | {"held": 6, "heldSeconds": 90, "heldCauses": causes},
        ENDPOINT | {"held": 0, "heldSeconds": None, "heldCauses": {}},
    ]
    holding, calm = remote("keycloak", "status", *LOGIN).out.split("sbe-scim  ")[1:]
    assert holding.splitlines()[1] == (
        "  HELD     6 who would lose access, for 90 s:"
        " 5 dropped by Keycloak, since their directory did not show them;"
        " 1 gone or disabled in Keycloak's database, and nothing told of it."
        " Nothing of it is sent: repair it and sbe-scim keycloak discard,"
        " or sbe-scim keycloak release where it is meant"
    )
    assert "HELD" not in calm
    assert rows(remote, "keycloak", "status", *LOGIN) == server.endpoints


DIRECTORY: dict[str, Any] = {
    "name": "annuaire", "people": 60, "snapshotSeconds": 20, "failingSeconds": None, "reason": None, "warnings": [],
}  # fmt: skip


def test_the_status_tells_since_when_a_directory_is_away_and_what_is_odd_about_it(
    remote: Run, server: FakeKeycloak
) -> None:
    away = DIRECTORY | {"failingSeconds": 90, "reason": "it does not answer", "warnings": ["no read timeout"]}
    server.endpoints = [ENDPOINT | {"directories": [away, DIRECTORY | {"name": "autre"}]}]
    assert remote("keycloak", "status", *LOGIN).out.splitlines()[-2:] == [
        "  AWAY     directory annuaire: it does not answer, for 90 s; nobody is removed for that, new groups wait",
        "  warning  directory annuaire: no read timeout",
    ]


def test_enabling_warns_about_the_realms_directories(remote: Run, server: FakeKeycloak) -> None:
    server.endpoints = [ENDPOINT | {"directories": [DIRECTORY | {"warnings": ["no periodic sync"]}]}]
    assert "Warning: directory annuaire: no periodic sync" in remote(*ENABLE).err
    assert rows(remote, *ENABLE)["warnings"] == ["directory annuaire: no periodic sync"]


@pytest.mark.parametrize(
    ("state", "alarm"),
    [
        ({"stillIn": 1}, "a leaver is still in"),
        ({"held": 48}, "the safety valve holds 48: release or discard them"),
        ({"state": "paused", "reason": "the token is refused"}, "it is paused: the token is refused"),
        ({"holder": False}, "no node of Keycloak delivers to it"),
        ({"parked": 2}, "2 users and groups are refused"),
        ({"oldestPendingSeconds": 301, "reason": "no route"}, "a change has waited for 301 s: no route"),
        (
            {"directories": [{"name": "annuaire", "failingSeconds": 301, "reason": "it does not answer"}]},
            "directory annuaire is away for 301 s: it does not answer",
        ),
        ({"webhookFailure": "it answered 500"}, "its webhook takes no alarm: it answered 500"),
        ({"enabled": False}, "it is disabled"),
    ],
)
def test_check_fails_where_somebody_has_to_act(
    remote: Run, server: FakeKeycloak, state: dict[str, Any], alarm: str
) -> None:
    server.endpoints = [ENDPOINT | {"parked": 0, "state": "idle"} | state]
    outcome = remote("keycloak", "status", *LOGIN, "--check")
    assert (outcome.code, f"sbe-scim: {alarm}" in outcome.err) == (1, True)
    assert "  changes  " in outcome.out


def test_check_is_content_where_everything_goes_on_by_itself(remote: Run, server: FakeKeycloak) -> None:
    server.endpoints = [ENDPOINT | {"parked": 0}]
    assert remote("keycloak", "status", *LOGIN, "--check").code == 0
    assert remote("keycloak", "status", *LOGIN, "--check", "--json").code == 0
    server.endpoints = []
    assert "is not enabled" in remote("keycloak", "status", *LOGIN, "--check").err


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


@pytest.mark.parametrize(
    ("last", "line"),
    [
        ({"phase": "removals", "startedAt": 1, "counts": {"create": 2}}, "under way: 2 create"),
        ({"phase": "users", "startedAt": None}, "waits to begin"),
        ({"phase": "ended", "failure": "GET Users answered 400"}, "ended early: GET Users answered 400"),
        ({"phase": "ended", "endedAt": 1_700_000_000_000}, "last at 2023-11-14T22:13:20Z: nothing to do"),
    ],
)
def test_the_status_tells_how_far_the_last_run_is(
    remote: Run, server: FakeKeycloak, last: dict[str, Any], line: str
) -> None:
    server.endpoints = [ENDPOINT | {"lastRun": last}]
    assert f"  compared {line}\n" in remote("keycloak", "status", *LOGIN).out


def test_the_status_tells_what_a_run_did_not_remove(remote: Run, server: FakeKeycloak) -> None:
    server.endpoints = [ENDPOINT | {"lastRun": {"phase": "ended", "endedAt": 0, "held": 12}}]
    assert "nothing to do; 12 of the deletions were held\n" in remote("keycloak", "status", *LOGIN).out


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


@pytest.mark.parametrize("command", ["enable", "disable", "status", "reconcile"])
def test_the_help_names_the_variables(run: Run, command: str) -> None:
    shown = " ".join(run("keycloak", command, "--help").out.split())
    assert "SBE_SCIM_KEYCLOAK_PASSWORD, else asked for" in shown
    assert ("SBE_SCIM_DATABASE" in shown) == (command in ("enable", "disable"))


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


def test_a_scope_is_given_by_options(run: Run, server: FakeKeycloak) -> None:
    run("source", "add", "others")
    scope = ("--scope-group", "/Agents", "--scope-group", "/Elus", "--scope-role", "app/user")
    more = ("--scope-attribute", "site=Lyon", "--group-root", "/Agents", "--out-of-scope", "delete", "--paused")
    said = run(*ENABLE, *scope, *more).out
    assert "nothing is sent" in said
    assert "reconcile --dry-run" in said
    config = server.components["c0"]["config"]
    assert config["scopeGroups"] == ["/Agents", "/Elus"]
    assert config["scopeRoles"] == ["app/user"]
    assert config["scopeAttributes"] == ["site=Lyon"]
    assert config["groupRoots"] == ["/Agents"]
    assert config["outOfScope"] == ["delete"]
    assert config["paused"] == ["true"]

    run(*ENABLE, "--everybody")
    assert config != server.components["c0"]["config"]
    config = server.components["c0"]["config"]
    assert config["scopeGroups"] == config["scopeRoles"] == config["groupRoots"] == []


def test_everybody_and_a_scope_exclude_each_other(run: Run, server: FakeKeycloak) -> None:
    refused = run(*ENABLE, "--everybody", "--scope-group", "/A")
    assert refused.code == 2
    assert "exclude" in refused.err
    assert server.components == {}
