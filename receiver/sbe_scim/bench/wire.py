"""Requests by connections that stay open, as cheaply as can be: a client must not be what is measured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_HEAD = 65_536


class BenchError(Exception):
    """Nothing can be measured; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where requests go: ``base`` is the path of the SCIM base URL, ``token`` a bearer token."""

    port: int
    base: str = ""
    token: str = ""

    def request(self, method: str, path: str, body: bytes = b"") -> bytes:
        """A request as it is sent."""
        head = f"{method} {self.base}{path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
        if self.token:
            head += f"Authorization: Bearer {self.token}\r\n"
        if body:
            head += f"Content-Type: application/scim+json\r\nContent-Length: {len(body)}\r\n"
        return f"{head}\r\n".encode() + body


class Wire:
    """One connection, made anew where the server has ended it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Send a request; status and body of its answer."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=_HEAD)
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await _body(self._reader, headers)
        if headers.get("connection", "").lower() == "close" or first.startswith("HTTP/1.0"):
            self.close()
        return int(first.split(" ", 2)[1]), body

    def close(self) -> None:
        """End it."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        parts = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readuntil(b"\r\n")
        return b"".join(parts)
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    return b"" if headers.get("connection", "").lower() != "close" else await reader.read()


async def load(
    port: int,
    request: Callable[[int], bytes],
    *,
    connections: int,
    seconds: float = 0,
    most: int | None = None,
    accepts: Callable[[bytes], bool] = lambda _: True,
) -> tuple[int, float, list[bytes]]:
    """Send ``request(0)``, ``request(1)`` and so on for a time, or ``most`` of them.

    Returns how many were answered, in which time (seconds), and the bodies of ``most``. Raises :class:`BenchError`
    where one was refused, by its status or its body, or the server has gone.
    """
    bodies: list[bytes] = []
    end = time.monotonic() + seconds
    asked = answered = 0

    async def send() -> None:
        nonlocal asked, answered
        wire = Wire(port)
        try:
            while time.monotonic() < end if most is None else asked < most:
                asked += 1
                status, body = await wire.exchange(request(asked - 1))
                if not 200 <= status < 300 or not accepts(body):
                    raise BenchError(f"a request was answered {status}: {body[:200]!r}")
                answered += 1
                if most is not None:
                    bodies.append(body)
        except (OSError, EOFError) as gone:
            raise BenchError(f"a server has gone ({type(gone).__name__})") from gone
        finally:
            wire.close()

    began = time.monotonic()
    failed: list[BaseException] = []
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(send())
    except* BenchError as group_of_errors:
        failed.extend(group_of_errors.exceptions)
    if failed:
        raise failed[0]
    return answered, time.monotonic() - began, bodies
