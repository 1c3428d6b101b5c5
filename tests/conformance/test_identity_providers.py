"""What identity providers send is answered as they need it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from tests.conformance.replay import holds, replay
from tests.unit.http.client import BASE_URL, Receiver

FOLDER = Path(__file__).parent / "idp"
FILES = ("entra-default", "lasuite-people-webhook", "okta-aiw-put")
#: Steps by file that are not answered yet. A step that is answered must leave this list.
KNOWN_GAPS: Mapping[str, frozenset[str]] = {}


@pytest.mark.parametrize("name", FILES)
def test_every_request_is_answered_as_its_client_needs(scim: Receiver, name: str) -> None:
    def send(method: str, path: str, headers: Mapping[str, str], content: bytes | None) -> httpx.Response:
        # Nothing but what the client sends: no token of ours where it has none.
        sent = {"authorization": None, **{name.lower(): value for name, value in headers.items()}}
        return scim.request(method, path, content=content, headers=sent)

    failures = replay(FOLDER / f"{name}.json", send, BASE_URL, scim.token)
    gaps = KNOWN_GAPS.get(name, frozenset())
    assert [failure for failure in failures if failure.step not in gaps] == []
    assert gaps - {failure.step for failure in failures} == set(), "answered now: take it off the list"


BODY = {"Id": "1", "active": True, "n": 1, "mails": [{"type": "work", "value": "a"}, {"type": "home"}], "none": None}


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ({"at": ["id"], "eq": "1"}, True),
        ({"at": ["id"], "eq": 1}, False),
        ({"at": ["active"], "eq": 1}, False),
        ({"at": ["mails", {"type": "work"}, "value"], "ieq": "A"}, True),
        ({"at": ["mails", 1, "value"], "present": True}, False),
        ({"at": ["mails", 2], "absent": True}, True),
        ({"at": ["none"], "absent": True}, True),
        ({"at": ["mails"], "len": 1}, False),
        ({"at": ["mails"], "min_len": 2}, True),
        ({"at": ["n"], "type": "boolean"}, False),
        ({"at": ["mails"], "contains": {"type": "home"}}, True),
        ({"at": ["mails"], "lacks": {"type": "home"}}, False),
        ({"at": ["n"], "eq": 2, "when_status": [404]}, True),
        ({"any_of": [{"at": ["n"], "eq": 2}, {"at": ["n"], "eq": 1}]}, True),
        ({"header": "Content-Type", "contains": "JSON"}, True),
        ({"header": "ETag", "present": True}, False),
        ({"body": "empty"}, False),
        ({"body_lacks": "work"}, False),
    ],
)
def test_the_judge_knows_right_from_wrong(fact: Mapping[str, object], expected: bool) -> None:
    response = httpx.Response(200, json=BODY)
    assert holds(fact, response, response.json()) is expected
