"""A group of many members is sent while it is read: nothing is held for a client that takes its time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

from sbe_scim.app import Ports
from sbe_scim.bench.crowd import crowd, identifier
from sbe_scim.directory.none import NullDirectory
from sbe_scim.protocol import Unavailable
from sbe_scim.service.long_groups import HELD
from sbe_scim.store import open_database, sources
from sbe_scim.store.resources import CHUNK
from sbe_scim.store.transactions import Transaction, Transactions
from tests.unit.http.client import Receiver, receiver
from tests.unit.rig import group_body

MEMBERS = 2 * HELD


class OneReader:
    """Transactions of which one reads at a time, and which can be told to fail."""

    embedded = False
    concurrency = 1

    def __init__(self, inner: Transactions) -> None:
        self._inner = inner
        self.write = inner.write
        self.close = inner.close
        self.lost = False

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a transaction of the inner ones. Raises :class:`Unavailable` where it is to fail."""
        if self.lost:
            raise Unavailable("the database is gone")
        return self._inner.read()


class Long:
    """A receiver with a group of many people."""

    def __init__(self, scim: Receiver, transactions: OneReader) -> None:
        self.scim = scim
        self.transactions = transactions
        engine = open_database(scim.settings.database)
        with engine.begin() as connection:
            crowd(connection, sources.require(connection, "staff").id, 1, MEMBERS)
        engine.dispose()
        self.people = [identifier(number) for number in range(1, MEMBERS + 1)]
        made = scim.post("/Groups?attributes=displayName", group_body("Tous", *self.people))
        self.path = f"/scim/v2/Groups/{made.json()['id']}"

    def get(self, query: str = "", method: str = "GET", **headers: str) -> httpx.Response:
        """The group."""
        return self.scim.request(method, self.path.removeprefix("/scim/v2") + query, headers=headers)

    async def taken(
        self, send: Callable[[dict[str, Any]], Awaitable[None]], method: str = "GET", version: str = "1.1"
    ) -> None:
        """Ask for the group as a client that takes each part of the answer by ``send``."""
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.1"},
            "http_version": version,
            "method": method,
            "scheme": "http",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": b"",
            "headers": [(b"authorization", f"Bearer {self.scim.token}".encode())],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }
        asked = False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if asked:
                await asyncio.Event().wait()
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        await self.scim.app(scope, receive, send)  # type: ignore[arg-type]


@pytest.fixture
def long(tmp_path: Path) -> Iterator[Long]:
    """One on SQLite, whose one reader everybody needs."""
    seen: list[OneReader] = []

    def around(ports: Ports) -> Ports:
        seen.append(OneReader(ports.transactions))
        return Ports(seen[0], NullDirectory())

    with receiver(tmp_path, around=around) as scim:
        yield Long(scim, seen[0])


def test_others_are_answered_while_a_client_takes_its_time(long: Long) -> None:
    async def meanwhile() -> tuple[bytes, list[int]]:
        client, headers = long.scim.client, {"authorization": f"Bearer {long.scim.token}"}
        body, others = b"", []

        async def send(message: dict[str, Any]) -> None:
            nonlocal body
            # The answer goes on when this has ended: none of these waits for it.
            if message["type"] == "http.response.body":
                body += message["body"]
            paths = (f"{long.path}?excludedAttributes=members", f"/scim/v2/Users/{long.people[0]}")
            others.extend([(await client.get(path, headers=headers)).status_code for path in paths])

        await long.taken(send)
        return body, others

    body, others = long.scim.run(meanwhile())
    assert [member["value"] for member in json.loads(body)["members"]] == long.people
    assert set(others) == {200}
    assert len(others) > 2 * MEMBERS // CHUNK


def test_no_piece_is_read_before_the_one_before_it_was_taken(long: Long) -> None:
    pieces: list[int] = []

    async def send(message: dict[str, Any]) -> None:
        pieces.append(message.get("body", b"").count(b'"value"'))

    long.scim.run(long.taken(send))
    assert max(pieces) == CHUNK
    assert sum(pieces) == MEMBERS


def test_it_has_the_headers_and_the_choices_of_any_other(long: Long) -> None:
    whole = long.get()
    lean = long.get("?excludedAttributes=members")
    assert (whole.status_code, whole.headers["content-type"]) == (200, lean.headers["content-type"])
    assert whole.headers["etag"] == whole.json()["meta"]["version"] == lean.headers["etag"]
    assert whole.headers["location"] == whole.json()["meta"]["location"] == lean.headers["location"]
    assert whole.json() == {**lean.json(), "members": whole.json()["members"]}
    chosen = long.get("?attributes=members.value").json()
    assert chosen == {
        "schemas": chosen["schemas"],
        "id": lean.json()["id"],
        "members": [{"value": one} for one in long.people],
    }
    assert long.get(**{"if-none-match": whole.headers["etag"]}).status_code == 304
    head = long.get(method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "location", "content-type"):
        assert head.headers[name] == whole.headers[name]
    assert "content-length" not in {**whole.headers, **head.headers}


@pytest.mark.parametrize(("version", "ends"), [("1.1", False), ("2", True)])
def test_an_answer_that_cannot_be_ended_is_seen_to_be_cut_short(long: Long, version: str, ends: bool) -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        long.transactions.lost = len(sent) == 3

    long.scim.run(long.taken(send, version=version))
    long.transactions.lost = False
    assert sent[0]["status"] == 200
    # In HTTP/1 the server closes a connection whose answer has not ended.
    assert (sent[-1].get("more_body") is False) == ends
    with pytest.raises(json.JSONDecodeError):
        json.loads(b"".join(message.get("body", b"") for message in sent))
    record = next(record for record in long.scim.log.records if getattr(record, "operation", "") == "get")
    assert record.__dict__["status"] == 503
    assert record.__dict__["detail"] == "the answer had begun and was cut short: the database is gone"
