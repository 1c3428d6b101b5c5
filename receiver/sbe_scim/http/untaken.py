"""Answers that nobody takes: an HTTP/2 client says how much it is ready to receive, and may leave without a word.

The server then waits for ever to be allowed to send the rest, with the connection's socket and all that was to be sent.
In HTTP/1 the system itself notices it (:func:`sbe_scim.http.server.listen`).
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class UntakenAnswers:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp, *, patience: float) -> None:
        """A piece of an answer that has not left within ``patience`` seconds is given up, and so is the answer."""
        self._app = app
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["http_version"].startswith("1"):
            await self._app(scope, receive, send)
            return
        given_up = False

        async def send_in_time(message: Message) -> None:
            nonlocal given_up
            if given_up:
                return
            try:
                await asyncio.wait_for(send(message), self._patience)
            except TimeoutError:
                given_up = True

        await self._app(scope, receive, send_in_time)
