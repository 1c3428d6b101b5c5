"""Requests that could be read in two ways, or in none: each is served or refused whole, and nothing is smuggled in."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import httpx
import pytest

from tests.environment.receiver import ReceiverProcess
from tests.faults.receiver.wire import Answer, answers, h2_exchange, talk, upgraded

TOKEN, NAME, EVIL_SIZE = b"%TOKEN%", b"%NAME%", b"%EVIL SIZE%"
HOST = b"Host: receiver.example\r\n"
AUTH = b"Authorization: Bearer " + TOKEN + b"\r\n"
TO_USERS = b"POST /scim/v2/Users HTTP/1.1\r\n" + HOST + AUTH
LIST = b"GET /scim/v2/Users?count=0 HTTP/1.1\r\n" + HOST + AUTH
BODY = b'{"userName": "' + NAME + b'"}'
# As long as a name that is filled in.
LENGTH = len(BODY) - len(NAME) + 32
SIZE = b"%d" % LENGTH
HEX = b"%x" % LENGTH
SMUGGLED = b'{"userName": "smuggled"}'
#: Creates somebody, should it ever be taken for a request.
EVIL = TO_USERS + b"Content-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED
#: Comes last on each connection: whoever is still listening answers 404 and closes.
LAST = b"GET /last HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"


def post(*headers: bytes, body: bytes = BODY) -> bytes:
    return TO_USERS + b"".join(header + b"\r\n" for header in headers) + b"\r\n" + body


def length(value: bytes) -> bytes:
    return post(b"Content-Length: " + value)


def coding(value: bytes) -> bytes:
    return post(b"Transfer-Encoding: " + value, body=HEX + b"\r\n" + BODY + b"\r\n0\r\n\r\n")


def chunks(body: bytes) -> bytes:
    return post(b"Transfer-Encoding: chunked", body=body)


def listing(header: bytes) -> bytes:
    return LIST + header + b"\r\n\r\n"


def health(line: bytes, headers: bytes = HOST) -> bytes:
    return line + b"\r\n" + headers + b"\r\n"


CHUNKED = HEX + b"\r\n" + BODY + b"\r\n0\r\n\r\n"

#: Refused whatever is behind it: one answer, and the connection is closed.
REFUSED: dict[str, tuple[bytes, int]] = {
    "length and coding": (post(b"Content-Length: %d" % 4, b"Transfer-Encoding: chunked", body=CHUNKED + EVIL), 400),
    "coding and length": (
        post(b"Transfer-Encoding: chunked", b"Content-Length: %d" % (LENGTH + 300), body=CHUNKED + EVIL),
        400,
    ),
    "two lengths": (post(b"Content-Length: " + SIZE, b"Content-Length: %d" % (LENGTH + 9), body=BODY + EVIL), 400),
    "list of lengths": (length(SIZE + b", 4"), 400),
    "length with a sign": (length(b"+" + SIZE), 400),
    "negative length": (length(b"-1"), 400),
    "length in hexadecimal": (length(b"0x20"), 400),
    "length with a space within": (length(b"4 4"), 400),
    "length in other digits": (length("٤٤".encode()), 400),
    "length as a fraction": (length(SIZE + b".0"), 400),
    "length of thirty digits": (length(b"9" * 30), 400),
    "empty length": (length(b""), 400),
    "coding twice": (coding(b"chunked, chunked"), 501),
    "identity": (coding(b"identity"), 501),
    "chunked, then identity": (coding(b"chunked, identity"), 501),
    "compressed and chunked": (coding(b"gzip, chunked"), 501),
    "unknown coding": (coding(b"xchunked"), 501),
    "empty coding": (coding(b""), 501),
    "coding behind a vertical tab": (coding(b"\x0bchunked"), 400),
    "coding with NUL": (coding(b"chunked\x00"), 400),
    "two codings": (post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", body=CHUNKED), 501),
    "coding with a space before the colon": (post(b"Transfer-Encoding : chunked", body=CHUNKED), 400),
    "coding in HTTP/1.0": (coding(b"chunked").replace(b"HTTP/1.1", b"HTTP/1.0"), 400),
    "negative chunk": (chunks(b"-" + HEX + b"\r\n" + BODY + b"\r\n0\r\n\r\n"), 400),
    "chunk size with 0x": (chunks(b"0x" + HEX + b"\r\n" + BODY + b"\r\n0\r\n\r\n"), 400),
    "chunk without its end": (chunks(HEX + b"\r\n" + BODY + b"0\r\n\r\n" + EVIL), 400),
    "chunk ended by a bare line feed": (chunks(HEX + b"\n" + BODY + b"\n0\n\n" + EVIL), 400),
    "chunk that is longer than said": (chunks(b"%x" % (LENGTH - 3) + b"\r\n" + BODY + b"\r\n0\r\n\r\n"), 400),
    "chunk size of 30 digits": (chunks(b"F" * 30 + b"\r\n" + BODY + b"\r\n0\r\n\r\n"), 400),
    "chunk extension of 300 kB": (chunks(HEX + b";" + b"a" * 300_000 + b"\r\n" + BODY + b"\r\n0\r\n\r\n"), 431),
    "trailers that say how to read": (
        chunks(HEX + b"\r\n" + BODY + b"\r\n0\r\nTransfer-Encoding: identity\r\n\r\n"),
        501,
    ),
    "name of a header with a space": (listing(b"A B: c"), 400),
    "header without a colon": (listing(b"Abc"), 400),
    "header without a name": (listing(b": c"), 400),
    "NUL in the name of a header": (listing(b"A\x00: c"), 400),
    "NUL in a header": (listing(b"A: \x00"), 400),
    "carriage return in a header": (listing(b"A: b\rc"), 400),
    "header of 100 kB": (listing(b"A: " + b"a" * 100_000), 431),
    "10,000 headers": (listing(b"\r\n".join(b"A%d: b" % number for number in range(10_000))), 431),
    "two hosts": (listing(b"Host: other.example"), 400),
    "no host": (health(b"GET /healthz HTTP/1.1", b""), 400),
    "HTTP/0.9": (health(b"GET /healthz", b""), 400),
    "http in small letters": (health(b"GET /healthz http/1.1"), 400),
    "two spaces in the request line": (health(b"GET  /healthz HTTP/1.1"), 400),
    "tabs in the request line": (health(b"GET\t/healthz\tHTTP/1.1"), 400),
    "no target": (health(b"GET HTTP/1.1"), 400),
    "NUL in the method": (health(b"G\x00T /healthz HTTP/1.1"), 400),
    "NUL in the target": (health(b"GET /healthz\x00 HTTP/1.1"), 400),
    "space in the target": (health(b"GET /heal thz HTTP/1.1"), 400),
    "target of 100 kB": (health(b"GET /" + b"a" * 100_000 + b" HTTP/1.1"), 431),
    "bytes above 127 in the target": (health(b"GET /scim/v2/Users/\xff HTTP/1.1"), 400),
    "CONNECT": (health(b"CONNECT other.example:443 HTTP/1.1"), 400),
    "a hello of TLS": (bytes.fromhex("160301020001000100fc0303") + b"\0" * 200, 400),
    "another protocol": (b"SSH-2.0-client\r\n", 400),
}

#: Served, the connection goes on.
SERVED: dict[str, tuple[bytes, list[int]]] = {
    "the same length twice": (post(b"Content-Length: " + SIZE, b"Content-Length: " + SIZE), [201]),
    "Chunked": (coding(b"Chunked"), [201]),
    "chunk extension": (chunks(HEX + b";a=b\r\n" + BODY + b"\r\n0\r\n\r\n"), [201]),
    "many small chunks": (
        chunks(
            b"".join(b"1\r\n%c\r\n" % byte for byte in b'{"userName": "')
            + b"20\r\n"
            + NAME
            + b'\r\n2\r\n"}\r\n0\r\n\r\n'
        ),
        [201],
    ),
    "trailers": (chunks(HEX + b"\r\n" + BODY + b"\r\n0\r\nAuthorization: Bearer x\r\n\r\n"), [201]),
    "Expect: 100-continue": (post(b"Expect: 100-continue", b"Content-Length: " + SIZE), [100, 201]),
    "upgrade that is not known": (listing(b"Connection: Upgrade\r\nUpgrade: other"), [200]),
    "h2c upgrade with a body": (
        post(
            b"Connection: Upgrade, HTTP2-Settings",
            b"Upgrade: h2c",
            b"HTTP2-Settings: AAMAAABk",
            b"Content-Length: " + SIZE,
        ),
        [201],
    ),
    "folded header": (listing(b"A: b\r\n c"), [200]),
    "bytes above 127 in a header": (listing(b"A: \xff\xe9"), [200]),
    "line ends without carriage return": (LIST.replace(b"\r\n", b"\n") + b"\n", [200]),
    "twenty requests at once": ((LIST + b"\r\n") * 20, [200] * 20),
    "a write and a look at once": (post(b"Content-Length: " + SIZE) + LIST + b"\r\n", [201, 200]),
    "GET with a body like a request": (LIST + b"Content-Length: " + EVIL_SIZE + b"\r\n\r\n" + EVIL, [200]),
    "DELETE with a body like a request": (
        b"DELETE /scim/v2/Users/x HTTP/1.1\r\n" + HOST + AUTH + b"Content-Length: " + EVIL_SIZE + b"\r\n\r\n" + EVIL,
        [404],
    ),
    "no token, with a body like a request": (
        b"POST /scim/v2/Users HTTP/1.1\r\n" + HOST + b"Content-Length: " + EVIL_SIZE + b"\r\n\r\n" + EVIL,
        [401],
    ),
    "body of another type, like a request": (
        post(b"Content-Type: text/plain", b"Content-Length: " + EVIL_SIZE, body=EVIL),
        [415],
    ),
    "POST without a body": (post(body=b""), [400]),
    "OPTIONS *": (health(b"OPTIONS * HTTP/1.1"), [404]),
    "TRACE": (health(b"TRACE /scim/v2/Users HTTP/1.1", HOST + AUTH), [405]),
    "unknown method": (health(b"FROB /scim/v2/Users HTTP/1.1", HOST + AUTH), [405]),
    "method of 1,000 letters": (health(b"A" * 1000 + b" /healthz HTTP/1.1"), [405]),
    "percent-encoded NUL": (health(b"GET /healthz%00 HTTP/1.1"), [404]),
    "percent-encoded bytes that are no text": (health(b"GET /scim/v2/Users/%ff%fe HTTP/1.1", HOST + AUTH), [404]),
    "two slashes": (health(b"GET //other.example/scim/v2/Users HTTP/1.1", HOST + AUTH), [404]),
    "prefix that no proxy took away": (health(b"GET /annuaire/scim/v2/Users HTTP/1.1", HOST + AUTH), [404]),
    "dots in a path": (health(b"GET /scim/v2/x/../Users HTTP/1.1", HOST + AUTH), [404]),
    "percent-encoded dots": (health(b"GET /scim/v2/Users/%2e%2e/Users HTTP/1.1", HOST + AUTH), [404]),
    "percent-encoded slash": (health(b"GET /scim/v2%2FUsers HTTP/1.1", HOST + AUTH), [404]),
    "absolute form": (health(b"GET http://receiver.example/healthz HTTP/1.1"), [200]),
    "absolute form of a list": (
        health(b"GET https://receiver.example/scim/v2/Users?count=0 HTTP/1.1", HOST + AUTH),
        [200],
    ),
}

#: Never come to an end: the client hangs up.
UNFINISHED = {
    "half a head": LIST,
    "half a body": post(b"Content-Length: %d" % (LENGTH + 1)),
    "a chunk that is missing": chunks(HEX + b"\r\n" + BODY + b"\r\n"),
    "chunk of 2 to the 79": chunks(b"F" * 20 + b"\r\n" + BODY),
    "half a request line": b"GET /heal",
}


@pytest.fixture
def name() -> str:
    return uuid.uuid4().hex


@pytest.fixture(scope="module")
def client(shared: ReceiverProcess) -> Iterator[httpx.Client]:
    with shared.client("staff") as made:
        yield made


@pytest.fixture
def scim(shared: ReceiverProcess, client: httpx.Client) -> Iterator[httpx.Client]:
    """After each attack: nobody was smuggled in, and no error was unexpected."""
    yield client
    assert count(client, "smuggled") == 0
    assert "unexpected error" not in shared.log_text()


def count(scim: httpx.Client, name: str) -> int:
    found: int = scim.get("/Users", params={"filter": f'userName eq "{name}"'}).json()["totalResults"]
    return found


def fill(raw: bytes, scim: httpx.Client, name: str) -> bytes:
    token = scim.headers["authorization"].removeprefix("Bearer ").encode()
    size = b"%d" % len(EVIL.replace(TOKEN, token))
    return raw.replace(EVIL_SIZE, size).replace(TOKEN, token).replace(NAME, name.encode())


def header(answer: Answer, wanted: str) -> str | None:
    return next((value for key, value in answer.headers if key.lower() == wanted), None)


def test_names_are_as_long_as_the_lengths_say(name: str) -> None:
    assert len(BODY.replace(NAME, name.encode())) == LENGTH


@pytest.mark.parametrize("kind", REFUSED)
def test_what_could_be_read_in_two_ways_is_refused_and_the_connection_closed(
    shared: ReceiverProcess, scim: httpx.Client, name: str, kind: str
) -> None:
    raw, status = REFUSED[kind]
    (answer,) = answers(talk(shared.port, fill(raw, scim, name), LAST))
    assert answer.status == status
    assert header(answer, "connection") == "close"
    assert count(scim, name) == 0


@pytest.mark.parametrize("kind", SERVED)
def test_what_is_unusual_is_served_and_the_next_request_too(
    shared: ReceiverProcess, scim: httpx.Client, name: str, kind: str
) -> None:
    raw, statuses = SERVED[kind]
    came = answers(talk(shared.port, fill(raw, scim, name), fill(LAST, scim, name)))
    assert [answer.status for answer in came] == [*statuses, 404]
    assert count(scim, name) == (201 in statuses)


@pytest.mark.parametrize("kind", UNFINISHED)
def test_what_does_not_come_whole_is_not_done(
    shared: ReceiverProcess, scim: httpx.Client, name: str, kind: str
) -> None:
    for answer in answers(talk(shared.port, fill(UNFINISHED[kind], scim, name), half_close=True)):
        assert 400 <= answer.status < 500
    assert count(scim, name) == 0


def test_a_request_byte_by_byte_is_a_request(shared: ReceiverProcess, scim: httpx.Client, name: str) -> None:
    raw = fill(post(b"Content-Length: " + SIZE) + LAST, scim, name)
    came = answers(talk(shared.port, *(raw[place : place + 1] for place in range(len(raw)))))
    assert [answer.status for answer in came] == [201, 404]
    assert count(scim, name) == 1


@pytest.mark.parametrize("headers", [b"", b"Host: x\r\n", b"Connection: close\r\n"])
def test_http_1_0_is_served_and_the_connection_closed(
    shared: ReceiverProcess, scim: httpx.Client, headers: bytes
) -> None:
    (answer,) = answers(talk(shared.port, health(b"GET /healthz HTTP/1.0", headers)))
    assert answer.status == 200
    assert header(answer, "connection") == "close"


@pytest.mark.parametrize("path", [b"/scim/v2/Users", b"/healthz", b"/other"])
def test_a_websocket_is_refused(shared: ReceiverProcess, scim: httpx.Client, path: bytes) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    key = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    raw = b"GET " + path + b" HTTP/1.1\r\n" + HOST + AUTH + upgrade + key
    (answer,) = answers(talk(shared.port, fill(raw, scim, "")))
    assert answer.status == 403
    assert header(answer, "connection") == "close"


ELSEWHERE = b"".join(
    name + b": " + value + b"\r\n"
    for name, value in {
        b"Host": b"evil.example",
        b"X-Forwarded-Host": b"evil.example",
        b"X-Forwarded-Server": b"evil.example",
        b"X-Forwarded-Proto": b"evil",
        b"X-Forwarded-Port": b"evil",
        b"X-Forwarded-Prefix": b"/evil",
        b"X-Forwarded-For": b"evil.example",
        b"Forwarded": b"host=evil.example;proto=evil",
        b"X-Original-URL": b"/evil",
        b"X-Rewrite-URL": b"/evil",
        b"X-Http-Method-Override": b"EVIL",
        b"Origin": b"http://evil.example",
        b"Referer": b"http://evil.example/",
        b"X-Request-Id": b"evil\xe9",
        b"Connection": b"close",
    }.items()
)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET /scim/v2/Users HTTP/1.1", 200),
        (b"POST /scim/v2/Users HTTP/1.1", 201),
        (b"GET /scim/v2/Users/x HTTP/1.1", 404),
        (b"PATCH /scim/v2/Users HTTP/1.1", 405),
        (b"GET /scim/v2/Users/ HTTP/1.1", 200),
        (b"GET /scim/v2/ServiceProviderConfig HTTP/1.1", 200),
        (b"GET /scim/v2/Schemas HTTP/1.1", 200),
        (b"GET /scim/v2/ResourceTypes HTTP/1.1", 200),
        (b"GET /.well-known/oauth-protected-resource HTTP/1.1", 200),
        (b"GET /nothing HTTP/1.1", 404),
        (b"GET http://evil.example/scim/v2/Users HTTP/1.1", 200),
    ],
)
@pytest.mark.parametrize("authorization", [AUTH, b"Authorization: Bearer evil\r\n"])
def test_what_a_client_calls_the_receiver_is_never_said_again(
    shared: ReceiverProcess, scim: httpx.Client, name: str, line: bytes, status: int, authorization: bytes
) -> None:
    body = b"Content-Length: " + SIZE + b"\r\n\r\n" + BODY if line.startswith(b"POST") else b"\r\n"
    came = talk(shared.port, fill(line + b"\r\n" + ELSEWHERE + authorization + body, scim, name))
    (answer,) = answers(came)
    open_to_all = re.search(rb"Config|Schemas|Types|well-known|nothing", line) is not None or status == 405
    assert answer.status == (status if authorization == AUTH or open_to_all else 401)
    assert b"evil" not in came.lower()


class TestHTTP2:
    """Without TLS: by upgrade, and as the first word."""

    def test_an_upgrade_is_served(self, shared: ReceiverProcess, scim: httpx.Client) -> None:
        assert upgraded(shared.port, "/healthz") == 200

    def test_a_request_is_served(self, shared: ReceiverProcess, scim: httpx.Client, name: str) -> None:
        assert h2_exchange(shared.port, *request(scim, name)) == [201]
        assert count(scim, name) == 1

    @pytest.mark.parametrize(
        ("change", "kind"),
        [
            ([("content-length", str(LENGTH - 1))], "less than the body"),
            ([("content-length", str(LENGTH + 1))], "more than the body"),
            ([("content-length", str(LENGTH)), ("content-length", str(LENGTH + 1))], "two lengths"),
            ([("transfer-encoding", "chunked")], "a coding that HTTP/2 has not"),
            ([("connection", "close")], "a header of the connection"),
            ([("a", "b\r\nc: d")], "a line end in a header"),
            ([("a", "b\0")], "NUL in a header"),
            ([("A", "b")], "a capital in the name of a header"),
            ([("a b", "c")], "a space in the name of a header"),
            ([(":path", "/healthz")], "a pseudo-header behind others"),
            ([(":status", "200")], "a pseudo-header of answers"),
            ([("a", "b" * 100_000)], "a header of 100 kB"),
        ],
    )
    def test_what_could_be_read_in_two_ways_is_not_done(
        self, shared: ReceiverProcess, scim: httpx.Client, name: str, change: list[tuple[str, str]], kind: str
    ) -> None:
        headers, body = request(scim, name)
        assert [status for status in h2_exchange(shared.port, [*headers, *change], body) if status < 400] == []
        assert count(scim, name) == 0

    @pytest.mark.parametrize("missing", [":method", ":path", ":scheme"])
    def test_what_lacks_its_pseudo_headers_is_not_done(
        self, shared: ReceiverProcess, scim: httpx.Client, name: str, missing: str
    ) -> None:
        headers, body = request(scim, name)
        rest = [pair for pair in headers if pair[0] != missing]
        assert [status for status in h2_exchange(shared.port, rest, body) if status < 400] == []
        assert count(scim, name) == 0

    def test_streams_that_are_reset_at_once_hurt_nobody(
        self, shared: ReceiverProcess, scim: httpx.Client, name: str
    ) -> None:
        h2_exchange(shared.port, *request(scim, name), resets=500)
        assert scim.get("/Users?count=0").status_code == 200


def request(scim: httpx.Client, name: str) -> tuple[list[tuple[str, str]], bytes]:
    headers = [
        (":method", "POST"),
        (":path", "/scim/v2/Users"),
        (":scheme", "http"),
        (":authority", "receiver.example"),
        ("authorization", scim.headers["authorization"]),
    ]
    return headers, BODY.replace(NAME, name.encode())
