"""The application behind an HTTP client, without a network."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from sbe_scim.app import Ports, create_app, open_ports
from sbe_scim.config import Settings
from sbe_scim.store import migrate, open_database, sources, tables, tokens
from tests import oracle

BASE_URL = "https://scim.example.org/scim/v2"
SCIM_JSON = "application/scim+json"


class Receiver:
    """Sends requests as one source, with a static token."""

    def __init__(
        self, settings: Settings, token: str, app: Starlette, runner: asyncio.Runner, client: httpx.AsyncClient
    ) -> None:
        self.settings = settings
        self.app = app
        self.run = runner.run
        self.token = token
        self.log = LogLines()
        #: For requests that run at the same time.
        self.client = client

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content: bytes | AsyncIterator[bytes] | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> httpx.Response:
        """Send a request below the SCIM base path; a header of ``None`` is left out."""
        wanted: dict[str, str | None] = {"authorization": f"Bearer {self.token}"}
        if body is not None or content is not None:
            wanted["content-type"] = SCIM_JSON
        wanted |= headers or {}
        sent = {name: value for name, value in wanted.items() if value is not None}
        url = path if path.startswith("/.well-known") or path == "/healthz" else f"/scim/v2{path}"
        return self.run(self.client.request(method, url, json=body, content=content, headers=sent))

    def get(self, path: str, **more: Any) -> httpx.Response:
        """GET."""
        return self.request("GET", path, **more)

    def post(self, path: str, body: Any, **more: Any) -> httpx.Response:
        """POST."""
        return self.request("POST", path, body, **more)

    def created(self, path: str, body: Any) -> dict[str, Any]:
        """POST what must succeed and return the resource."""
        response = self.post(path, body)
        assert response.status_code == 201, response.text
        resource: dict[str, Any] = response.json()
        return resource

    def journal(self) -> list[Mapping[str, Any]]:
        """The rows of the journal."""
        engine = open_database(self.settings.database)
        try:
            with engine.begin() as connection:
                return [dict(row._mapping) for row in connection.execute(tables.journal.select())]
        finally:
            engine.dispose()


async def _judged(response: httpx.Response) -> None:
    await response.aread()
    oracle.check(response)


class LogLines(logging.Handler):
    """Keeps the records of the receiver's own loggers."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.records.append(record)


@contextmanager
def receiver(folder: Path, *, around: Callable[[Ports], Ports] | None = None, **options: Any) -> Iterator[Receiver]:
    """Run the application, on an SQLite file unless ``database`` says another, with one source and a token for it.

    ``around`` wraps its ports.
    """
    settings = Settings(**{"database": f"sqlite:///{folder}/receiver.db", "base_url": BASE_URL, **options})
    engine = open_database(settings.database)
    migrate(engine)
    with engine.begin() as connection:
        token = tokens.create(connection, sources.add(connection, "staff").id)
    engine.dispose()
    with running(settings, token, around) as made:
        yield made


@contextmanager
def running(settings: Settings, token: str, around: Callable[[Ports], Ports] | None = None) -> Iterator[Receiver]:
    """Run the application on a database that is there."""
    app = create_app(settings, around(open_ports(settings)) if around else None)
    transport = httpx.ASGITransport(app)
    with asyncio.Runner() as runner:
        lifespan = app.router.lifespan_context(app)
        runner.run(lifespan.__aenter__())
        client = httpx.AsyncClient(transport=transport, base_url="http://receiver", event_hooks={"response": [_judged]})
        made = Receiver(settings, token, app, runner, client)
        logging.getLogger("sbe_scim").addHandler(made.log)
        try:
            yield made
        finally:
            logging.getLogger("sbe_scim").removeHandler(made.log)
            runner.run(client.aclose())
            runner.run(lifespan.__aexit__(None, None, None))
