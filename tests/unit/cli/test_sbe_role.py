"""``sbe-scim sbe role`` as it is called; what it does is tried inside a real Abilian SBE."""

from __future__ import annotations

import pytest

from tests.unit.cli.running import Run

ADD = ("add", "--source", "agents")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((*ADD, "--role", "admin"), "give --group or --value"),
        ((*ADD, "--role", "admin", "--group", "G", "--value", "v"), "give --group or --value"),
        ((*ADD, "--role", "manager", "--group", "G"), "--role manager needs --community"),
        ((*ADD, "--role", "member", "--value", "v"), "--role member needs --community"),
        ((*ADD, "--role", "admin", "--group", "G", "--community", "C"), "leave out --community"),
        ((*ADD, "--role", "owner", "--group", "G"), "'owner' is not one of"),
        ((*ADD, "--group", "G"), "Missing option '--role'"),
        (("remove", "G"), "is not a valid integer"),
    ],
)
def test_wrong_use_is_told(run: Run, options: tuple[str, ...], told: str) -> None:
    done = run("sbe", "role", *options)
    assert done.code == 2
    assert told in done.err


@pytest.mark.parametrize("options", [(*ADD, "--role", "admin", "--group", "G"), ("list",), ("remove", "1")])
def test_where_abilian_sbe_is_not_there_are_no_rules(run: Run, options: tuple[str, ...]) -> None:
    done = run("sbe", "role", *options)
    assert (done.code, done.out) == (1, "")
    assert "abilian-sbe is not installed here" in done.err
