"""What identity providers send is answered as they need it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest

from sbe_scim.certify.replay import SEQUENCES, Result, Send, holds, replay, sequence
from sbe_scim.protocol import dialects
from sbe_scim.store import open_database, sources
from tests.unit.http.client import BASE_URL, Receiver, receiver

FILES = sorted(SEQUENCES)
#: Those that any client without a dialect of its own could not send.
NEED_THEIRS = frozenset({"nextcloud", "people-own-ids", "rauthy-unlink", "sap"})
#: By file: steps of severity ``should`` or ``may`` that are not answered as wanted, each with the reason.
#: A step that is answered must leave this list; one of severity ``must`` never comes onto it.
KNOWN_GAPS: Mapping[str, Mapping[str, str]] = {}


def sending(scim: Receiver) -> Send:
    """Sends nothing but what the client sends: no token of ours where it has none."""

    def send(method: str, path: str, headers: Mapping[str, str], content: bytes | None) -> httpx.Response:
        sent = {"authorization": None, **{name.lower(): value for name, value in headers.items()}}
        return scim.request(method, path, content=content, headers=sent)

    return send


def speaks(scim: Receiver, dialect: str) -> None:
    """Register the client in this dialect."""
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        sources.change(connection, "staff", dialect=dialect)
    engine.dispose()


def failed(results: list[Result]) -> list[Result]:
    """What must not be there; a replay in which nothing passed has shown nothing."""
    assert any(result.verdict == "PASSED" for result in results), "no step passed"
    return [result for result in results if result.verdict != "PASSED"]


def run(name: str, send: Send, token: str = "t") -> list[Result]:
    """Replay a file."""
    return replay(sequence(name), send, BASE_URL, token)


def seen_broken(results: list[Result]) -> bool:
    """Whether something fails without which a client stops working."""
    return any(result.verdict == "FAILED" and result.severity == "must" for result in results)


@pytest.mark.parametrize(
    ("name", "dialect"),
    sorted({*SEQUENCES.items(), *((name, "generic") for name in FILES if name not in NEED_THEIRS)}),
)
def test_every_request_is_answered_as_its_client_needs(scim: Receiver, name: str, dialect: str) -> None:
    speaks(scim, dialect)
    results = failed(run(name, sending(scim), scim.token))
    gaps = KNOWN_GAPS.get(name, {})
    assert [result for result in results if result.step not in gaps or result.severity == "must"] == []
    assert gaps.keys() - {result.step for result in results} == set(), "answered now: take it off the list"


def forgetful(scim: Receiver) -> Send:
    """Answers changes as they ask and does not keep them."""

    def send(method: str, path: str, headers: Mapping[str, str], content: bytes | None) -> httpx.Response:
        if method not in ("PUT", "PATCH"):
            return sending(scim)(method, path, headers, content)
        return httpx.Response(204, headers={"content-type": "application/scim+json"})

    return send


def keeping_everybody_active(scim: Receiver) -> Send:
    """Answers that nobody is disabled."""

    def send(method: str, path: str, headers: Mapping[str, str], content: bytes | None) -> httpx.Response:
        answer = sending(scim)(method, path, headers, content)
        told = answer.content.replace(b'"active":false', b'"active":true')
        kept = {name: value for name, value in answer.headers.items() if name != "content-length"}
        return httpx.Response(answer.status_code, headers=kept, content=told)

    return send


def changes(name: str) -> bool:
    """Whether the client updates anything."""
    return any(step["method"] in ("PUT", "PATCH") for step in sequence(name))


def disables(name: str) -> bool:
    """Whether the client looks at somebody whom it has disabled."""
    return any(
        fact.get("eq") is False and fact.get("at", [None])[-1] == "active"
        for step in sequence(name)
        for fact in step.get("expect") or ()
    )


@pytest.mark.parametrize(
    ("broken", "name"),
    [
        *((forgetful, name) for name in FILES if changes(name)),
        *((keeping_everybody_active, name) for name in FILES if disables(name)),
    ],
)
def test_a_broken_receiver_is_seen_to_be_broken(tmp_path: Path, broken: Callable[[Receiver], Send], name: str) -> None:
    # What the judgement is about no database changes.
    with receiver(tmp_path) as scim:
        speaks(scim, SEQUENCES[name])
        assert seen_broken(run(name, broken(scim), scim.token))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={}, headers={"content-type": "application/scim+json"}),
        httpx.Response(404, json={}),
        httpx.Response(500, text="oops"),
    ],
)
def test_one_answer_to_everything_is_seen_to_be_broken(name: str, answer: httpx.Response) -> None:
    assert seen_broken(run(name, lambda *_: answer))


def test_most_clients_look_at_what_they_changed() -> None:
    # Else the tests with a broken receiver would be about nothing.
    assert len([name for name in FILES if changes(name)]) >= 10
    assert len([name for name in FILES if disables(name)]) >= 6


STEP: Mapping[str, Any] = {
    "id": "first",
    "severity": "must",
    "method": "GET",
    "path": "/x",
    "headers": {},
    "body": None,
    "expect_status": [200],
}


def test_a_step_without_what_it_needs_is_skipped_and_a_fact_without_it_does_not_hold() -> None:
    sent: list[str] = []

    def send(_method: str, path: str, _headers: object, _content: object) -> httpx.Response:
        sent.append(path)
        return httpx.Response(200, json={"id": 7})

    steps: list[Mapping[str, Any]] = [
        {**STEP, "id": "a", "path": "/{{gone}}"},
        {**STEP, "id": "b", "expect": [{"at": ["id"], "eq": "{{gone}}"}], "capture": {"seven": ["ID"]}},
        {**STEP, "id": "c", "path": "/{{seven}}"},
    ]
    results = replay(steps, send, BASE_URL, "t")
    assert [(result.step, result.verdict) for result in results] == [("a", "SKIPPED"), ("b", "FAILED"), ("c", "PASSED")]
    assert sent == ["/x", "/7"]


def test_a_refused_answer_gives_nothing_to_later_steps() -> None:
    steps: list[Mapping[str, Any]] = [
        {**STEP, "expect_status": [409], "capture": {"seven": ["id"]}},
        {**STEP, "path": "/{{seven}}"},
    ]
    results = replay(steps, lambda *_: httpx.Response(409, json={"id": "7"}), BASE_URL, "t")
    assert [result.verdict for result in results] == ["PASSED", "SKIPPED"]


@pytest.mark.parametrize("results", [[], [Result("a", "must", "SKIPPED")], [Result("a", "may", "FAILED", ("x",))]])
def test_a_replay_that_showed_nothing_is_a_failure(results: list[Result]) -> None:
    with pytest.raises(AssertionError, match="no step passed"):
        failed(results)


@pytest.mark.parametrize("severity", ["must", "should", "may"])
@pytest.mark.parametrize("verdict", ["FAILED", "SKIPPED"])
def test_whatever_its_severity_a_step_has_to_pass(severity: str, verdict: Any) -> None:
    bad = Result("b", severity, verdict, ("x",))
    assert failed([Result("a", "must", "PASSED"), bad]) == [bad]


BODY = {
    "Id": "1",
    "active": True,
    "n": 1,
    "mails": [{"type": "work", "value": "a", "of": {"a": [1], "b": 2}}, {"type": "home"}],
    "none": None,
    "no": False,
}


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ({"at": ["id"], "eq": "1"}, True),
        ({"at": ["id"], "eq": 1}, False),
        ({"at": ["active"], "eq": 1}, False),
        ({"at": ["mails", 0, "of", "a"], "eq": [True]}, False),
        ({"at": ["mails", 0, "of"], "eq": {"a": [1], "b": 2}}, True),
        ({"at": ["mails", 0, "of"], "eq": {"a": [1]}}, False),
        ({"at": ["mails", {"type": "work"}, "value"], "eq": "a"}, True),
        ({"at": ["mails", {"of": {"b": 2}}, "value"], "eq": "a"}, True),
        ({"at": ["mails", {"of": {"b": 3}}, "value"], "absent": True}, True),
        ({"at": ["mails", {"type": "work"}, "value"], "ieq": "A"}, True),
        ({"at": ["mails", {"type": "work"}, "value"], "ieq": "b"}, False),
        ({"at": ["mails", -1, "type"], "eq": "home"}, True),
        ({"at": ["mails", -3], "present": True}, False),
        ({"at": ["mails", 1, "value"], "present": True}, False),
        ({"at": ["no"], "present": True}, True),
        ({"at": ["mails", 2], "absent": True}, True),
        ({"at": ["none"], "absent": True}, True),
        ({"at": ["no"], "absent": True}, False),
        ({"at": ["mails"], "len": 2}, True),
        ({"at": ["mails"], "len": 1}, False),
        ({"at": ["none"], "len": 0}, True),
        ({"at": ["id"], "len": 1}, False),
        ({"at": ["mails"], "min_len": 2}, True),
        ({"at": ["mails"], "min_len": 3}, False),
        ({"at": ["n"], "type": "integer"}, True),
        ({"at": ["active"], "type": "integer"}, False),
        ({"at": ["n"], "type": "boolean"}, False),
        ({"at": ["mails"], "contains": {"type": "home"}}, True),
        ({"at": ["mails"], "contains": {"type": "other"}}, False),
        ({"at": ["n"], "contains": 1}, False),
        ({"at": ["mails"], "lacks": {"type": "home"}}, False),
        ({"at": ["mails"], "lacks": {"type": "other"}}, True),
        ({"at": ["n"], "eq": 2, "when_status": [404]}, True),
        ({"at": ["n"], "eq": 2, "when_status": [200]}, False),
        ({"any_of": [{"at": ["n"], "eq": 2}, {"at": ["n"], "eq": 1}]}, True),
        ({"any_of": [{"at": ["n"], "eq": 2}, {"at": ["n"], "eq": 3}]}, False),
        ({"any_of": [{"at": ["n"], "eq": 2}], "when_status": [404]}, True),
        ({"any_of": []}, False),
        ({"header": "Content-Type", "contains": "JSON"}, True),
        ({"header": "Content-Type", "contains": "xml"}, False),
        ({"header": "ETag", "contains": ""}, False),
        ({"header": "ETag", "present": True}, False),
        ({"header": "Content-Length", "present": True}, True),
        ({"body": "empty"}, False),
        ({"body_lacks": "work"}, False),
        ({"body_lacks": "school"}, True),
        ({"note": "read me"}, True),
    ],
)
def test_the_judge_knows_right_from_wrong(fact: Mapping[str, object], expected: bool) -> None:
    assert holds(fact, httpx.Response(200, json=BODY)) is expected


@pytest.mark.parametrize("text", ["", "not JSON"])
def test_an_answer_without_a_document_has_nothing_in_it(text: str) -> None:
    answer = httpx.Response(200, text=text)
    assert holds({"at": ["id"], "absent": True}, answer)
    assert not holds({"at": ["id"], "present": True}, answer)
    assert holds({"body": "empty"}, answer) is (text == "")


@pytest.mark.parametrize(
    "fact",
    [
        {},
        {"at": ["id"]},
        {"at": ["id"], "equals": "1"},
        {"at": ["id"], "present": False},
        {"at": ["id"], "eq": "1", "ieq": "1"},
        {"body": "x"},
        {"header": "ETag"},
        {"any_of": [{"at": ["id"], "present": True}, {"at": ["id"], "size": 1}]},
    ],
)
def test_a_fact_that_says_nothing_known_is_no_fact(fact: Mapping[str, object]) -> None:
    with pytest.raises(ValueError, match="unknown fact"):
        holds(fact, httpx.Response(200, json=BODY))


@pytest.mark.parametrize("name", sorted(NEED_THEIRS))
def test_a_dialect_of_its_own_is_needed(scim: Receiver, name: str) -> None:
    assert failed(run(name, sending(scim), scim.token)) != []


def test_every_client_has_a_dialect_and_every_dialect_a_client() -> None:
    there = files("sbe_scim.certify") / "sequences"
    assert sorted(file.name.removesuffix(".json") for file in there.iterdir() if file.name.endswith(".json")) == FILES
    assert {*SEQUENCES.values()} == {name for name, one in dialects().items() if not one.own}


def test_files_say_what_their_readers_need() -> None:
    for name in FILES:
        steps = sequence(name)
        assert [step["step"] for step in steps] == list(range(1, len(steps) + 1))
        assert len({step["id"] for step in steps}) == len(steps)
        for step in steps:
            assert step["severity"] in ("must", "should", "may"), step["id"]
            assert step["confidence"] in ("documented", "observed", "derived", "check"), step["id"]
            assert step["source"], step["id"]
            assert json.dumps(step["expect_status"]) != "[]", step["id"]
