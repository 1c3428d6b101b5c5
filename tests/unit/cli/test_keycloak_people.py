"""``sbe-scim keycloak refused``, ``retry``, ``explain``, ``preview``, ``pause`` and ``resume``."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.unit.cli.running import Run, rows
from tests.unit.keycloak.fake import FakeKeycloak

LOGIN = ("--server", "https://sso.example.org", "--realm", "agents")
REFUSED: list[dict[str, Any]] = [
    {
        "type": "USER", "id": "u1", "name": "zoe", "mail": "zoe@example.org", "since": 1_700_000_000_000,
        "reason": "PUT Users answered 400 invalidValue", "blockedBy": None,
    },
    {
        "type": "GROUP", "id": "g2", "name": "PAIE", "mail": None, "since": None,
        "reason": "409 uniqueness", "blockedBy": "Paie",
    },
]  # fmt: skip
PERSON: dict[str, Any] = {
    "id": "u1", "inKeycloak": True, "name": "zoe", "mail": "zoe@example.org", "enabled": True, "scope": "IN",
    "waiting": False, "inLine": True, "sentAt": 1_700_000_000_000, "remoteId": "r-1", "inactive": False,
    "directory": None, "reason": None, "retryAt": None, "stillInSince": None, "held": [],
}  # fmt: skip


def test_who_was_refused_is_told_by_name_and_mail(remote: Run, server: FakeKeycloak) -> None:
    server.refused = REFUSED
    assert remote("keycloak", "refused", *LOGIN).out.splitlines() == [
        "user zoe <zoe@example.org>, since 2023-11-14T22:13:20Z: PUT Users answered 400 invalidValue",
        "group PAIE: 409 uniqueness: group Paie has this name or address, or one that differs in case or blanks only",
    ]
    assert rows(remote, "keycloak", "refused", *LOGIN) == REFUSED
    server.refused = [{"type": "USER", "name": "zoe", "reason": "PUT Users answered 503 held"}]
    assert "503 held: too many at once; on the receiver's machine, sbe-scim source release\n" in (
        remote("keycloak", "refused", *LOGIN).out
    )
    server.refused = []
    assert remote("keycloak", "refused", *LOGIN).out == "Nobody is refused.\n"


def test_one_or_all_are_tried_again(remote: Run, server: FakeKeycloak) -> None:
    server.refused = REFUSED
    assert "2 tried again" in remote("keycloak", "retry", *LOGIN, "--refused").out
    assert rows(remote, "keycloak", "retry", "zoe", *LOGIN)["count"] == 2
    assert server.commands == [
        ("refused/retry", {"endpoint": "sbe-scim", "user": None}),
        ("refused/retry", {"endpoint": "sbe-scim", "user": "zoe"}),
    ]


@pytest.mark.parametrize("wrong", [(), ("zoe", "--refused")])
def test_retry_wants_one_of_both(remote: Run, server: FakeKeycloak, wrong: tuple[str, ...]) -> None:
    assert remote("keycloak", "retry", *wrong, *LOGIN).code == 2
    assert server.commands == []


@pytest.mark.parametrize(
    ("differs", "line"),
    [
        ({}, "  Everything is in line."),
        ({"enabled": False}, "  In Keycloak they are disabled."),
        ({"scope": "OUT"}, "  They are out of scope: nothing of them is sent but that they may not log in."),
        ({"scope": "UNKNOWN"}, "  The scope names a group or role that is not there: they stay as they were."),
        ({"inKeycloak": False}, "  Keycloak does not have them (any more)."),
        ({"directory": "ABSENT"}, "  Their directory does not have them."),
        (
            {"directory": "OUT_OF_REACH"},
            "  Their directory has them, but not where, or not as, its provider looks for people.",
        ),
        ({"directory": "UNKNOWN"}, "  Their directory does not answer."),
        ({"waiting": True}, "  A change of theirs waits to be delivered."),
        ({"remoteId": None}, "  The receiver does not have them, as far as is known."),
        ({"reason": "409 uniqueness"}, "  It refused them: 409 uniqueness; tried again at the next change."),
        (
            {"reason": "PUT Users answered 503 held"},
            "  It refused them: PUT Users answered 503 held: too many at once; on the receiver's machine, sbe-scim"
            " source release; tried again at the next change.",
        ),
        (
            {"stillInSince": 1_700_000_000_000},
            "  ALARM: they should be out, and the receiver has kept them since 2023-11-14T22:13:20Z.",
        ),
        (
            {"held": ["DROPPED"]},
            "  HELD by the safety valve: dropped by Keycloak, since their directory did not show them."
            " See sbe-scim keycloak release and sbe-scim keycloak discard.",
        ),
    ],
)
def test_one_person_is_explained(remote: Run, server: FakeKeycloak, differs: dict[str, Any], line: str) -> None:
    server.person = PERSON | differs
    told = remote("keycloak", "explain", "zoe@example.org", *LOGIN).out.splitlines()
    assert told[0] == "zoe <zoe@example.org>"
    assert line in told
    assert server.paths[-1].endswith("/people/explain?endpoint=sbe-scim&user=zoe%40example.org")
    assert rows(remote, "keycloak", "explain", "zoe", *LOGIN) == server.person


def test_who_is_unknown_is_told(remote: Run, server: FakeKeycloak) -> None:
    server.odd["/explain"] = httpx.Response(404, json={"errorMessage": "nothing is known of such a person"})
    outcome = remote("keycloak", "explain", "nobody", *LOGIN)
    assert (outcome.code, "nothing is known of such a person" in outcome.err) == (1, True)


def test_what_would_be_sent_is_shown(remote: Run, server: FakeKeycloak) -> None:
    server.person = {"scope": "OUT", "resource": {"userName": "zoé", "active": True}}
    outcome = remote("keycloak", "preview", "zoé", *LOGIN)
    assert json.loads(outcome.out) == server.person["resource"]
    assert "this is not sent" in outcome.err
    assert rows(remote, "keycloak", "preview", "zoé", *LOGIN) == server.person


def test_an_endpoint_is_paused_and_goes_on(remote: Run, server: FakeKeycloak) -> None:
    component = {"id": "c0", "name": "sbe-scim", "config": {"url": ["https://sbe.example.org"]}}
    server.components = {"c0": component}
    assert "is paused: nothing is sent" in remote("keycloak", "pause", *LOGIN).out
    assert server.components["c0"]["config"] == {"url": ["https://sbe.example.org"], "paused": ["true"]}
    assert rows(remote, "keycloak", "resume", *LOGIN)["paused"] is False
    assert server.components["c0"]["config"]["paused"] == ["false"]
    assert "has no component named 'other'" in remote("keycloak", "pause", *LOGIN, "--name", "other").err
