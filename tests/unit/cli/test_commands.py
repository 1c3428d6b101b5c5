"""The commands: what they print, where, and with which exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from sbe_scim.store import TOKEN_PREFIX, Tokens, open_database
from sbe_scim.store.clock import now
from tests.unit.cli.running import Run, rows

ISSUER = "https://sso.example.org/realms/staff"
DAY = 86_400_000_000


@pytest.mark.parametrize(
    "command",
    [(), ("serve",), ("source",), ("source", "add"), ("token",), ("token", "create"), ("keycloak",)],
)
def test_every_command_explains_itself(run: Run, command: tuple[str, ...]) -> None:
    outcome = run(*command, "--help")
    assert outcome.code == 0
    assert outcome.out.startswith("Usage: sbe-scim")


def test_a_source_is_added_listed_shown_and_removed(run: Run) -> None:
    assert run("source", "add", "staff", "--dialect", "keycloak", "--issuer", ISSUER).code == 0
    (listed,) = rows(run, "source", "list")
    assert (listed["name"], listed["dialect"], listed["strictness"], listed["issuer"], listed["enabled"]) == (
        "staff",
        "keycloak",
        "tolerant",
        ISSUER,
        True,
    )
    assert rows(run, "source", "show", "staff") == listed
    assert run("source", "disable", "staff").code == 0
    assert rows(run, "source", "show", "staff")["enabled"] is False
    assert run("source", "enable", "staff").code == 0
    assert rows(run, "source", "show", "staff")["enabled"] is True
    assert run("source", "remove", "staff").code == 0
    assert rows(run, "source", "list") == []


def test_a_table_is_printed_for_people(run: Run) -> None:
    run("source", "add", "staff")
    head, line = run("source", "list").out.splitlines()
    assert head.split()[:3] == ["NAME", "DIALECT", "STRICTNESS"]
    assert line.split()[:3] == ["staff", "generic", "tolerant"]


def test_a_source_without_an_issuer_is_told_the_next_step(run: Run) -> None:
    assert "sbe-scim token create staff" in run("source", "add", "staff").err


def test_a_token_is_printed_alone_and_works_for_its_time(run: Run, tmp_path: Path) -> None:
    run("source", "add", "staff")
    outcome = run("token", "create", "staff", "--expires", "90d")
    assert outcome.err == ""
    assert outcome.out.count("\n") == 1
    assert outcome.out.startswith(TOKEN_PREFIX)
    engine = open_database(f"sqlite:///{tmp_path}/receiver.db")
    with engine.begin() as connection:
        token = Tokens(connection).find(outcome.out.strip())
    engine.dispose()
    assert token is not None
    assert token.expires is not None
    assert 0 <= now() + 90 * DAY - token.expires < DAY


def test_tokens_are_listed_without_their_secret_and_revoked_by_id(run: Run) -> None:
    for name in ("staff", "guests"):
        run("source", "add", name)
    secret = run("token", "create", "staff").out.strip()
    run("token", "create", "guests")
    (listed,) = rows(run, "token", "list", "staff")
    assert (listed["source"], listed["expires"], listed["revoked"]) == ("staff", None, None)
    assert secret.removeprefix(TOKEN_PREFIX) not in str(listed)
    assert len(rows(run, "token", "list")) == 2
    assert run("token", "revoke", listed["id"]).code == 0
    assert rows(run, "token", "list", "staff")[0]["revoked"] is not None


@pytest.mark.parametrize(
    ("command", "advice"),
    [
        (("source", "show", "nobody"), "source list"),
        (("source", "disable", "nobody"), "source list"),
        (("source", "remove", "nobody"), "source list"),
        (("token", "create", "nobody"), "source list"),
        (("token", "list", "nobody"), "source list"),
        (("token", "revoke", "nothing"), "token list"),
        (("source", "list", "--database", "sqlite:////nowhere/at/all.db"), "--database"),
        (("source", "add", "x", "--database", "sqlite:////nowhere/at/all.db"), "/nowhere/at/all.db cannot be made"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(run: Run, command: tuple[str, ...], advice: str) -> None:
    run("source", "add", "somebody")
    outcome = run(*command)
    assert (outcome.code, outcome.out) == (1, "")
    assert "Error: " in outcome.err
    assert advice in outcome.err


def test_a_source_is_not_added_twice(run: Run) -> None:
    run("source", "add", "staff")
    outcome = run("source", "add", "staff")
    assert outcome.code == 1
    assert "there already" in outcome.err


@pytest.mark.parametrize(
    "command",
    [
        ("nonsense",),
        ("source", "add"),
        ("source", "add", "staff", "--dialect", "klingon"),
        ("source", "add", "staff", "--strictness", "very"),
        ("source", "add", "staff", "--audience", "x"),
        ("token", "create", "staff", "--expires", "soon"),
        ("token", "create", "staff", "--expires", "0d"),
        ("token", "create", "staff", "--expires", "99999999999999999999d"),
        ("serve", "--workers", "2"),
        ("serve", "--body-limit", "0"),
        ("serve", "--base-url", "ftp://x"),
        ("serve", "--base-url", "http://x:abc/"),
        ("serve", "--base-url", "http://[x"),
        ("serve", "--database", "foo"),
        ("serve", "--config", "/nowhere/at/all.toml"),
        ("source", "list", "--database", "foo"),
        ("source", "list", "--database", "mysql://host/x"),
        ("source", "list", "--database", "postgresql://host:port/x"),
        ("source", "list", "--database", "postgresql+nothing://host/x"),
        ("source", "list", "--database", "sqlite://"),
    ],
)
def test_wrong_use_is_told_from_failure(run: Run, command: tuple[str, ...]) -> None:
    outcome = run(*command)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Usage:" in outcome.err
