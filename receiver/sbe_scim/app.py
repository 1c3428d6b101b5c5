"""The ASGI application: routes and middleware, nothing else."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware

from sbe_scim.auth import Authenticator
from sbe_scim.config import SCIM_PATH, Settings
from sbe_scim.directory.none import NullDirectory
from sbe_scim.directory.port import Directory
from sbe_scim.http.errors import exception_handlers
from sbe_scim.http.logs import LoopTrouble, configure_logging
from sbe_scim.http.middleware import RequestMiddleware
from sbe_scim.http.resources import ResourceEndpoints
from sbe_scim.http.routes import routes
from sbe_scim.http.threads import Threads
from sbe_scim.http.unread import UnreadBodies
from sbe_scim.http.untaken import UntakenAnswers
from sbe_scim.journal import Journal
from sbe_scim.protocol import default_registry
from sbe_scim.service import Service
from sbe_scim.store import is_current, migrate, open_database

_SWITCH_INTERVAL = 0.0001


def create_app(settings: Settings, *, directory: Directory | None = None) -> Starlette:
    """Make the receiver. It owns ``directory`` and closes it at shutdown.

    Creates or upgrades the receiver's tables. Raises :class:`ValueError` when the database cannot be used.
    """
    configure_logging(settings.log_level)
    directory = directory or open_directory(settings)
    with directory.transaction(write=False) as transaction:
        ready = is_current(transaction.connection)
        embedded = transaction.connection.dialect.name == "sqlite" and isinstance(directory, NullDirectory)
    if not ready:
        with directory.transaction(write=True) as transaction:
            migrate(transaction.connection)
    journal = Journal(directory)
    service = Service(
        directory, journal, settings.base_url, page_size=settings.page_size, page_limit=settings.page_limit
    )
    threads = Threads(directory.concurrency, embedded=embedded)
    authenticator = Authenticator(directory, settings.base_url, note_use=journal.token_used)
    endpoints = ResourceEndpoints(settings, service, authenticator, threads)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_exception_handler(LoopTrouble())
        journal.start()
        try:
            yield
        finally:
            threads.close()
            journal.stop()
            directory.close()

    return Starlette(
        routes=routes(settings, default_registry(), endpoints),
        middleware=[
            Middleware(UntakenAnswers, patience=settings.body_timeout),
            Middleware(UnreadBodies, limit=settings.body_limit),
            Middleware(RequestMiddleware, journal=journal, scim_path=SCIM_PATH),
        ],
        exception_handlers=exception_handlers(settings.base_url),
        lifespan=lifespan,
    )


def create_server_app(settings: Settings) -> Starlette:
    """Make the receiver for a process that does nothing else."""
    # A thread that comes back from the database waits so long for a busy event loop; each write does so ten times.
    sys.setswitchinterval(_SWITCH_INTERVAL)
    return create_app(settings)


def create_app_from_environment() -> Starlette:
    """Make the receiver from ``SBE_SCIM_*`` variables, for servers that import an application by name."""
    return create_server_app(Settings.load(env=os.environ))


def open_directory(settings: Settings) -> Directory:
    """Open what ``settings.directory`` names."""
    if settings.directory == "sbe":
        from sbe_scim.directory.sbe import SbeDirectory

        return SbeDirectory()
    return NullDirectory(open_database(settings.database))
