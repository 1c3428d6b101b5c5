"""``/healthz``: is the receiver well; ``/readyz``: may this process be sent requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sbe_scim import __version__
from sbe_scim.config import Settings
from sbe_scim.http.threads import Threads
from sbe_scim.http.watchers import is_watcher
from sbe_scim.protocol import Unavailable
from sbe_scim.service.figures import SourceState, states
from sbe_scim.store import is_current
from sbe_scim.store.clock import now, to_scim
from sbe_scim.store.transactions import Transactions, ping

#: Codes of what is wrong beside the receiver; answered at once.
AskWarnings = Callable[[], list[str]]
#: What was found changed by hand, when last looked for; read from a few rows of the database.
AskDrift = Callable[[], dict[str, Any] | None]

_HOUR = 3_600_000_000


class HealthEndpoints:
    """What a supervisor, a load balancer and an operator's monitoring ask."""

    def __init__(
        self,
        settings: Settings,
        transactions: Transactions,
        threads: Threads,
        warnings: AskWarnings | None,
        drift: AskDrift | None,
    ) -> None:
        """``warnings`` and ``drift`` are told by the health check, and make nobody ill."""
        self._settings = settings
        self._transactions = transactions
        self._threads = threads
        self._warnings = warnings
        self._drift = drift or (lambda: None)

    async def health(self, request: Request) -> Response:
        """``/healthz``: 503 while the database does not answer."""
        body: dict[str, Any] = {"status": "ok", "version": __version__}
        try:
            await self._threads.check(ping, self._transactions)
            drifted, known = await self._threads.check(self._look)
        except Unavailable as problem:
            body["status"], drifted, known = problem.detail, None, []
        found = [*(self._warnings() if self._warnings else ()), *_warnings(known, self._settings.silence_hours)]
        if found or self._warnings is not None:
            body["warnings"] = found
        if drifted is not None:
            body["drift"] = drifted
        if known and is_watcher(request, self._settings.metrics_token):
            body["sources"] = [_told(one) for one in known]
        return JSONResponse(body, 200 if body["status"] == "ok" else 503)

    async def ready(self, _request: Request) -> Response:
        """``/readyz``: 503 with a ``reason`` unless the database answers in the tables of this program, and the process
        goes on."""
        if self._threads.closed:
            return _not_ready("stopping")
        try:
            current = await self._threads.check(self._is_current)
        except Unavailable:
            return _not_ready("database")
        return JSONResponse({"status": "ready", "version": __version__}) if current else _not_ready("schema")

    def _look(self) -> tuple[dict[str, Any] | None, list[SourceState]]:
        drifted = self._drift()
        with self._transactions.read() as transaction:
            return drifted, states(transaction.connection)

    def _is_current(self) -> bool:
        ping(self._transactions)
        with self._transactions.read() as transaction:
            return is_current(transaction.connection)


def _not_ready(reason: str) -> Response:
    return JSONResponse({"status": "not ready", "reason": reason, "version": __version__}, 503)


def _warnings(known: Sequence[SourceState], silence_hours: int) -> list[str]:
    silent = silence_hours and any(
        one.source.enabled
        and one.heartbeat.contact is not None
        and now() - one.heartbeat.contact > silence_hours * _HOUR
        for one in known
    )
    held = any(one.storm is not None for one in known)
    shadow = any(one.source.shadow is not None for one in known)
    applying = any(one.source.applying is not None for one in known)
    codes = {"held": held, "silent": silent, "shadow": shadow, "applying": applying}
    return [code for code, is_so in codes.items() if is_so]


def _told(one: SourceState) -> dict[str, Any]:
    beat, storm = one.heartbeat, one.storm
    told: dict[str, Any] = {
        "name": one.source.name,
        "seconds_since_contact": _ago(beat.contact),
        "seconds_since_write": _ago(beat.write),
    }
    return told | ({"held": storm.resources, "held_since": to_scim(storm.since)} if storm else {})


def _ago(moment: int | None) -> int | None:
    return None if moment is None else max(0, (now() - moment) // 1_000_000)
