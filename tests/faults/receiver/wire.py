"""Bytes to a running receiver, and the answers that come back."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import h11
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ResponseReceived, StreamEnded, StreamReset
from h2.exceptions import ProtocolError

#: Longer than any wait that the receiver has of its own: who waits so long hangs.
HANGS = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, whole."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def talk(port: int, *parts: bytes, half_close: bool = False) -> bytes:
    """Send parts, each in a packet of its own, and return all that comes until the receiver closes the connection.

    ``half_close`` tells it that nothing more will come. Raises :class:`TimeoutError` where it hangs.
    """
    came = bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=HANGS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for part in parts:
                connection.sendall(part)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65536):
                came += chunk
        except ConnectionError:
            # It closed while there was something left to read, which is its right: what it said before counts.
            pass
    return bytes(came)


def answers(came: bytes, methods: Iterable[str] = ()) -> list[Answer]:
    """Cut what came into answers. ``methods``: those of the requests, where they change the framing of answers.

    Raises :class:`h11.RemoteProtocolError` for what is no HTTP.
    """
    found = []
    asked = iter(methods)
    while came:
        client = h11.Connection(h11.CLIENT)
        client.send(h11.Request(method=next(asked, "GET"), target="/", headers=[("Host", "x")]))
        client.send(h11.EndOfMessage())
        client.receive_data(came)
        client.receive_data(b"")
        body = b""
        while True:
            event = client.next_event()
            if isinstance(event, h11.InformationalResponse | h11.Response):
                head = tuple((name.decode(), value.decode("latin-1")) for name, value in event.headers)
                if isinstance(event, h11.InformationalResponse):
                    found.append(Answer(event.status_code, head, b""))
                else:
                    status = event.status_code
            elif isinstance(event, h11.Data):
                body += event.data
            else:
                break
        found.append(Answer(status, head, body))
        came = client.trailing_data[0]
    return found


def h2_exchange(port: int, headers: Sequence[tuple[str, str]], body: bytes, *, resets: int = 0) -> list[int]:
    """Send one request in HTTP/2 as it is, right or wrong; the statuses that come till its stream or all is over.

    Before it, open as many streams as ``resets`` says and reset each at once.
    """
    lenient = H2Configuration(
        header_encoding="utf-8", validate_outbound_headers=False, normalize_outbound_headers=False
    )
    client = H2Connection(lenient)
    client.initiate_connection()
    for _ in range(resets):
        number = client.get_next_available_stream_id()
        client.send_headers(number, headers, end_stream=False)
        client.reset_stream(number)
    number = client.get_next_available_stream_id()
    client.send_headers(number, headers, end_stream=False)
    client.send_data(number, body, end_stream=True)
    return _statuses(client, port, number)


def upgraded(port: int, path: str) -> int:
    """GET a path by an upgrade from HTTP/1.1 to HTTP/2; the status of the answer."""
    client = H2Connection()
    settings = client.initiate_upgrade_connection() or b""
    upgrade = (
        f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: "
    )
    with socket.create_connection(("127.0.0.1", port), timeout=HANGS) as connection:
        connection.sendall(upgrade.encode() + settings + b"\r\n\r\n")
        came = b""
        while b"\r\n\r\n" not in came:
            came += connection.recv(1)
        assert came.startswith(b"HTTP/1.1 101"), came
        (status,) = _read(client, connection, 1)
        return status


def _statuses(client: H2Connection, port: int, stream: int) -> list[int]:
    with socket.create_connection(("127.0.0.1", port), timeout=HANGS) as connection:
        return _read(client, connection, stream)


def _read(client: H2Connection, connection: socket.socket, stream: int) -> list[int]:
    statuses: list[int] = []
    try:
        connection.sendall(client.data_to_send())
        while chunk := connection.recv(65536):
            for event in client.receive_data(chunk):
                if isinstance(event, ResponseReceived) and event.stream_id == stream:
                    statuses += [int(value) for name, value in event.headers or () if name in (":status", b":status")]
                if isinstance(event, StreamEnded | StreamReset) and event.stream_id == stream:
                    return statuses
            connection.sendall(client.data_to_send())
    except (ConnectionError, ProtocolError):
        pass
    return statuses
