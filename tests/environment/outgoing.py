"""What stands between two servers of an administration: a proxy that wants a password, and doors with TLS."""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_HOST = "127.0.0.1"


class _Listener:
    """Serves connections on a thread of its own, on a port of its own."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._taken, _HOST, 0, ssl=tls))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    def close(self) -> None:
        """Take no more connections, and end those that there are."""
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

    async def _taken(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            # Peers end as they like; what asyncio calls back takes no cancelled task.
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._serve(client, to_client)
        finally:
            to_client.close()

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    async def _join(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter, port: int) -> None:
        """Pass everything to a server on this machine and back, until one of both has had enough."""
        server, to_server = await asyncio.open_connection(_HOST, port)
        try:
            ways = [asyncio.create_task(_pass(client, to_server)), asyncio.create_task(_pass(server, to_client))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        finally:
            to_server.close()


async def _pass(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        target.write(data)
        await target.drain()


class Door(_Listener):
    """TLS in front of a server on this machine; with ``clients``, only for who has a certificate of that authority."""

    def __init__(self, target: int, certificate: tuple[Path, Path], clients: Path | None = None) -> None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*certificate)
        if clients is not None:
            tls.verify_mode = ssl.CERT_REQUIRED
            tls.load_verify_locations(clients)
        #: Common names of the clients that came.
        self.visitors: set[str] = set()
        self._target = target
        super().__init__(tls)

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        shown = to_client.get_extra_info("peercert") or {}
        self.visitors |= {value for part in shown.get("subject", ()) for name, value in part if name == "commonName"}
        await self._join(client, to_client, self._target)


class ForwardProxy(_Listener):
    """An HTTP proxy for https (CONNECT) that alone knows where some names are; without its login it answers 407."""

    def __init__(self, login: str, names: Mapping[str, int] | None = None) -> None:
        #: ``host:port`` that was asked for with the login.
        self.asked: list[str] = []
        #: Ports by name.
        self.names = dict(names or {})
        self._login = "Basic " + base64.b64encode(login.encode()).decode()
        super().__init__()
        self.url = f"http://{login}@{_HOST}:{self.port}"

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        head = (await client.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        method, target, _ = first.split(" ")
        if headers.get("proxy-authorization") != self._login:
            await _say(to_client, '407 Who?\r\nProxy-Authenticate: Basic realm="proxy"')
            return
        self.asked.append(target)
        port = self.names.get(target.removesuffix(":443"))
        if method != "CONNECT" or port is None:
            await _say(to_client, "403 No")
            return
        to_client.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await self._join(client, to_client, port)


async def _say(to_client: asyncio.StreamWriter, answer: str) -> None:
    to_client.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())
    await to_client.drain()
