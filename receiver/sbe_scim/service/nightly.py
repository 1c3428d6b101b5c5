"""Once a night, what was changed by hand in Abilian SBE is brought back to what SCIM last said."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from sbe_scim.directory.sbe import SbeDirectory, SbeTransactions, nights
from sbe_scim.service import drifts
from sbe_scim.store import sources

_log = logging.getLogger(__name__)

#: Between two looks at the clock, in seconds.
_BETWEEN = 60.0


class Nightly:
    """Does it in the hour ``hour`` of local time, in one of all processes that share the database."""

    def __init__(
        self,
        transactions: SbeTransactions,
        directory: SbeDirectory,
        hour: int,
        *,
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._transactions = transactions
        self._directory = directory
        self._hour = hour
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scim-nightly", daemon=True)

    def start(self) -> None:
        """Start looking at the clock in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; what is being looked at is ended first."""
        self._stopping.set()
        self._thread.join()

    def look(self) -> Counter[str] | None:
        """Do it where it is time to and nobody else does; how often what was the result. ``None``: it was not time.

        Of a source of which so much differs that somebody has to look first nothing is repaired; that is ``guarded``.
        """
        now = self._clock()
        if now.hour != self._hour or not self._claim(now.date().toordinal()):
            return None
        results: Counter[str] = Counter()
        with self._transactions.read() as transaction:
            known = sources.find_all(transaction.connection)
        for source in known:
            checked = drifts.check(
                self._transactions, self._directory, source, repair=True, stopped=self._stopping.is_set
            )
            if checked.held:
                results["guarded"] += 1
                _log.warning(
                    "so much differs from what SCIM said that nothing was repaired: run sbe-scim sbe check",
                    extra={"source": source.name, "differing": len(checked.rows)},
                )
            else:
                results.update(result.partition(":")[0] for _, _, result in checked.rows)
        _log.info("compared with what SCIM said", extra={"results": dict(results)})
        return results

    def _claim(self, night: int) -> bool:
        try:
            with self._transactions.write() as transaction:
                return nights.claim(transaction.connection, night)
        except IntegrityError:
            # Another process was quicker.
            return False

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception as error:
                # A database that does not answer, or an Abilian SBE that is built otherwise: there is another night.
                _log.warning("not compared with what SCIM said", extra={"error": type(error).__name__})
            self._stopping.wait(_BETWEEN)
