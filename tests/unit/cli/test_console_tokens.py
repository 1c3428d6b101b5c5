"""``sbe-scim token create --console``: tokens of operators, who look and provision nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from sbe_scim.store import console_tokens, open_database
from sbe_scim.store.clock import now
from tests.unit.cli.running import Run, rows

DAY = 86_400_000_000


@pytest.mark.parametrize(("options", "days"), [((), 30), (("--expires", "90d"), 90)])
def test_it_is_printed_alone_and_always_ends(run: Run, folder: Path, options: tuple[str, ...], days: int) -> None:
    run("source", "add", "staff")
    outcome = run("token", "create", "--console", *options)
    assert (outcome.err, outcome.out.count("\n")) == ("", 1)
    assert outcome.out.startswith(console_tokens.PREFIX)
    engine = open_database(f"sqlite:///{folder}/receiver.db")
    with engine.begin() as connection:
        token = console_tokens.find(connection, outcome.out.strip())
    engine.dispose()
    assert token is not None
    assert 0 <= now() + days * DAY - token.expires < DAY


def test_it_is_listed_beside_those_of_sources_and_revoked_by_id(run: Run) -> None:
    run("source", "add", "staff")
    run("token", "create", "staff")
    made = rows(run, "token", "create", "--console")
    assert list(made) == ["id", "console", "expires", "token"]
    of_a_source, of_the_console = rows(run, "token", "list")
    assert (of_a_source["source"], of_a_source["console"]) == ("staff", False)
    assert (of_the_console["source"], of_the_console["console"], of_the_console["id"]) == (None, True, made["id"])
    assert made["token"] not in str(of_the_console)
    assert len(rows(run, "token", "list", "staff")) == 1
    assert rows(run, "token", "revoke", made["id"]) == {"id": made["id"], "revoked": True}
    assert rows(run, "token", "list")[1]["revoked"] is not None
    assert run("token", "revoke", made["id"]).code == 1


@pytest.mark.parametrize("wrong", [(), ("staff", "--console"), ("--console", "--replaces", "1f0c2ab4")])
def test_it_is_for_a_source_or_for_the_console(run: Run, wrong: tuple[str, ...]) -> None:
    run("source", "add", "staff")
    assert run("token", "create", *wrong).code == 2
    assert rows(run, "token", "list") == []
