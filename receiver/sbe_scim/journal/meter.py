"""Count requests: in memory, and every few seconds into what all processes have counted."""

from __future__ import annotations

import logging
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable

from sbe_scim.journal.entry import Arrival
from sbe_scim.store import contacts, tallies
from sbe_scim.store.tallies import Key
from sbe_scim.store.transactions import Transactions

_log = logging.getLogger(__name__)

#: Names of the tallies.
REQUESTS, SECONDS, MICROSECONDS = "requests", "seconds", "microseconds"
#: Upper ends of the parts of the histogram, in seconds; the last part has none.
BUCKETS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: What was counted is written at most so late, in seconds; a process that is killed loses as much.
LATEST = 5.0
_ENDS = [round(end * 1_000_000) for end in BUCKETS]
_PARTS = tuple(str(end) for end in (*BUCKETS, "+Inf"))


class Meter:
    """What one process has counted and has not written yet."""

    def __init__(self, transactions: Transactions, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._transactions = transactions
        self._clock = clock
        self._guard = threading.Lock()
        self._counted: Counter[Key] = Counter()
        self._heard: dict[str, int] = {}
        self._next = clock() + LATEST

    def count(self, source: str | None, operation: str, status: int, reason: str | None, arrival: Arrival) -> None:
        """Count a request that has ended."""
        took = arrival.duration
        labels = (source or "", operation, str(status), reason or "")
        part = _PARTS[bisect_left(_ENDS, took)]
        with self._guard:
            self._counted[REQUESTS, labels] += 1
            self._counted[SECONDS, (operation, part)] += 1
            self._counted[MICROSECONDS, (operation,)] += took
            if source is not None:
                self._heard[source] = arrival.time

    def run(self) -> None:
        """Write what was counted, where it is time to."""
        if self._clock() >= self._next:
            self.flush()

    def flush(self) -> None:
        """Write what was counted. A database that does not answer keeps it here."""
        self._next = self._clock() + LATEST
        with self._guard:
            counted, self._counted = self._counted, Counter()
            heard, self._heard = self._heard, {}
        if not counted:
            return
        try:
            with self._transactions.write() as transaction:
                tallies.add(transaction.connection, counted)
                contacts.heard(transaction.connection, heard)
        except Exception as error:
            # As for rows of the journal: whatever it is, they are still to be written.
            with self._guard:
                self._counted.update(counted)
                self._heard = heard | self._heard
            _log.warning("counts wait: they could not be written", extra={"error": type(error).__name__})
