"""HTTP/1.1 by hand over a socket, to send what no client library would."""

from __future__ import annotations

import socket
from http.client import HTTPMessage, HTTPResponse
from types import TracebackType
from typing import NamedTuple, Self

#: Longer than any answer takes, however slow the machine: what takes longer hangs.
HANGS = 60.0


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def closes(self) -> bool:
        """Whether the end of the connection is announced."""
        return str(self.headers.get("connection", "")).lower() == "close"


class Wire:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), HANGS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: object, _traceback: TracebackType | None) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self.socket.sendall(data)

    def head(self, method: str, target: str, *headers: str) -> None:
        """Send a request line and headers."""
        self.send("\r\n".join((f"{method} {target} HTTP/1.1", "Host: receiver", *headers, "", "")).encode())

    def answer(self, method: str = "GET") -> Answer:
        """Wait for one answer; ``method`` is that of its request."""
        response = HTTPResponse(self.socket, method=method)
        response.begin()
        return Answer(response.status, response.headers, response.read())

    def closed(self) -> bool:
        """Wait for the end of the connection; tell whether nothing came before it."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True


def chunk(data: bytes) -> bytes:
    """A piece of a body in chunks; the empty one ends it."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
