"""``sbe-scim keycloak release`` and ``discard``: what an operator sees of the safety valve."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.unit.cli.running import Run, rows
from tests.unit.keycloak.fake import FakeKeycloak

LOGIN = ("--server", "https://sso.example.org", "--realm", "agents")
HELD: list[dict[str, Any]] = [
    {"type": "USER", "id": "u1", "name": None, "mail": None, "group": None, "cause": "DROPPED", "since": 1},
    {
        "type": "USER",
        "id": "u2",
        "name": "zoe",
        "mail": "zoe@example.org",
        "group": "Paie",
        "cause": "ASKED",
        "since": 1,
    },
]


@pytest.mark.parametrize(
    ("decision", "done"),
    [("release", "2 released: they are sent now."), ("discard", "2 discarded: Keycloak is read again.")],
)
def test_what_is_held_is_decided_on(remote: Run, server: FakeKeycloak, decision: str, done: str) -> None:
    server.held = HELD
    assert remote("keycloak", decision, *LOGIN, "--yes").out.strip() == done
    assert server.commands == [(f"held/{decision}", {"endpoint": "sbe-scim"})]
    told = rows(remote, "keycloak", decision, *LOGIN, "--yes")
    assert told == {"name": "sbe-scim", "realm": "agents", "decision": decision, "count": 2}


def test_it_is_shown_first_who_would_go(remote: Run, server: FakeKeycloak, monkeypatch: pytest.MonkeyPatch) -> None:
    server.held = HELD
    monkeypatch.setattr("click.confirm", lambda *_args, **_options: True)
    assert remote("keycloak", "release", *LOGIN).err.splitlines() == [
        "user u1: dropped by Keycloak, since their directory did not show them",
        "user zoe <zoe@example.org> out of Paie: deleted, disabled or taken out one by one, too many in a short time",
    ]
    assert len(server.commands) == 1


def test_nothing_goes_where_nobody_answers(remote: Run, server: FakeKeycloak, monkeypatch: pytest.MonkeyPatch) -> None:
    server.held = HELD
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _text: "n")
    assert remote("keycloak", "release", *LOGIN).code == 1
    assert server.commands == []


def test_many_are_counted(remote: Run, server: FakeKeycloak, monkeypatch: pytest.MonkeyPatch) -> None:
    server.held = HELD[:1] * 60
    monkeypatch.setattr("click.confirm", lambda *_args, **_options: True)
    assert remote("keycloak", "release", *LOGIN).err.splitlines()[50] == "and 10 more"


def test_where_nothing_is_held_nothing_is_asked(remote: Run, server: FakeKeycloak) -> None:
    assert remote("keycloak", "discard", *LOGIN).out == "Nothing is held.\n"
    assert server.commands == [("held/discard", {"endpoint": "sbe-scim"})]


def test_a_refusal_is_told(remote: Run, server: FakeKeycloak) -> None:
    server.odd["/held/release"] = httpx.Response(409, json={"errorMessage": "the endpoint is disabled"})
    assert "the endpoint is disabled (HTTP 409)" in remote("keycloak", "release", *LOGIN, "--yes").err
