"""Every limit, from a raw socket: what is at it is served, what is beyond it is refused, and others go on."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import h2.config
import h2.connection
import h2.events
import h2.settings
import pytest

from sbe_scim.auth.authenticator import LONGEST_TOKEN
from sbe_scim.config import Settings
from sbe_scim.http.heads import LARGEST_HEAD, MOST_HEADERS
from sbe_scim.http.server import LARGEST_FRAME, MOST_REQUESTS, MOST_STREAMS
from sbe_scim.protocol import PATCH_OP_URN, SEARCH_REQUEST_URN
from sbe_scim.protocol.filter.parser import MAX_DEPTH as FILTER_DEPTH
from sbe_scim.protocol.filter.parser import MAX_TERMS
from sbe_scim.protocol.filter.tokens import MAX_LENGTH as FILTER_LENGTH
from sbe_scim.protocol.json_text import MAX_DEPTH
from sbe_scim.protocol.normaliser import MAX_VALUES
from sbe_scim.protocol.patch.path import MAX_LENGTH as PATH_LENGTH
from sbe_scim.protocol.policy import Limits
from sbe_scim.protocol.schema.attributes import MAX_LENGTH
from sbe_scim.protocol.schema.core import KEY_LENGTH
from sbe_scim.store.allowances import BURST
from tests.conformance.served import Served, serve
from tests.conformance.wire import HANGS, Wire
from tests.environment.waiting import until
from tests.unit.rig import group_body, user_body

SCIM = "Content-Type: application/scim+json"
BODY_LIMIT = Settings().body_limit
MAX_OPERATIONS = Limits().operations


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A receiver that waits a second for a body, and so six for a client that is silent."""
    yield from serve(tmp_path_factory.mktemp("limits"), SBE_SCIM_BODY_TIMEOUT="1")


#: A request line and headers but for the token, and a body.
Request = tuple[str, str, list[str], bytes]


def post(path: str, body: Any) -> Request:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ("POST", f"/scim/v2{path}", [SCIM, f"Content-Length: {len(content)}"], content)


def user(number: int, /, **more: Any) -> Request:
    return post("/Users", user_body(f"user{number}", **more))


def search(filter: str) -> Request:
    return post("/Users/.search", {"schemas": [SEARCH_REQUEST_URN], "filter": filter})


def headed(size: int) -> Request:
    """A request whose target and headers have so many bytes, beside those of its token."""
    headers = {"host": "receiver", "a": ""}
    rest = size - len("/healthz") - sum(len(name) + len(value) for name, value in headers.items())
    return ("GET", "/healthz", ["A: " + "a" * rest], b"")


def numbered(headers: int) -> Request:
    """A request with so many headers, of which one is its host."""
    return ("GET", "/healthz", [f"A{number}: b" for number in range(headers - 1)], b"")


def bearing(length: int) -> Request:
    return ("GET", "/scim/v2/Users", ["Authorization: Bearer " + "x" * length], b"")


def filling(text: str, length: int) -> str:
    """A filter of so many characters that ends in a string."""
    return f'{text} eq "{"x" * (length - len(text) - 6)}"'


def deep(depth: int) -> Request:
    """A body with objects and arrays so deep within each other."""
    nested = "[" * (depth - 1) + "]" * (depth - 1)
    return post("/Users", f'{{"userName": "deep{depth}", "x": {nested}}}'.encode())


def patched(operations: int) -> Request:
    """A PATCH of somebody who is not there."""
    operation = {"op": "replace", "path": "title", "value": "x"}
    body = json.dumps({"schemas": [PATCH_OP_URN], "Operations": [operation] * operations}).encode()
    headers = [SCIM, f"Content-Length: {len(body)}"]
    return ("PATCH", "/scim/v2/Users/00000000-0000-4000-8000-000000000000", headers, body)


def padded(size: int) -> Request:
    body = json.dumps(user_body("padded")).encode()
    return post("/Users", body + b" " * (size - len(body)))


def mails(count: int) -> list[dict[str, str]]:
    return [{"value": f"m{number}@{count}.example.org"} for number in range(count)]


#: Name, what is at the limit and its status, what is beyond it, its status and the ``scimType`` or ``reason``.
LIMITS: list[tuple[str, Request, int, Request, int, str | None]] = [
    ("bytes of a head", headed(LARGEST_HEAD), 200, headed(LARGEST_HEAD + 1), 431, None),
    ("headers", numbered(MOST_HEADERS), 200, numbered(MOST_HEADERS + 1), 431, None),
    ("a token", bearing(LONGEST_TOKEN), 401, bearing(LONGEST_TOKEN + 1), 401, "token_too_long"),
    ("bytes of a body", padded(BODY_LIMIT), 201, padded(BODY_LIMIT + 1), 413, None),
    ("depth of a body", deep(MAX_DEPTH), 201, deep(MAX_DEPTH + 1), 400, "invalidSyntax"),
    ("a string", user(1, title="x" * MAX_LENGTH), 201, user(2, title="x" * (MAX_LENGTH + 1)), 400, "invalidValue"),
    ("values", user(3, emails=mails(MAX_VALUES)), 201, user(4, emails=mails(MAX_VALUES + 1)), 400, "invalidValue"),
    (
        "the name of a group",
        post("/Groups", group_body("x" * KEY_LENGTH)),
        201,
        post("/Groups", group_body("x" * (KEY_LENGTH + 1))),
        400,
        "invalidValue",
    ),
    ("operations", patched(MAX_OPERATIONS), 404, patched(MAX_OPERATIONS + 1), 400, "invalidSyntax"),
    (
        "a filter",
        search(filling("userName", FILTER_LENGTH)),
        200,
        search(filling("userName", FILTER_LENGTH + 1)),
        400,
        "invalidFilter",
    ),
    (
        "depth of a filter",
        search("(" * FILTER_DEPTH + 'userName eq "a"' + ")" * FILTER_DEPTH),
        200,
        search("(" * (FILTER_DEPTH + 1) + 'userName eq "a"' + ")" * (FILTER_DEPTH + 1)),
        400,
        "invalidFilter",
    ),
    (
        "comparisons",
        search(" or ".join(['userName eq "a"'] * MAX_TERMS)),
        200,
        search(" or ".join(['userName eq "a"'] * (MAX_TERMS + 1))),
        400,
        "invalidFilter",
    ),
]


def answered(served: Served, request: Request) -> tuple[int, dict[str, Any]]:
    method, target, headers, body = request
    token = [] if target == "/healthz" or any("Authorization" in header for header in headers) else [served.token]
    with served.wire() as wire:
        wire.head(method, target, *token, *headers)
        with suppress(ConnectionError):
            wire.send(body)
        answer = wire.answer(method)
        return answer.status, json.loads(answer.body)


@pytest.mark.parametrize(
    ("at", "status", "beyond", "refusal", "code"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS]
)
def test_what_is_at_a_limit_is_served_and_what_is_beyond_is_refused(
    served: Served, at: Request, status: int, beyond: Request, refusal: int, code: str | None
) -> None:
    assert answered(served, at)[0] == status
    refused, said = answered(served, beyond)
    assert (refused, said["status"]) == (refusal, str(refusal))
    assert code in (said.get("scimType"), said.get("reason"))


def test_a_path_is_taken_to_a_length_and_refused_beyond(served: Served) -> None:
    id = served.client.post("/Users", json=user_body("patched")).json()["id"]
    for length, status, code in ((PATH_LENGTH, 200, None), (PATH_LENGTH + 1, 400, "invalidPath")):
        operation = {"op": "remove", "path": filling("emails[value", length - 1) + "]"}
        answer = served.client.patch(f"/Users/{id}", json={"schemas": [PATCH_OP_URN], "Operations": [operation]})
        assert (answer.status_code, answer.json().get("scimType")) == (status, code)


def test_the_longest_filter_goes_into_a_target_beside_the_longest_token(served: Served) -> None:
    filter = quote(f'userName eq "{"é" * (FILTER_LENGTH - 14)}"', safe="")
    with served.wire() as wire:
        wire.head("GET", f"/scim/v2/Users?filter={filter}", served.token, "A: " + "a" * (LARGEST_HEAD - 61_000))
        answer = wire.answer()
    assert (answer.status, json.loads(answer.body)["totalResults"]) == (200, 0)


def test_the_last_request_of_a_connection_is_answered_as_such(served: Served) -> None:
    with served.wire() as wire:
        for number in range(1, MOST_REQUESTS + 1):
            wire.head("GET", "/.well-known/oauth-protected-resource")
            answer = wire.answer()
            assert (answer.status, answer.closes) == (200, number == MOST_REQUESTS)
        assert wire.closed()


def test_who_is_silent_or_slow_is_cut_off_and_nobody_waits_for_them(served: Served) -> None:
    def held() -> int:
        # The client's own connection is always one of them.
        assert served.client.get("/Users?count=0").status_code == 200
        return served.process.sockets()

    before = held()
    silent, half, after, late = (served.wire() for _ in range(4))
    half.send(b"GET /healthz HTTP/1.1\r\nHost: rec")
    after.head("GET", "/healthz")
    assert after.answer().status == 200
    late.head("GET", "/scim/v2/Users", served.token)
    assert late.answer().status == 200
    deaf = _deaf(served)
    assert held() == before + 5
    drips = served.wire()
    drips.send(b"GET /healthz HTTP/1.1\r\nA: ")
    while not select.select([drips.socket], [], [], 0.2)[0]:
        with suppress(ConnectionError):
            drips.send(b"a")
        assert served.client.get("/Users?count=0").status_code == 200
    for wire in (silent, half, after, late, drips):
        assert wire.closed()
        wire.socket.close()
    until(held, lambda sockets: sockets <= before, what="the connection that took nothing closed", deadline=HANGS)
    deaf.close()


def _deaf(served: Served) -> socket.socket:
    """Ask for more than any buffer holds, and take none of it."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", served.process.port))
    connection.setblocking(False)
    request = b"GET /scim/v2/Schemas HTTP/1.1\r\nHost: receiver\r\n\r\n"
    with suppress(BlockingIOError):
        for _ in range(500):
            connection.send(request)
    return connection


def _http2(**settings: int) -> h2.connection.H2Connection:
    connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding=None))
    connection.initiate_connection()
    # What a well-behaved client would not send.
    connection.remote_settings = h2.settings.Settings(client=False)
    connection.max_outbound_frame_size = 1 << 20
    return connection


FIELDS = [(":method", "GET"), (":path", "/healthz"), (":scheme", "http"), (":authority", "receiver")]


def many_streams(connection: h2.connection.H2Connection, wire: Wire) -> None:
    for number in range(MOST_STREAMS + 1):
        connection.send_headers(2 * number + 1, [(":method", "POST"), *FIELDS[1:]])
    wire.send(connection.data_to_send())


def large_frame(connection: h2.connection.H2Connection, wire: Wire) -> None:
    connection.send_headers(1, [(":method", "POST"), *FIELDS[1:]])
    wire.send(connection.data_to_send())
    size = LARGEST_FRAME + 1
    wire.send(size.to_bytes(3, "big") + b"\0\0" + (1).to_bytes(4, "big") + b" " * size)


def large_head(connection: h2.connection.H2Connection, wire: Wire) -> None:
    connection.send_headers(1, [*FIELDS, *((f"a{number}", "a" * 1000) for number in range(70))], end_stream=True)
    wire.send(connection.data_to_send())


@pytest.mark.parametrize("send", [many_streams, large_frame, large_head])
def test_an_http2_client_that_goes_beyond_a_limit_is_cut_off(
    served: Served, send: Callable[[h2.connection.H2Connection, Wire], None]
) -> None:
    connection = _http2()
    with served.wire() as wire:
        with suppress(ConnectionError):
            send(connection, wire)
        received = b"-"
        while received:
            try:
                received = wire.socket.recv(65536)
            except ConnectionError:
                break
    assert served.client.get("/Users?count=0").status_code == 200


def test_a_source_above_its_rate_is_told_so_before_its_body_is_read(served: Served) -> None:
    served.process.command("source", "add", "limited", "--rate", "1")
    token = f"Authorization: Bearer {served.process.command('token', 'create', 'limited').strip()}"
    statuses = []
    with served.wire() as wire:
        while 429 not in statuses:
            wire.head("GET", "/scim/v2/Users?count=0", token)
            answer = wire.answer()
            statuses.append(answer.status)
        assert len(statuses) > BURST
        assert answer.headers["retry-after"] == "1"
        wire.head("POST", "/scim/v2/Users", token, SCIM, "Content-Length: 100")
        refused = wire.answer()
    assert (refused.status, json.loads(refused.body)["reason"]) == (429, "rate_limited")
    assert served.client.get("/Users?count=0").status_code == 200
