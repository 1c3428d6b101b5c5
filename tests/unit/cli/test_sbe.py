"""``sbe-scim sbe adopt``, ``unadopt``, ``check`` as they are called; what they do is tried inside Abilian SBE."""

from __future__ import annotations

import pytest

from tests.unit.cli.running import Run

LOGIN = ("--server", "https://sso.example.org", "--realm", "agents")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("adopt", "--source", "agents"), "Give one of --list, --mail, --all-matching and --group."),
        (("adopt", "--source", "agents", "--list", "--all-matching", *LOGIN), "Give one of --list"),
        (("adopt", "--source", "agents", "--all-matching"), "--all-matching needs --server and --realm"),
        (("adopt", "--source", "agents", "--list", "--realm", "agents"), "--server and --realm belong together"),
        (("adopt", "--list"), "Missing option '--source'"),
        (("check", "--all"), "--all belongs to --repair"),
        (("unadopt", "--source", "agents"), "Give one of --mail, --group and --waiting."),
        (("unadopt", "--source", "agents", "--waiting", "--group", "x"), "Give one of --mail"),
    ],
)
def test_wrong_use_is_told(run: Run, options: tuple[str, ...], told: str) -> None:
    done = run("sbe", *options)
    assert done.code == 2
    assert told in done.err


@pytest.mark.parametrize("command", [("adopt", "--list"), ("unadopt", "--waiting"), ("check",)])
def test_where_abilian_sbe_is_not_there_is_nothing_to_look_after(run: Run, command: tuple[str, ...]) -> None:
    done = run("sbe", *command, "--source", "agents")
    assert (done.code, done.out) == (1, "")
    assert "abilian-sbe is not installed here" in done.err


def test_a_search_index_that_was_not_looked_at_is_not_told_as_begun(run: Run) -> None:
    done = run("sbe", "reindex")
    assert (done.code, "next run" in done.err) == (1, False)
