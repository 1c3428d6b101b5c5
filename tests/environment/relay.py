"""A way into Active Directory that shows so many members of a group at once, as a domain controller of Windows does.

Samba gives them all unless it is asked for a range ([MS-ADTS] 3.1.1.3.1.3.3), so this asks it for one.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

_SEARCH_REQUEST = 0x63
_MEMBER = b"member"
_RANGED = b"member;range="


class Relay:
    """Listens on ``address``, with TLS of its own, and passes what comes to a server that it knows by ``authority``."""

    def __init__(
        self, target: tuple[str, int], authority: Path, certificate: Path, key: Path, *, address: str, port: int
    ) -> None:
        self.limit: int | None = None
        #: Whether searches are kept, for ever.
        self.silent = False
        self._target = target
        self._client = ssl.create_default_context(cafile=str(authority))
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate, key)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, address, port, ssl=self._tls))

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    def close(self) -> None:
        """Take no more connections."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            host, port = self._target
            # A server that is away resets its clients; what asyncio calls back takes no cancelled task.
            with suppress(OSError, asyncio.CancelledError):
                server, to_server = await asyncio.open_connection(host, port, ssl=self._client)
                try:
                    ways = [
                        asyncio.create_task(self._requests(client, to_server)),
                        asyncio.create_task(_answers(server, to_client)),
                    ]
                    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                    for way in ways:
                        way.cancel()
                    await asyncio.gather(*ways, return_exceptions=True)
                finally:
                    to_server.close()
        finally:
            to_client.close()

    async def _requests(self, client: asyncio.StreamReader, to_server: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while True:
                message = await _message(client)
                if self.silent and _is_search(message):
                    continue
                to_server.write(message if self.limit is None else _ranged(message, self.limit))
                await to_server.drain()


async def _answers(server: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
    while data := await server.read(65536):
        to_client.write(data)
        await to_client.drain()


# BER (RFC 4511 §5.1): tag, length, content


async def _message(source: asyncio.StreamReader) -> bytes:
    head = await source.readexactly(2)
    more = await source.readexactly(head[1] & 0x7F) if head[1] & 0x80 else b""
    return head + more + await source.readexactly(int.from_bytes(more) if more else head[1])


def _elements(data: bytes) -> list[tuple[int, bytes]]:
    found = []
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[at : at + count])
            at += count
        found.append((tag, data[at : at + length]))
        at += length
    return found


def _encoded(elements: list[tuple[int, bytes]]) -> bytes:
    data = b""
    for tag, content in elements:
        length = len(content)
        if length < 0x80:
            head = bytes([length])
        else:
            size = (length.bit_length() + 7) // 8
            head = bytes([0x80 | size]) + length.to_bytes(size)
        data += bytes([tag]) + head + content
    return data


def _is_search(message: bytes) -> bool:
    ((_, content),) = _elements(message)
    _, (operation, _), *_ = _elements(content)
    return operation == _SEARCH_REQUEST


def _ranged(message: bytes, limit: int) -> bytes:
    """The same request, for a range of members where it is a search that wants members."""
    if not _is_search(message):
        return message
    ((outer, content),) = _elements(message)
    number, (operation, request), *controls = _elements(content)
    *criteria, (kind, attributes) = _elements(request)
    wanted = [(tag, _range(name, limit)) for tag, name in _elements(attributes)]
    request = _encoded([*criteria, (kind, _encoded(wanted))])
    return _encoded([(outer, _encoded([number, (operation, request), *controls]))])


def _range(name: bytes, limit: int) -> bytes:
    lowered = name.lower()
    if lowered == _MEMBER:
        first = 0
    elif lowered.startswith(_RANGED) and lowered.endswith(b"-*"):
        first = int(lowered[len(_RANGED) : -2])
    else:
        return name
    return _RANGED + f"{first}-{first + limit - 1}".encode()
