"""Issuers that are down, or answer what is no set of keys: a 503 or a refusal, in little memory."""

from __future__ import annotations

import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from itertools import repeat

import pytest

from sbe_scim.auth.keys import MIN_INTERVAL
from sbe_scim.protocol import Unavailable
from tests.unit.auth.door import Door
from tests.unit.auth.issuer import issuer

MEGABYTE = 1_000_000
#: Some times the 1 MB that a set of keys may have.
BOUND = 5 * MEGABYTE


def sending(pieces: Callable[[], Iterator[bytes]], **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answers 200 with these pieces, as far as the other side takes them."""

    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Connection", "close")
        request.end_headers()
        try:
            for piece in pieces():
                request.wfile.write(piece)
        except OSError:
            pass

    return reply


def bomb(encoding: str) -> Callable[[], Iterator[bytes]]:
    """200 MB of blanks, compressed."""
    packer = zlib.compressobj(9, wbits=31 if encoding == "gzip" else 15)
    packed = [packer.compress(b" " * MEGABYTE) for _ in range(200)] + [packer.flush()]
    return lambda: iter((b"".join(packed),))


@pytest.mark.parametrize(
    "reply",
    [
        sending(lambda: repeat(b" " * 65536, 10 * MEGABYTE // 65536)),
        sending(lambda: repeat(b" " * 65536, 200 * MEGABYTE // 65536), Content_Length="1"),
        sending(lambda: iter(()), Content_Length=str(10 * MEGABYTE)),
        sending(bomb("gzip"), Content_Encoding="gzip"),
        sending(bomb("deflate"), Content_Encoding="deflate"),
        sending(bomb("gzip"), Content_Encoding="gzip, gzip"),
    ],
    ids=["10 MB", "more than said", "less than said", "gzip", "deflate", "gzip twice"],
)
def test_a_huge_answer_is_left_in_little_memory(door: Door, reply: Callable[[BaseHTTPRequestHandler], None]) -> None:
    token = door.issuer.token()
    door.issuer.reply = reply
    tracemalloc.start()
    try:
        with pytest.raises(Unavailable):
            door.verify(token)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < BOUND


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(door: Door, status: int) -> None:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Location", f"{door.issuer.base}/elsewhere/certs")
        request.send_header("Content-Length", "0")
        request.end_headers()

    door.issuer.reply = reply
    with pytest.raises(Unavailable):
        door.verify(door.issuer.token())
    assert door.issuer.requests == ["/realms/staff/certs"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"null",
        b"[]",
        b"5",
        b'"keys"',
        b"{}",
        b'{"keys": 5}',
        b'{"keys": null}',
        b"\xff\xfe",
        b"{" * 1000,
    ],
)
@pytest.mark.parametrize("discovered", [False, True])
def test_nonsense_is_our_trouble_until_it_is_mended(door: Door, body: bytes, discovered: bool) -> None:
    if discovered:
        door.sources("change", "staff", jwks_url=None)
    door.issuer.reply = sending(lambda: iter((body,)), Content_Type="application/json")
    token = door.issuer.token()
    with pytest.raises(Unavailable):
        door.verify(token)
    door.issuer.reply = None
    door.clock.now += MIN_INTERVAL
    assert door.verify(token)


@pytest.mark.parametrize("status", [204, 206, 400, 401, 404, 429, 500, 503])
def test_an_answer_of_another_status_is_our_trouble(door: Door, status: int) -> None:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Length", "0")
        request.end_headers()

    door.issuer.reply = reply
    with pytest.raises(Unavailable):
        door.verify(door.issuer.token())


def test_a_port_where_nobody_listens_is_our_trouble(door: Door) -> None:
    with issuer() as gone:
        token = gone.token()
        door.sources("add", "gone", issuer=gone.name, jwks_url=gone.jwks_url)
    with pytest.raises(Unavailable):
        door.verify(token)
    assert door.verify(door.issuer.token())


@pytest.mark.parametrize(
    "uri", ["file:///etc/passwd", "ftp://127.0.0.1/x", "", "certs", "http://", "http://[x", 5, None]
)
def test_metadata_that_name_no_address_are_our_trouble(door: Door, uri: object) -> None:
    door.sources("change", "staff", jwks_url=None)
    door.issuer.jwks_url = uri  # type: ignore[assignment]
    with pytest.raises(Unavailable):
        door.verify(door.issuer.token())
