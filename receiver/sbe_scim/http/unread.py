"""Bodies that nobody reads: a request may be answered before all of it has come.

The server hands a body over through a queue of a few pieces. Where an application ends without having read it, the
connection's reader waits for room in that queue for ever, and with it the connection and everything that was sent.
So what is left is read and thrown away here: within bounds before the answer, which leaves the connection usable;
else beside it, and the answer says that the connection is closed (RFC 9112 §9.3, §9.6).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: An answer waits so long for the rest of a body that it does not need, in seconds.
_PATIENCE = 1.0
#: A connection that is about to be closed stays open so long for a client that still sends, and so long for one that
#: has paused, in seconds: closed earlier, the client might never see the answer.
_LINGER = 10.0
_PAUSE = 1.0
_ANNOUNCING = frozenset((b"content-length", b"transfer-encoding"))


class UnreadBodies:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp, *, limit: int) -> None:
        """A body of more than ``limit`` bytes is not waited for."""
        self._app = app
        self._limit = limit
        # The event loop itself keeps no task alive.
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or _has_no_body(scope):
            await self._app(scope, receive, send)
            return
        request = _Request(scope, receive, send, self._limit, self._tasks)
        await self._app(scope, request.receive, request.send)


def _has_no_body(scope: Scope) -> bool:
    """RFC 9112 §6.3; in HTTP/2 nothing tells it before the body's end."""
    return scope["http_version"].startswith("1") and _ANNOUNCING.isdisjoint(dict(scope["headers"]))


class _Request:
    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int, tasks: set[asyncio.Task[None]]) -> None:
        self._receive = receive
        self._send = send
        self._limit = limit
        self._tasks = tasks
        self._http1 = scope["http_version"].startswith("1")
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"")
        self._announced = int(length) if length.isdigit() else 0
        self._ended = asyncio.Event()
        if self._http1 and self._announced == 0 and b"transfer-encoding" not in headers:
            self._ended.set()
        self._size = 0
        self._discarding: asyncio.Task[None] | None = None

    async def receive(self) -> Message:
        """The next message for the application."""
        if self._discarding is None:
            return await self._next()
        await asyncio.wait({self._discarding})
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """A message of the application."""
        if message["type"] == "http.response.start":
            message = await self._started(message)
        elif self._discarding is not None and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._linger()
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)

    async def _started(self, message: Message) -> Message:
        others = [header for header in message["headers"] if header[0] != b"connection"]
        closes = len(others) < len(message["headers"])
        if not closes:
            await self._read_rest()
        if not self._ended.is_set():
            self._discarding = asyncio.create_task(self._discard())
            self._tasks.add(self._discarding)
            self._discarding.add_done_callback(self._tasks.discard)
            closes = True
        # HTTP/2 has no such header: there a connection outlives its streams.
        return {**message, "headers": [*others, (b"connection", b"close")] if closes and self._http1 else others}

    async def _read_rest(self) -> None:
        if self._ended.is_set() or self._announced > self._limit:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while not self._ended.is_set() and self._size <= self._limit:
                    await self._next()

    async def _discard(self) -> None:
        # Beyond the body's end: the server, too, puts its last word into the queue.
        while (await self._next())["type"] != "http.disconnect":
            pass

    async def _linger(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINGER):
                seen = -1
                while self._size > seen:
                    seen = self._size
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._ended.wait(), _PAUSE)
                        return

    async def _next(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if not message.get("more_body", False):
            self._ended.set()
        return message
