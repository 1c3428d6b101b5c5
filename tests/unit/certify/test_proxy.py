"""The proxy makes the fault that it is asked for, and no other."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from sbe_scim.certify.incoming import LARGEST
from sbe_scim.certify.proxy import FaultyProxy
from sbe_scim.certify.run import Asked
from tests.environment.waiting import until


class Upstream:
    """A receiver that counts what reaches it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, bytes]] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked.append((self.command, self.path, body))
                self.send_response(201)
                self.send_header("Location", "there")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            do_GET = do_PUT = do_DELETE = do_POST

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/scim/v2"


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    made = Upstream()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def proxy(upstream: Upstream) -> Iterator[FaultyProxy]:
    made = FaultyProxy(upstream.url, "127.0.0.1")
    yield made
    made.close()


def post(proxy: FaultyProxy) -> httpx.Response:
    return httpx.post(f"{proxy.url}/Users?x=1", content=b"body")


def test_without_a_fault_everything_passes(proxy: FaultyProxy, upstream: Upstream) -> None:
    answer = post(proxy)
    assert (answer.status_code, answer.text, answer.headers["location"]) == (201, "ok", "there")
    assert upstream.asked == [("POST", "/scim/v2/Users?x=1", b"body")]
    assert list(proxy.asked()) == []


def test_what_is_refused_does_not_reach_the_receiver_until_it_is_calm(proxy: FaultyProxy, upstream: Upstream) -> None:
    proxy.refuse(429, 3)
    refused = post(proxy)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3")
    assert upstream.asked == []
    assert [(one.method, one.answered) for one in proxy.asked()] == [("POST", 429)]
    proxy.calm()
    assert post(proxy).status_code == 201
    assert proxy.met() == 1


def test_a_lost_answer_is_one_that_the_receiver_gave(proxy: FaultyProxy, upstream: Upstream) -> None:
    proxy.lose_answer("POST")
    assert httpx.get(proxy.url).status_code == 201
    with pytest.raises(httpx.TransportError):
        post(proxy)
    assert len(upstream.asked) == 2
    (met,) = proxy.asked()
    assert met == Asked(met.after, "POST", 0)
    assert post(proxy).status_code == 201


def test_a_change_that_is_late_is_lost_for_its_sender_and_arrives_when_it_is_let(
    proxy: FaultyProxy, upstream: Upstream
) -> None:
    proxy.delay()
    assert post(proxy).status_code == 201
    with pytest.raises(httpx.TransportError):
        httpx.put(f"{proxy.url}/Users/1", content=b"first")
    assert httpx.put(f"{proxy.url}/Users/1", content=b"second").status_code == 201
    proxy.arrive()
    proxy.arrive()
    assert [body for _, _, body in upstream.asked] == [b"body", b"second", b"first"]
    assert [(one.method, one.answered) for one in proxy.asked()] == [("PUT", 0), ("PUT", 201)]


def test_what_was_late_is_lost_once_it_is_calm(proxy: FaultyProxy, upstream: Upstream) -> None:
    proxy.delay()
    with pytest.raises(httpx.TransportError):
        httpx.put(f"{proxy.url}/Users/1", content=b"first")
    proxy.calm()
    proxy.arrive()
    assert upstream.asked == []


def test_a_storm_is_held_and_the_rest_passes(proxy: FaultyProxy, upstream: Upstream) -> None:
    proxy.hold(2)
    held = httpx.put(f"{proxy.url}/Users/1", json={"active": False})
    assert (held.status_code, held.json()["reason"], held.headers["retry-after"]) == (503, "held", "2")
    assert httpx.put(f"{proxy.url}/Users/1", json={"active": True}).status_code == 201
    assert post(proxy).status_code == 201
    assert [(one.method, one.answered) for one in proxy.asked()] == [("PUT", 503)]
    proxy.calm()
    assert httpx.delete(f"{proxy.url}/Users/1").status_code == 201


def test_a_body_in_chunks_passes_whole(proxy: FaultyProxy, upstream: Upstream) -> None:
    assert httpx.post(f"{proxy.url}/Users", content=iter([b"bo", b"d" * 5000, b"y"])).status_code == 201
    assert httpx.put(f"{proxy.url}/Users/1", content=iter([b""])).status_code == 201
    assert [body for _, _, body in upstream.asked] == [b"bo" + b"d" * 5000 + b"y", b""]
    assert proxy.passed() == 2


@pytest.mark.parametrize("path", ["/console", "/scim/v2x/Users", "/scim/v2/../../console", "http://elsewhere.invalid/"])
def test_only_the_scim_service_is_passed(proxy: FaultyProxy, upstream: Upstream, path: str) -> None:
    assert _raw(proxy, f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n").startswith(b"HTTP/1.1 404")
    assert upstream.asked == []
    assert proxy.passed() == 0


@pytest.mark.parametrize(
    "head", [f"Content-Length: {LARGEST + 1}", "Content-Length: -1", "Transfer-Encoding: chunked\r\n\r\nno size"]
)
def test_a_body_without_a_length_that_can_be_taken_is_refused(
    proxy: FaultyProxy, upstream: Upstream, head: str
) -> None:
    assert _raw(proxy, f"POST /scim/v2/Users HTTP/1.1\r\nHost: here\r\n{head}\r\n\r\n").startswith(b"HTTP/1.1 413")
    assert upstream.asked == []


def _raw(proxy: FaultyProxy, request: str) -> bytes:
    where = httpx.URL(proxy.url)
    assert where.port is not None
    with socket.create_connection((where.host, where.port)) as connection:
        connection.sendall(request.encode())
        return connection.recv(1000)


def test_it_is_told_to_be_where_another_server_passes_it_on(upstream: Upstream) -> None:
    with FaultyProxy(upstream.url, "127.0.0.1", address="127.0.0.1", origin="https://certify.example.org") as made:
        assert made.url == "https://certify.example.org/scim/v2"


def test_a_receiver_that_is_away_is_a_broken_connection(proxy: FaultyProxy, upstream: Upstream) -> None:
    upstream.server.shutdown()
    upstream.server.server_close()
    with pytest.raises(httpx.TransportError):
        post(proxy)


def test_a_provider_that_breaks_off_is_no_error_of_the_proxy(
    proxy: FaultyProxy, capfd: pytest.CaptureFixture[str]
) -> None:
    before = threading.active_count()
    port = int(proxy.url.split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /scim/v2/Users HTTP/1.1\r\n")
        until(threading.active_count, lambda count: count > before, what="the proxy to listen to it")
        # Closed so it is reset, as when a process is killed.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    until(threading.active_count, lambda count: count == before, what="the proxy to be through with it")
    assert capfd.readouterr().err == ""
