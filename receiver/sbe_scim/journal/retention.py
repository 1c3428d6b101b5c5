"""Let rows of the journal go when their time is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from sbe_scim.store import journal as rows
from sbe_scim.store.clock import now
from sbe_scim.store.transactions import Transactions

_log = logging.getLogger(__name__)

_DAY = 86_400_000_000
#: Rows that one statement takes away: whoever writes waits for it.
BATCH = 2_000
#: Between two looks for rows that are too old, in seconds.
_BETWEEN = 3_600.0


class Retention:
    """Rows older than ``days`` are taken away, an hour late at most, by whoever calls :meth:`run` now and then."""

    def __init__(self, transactions: Transactions, days: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._transactions = transactions
        self._days = days
        self._clock = clock
        self._next = float("-inf")

    def run(self) -> None:
        """Take one batch away where it is time to; what is left goes at the next call."""
        if self._clock() < self._next:
            return
        try:
            with self._transactions.write() as transaction:
                gone = rows.expire(transaction.connection, now() - self._days * _DAY, BATCH)
        except Exception as error:
            # As for rows that cannot be written: whatever it is, there is another hour.
            _log.warning("old journal rows are still there", extra={"error": type(error).__name__})
            gone = 0
        if gone < BATCH:
            self._next = self._clock() + _BETWEEN
