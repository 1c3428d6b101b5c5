"""The ASGI application: routes and middleware, nothing else."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, NamedTuple, Protocol

from starlette.applications import Starlette
from starlette.middleware import Middleware

from sbe_scim.auth import Authenticator, openings
from sbe_scim.config import SCIM_PATH, Settings
from sbe_scim.console import ConsoleEndpoints
from sbe_scim.dialects import check_sources, use_folder
from sbe_scim.directory.none import NullDirectory
from sbe_scim.directory.port import Directory
from sbe_scim.directory.sbe import comparisons
from sbe_scim.directory.sbe.beside import load_settings
from sbe_scim.extensions import load_extensions
from sbe_scim.http.bodies import BodyReader
from sbe_scim.http.bulk import BulkEndpoint
from sbe_scim.http.callers import Callers
from sbe_scim.http.errors import exception_handlers
from sbe_scim.http.health import AskDrift, AskWarnings, HealthEndpoints
from sbe_scim.http.limits import Limiter
from sbe_scim.http.logs import LoopTrouble, configure_logging
from sbe_scim.http.metrics import MetricsEndpoint
from sbe_scim.http.middleware import RequestMiddleware
from sbe_scim.http.resources import ResourceEndpoints
from sbe_scim.http.root import RootEndpoints
from sbe_scim.http.routes import routes
from sbe_scim.http.threads import Threads
from sbe_scim.http.unread import UnreadBodies
from sbe_scim.http.untaken import UntakenAnswers
from sbe_scim.journal import Chore, Journal, Meter, Retention
from sbe_scim.service import Service, forgetting
from sbe_scim.service.registering import register
from sbe_scim.service.shadow import warning
from sbe_scim.store import cursor_keys, is_current, migrate, open_database, sources
from sbe_scim.store.embedded import own_transactions
from sbe_scim.store.statistics import Statistics
from sbe_scim.store.transactions import Transactions
from sbe_scim.store.url import told

_log = logging.getLogger(__name__)

_SWITCH_INTERVAL = 0.001


class Ports(NamedTuple):
    """Who owns the database, and who owns accounts."""

    transactions: Transactions
    directory: Directory


class Background(Protocol):
    """What goes on beside the requests."""

    def start(self) -> None:
        """Start it, on a thread of its own."""

    def stop(self) -> None:
        """Stop it, and wait for its end."""


def create_app(
    settings: Settings,
    ports: Ports | None = None,
    *,
    beside: Sequence[Background] = (),
    warnings: AskWarnings | None = None,
    drift: AskDrift | None = None,
    on_ready: Callable[[], None] = lambda: None,
) -> Starlette:
    """Make the receiver over ``ports``, or over what ``settings`` name. It closes them at shutdown.

    ``beside`` runs as long as it does. ``on_ready`` is called at startup, once it takes requests. ``warnings`` and
    ``drift`` are told by ``/healthz``. Creates or upgrades the receiver's tables. Raises :class:`ValueError` when the
    database, an extension or a dialect file cannot be used.
    """
    configure_logging(settings.log_level)
    use_folder(settings.dialects)
    transactions, directory = ports or open_ports(settings)
    _prepare(transactions, settings.cursor_timeout)
    _check_sources(transactions)
    registry = register(transactions, load_extensions(settings.extensions))
    meter = Meter(transactions)
    chores: Sequence[Chore] = (*retentions(transactions, settings), Statistics(transactions))
    journal = Journal(transactions, chores=chores, meter=meter)
    pages = {"page_size": settings.page_size, "page_limit": settings.page_limit}
    pages |= {"cursor_timeout": settings.cursor_timeout}
    service = Service(transactions, directory, journal, settings.base_url, **pages)
    threads = Threads(transactions)
    authenticator = Authenticator(
        transactions, settings.base_url, note_use=journal.token_used, note_person=journal.persons_token
    )
    callers = Callers(authenticator, threads, Limiter(transactions, threads))
    bodies = BodyReader(settings.body_limit, settings.body_timeout)
    endpoints = ResourceEndpoints(settings, service, callers, bodies, threads)
    root = RootEndpoints(registry, service, callers, bodies, threads)
    health = HealthEndpoints(settings, transactions, threads, warnings, drift)
    metrics = MetricsEndpoint(transactions, threads, journal, settings.metrics_token)
    console = ConsoleEndpoints(settings, transactions, bodies, threads)
    bulk = BulkEndpoint(settings, registry, service, journal, callers, bodies, threads)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_exception_handler(LoopTrouble())
        journal.start()
        for one in beside:
            one.start()
        on_ready()
        try:
            yield
        finally:
            for one in beside:
                one.stop()
            threads.close()
            journal.stop()
            transactions.close()

    return Starlette(
        routes=[*routes(settings, registry, endpoints, root, bulk, health, metrics), *console.routes()],
        middleware=[
            Middleware(UntakenAnswers, patience=settings.body_timeout),
            Middleware(UnreadBodies, limit=settings.body_limit),
            Middleware(RequestMiddleware, journal=journal, meter=meter, scim_path=SCIM_PATH),
        ],
        exception_handlers=exception_handlers(settings.base_url),
        lifespan=lifespan,
    )


def create_server_app(settings: Settings) -> Starlette:
    """Make the receiver for a process that does nothing else."""
    # The event loop waits so long for a thread that computes, some ten times in a request: Python's own 5 ms are too
    # long. Whoever waits wakes as often to ask, which at 0.1 ms cost a seventh of a request to PostgreSQL.
    sys.setswitchinterval(_SWITCH_INTERVAL)
    ports = open_ports(settings)
    on_ready = partial(print, ready(settings), file=sys.stderr, flush=True)
    if settings.directory != "sbe":
        return create_app(settings, ports, on_ready=on_ready)
    beside, warnings = _beside_sbe(settings, ports)
    drift = partial(drift_of, ports)
    return create_app(settings, ports, beside=beside, warnings=warnings, drift=drift, on_ready=on_ready)


def _beside_sbe(settings: Settings, ports: Ports) -> tuple[Sequence[Background], AskWarnings]:
    from sbe_scim.directory.sbe import SbeDirectory, SbeTransactions
    from sbe_scim.service.nightly import Nightly
    from sbe_scim.service.search_watch import SearchWatch

    assert isinstance(ports.transactions, SbeTransactions)  # noqa: S101 - so says the setting
    assert isinstance(ports.directory, SbeDirectory)  # noqa: S101
    watch = SearchWatch(ports.transactions.host)
    if settings.check_hour < 0:
        return (watch,), watch.warnings
    return (watch, Nightly(ports.transactions, ports.directory, settings.check_hour)), watch.warnings


def drift_of(ports: Ports) -> dict[str, Any] | None:
    """What the latest comparisons with what SCIM said have found in Abilian SBE."""
    with ports.transactions.read() as transaction:
        return comparisons.summary(transaction.connection)


def ready(settings: Settings) -> str:
    """The line that says that a process takes requests, where, and what it keeps them in."""
    place = "Abilian SBE, " if settings.directory == "sbe" else ""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"Ready: {host}:{settings.port} takes requests; {place}{told(settings.database)}"


def create_app_from_environment() -> Starlette:
    """Make the receiver from ``SBE_SCIM_*`` variables, for servers that import an application by name."""
    return create_server_app(load_settings(None, os.environ))


def open_ports(settings: Settings) -> Ports:
    """Open what ``settings.directory`` names."""
    if settings.directory == "sbe":
        from sbe_scim.directory.sbe import open_sbe

        return Ports(*open_sbe())
    return Ports(own_transactions(open_database(settings.database)), NullDirectory())


def retentions(transactions: Transactions, settings: Settings) -> Sequence[Retention]:
    """What is cleared when its time is over."""
    forgotten = Retention(transactions, settings.restore_days, clear=forgetting.forget, batch=forgetting.BATCH)
    return Retention(transactions, settings.journal_days), forgotten


def _check_sources(transactions: Transactions) -> None:
    with transactions.read() as transaction:
        found = sources.find_all(transaction.connection)
    check_sources(found)
    for source in found:
        if (text := warning(source)) is not None:
            _log.warning("%s", text, extra={"source": source.name})
        for opening in openings(source):
            told = {"source": source.name, "opening": opening.code}
            _log.warning("source %s is open: %s", source.name, opening.text, extra=told)


def _prepare(transactions: Transactions, cursor_timeout: int) -> None:
    """Bring the tables to the version of this program, and see to the keys of cursors."""
    with transactions.read() as transaction:
        connection = transaction.connection
        ready = is_current(connection) and not cursor_keys.is_due(connection)
    if not ready:
        with transactions.write() as transaction:
            migrate(transaction.connection)
            cursor_keys.renew(transaction.connection, cursor_timeout)
