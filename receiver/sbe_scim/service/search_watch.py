"""Whether those who come by SCIM are found by the search of Abilian SBE, which others keep up to date."""

from __future__ import annotations

import logging
import threading

from sbe_scim.directory.sbe import broker
from sbe_scim.directory.sbe.host import Host

_log = logging.getLogger(__name__)

#: Between two looks, in seconds.
_BETWEEN = 60.0
BROKER_AWAY = "broker_away"
BROKER_BEHIND = "broker_behind"
INDEX_BEHIND = "index_behind"


class SearchWatch:
    """Looks once a minute, on a thread of its own, so that who asks need not wait."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._warnings: list[str] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scim-search", daemon=True)

    def start(self) -> None:
        """Start looking in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; a look that is under way only reads, and a Redis that hangs must not hold up the end."""
        self._stopping.set()

    def warnings(self) -> list[str]:
        """What the latest look has found, as codes: ``broker_away``, ``broker_behind``, ``index_behind``."""
        return self._warnings

    def look(self) -> None:
        """Look now, and log what has changed."""
        found = [*self._of_broker(), *self._of_index()]
        for code in found:
            if code not in self._warnings:
                _log.warning("search does not find everybody: run sbe-scim sbe doctor", extra={"warning": code})
        self._warnings = found

    def _of_broker(self) -> list[str]:
        try:
            queue = broker.look()
        except broker.BrokerAwayError:
            return [BROKER_AWAY]
        return [BROKER_BEHIND] if queue is not None and queue.is_behind else []

    def _of_index(self) -> list[str]:
        from sbe_scim.directory.sbe import search

        return [INDEX_BEHIND] if search.missing_people(self._host) else []

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception as error:
                # A database or a folder that does not answer: the health check itself tells of the database.
                _log.warning("not looked at the search of Abilian SBE", extra={"error": type(error).__name__})
            self._stopping.wait(_BETWEEN)
