"""No wait on an issuer is longer than its limit, whatever part of its answer is slow."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from sbe_scim.auth import KeyRing
from sbe_scim.auth.keys import LONGEST_FETCH, fetch_json
from sbe_scim.protocol import Unauthorized, Unavailable
from tests.environment.authority import Authority
from tests.environment.outgoing import Door, ForwardProxy
from tests.unit.auth.issuer import issuer, public_jwk

#: Longer than the limit given to each fetch, shorter than any of these answers.
pytestmark = pytest.mark.timeout(60)

Behaviour = Callable[[socket.socket, threading.Event], None]


@contextmanager
def listening(behaviour: Behaviour) -> Iterator[int]:
    """A server that does with each connection what ``behaviour`` says; yields its port."""
    ended = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))
    threads = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            behaviour(connection, ended)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                threads.append(threading.Thread(target=serve, args=(connection,)))
                threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield server.getsockname()[1]
    finally:
        ended.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        accepting.join()
        for thread in threads:
            thread.join()


def dripping(before: bytes, drop: bytes) -> Behaviour:
    """Sends ``before`` at once and then one ``drop`` after another, each in less time than a read may take."""

    def behave(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(before)
        while not ended.wait(0.02):
            connection.sendall(drop)

    return behave


def silent(_connection: socket.socket, ended: threading.Event) -> None:
    """Takes the connection, and that is all."""
    ended.wait()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("scheme", "behaviour"),
    [
        ("http", silent),
        ("http", dripping(b"", b"H")),
        ("http", dripping(HEAD, b"X-More: x\r\n")),
        ("http", dripping(HEAD + b"X-Long: ", b"x")),
        ("http", dripping(HEAD + b"Content-Length: 100000\r\n\r\n", b" ")),
        ("http", dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")),
        ("http", dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")),
        ("https", silent),
        ("https", dripping(b"\x16\x03\x03\x40\x00", b"\x00")),
    ],
    ids=["nothing", "status-line", "headers", "header", "body", "chunks", "interim", "no-handshake", "handshake"],
)
def test_a_fetch_ends_at_its_limit(scheme: str, behaviour: Behaviour) -> None:
    with listening(behaviour) as port, pytest.raises(TimeoutError):
        fetch_json(f"{scheme}://127.0.0.1:{port}/certs", 0.3)


def test_a_connection_that_is_never_taken_ends_at_its_limit() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, socket.socket() as waiting:
        # The one place in the queue is taken: the next connection is not even refused.
        waiting.connect(server.getsockname())
        with pytest.raises(TimeoutError):
            fetch_json(f"http://127.0.0.1:{server.getsockname()[1]}/certs", 0.3)


def test_a_name_service_that_does_not_answer_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def hanging(*_arguments: object, **_options: object) -> Any:
        answered.wait()
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    try:
        with pytest.raises(TimeoutError):
            fetch_json("http://issuer.example.org/certs", 0.3)
    finally:
        answered.set()


class Steps:
    """A clock that moves on by what each fetch takes."""

    def __init__(self, *durations: float) -> None:
        self.now = 0.0
        self.limits: list[float] = []
        self._durations = list(durations)

    def fetch(self, url: str, seconds: float) -> Any:
        self.limits.append(seconds)
        self.now += self._durations.pop(0)
        if url.endswith("/certs"):
            return {"keys": [public_jwk("k1")]}
        return {"issuer": "https://issuer.example.org", "jwks_uri": "https://issuer.example.org/certs"}


def test_metadata_and_keys_share_one_limit() -> None:
    steps = Steps(2.0, 0.5)
    ring = KeyRing(fetch=steps.fetch, clock=lambda: steps.now)
    assert ring.key("https://issuer.example.org", None, "k1", "RS256")
    assert steps.limits == [LONGEST_FETCH, LONGEST_FETCH - 2.0]


@pytest.mark.parametrize("error", [TimeoutError(), OSError("no certificates"), RecursionError()])
def test_an_answer_that_cannot_be_had_is_our_trouble_not_the_callers(error: Exception) -> None:
    def fetch(_url: str, _seconds: float) -> Any:
        raise error

    with pytest.raises(Unavailable):
        KeyRing(fetch=fetch).key("https://issuer.example.org", "https://issuer.example.org/certs", "k1", "RS256")


def test_an_answer_of_nested_json_is_our_trouble_not_the_callers() -> None:
    body = b"[" * 900_000

    def behave(connection: socket.socket, _ended: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)

    with listening(behave) as port, pytest.raises(Unavailable):
        KeyRing().key("https://issuer.example.org", f"http://127.0.0.1:{port}/certs", "k1", "RS256")


def test_an_answer_in_time_is_taken() -> None:
    def behave(connection: socket.socket, _ended: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(HEAD + b'Content-Length: 12\r\n\r\n{"keys": []}')

    with listening(behave) as port, pytest.raises(Unauthorized):
        KeyRing().key("https://issuer.example.org", f"http://127.0.0.1:{port}/certs", "k1", "RS256")


def test_keys_are_fetched_by_the_proxy_of_the_environment_from_who_shows_a_certificate_that_is_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority, other = Authority(tmp_path / "ours"), Authority(tmp_path / "others")
    with issuer() as running, ExitStack() as closing:
        doors = {
            name: Door(int(running.base.rpartition(":")[2]), by.issue("issuer", name))
            for name, by in (("issuer.test", authority), ("stranger.test", other))
        }
        proxy = ForwardProxy("portier:s3same", {name: door.port for name, door in doors.items()})
        for listener in (*doors.values(), proxy):
            closing.callback(listener.close)
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
        found = fetch_json("https://issuer.test/realms/staff/certs", LONGEST_FETCH)
        assert [key["kid"] for key in found["keys"]] == ["k1"]
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            fetch_json("https://stranger.test/realms/staff/certs", LONGEST_FETCH)
        with pytest.raises(httpx.ProxyError):
            fetch_json("https://unknown.test/realms/staff/certs", LONGEST_FETCH)
    assert proxy.asked == ["issuer.test:443", "stranger.test:443", "unknown.test:443"]
