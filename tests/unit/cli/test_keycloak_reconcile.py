"""``sbe-scim keycloak reconcile``: the plan that an operator sees."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.unit.cli.running import Run, rows
from tests.unit.keycloak.fake import FakeKeycloak

LOGIN = ("--server", "https://sso.example.org", "--realm", "agents")
COUNTS = {"create": 0, "adopt": 0, "update": 0, "disable": 0, "delete": 0, "report": 0}
ENDED: dict[str, Any] = {
    "id": "run-1", "phase": "ended", "failure": None, "waiting": None, "counts": COUNTS, "held": 0, "items": []
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


def test_a_dry_run_shows_who_would_be_created_adopted_and_removed(remote: Run, server: FakeKeycloak) -> None:
    items = [
        {"action": "create", "type": "USER", "id": "u1", "name": "zoe", "remoteId": None},
        {"action": "adopt", "type": "GROUP", "id": "g1", "name": "Staff/Paris", "remoteId": "7"},
        {"action": "delete", "type": "USER", "id": "gone", "name": None, "remoteId": "8"},
        {"action": "report", "type": "USER", "id": None, "name": None, "remoteId": "9"},
    ]
    counts = COUNTS | {"create": 3, "adopt": 1, "delete": 1, "report": 1}
    server.runs = [ENDED | {"phase": "users"}, ENDED | {"counts": counts, "items": items}]
    assert remote("keycloak", "reconcile", *LOGIN, "--dry-run").out.splitlines() == [
        "3 to be created",
        "  user zoe (u1)",
        "  and 2 more",
        "1 to be adopted: the receiver has them already",
        "  group Staff/Paris (g1), at the receiver 7",
        "1 to be removed: Keycloak does not have them",
        "  user gone, at the receiver 8",
        "1 of others at the receiver, left alone",
        "  user at the receiver 9",
    ]
    assert server.asked == [{"endpoint": "sbe-scim", "dryRun": True}]


def test_what_would_be_held_is_told(remote: Run, server: FakeKeycloak) -> None:
    server.runs = [ENDED | {"counts": COUNTS | {"delete": 40}, "held": 40}]
    first = remote("keycloak", "reconcile", *LOGIN, "--dry-run").out.splitlines()[0]
    assert first == (
        "40 to be removed: Keycloak does not have them;"
        " 40 of them would be held, because so many at once look like an accident"
    )


def test_a_plan_without_anything_to_do_says_so(remote: Run, server: FakeKeycloak) -> None:
    server.runs = [ENDED]
    assert remote("keycloak", "reconcile", *LOGIN, "--dry-run").out == "Everything is in line.\n"


def test_the_plan_is_there_for_programs(remote: Run, server: FakeKeycloak) -> None:
    server.runs = [ENDED]
    assert rows(remote, "keycloak", "reconcile", *LOGIN, "--dry-run") == ENDED


def test_a_run_that_waits_for_the_receiver_says_why(remote: Run, server: FakeKeycloak) -> None:
    server.runs = [ENDED | {"phase": "users", "waiting": "no connection"}] * 2 + [ENDED]
    outcome = remote("keycloak", "reconcile", *LOGIN, "--dry-run")
    assert outcome.err.count("the run waits: no connection") == 1
    assert outcome.code == 0


def test_a_run_that_ended_early_says_why(remote: Run, server: FakeKeycloak) -> None:
    server.runs = [ENDED | {"failure": "GET Users answered 400"}]
    outcome = remote("keycloak", "reconcile", *LOGIN, "--dry-run")
    assert outcome.code == 1
    assert "GET Users answered 400" in outcome.err


def test_a_real_run_is_begun_and_not_waited_for(remote: Run, server: FakeKeycloak) -> None:
    assert "has begun" in remote("keycloak", "reconcile", *LOGIN).out
    assert rows(remote, "keycloak", "reconcile", *LOGIN, "--name", "other") == {"id": "run-1"}
    assert server.asked == [{"endpoint": "sbe-scim", "dryRun": False}, {"endpoint": "other", "dryRun": False}]


@pytest.mark.parametrize("answer", [{}, {"id": 1}, []])
def test_an_answer_without_an_id_is_told(remote: Run, server: FakeKeycloak, answer: Any) -> None:
    server.odd = {"/runs": httpx.Response(202, json=answer)}
    assert remote("keycloak", "reconcile", *LOGIN).code == 1


@pytest.mark.parametrize("answer", [{}, {"phase": "ended", "counts": []}, []])
def test_an_answer_without_a_plan_is_told(remote: Run, server: FakeKeycloak, answer: Any) -> None:
    server.odd = {"/runs/run-1": httpx.Response(200, json=answer)}
    assert remote("keycloak", "reconcile", *LOGIN, "--dry-run").code == 1


def test_the_refusal_of_a_disabled_endpoint_is_told(remote: Run, server: FakeKeycloak) -> None:
    server.odd = {"/runs": httpx.Response(409, json={"errorMessage": "the endpoint is disabled"})}
    outcome = remote("keycloak", "reconcile", *LOGIN)
    assert outcome.code == 1
    assert "the endpoint is disabled" in outcome.err
