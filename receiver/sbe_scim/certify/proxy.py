"""A proxy between provider and receiver that makes faults on demand."""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

import httpx

from sbe_scim.certify.incoming import read_body
from sbe_scim.certify.losses import takes_away
from sbe_scim.certify.run import Asked

_TIMEOUT = 60.0
#: Headers of one connection, not of a request or an answer.
_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "host", "date", "server"}
)
_HELD = json.dumps(
    {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": "503",
        "detail": "held until somebody has looked: too many would lose access at once",
        "reason": "held",
    }
).encode()
_NO_BODY = frozenset({204, 304})
_CHANGES = frozenset({"PUT", "PATCH"})


class _Request(NamedTuple):
    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A provider that is stopped breaks off its connections.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class FaultyProxy:
    """Passes requests to the receiver, but for those that meet a fault (:class:`~.provider.Faults`)."""

    def __init__(self, receiver: str, host: str, *, port: int = 0, address: str = "", origin: str = "") -> None:
        """``receiver`` is the SCIM base URL; what is not below its path is not passed.

        Listens on this ``address`` of the machine (empty: all) and ``port`` (0: any), and is reached as ``host``, or
        where another server passes requests on to it, at that one's ``origin``. Raises :class:`OSError` where it
        cannot listen.
        """
        there = urlsplit(receiver)
        self._upstream = httpx.Client(base_url=f"{there.scheme}://{there.netloc}", timeout=_TIMEOUT)
        self._lock = threading.Lock()
        self._status, self._retry_after, self._lost, self._holds = 0, 0, "", False
        self._delays = False
        self._kept: _Request | None = None
        self._asked: list[Asked] = []
        self._since = 0.0
        self._passed = 0
        self._path = there.path
        self._server = _Server((address, port), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        #: The SCIM base URL of the receiver, by way of it.
        self.url = f"{origin or f'http://{host}:{self._server.server_address[1]}'}{there.path}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._upstream.close()

    def refuse(self, status: int, retry_after: int | None = None) -> None:
        """Answer everything so from now on."""
        self._begin(status, retry_after or 0, "")

    def lose_answer(self, method: str) -> None:
        """Lose the answer of the next request of this method."""
        self._begin(0, 0, method)

    def hold(self, retry_after: int) -> None:
        """Answer so what takes access away, as a receiver does that holds a storm."""
        self._begin(503, retry_after, "", holds=True)

    def delay(self) -> None:
        """Lose the next PUT or PATCH for whoever sends it, and keep it."""
        self._begin(0, 0, "", delays=True)

    def arrive(self) -> None:
        """Let the receiver have what was kept."""
        with self._lock:
            kept, self._kept = self._kept, None
        if kept is not None:
            answer = self.forward(*kept)
            with self._lock:
                self._asked.append(Asked(self._after(), kept.method, answer.status_code))

    def calm(self) -> None:
        """Let everything pass; what was kept is lost."""
        with self._lock:
            self._status, self._lost, self._holds = 0, "", False
            self._delays, self._kept = False, None

    def met(self) -> int:
        """How many requests have met the fault."""
        return len(self._asked)

    def passed(self) -> int:
        """How many requests have come, with a fault or without."""
        return self._passed

    def serves(self, path: str) -> bool:
        """Whether it is for the receiver's SCIM service; such a request is counted."""
        place = urlsplit(path).path
        if not f"{place}/".startswith(f"{self._path}/") or ".." in place.split("/"):
            return False
        with self._lock:
            self._passed += 1
        return True

    def asked(self) -> Iterable[Asked]:
        """Those that have met it."""
        with self._lock:
            return list(self._asked)

    def _begin(self, status: int, retry_after: int, lost: str, *, holds: bool = False, delays: bool = False) -> None:
        with self._lock:
            self._status, self._retry_after, self._lost, self._holds = status, retry_after, lost, holds
            self._delays, self._kept = delays, None
            self._asked, self._since = [], time.monotonic()

    def decide(self, method: str, body: bytes) -> tuple[int, int, bytes] | None:
        """Status, Retry-After and body of what is refused, zeros where the answer is to be lost; ``None``: pass."""
        with self._lock:
            lost = method == self._lost
            if (not self._status and not lost) or (self._holds and not takes_away(method, body)):
                return None
            self._lost = ""
            self._asked.append(Asked(self._after(), method, self._status))
            return self._status, self._retry_after, _HELD if self._holds else b""

    def keep(self, request: _Request) -> bool:
        """Whether it is kept: its sender learns nothing of it."""
        with self._lock:
            if not self._delays or request.method not in _CHANGES:
                return False
            self._delays, self._kept = False, request
            self._asked.append(Asked(self._after(), request.method, 0))
            return True

    def _after(self) -> int:
        return round((time.monotonic() - self._since) * 1000)

    def forward(self, method: str, path: str, headers: list[tuple[str, str]], body: bytes) -> httpx.Response:
        """The receiver's answer."""
        return self._upstream.request(method, path, headers=headers, content=body)


def _handler(proxy: FaultyProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one packet: the second of two would wait for the first to be acknowledged.
        wbufsize = -1

        def _serve(self) -> None:
            if (body := read_body(self.headers, self.rfile)) is None:
                # What is left of it would be taken for the next request.
                self.close_connection = True
                self._answer(413, [], b"")
                return
            if not proxy.serves(self.path):
                self._answer(404, [], b"")
                return
            fault = proxy.decide(self.command, body)
            if fault is not None and fault[0]:
                status, retry_after, said = fault
                headers = [("Retry-After", str(retry_after))] if retry_after else []
                self._answer(status, headers + ([("Content-Type", "application/scim+json")] if said else []), said)
                return
            request = _Request(self.command, self.path, _passed(self.headers.items()), body)
            if proxy.keep(request):
                self._reset()
                return
            try:
                answer = proxy.forward(*request)
            except httpx.HTTPError:
                self._reset()
                return
            if fault is not None:
                self._reset()
                return
            self._answer(answer.status_code, _passed(answer.headers.items()), answer.content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

        def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            if status not in _NO_BODY:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if status not in _NO_BODY:
                self.wfile.write(body)

        def _reset(self) -> None:
            # Closing with a linger of zero sends RST instead of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

        def log_message(self, *arguments: Any) -> None:
            """Nothing: the journal has it."""

    return Handler


def _passed(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP]
