"""An HTTP proxy in front of the receiver that makes faults on demand and remembers what passed."""

from __future__ import annotations

import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

Headers = list[tuple[str, str]]
Response = httpx.Response | None
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "date", "server"}


@dataclass(frozen=True)
class Passed:
    """One request: what the sender saw (``None``: a closed connection) and what the receiver had answered.

    ``at`` is when it came, in seconds of the monotonic clock.
    """

    method: str
    path: str
    at: float
    seen: int | None
    answered: int | None


@dataclass(frozen=True)
class Forwarded:
    """A request as the receiver got it, under the id that its journal and its log of changes name.

    ``late`` tells that its sender was no longer, or never, waiting for this copy of it.
    """

    method: str
    path: str
    body: bytes
    late: bool


@dataclass(frozen=True)
class Answer:
    """Answer this instead of asking the receiver."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class LoseAnswer:
    """Let the receiver do it, then reset the connection instead of passing its answer on."""


class Cut:
    """Reset the connection instead of asking the receiver."""


@dataclass(frozen=True)
class Delay:
    """Ask the receiver so many seconds later, also where the sender has given up by then."""

    seconds: float


@dataclass(frozen=True)
class Late:
    """Reset the connection; the receiver gets the request so many seconds later."""

    seconds: float


@dataclass(frozen=True)
class Repeat:
    """Pass, and let the receiver have the request again so many seconds later."""

    seconds: float


@dataclass(frozen=True)
class Garble:
    """Let the receiver do it, and answer with its status and this body."""

    body: bytes


@dataclass(frozen=True)
class Rewrite:
    """Pass, but answer with another body, and without these headers (in lower case)."""

    body: Callable[[bytes], bytes]
    without: frozenset[str] = frozenset()


Fault = Answer | LoseAnswer | Cut | Delay | Late | Repeat | Garble | Rewrite


class FaultProxy:
    """Listens on every address; ``plan`` decides, per request, about a fault (``None``: pass)."""

    def __init__(self, target: str) -> None:
        self.passed: list[Passed] = []
        self.forwarded: dict[str, Forwarded] = {}
        self._ids = itertools.count(1)
        self._later: list[Future[Response]] = []
        self._plan: Callable[[str, str], Fault | None] = lambda method, path: None
        self._lock = threading.Lock()
        self._upstream = httpx.Client(base_url=target, timeout=60)
        self._server = ThreadingHTTPServer(("0.0.0.0", 0), self._handler())
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def plan(self, plan: Callable[[str, str], Fault | None]) -> None:
        """Decide with ``plan(method, path)`` from now on."""
        with self._lock:
            self._plan = plan

    def requests(self, method: str) -> list[Passed]:
        """What passed with this method."""
        with self._lock:
            return [entry for entry in self.passed if entry.method == method]

    def drain(self) -> None:
        """Wait until the receiver has got everything that was held back."""
        while True:
            with self._lock:
                later, self._later = self._later, []
            if not later:
                return
            wait(later)

    def close(self) -> None:
        """Stop listening."""
        self.drain()
        self._server.shutdown()
        self._server.server_close()
        self._upstream.close()

    def _decide(self, method: str, path: str) -> Fault | None:
        with self._lock:
            return self._plan(method, path)

    def _note(self, entry: Passed) -> None:
        with self._lock:
            self.passed.append(entry)

    def _forward(self, method: str, path: str, body: bytes, headers: Headers, late: bool) -> Response:
        """The receiver's answer; ``None`` where its connection broke."""
        with self._lock:
            request_id = f"proxy-{next(self._ids)}"
            self.forwarded[request_id] = Forwarded(method, path, body, late)
        sent = [*headers, ("X-Request-Id", request_id)]
        try:
            return self._upstream.request(method, path, content=body, headers=sent)
        except httpx.TransportError:
            return None

    def _forward_after(self, seconds: float, method: str, path: str, body: bytes, headers: Headers) -> Future[Response]:
        """The answer of the receiver, which gets it then, whether or not somebody waits for it."""
        answer: Future[Response] = Future()

        def forward() -> None:
            time.sleep(seconds)
            answer.set_result(self._forward(method, path, body, headers, late=True))

        with self._lock:
            self._later.append(answer)
        threading.Thread(target=forward, daemon=True).start()
        return answer

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                at = time.monotonic()
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = [(name, value) for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP]
                fault = proxy._decide(self.command, self.path)
                if isinstance(fault, Answer):
                    self._answer(fault.status, list(fault.headers), fault.body)
                    proxy._note(Passed(self.command, self.path, at, fault.status, None))
                    return
                request = (self.command, self.path, body, headers)
                if isinstance(fault, Late | Repeat):
                    proxy._forward_after(fault.seconds, *request)
                if isinstance(fault, Cut | Late):
                    proxy._note(Passed(self.command, self.path, at, None, None))
                    self._reset()
                    return
                if isinstance(fault, Delay):
                    answer = proxy._forward_after(fault.seconds, *request).result()
                else:
                    answer = proxy._forward(*request, late=False)
                answered = None if answer is None else answer.status_code
                if answer is None or isinstance(fault, LoseAnswer):
                    proxy._note(Passed(self.command, self.path, at, None, answered))
                    self._reset()
                    return
                proxy._note(Passed(self.command, self.path, at, answered, answered))
                if isinstance(fault, Garble):
                    self._answer(answer.status_code, [("Content-Type", "application/scim+json")], fault.body)
                    return
                told, content = list(answer.headers.items()), answer.content
                if isinstance(fault, Rewrite):
                    told = [(name, value) for name, value in told if name.lower() not in fault.without]
                    content = fault.body(content)
                self._answer(answer.status_code, told, content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

            def _answer(self, status: int, headers: Headers, body: bytes) -> None:
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in _HOP_BY_HOP:
                        self.send_header(name, value)
                if status not in (204, 304):
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if status not in (204, 304):
                    self.wfile.write(body)

            def _reset(self) -> None:
                # Closing with a linger of zero sends RST instead of FIN.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True

            def log_message(self, *arguments: Any) -> None:
                pass

        return Handler


class HangingReceiver:
    """Accepts connections on every address, reads, and never answers."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("0.0.0.0", 0), backlog=64)
        self._held: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def taken(self) -> int:
        """How many connections it has accepted."""
        return len(self._held)

    def holding(self) -> int:
        """How many of them the sender has not closed yet."""
        return sum(1 for connection in self._held if not _ended(connection))

    def close(self) -> None:
        """Close everything."""
        self._listener.close()
        for connection in self._held:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setblocking(False)
            self._held.append(connection)


def _ended(connection: socket.socket) -> bool:
    try:
        while connection.recv(65536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True
