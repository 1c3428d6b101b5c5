"""The client of a bench reads what servers answer, and stops at what is no measurement."""

from __future__ import annotations

import asyncio

import pytest

from sbe_scim.bench.wire import BenchError, Target, Wire, load

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n"
LAST = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok"
NOTHING = b"HTTP/1.1 204 No Content\r\n\r\n"
REFUSED = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n"


class Answering:
    """A server that gives one answer after the other, over however many connections."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self.connections = 0
        self.port = 0

    async def __aenter__(self) -> Answering:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while self._answers and await reader.readline():
            await reader.readuntil(b"\r\n\r\n")
            answer = self._answers.pop(0)
            writer.write(answer)
            if b"Connection: close" in answer:
                break
        writer.close()


def test_answers_of_every_form_are_read_to_their_end() -> None:
    async def ask() -> tuple[list[tuple[int, bytes]], int]:
        async with Answering(PLAIN, CHUNKED, NOTHING, LAST, PLAIN) as server:
            wire, request = Wire(server.port), Target(server.port).request("GET", "/Users")
            found = [await wire.exchange(request) for _ in range(5)]
            wire.close()
            return found, server.connections

    ok = (200, b"ok")
    assert asyncio.run(ask()) == ([ok, ok, (204, b""), ok, ok], 2)


def test_so_many_are_asked_as_are_wanted() -> None:
    async def ask() -> tuple[int, float, list[bytes]]:
        async with Answering(*[PLAIN] * 20) as server:
            request = Target(server.port).request("GET", "/")
            return await load(server.port, lambda _: request, connections=3, most=10)

    done, took, bodies = asyncio.run(ask())
    assert (done, bodies) == (10, [b"ok"] * 10)
    assert took > 0


def test_an_answer_that_says_no_in_its_body_is_no_measurement() -> None:
    async def ask() -> None:
        async with Answering(PLAIN) as server:
            request = Target(server.port).request("GET", "/")
            await load(server.port, lambda _: request, connections=1, most=1, accepts=lambda body: body != b"ok")

    with pytest.raises(BenchError, match="answered 200"):
        asyncio.run(ask())


@pytest.mark.parametrize(("answers", "told"), [((PLAIN, REFUSED), "answered 429"), ((PLAIN,), "has gone")])
def test_what_is_refused_or_gone_is_no_measurement(answers: tuple[bytes, ...], told: str) -> None:
    async def ask() -> None:
        async with Answering(*answers) as server:
            request = Target(server.port).request("GET", "/")
            await load(server.port, lambda _: request, connections=2, most=10)

    with pytest.raises(BenchError, match=told):
        asyncio.run(ask())


def test_a_request_names_its_token_and_its_length() -> None:
    assert Target(80, "/scim/v2", "secret").request("POST", "/Users", b"{}") == (
        b"POST /scim/v2/Users HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAuthorization: Bearer secret\r\n"
        b"Content-Type: application/scim+json\r\nContent-Length: 2\r\n\r\n{}"
    )
