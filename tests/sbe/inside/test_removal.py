"""``sbe-scim sbe remove``: the receiver's tables go, and what they governed stays as it is."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from sqlalchemy import inspect

from sbe_scim.app import Ports
from sbe_scim.cli import main
from sbe_scim.cli.sbe import started
from sbe_scim.directory.sbe import SbeTransactions
from tests.sbe.inside.support import MakeGroup, MakeUser, Sbe, Scim


@pytest.fixture
def remove(ports: Ports, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(started, "open_sbe", lambda: ports)

    def command(*options: str) -> tuple[int, str, str]:
        code = main(("sbe", "remove", *options))
        return (code, *capsys.readouterr())

    return command


def tables(ports: Ports) -> set[str]:
    assert isinstance(ports.transactions, SbeTransactions)
    return {name for name in inspect(ports.transactions.host.engine).get_table_names() if name.startswith("scim")}


def test_what_it_leaves_is_told_first_and_then_only_tables_go(
    sbe: Sbe,
    scim: Scim,
    user: MakeUser,
    group: MakeGroup,
    remove: Any,
    ports: Ports,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for mail, active in (("open@example.org", True), ("secret@example.org", True), ("closed@example.org", False)):
        scim.user_saved(user(mail, id=mail, active=active))
    sbe.set_password("secret@example.org", "a-secret")
    scim.user_saved(user("gone@example.org", id="gone"))
    scim.user_removed("gone")
    team = group("Removers")
    scim.group_saved(team)
    scim.members_changed(team.id, ["open@example.org"], [])
    before = {mail: sbe.account(mail) for mail in ("open@example.org", "closed@example.org", "gone@example.org")}

    code, told, _ = remove("--dry-run", "--json")
    found = json.loads(told)
    assert (code, found["accounts"], found["no_password"], found["groups"], found["roles"]) == (0, 3, 1, 1, 0)
    assert set(found["tables"]) == tables(ports)

    monkeypatch.setitem(os.environ, "FLASK_PLUGINS", '["sbe_scim.sbe_plugin"]')
    code, _, why = remove("--yes")
    assert (code, "restart Abilian SBE first" in why, tables(ports)) == (1, True, set(found["tables"]))
    monkeypatch.delitem(os.environ, "FLASK_PLUGINS")

    assert remove("--yes")[0] == 0
    assert tables(ports) == set()
    assert {mail: sbe.account(mail) for mail in before} == before
    assert sbe.group("Removers") == {"open@example.org"}
    code, _, why = remove("--yes")
    assert (code, "no tables of a receiver" in why) == (1, True)
