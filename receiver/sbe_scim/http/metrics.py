"""``GET /metrics``: what Prometheus scrapes. It is of the whole receiver, whichever process answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sbe_scim import __version__
from sbe_scim.http.exposition import CONTENT_TYPE, Exposition
from sbe_scim.http.threads import Threads
from sbe_scim.http.watchers import is_watcher
from sbe_scim.journal import Journal
from sbe_scim.journal.meter import BUCKETS, MICROSECONDS, REQUESTS, SECONDS
from sbe_scim.protocol import Unavailable
from sbe_scim.service.figures import Figures, FiguresReader
from sbe_scim.store.tallies import Key
from sbe_scim.store.transactions import Transactions

_PREFIX = "sbe_scim_receiver_"
_EMPTY = {str(end): 0 for end in (*BUCKETS, "+Inf")}


class MetricsEndpoint:
    """Tells figures to whoever may see them."""

    def __init__(self, transactions: Transactions, threads: Threads, journal: Journal, token: str) -> None:
        """``token`` is what Prometheus shows; where it is empty, it has to be on this machine."""
        self._transactions = transactions
        self._threads = threads
        self._journal = journal
        self._token = token
        self._reader = FiguresReader()

    async def endpoint(self, request: Request) -> Response:
        """Answer in Prometheus' text format; 403 to whoever may not see it."""
        if not is_watcher(request, self._token):
            return PlainTextResponse("metrics are told on this machine, or to who shows --metrics-token\n", 403)
        told = Exposition()
        told.family(f"{_PREFIX}info", "gauge", "The program that answers.", [({"version": __version__}, 1)])
        about = "Rows of the journal that the process that answers has to write."
        told.family(f"{_PREFIX}journal_rows_waiting", "gauge", about, [({}, self._journal.waiting)])
        try:
            figures = await self._threads.read(self._read)
        except Unavailable:
            figures = None
        told.family(f"{_PREFIX}database_up", "gauge", "Whether the database answers.", [({}, int(figures is not None))])
        if figures is not None:
            _tell_sources(told, figures)
            _tell_requests(told, dict(figures.tallies))
        return PlainTextResponse(str(told), media_type=CONTENT_TYPE)

    def _read(self) -> Figures:
        with self._transactions.read() as transaction:
            return self._reader.read(transaction.connection)


def _tell_sources(told: Exposition, figures: Figures) -> None:
    def family(name: str, about: str, values: Mapping[str, float | int | None]) -> None:
        told.family(_PREFIX + name, "gauge", about, [({"source": source}, value) for source, value in values.items()])

    by_name = {one.source.name: one for one in figures.sources}
    enabled = {name: int(one.source.enabled) for name, one in by_name.items()}
    family("source_enabled", "Whether the source may provision.", enabled)
    for word, about in (
        ("shadow", "Whether nothing of the source is applied."),
        ("applying", "Whether it is live, and something that it recorded before is still to be applied."),
    ):
        family(
            f"source_{word}", about, {name: int(getattr(one.source, word) is not None) for name, one in by_name.items()}
        )
    contacts = {name: _seconds(one.heartbeat.contact) for name, one in by_name.items()}
    family("last_contact_timestamp_seconds", "When it was last heard of.", contacts)
    writes = {name: _seconds(one.heartbeat.write) for name, one in by_name.items()}
    family("last_write_timestamp_seconds", "When it last changed something.", writes)
    held = {name: one.storm.resources if one.storm else 0 for name, one in by_name.items()}
    family("held", "People and groups whose loss the storm guard holds.", held)
    family("refused", "People and groups that are refused now.", {name: figures.refused[name] for name in by_name})
    family("drift_found", "What differed in Abilian SBE.", {name: one.found for name, one in figures.drift.items()})
    family("drift_held", "What was not brought back.", {name: one.held for name, one in figures.drift.items()})
    resources = [
        ({"source": source, "resource_type": kind.lower()}, count)
        for (source, kind), count in figures.resources.items()
    ]
    told.family(f"{_PREFIX}resources", "gauge", "People and groups that there are.", resources)


def _tell_requests(told: Exposition, tallies: Mapping[Key, int]) -> None:
    labels = ("source", "operation", "status", "reason")
    requests = [
        (dict(zip(labels, values, strict=True)), count) for (name, values), count in tallies.items() if name == REQUESTS
    ]
    told.family(f"{_PREFIX}requests_total", "counter", "Requests that were answered.", requests)
    parts: dict[str, dict[str, int]] = defaultdict(lambda: dict(_EMPTY))
    sums: dict[str, float] = {}
    for (name, values), count in tallies.items():
        if name == SECONDS:
            parts[values[0]][values[1]] = count
        elif name == MICROSECONDS:
            sums[values[0]] = count / 1_000_000
    told.histogram(f"{_PREFIX}request_seconds", "How long they took.", "operation", parts, sums)


def _seconds(microseconds: int | None) -> float:
    return 0 if microseconds is None else microseconds / 1_000_000
