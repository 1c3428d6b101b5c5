"""Let rows go when their time is over: those of the journal, and others that are cleared alike."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from sqlalchemy.engine import Connection

from sbe_scim.store import journal as rows
from sbe_scim.store.clock import now
from sbe_scim.store.transactions import Transactions

_log = logging.getLogger(__name__)

_DAY = 86_400_000_000
#: Clears rows that are older than a moment, at most so many at once, and returns how many that were.
Clear = Callable[[Connection, int, int], int]

#: Rows of the journal that one statement takes away: whoever writes waits for it.
BATCH = 2_000
#: Between two looks for rows that are too old, in seconds.
_BETWEEN = 3_600.0


class Retention:
    """Rows older than ``days`` are cleared, an hour late at most, by whoever calls :meth:`run` now and then."""

    def __init__(
        self,
        transactions: Transactions,
        days: int,
        *,
        clear: Clear = rows.expire,
        batch: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``clear`` takes ``batch`` rows at most; without it, rows of the journal go."""
        self._transactions = transactions
        self._days = days
        self._clear = clear
        self._batch = batch or BATCH
        self._clock = clock
        self._next = float("-inf")

    def run(self) -> None:
        """Clear one batch where it is time to; what is left goes at the next call."""
        if self._clock() < self._next:
            return
        try:
            with self._transactions.write() as transaction:
                gone = self._clear(transaction.connection, now() - self._days * _DAY, self._batch)
        except Exception as error:
            # As for rows that cannot be written: whatever it is, there is another hour.
            facts = {"error": type(error).__name__, "days": self._days}
            _log.warning("what is too old is still there", extra=facts)
            gone = 0
        if gone < self._batch:
            self._next = self._clock() + _BETWEEN
