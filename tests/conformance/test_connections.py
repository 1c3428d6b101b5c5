"""A request that is answered before its body is read costs no memory and hangs no connection."""

from __future__ import annotations

import json
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import h2.settings
import httpx
import pytest

from sbe_scim.bench.crowd import crowd, identifier
from sbe_scim.service.long_groups import HELD
from sbe_scim.store import open_database, sources
from tests.conformance.served import Served, serve
from tests.conformance.wire import HANGS, Answer, Wire, chunk
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until
from tests.unit.rig import group_body, user_body

MEGABYTE = 1_000_000
#: Above the limit of a body.
LARGE = 3 * MEGABYTE
SCIM = "Content-Type: application/scim+json"
NOBODY = "/scim/v2/Users/00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A receiver with default settings."""
    yield from serve(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A receiver that waits a second for a body."""
    yield from serve(tmp_path_factory.mktemp("hasty"), SBE_SCIM_BODY_TIMEOUT="1")


def is_kept_or_closed(wire: Wire, answer: Answer) -> bool:
    """Whether the connection is closed as announced, or good for another request."""
    if answer.closes:
        return wire.closed()
    wire.head("GET", "/healthz")
    return wire.answer().status == 200


#: Method, path, status and headers of requests whose answer needs no body; with a token unless it is 401.
EARLY = [
    ("POST", "/scim/v2/Users", 401, [SCIM]),
    ("POST", "/scim/v2/Users/.search", 401, [SCIM, "Authorization: Bearer nonsense"]),
    ("PATCH", NOBODY, 401, [SCIM]),
    ("PUT", "/scim/v2/Users/nobody", 404, [SCIM]),
    ("POST", "/nothing", 404, [SCIM]),
    ("PUT", "/scim/v2/Users", 405, [SCIM]),
    ("POST", "/scim/v2/Users", 415, ["Content-Type: text/plain"]),
    ("POST", "/scim/v2/Users", 415, [SCIM, "Content-Encoding: gzip"]),
    ("POST", "/scim/v2/Bulk", 401, [SCIM]),
    ("POST", "/scim/v2/Me", 501, [SCIM]),
    ("GET", "/scim/v2/Users", 200, []),
    ("GET", "/scim/v2/Schemas", 200, []),
    ("HEAD", "/healthz", 200, []),
    ("DELETE", NOBODY, 404, []),
]
early = pytest.mark.parametrize(("method", "path", "status", "headers"), EARLY)


@early
@pytest.mark.parametrize("size", [1, 300_000, MEGABYTE, LARGE])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_nobody_reads_hangs_no_connection(
    served: Served, method: str, path: str, status: int, headers: list[str], size: int, chunked: bool
) -> None:
    token = [] if status == 401 else [served.token]
    with served.wire() as wire:
        framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
        wire.head(method, path, framing, *token, *headers)
        body = b" " * size
        wire.send(chunk(body) + chunk(b"") if chunked else body)
        answer = wire.answer(method)
        assert answer.status == status
        assert answer.closes == (size == LARGE)
        assert is_kept_or_closed(wire, answer)


@pytest.mark.parametrize(("method", "path", "status", "headers"), EARLY[::3])
def test_a_body_that_does_not_come_hangs_no_connection(
    served: Served, method: str, path: str, status: int, headers: list[str]
) -> None:
    with served.wire() as wire:
        wire.head(method, path, "Content-Length: 10", *([] if status == 401 else [served.token]), *headers)
        answer = wire.answer(method)
        assert (answer.status, answer.closes) == (status, True)
        assert wire.closed()


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_above_the_limit_is_answered_and_the_connection_closed(served: Served, chunked: bool) -> None:
    with served.wire() as wire:
        framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {LARGE}"
        wire.head("POST", "/scim/v2/Users", framing, served.token, SCIM)
        wire.send(chunk(b" " * LARGE) + chunk(b"") if chunked else b" " * LARGE)
        answer = wire.answer()
        assert (answer.status, answer.closes) == (413, True)
        assert wire.closed()


def test_a_client_that_asks_first_gets_its_answer(served: Served) -> None:
    for size in (100, LARGE):
        with served.wire() as wire:
            wire.head("POST", "/scim/v2/Users", f"Content-Length: {size}", SCIM, "Expect: 100-continue")
            wire.send(b" " * size)
            answer = wire.answer()
            assert answer.status == 401
            assert is_kept_or_closed(wire, answer)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_client_that_never_stops_sending_is_cut_off(served: Served, chunked: bool) -> None:
    piece = b" " * 65536
    with served.wire() as wire:
        framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {10**12}"
        wire.head("POST", "/scim/v2/Users", framing, SCIM)
        with suppress(ConnectionError):
            while True:
                wire.send(chunk(piece) if chunked else piece)
        answer = wire.answer()
        assert (answer.status, answer.closes) == (401, True)


def send_with_length(wire: Wire, _token: str) -> None:
    wire.head("POST", "/scim/v2/Users", f"Content-Length: {MEGABYTE}", SCIM)
    wire.send(b" " * MEGABYTE)


def send_in_chunks(wire: Wire, _token: str) -> None:
    wire.head("POST", "/scim/v2/Users", "Transfer-Encoding: chunked", SCIM)
    wire.send(chunk(b" " * MEGABYTE) + chunk(b""))


def send_without_end(wire: Wire, _token: str) -> None:
    wire.head("POST", "/scim/v2/Users", "Transfer-Encoding: chunked", SCIM)
    wire.send(chunk(b" " * MEGABYTE))


def send_too_much(wire: Wire, token: str) -> None:
    wire.head("POST", "/scim/v2/Users", f"Content-Length: {10 * LARGE}", SCIM, token)
    wire.send(b" " * MEGABYTE)


@pytest.mark.parametrize("send", [send_with_length, send_in_chunks, send_too_much])
def test_bodies_that_nobody_reads_do_not_stay_in_memory(served: Served, send: Callable[[Wire, str], None]) -> None:
    # One after the other, so that what is freed would be used again.
    def flood(count: int) -> None:
        for _ in range(count):
            with served.wire() as wire:
                send(wire, served.token)
                wire.socket.recv(1)

    flood(20)
    before = served.process.memory()
    flood(300)
    assert served.process.memory() - before < 300 * MEGABYTE / 10


@pytest.mark.parametrize("send", [send_with_length, send_in_chunks, send_without_end, send_too_much])
def test_clients_that_do_not_wait_for_their_answer_leave_no_connection(
    served: Served, send: Callable[[Wire, str], None]
) -> None:
    idle = served.process.sockets()
    for _ in range(100):
        with served.wire() as wire:
            send(wire, served.token)
    until(served.process.sockets, lambda held: held <= idle, what="the connections closed")
    assert served.client.get("/Users").status_code == 200


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_a_request_that_can_be_read_in_two_ways_is_refused_and_nothing_after_it_read(
    served: Served, version: str
) -> None:
    length = "Content-Length: 4\r\n" if version == "1.1" else ""
    with served.wire() as wire:
        wire.send(
            f"POST /scim/v2/Users HTTP/{version}\r\nHost: receiver\r\n{SCIM}\r\n{served.token}\r\n"
            f"{length}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"
            "GET /healthz HTTP/1.1\r\nHost: receiver\r\n\r\n".encode()
        )
        answer = wire.answer()
        assert (answer.status, answer.closes) == (400, True)
        assert wire.closed()


@pytest.mark.parametrize(
    "origin", ["http://receiver", "http://intranet.example.org", "HTTPS://intranet.example.org:8443"]
)
def test_a_target_in_absolute_form_is_served(served: Served, origin: str) -> None:
    name = f"plus+{abs(hash(origin))}"
    served.client.post("/Users", json=user_body(name))
    with served.wire() as wire:
        for target, total in [
            (f"/scim/v2/Users?filter=userName%20eq%20%22{name}%22", 1),
            ("/scim/v2/Users?count=0&filter=userName%20eq%20%22nobody%22", 0),
        ]:
            wire.head("GET", origin + target, served.token)
            answer = wire.answer()
            assert (answer.status, json.loads(answer.body)["totalResults"]) == (200, total)
            assert b"intranet.example.org" not in answer.body
        wire.head("GET", f"{origin}/healthz")
        assert wire.answer().status == 200
        (user,) = served.client.get("/Users", params={"filter": f'userName eq "{name}"'}).json()["Resources"]
        for path, status in [(f"/scim/v2/Users/{user['id']}", 200), (f"/scim/v2/Users%2F{user['id']}", 404)]:
            wire.head("GET", origin + path, served.token)
            assert wire.answer().status == status


@pytest.mark.parametrize(
    "target", ["ftp://receiver/scim/v2/Users", "http:///scim/v2/Users", "http://me:secret@receiver/"]
)
def test_a_target_of_another_form_is_refused(served: Served, target: str) -> None:
    with served.wire() as wire:
        wire.head("GET", target, served.token)
        answer = wire.answer()
        assert (answer.status, json.loads(answer.body)["status"]) == (400, "400")
        assert b"secret" not in answer.body


@pytest.mark.parametrize("size", [1, MEGABYTE, LARGE])
def test_http2_answers_bodies_that_nobody_reads_on_one_connection(served: Served, size: int) -> None:
    with httpx.Client(
        base_url=served.process.base_url, http1=False, http2=True, timeout=HANGS, headers={SCIM[:12]: SCIM[14:]}
    ) as client:
        token = {"Authorization": served.client.headers["authorization"]}
        for method, path, status, headers in [
            ("POST", "/Users", 401, {}),
            ("POST", "/Users", 415, token | {"Content-Type": "text/plain"}),
            ("PUT", "/Users", 405, token),
            ("GET", "/Users", 200, token),
            ("POST", "/Users", 413 if size == LARGE else 400, token),
        ]:
            response = client.request(method, path, content=b" " * size, headers=headers)
            assert (response.http_version, response.status_code) == ("HTTP/2", status)
            assert "connection" not in response.headers
            assert client.get("/Users", headers=token).status_code == 200
        streams = {id(client.get("/Schemas").extensions["network_stream"]) for _ in range(3)}
        assert len(streams) == 1


def test_http2_bodies_that_nobody_reads_do_not_stay_in_memory(served: Served) -> None:
    def flood(count: int) -> None:
        for _ in range(count):
            with httpx.Client(http1=False, http2=True, timeout=HANGS) as client:
                url = f"{served.process.base_url}/Users"
                assert client.post(url, content=b" " * MEGABYTE).status_code == 401

    flood(10)
    before = served.process.memory()
    flood(100)
    assert served.process.memory() - before < 100 * MEGABYTE / 10


@pytest.mark.parametrize("framing", ["Content-Length: 1000", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_body_that_never_comes_is_given_up(hasty: Served, framing: str, method: str) -> None:
    with hasty.wire() as wire:
        wire.head(method, "/scim/v2/Users" if method == "POST" else NOBODY, framing, hasty.token, SCIM)
        answer = wire.answer()
        assert (answer.status, answer.closes) == (408, True)
        assert json.loads(answer.body)["status"] == "408"
        assert wire.closed()


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_drips_is_given_up(hasty: Served, chunked: bool) -> None:
    with hasty.wire() as wire:
        framing = "Transfer-Encoding: chunked" if chunked else "Content-Length: 100000"
        wire.head("POST", "/scim/v2/Users", framing, hasty.token, SCIM)
        while not select.select([wire.socket], [], [], 0.05)[0]:
            wire.send(chunk(b" ") if chunked else b" ")
        answer = wire.answer()
        assert (answer.status, answer.closes) == (408, True)
        assert wire.closed()


def test_a_body_that_drips_is_given_up_on_http2(hasty: Served) -> None:
    connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding=None))
    connection.initiate_connection()
    fields = {"method": "POST", "path": "/scim/v2/Users", "scheme": "http", "authority": "receiver"}
    name, _, token = hasty.token.partition(": ")
    connection.send_headers(1, [*((f":{key}", value) for key, value in fields.items()), (name.lower(), token)])
    seen: list[h2.events.Event] = []
    with hasty.wire() as wire:
        while not any(isinstance(event, h2.events.ResponseReceived) for event in seen):
            connection.send_data(1, b" ")
            wire.send(connection.data_to_send())
            if select.select([wire.socket], [], [], 0.05)[0]:
                seen += connection.receive_data(wire.socket.recv(65536))
    (response,) = (event for event in seen if isinstance(event, h2.events.ResponseReceived))
    assert (b":status", b"408") in list(response.headers)


def test_a_client_that_takes_nothing_and_leaves_costs_no_socket(hasty: Served) -> None:
    no_window = {h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 0}
    fields = {"method": "GET", "path": "/scim/v2/Schemas", "scheme": "http", "authority": "receiver"}
    before = hasty.process.sockets()
    for _ in range(20):
        connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding=None))
        connection.local_settings = h2.settings.Settings(client=True, initial_values=no_window)
        connection.initiate_connection()
        connection.send_headers(1, [(f":{key}", value) for key, value in fields.items()], end_stream=True)
        seen: list[h2.events.Event] = []
        with hasty.wire() as wire:
            while not any(isinstance(event, h2.events.ResponseReceived) for event in seen):
                wire.send(connection.data_to_send())
                seen += connection.receive_data(wire.socket.recv(65536))
    until(hasty.process.sockets, lambda held: held <= before, what="the sockets are given back", deadline=HANGS)


def test_an_upgrade_without_its_key_is_refused_and_the_connection_closed(hasty: Served) -> None:
    with hasty.wire() as wire:
        wire.head("GET", "/scim/v2/Users", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
        answer = wire.answer()
        assert (answer.status, answer.closes) == (400, True)
        assert wire.closed()


def test_a_group_of_many_members_comes_in_chunks_and_leaves_the_connection_good(served: Served) -> None:
    many = 2 * HELD
    engine = open_database(served.process.database)
    with engine.begin() as connection:
        crowd(connection, sources.require(connection, "staff").id, 1, many)
    engine.dispose()
    members = [identifier(number) for number in range(1, many + 1)]
    group = served.client.post("/Groups?attributes=displayName", json=group_body("Tous", *members)).json()["id"]
    with served.wire() as wire:
        for method in ("GET", "HEAD", "GET"):
            wire.head(method, f"/scim/v2/Groups/{group}", served.token)
            answer = wire.answer(method)
            assert (answer.status, answer.closes) == (200, False)
            assert (answer.headers["transfer-encoding"], answer.headers["content-length"]) == ("chunked", None)
            if method == "GET":
                assert [member["value"] for member in json.loads(answer.body)["members"]] == members


def test_bodies_that_never_come_do_not_stop_others(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nulimit -n 256\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    process = ReceiverProcess(
        f"sqlite:///{tmp_path}/receiver.db", host="127.0.0.1", log=tmp_path / "log", python=str(python)
    )
    process.start()
    served = Served(process)
    hanging = []
    try:
        for _ in range(239):
            hanging.append(served.wire())
            hanging[-1].head("POST", "/scim/v2/Users", "Content-Length: 1000", served.token, SCIM)
        for number in range(30):
            with httpx.Client(base_url=process.base_url, headers=served.client.headers, timeout=HANGS) as client:
                assert client.post("/Users", json=user_body(f"user{number}")).status_code == 201
        # Who waited longest has made room.
        assert hanging[0].answer().status == 408
        assert len(process.log_text()) < 200_000
    finally:
        for wire in hanging:
            wire.socket.close()
        served.client.close()
        process.stop()
