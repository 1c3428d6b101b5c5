"""Write the journal: with the change it tells of, or, for what changed nothing, gathered."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy.engine import Connection

from sbe_scim.journal.entry import Entry
from sbe_scim.journal.meter import Meter
from sbe_scim.store import journal as rows
from sbe_scim.store import sources, tokens
from sbe_scim.store.clock import now
from sbe_scim.store.ids import new_id
from sbe_scim.store.prepared import Together
from sbe_scim.store.transactions import Transactions

_log = logging.getLogger(__name__)

#: Writes that something happened to what is called so, at a time.
_Write = Callable[[Connection, Any, int], None]

#: A gathered row is written at most so late, in seconds.
LATEST = 1.0
#: Rows held in memory while the database does not answer; the oldest go first.
_HELD = 20_000
#: Between two rows about what is counted only, in seconds.
_BETWEEN = 60.0
_BATCH = 1_000


class Chore(Protocol):
    """What is done now and then beside the requests: it knows itself when it is time to, and raises nothing."""

    def run(self) -> None:
        """Do it where it is time to."""


class Journal:
    """The journal of one process, in the database of ``transactions``.

    It also keeps when a static token was last used, and a person's token last shown: a request that only reads must not
    wait for whoever writes.
    """

    def __init__(
        self,
        transactions: Transactions,
        *,
        chores: Sequence[Chore] = (),
        meter: Meter | None = None,
        held: int = _HELD,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``held`` is how many rows wait in memory at most; what ``meter`` has counted is written beside them.

        ``chores`` are done in the background: without one that clears rows they stay for ever.
        """
        self._transactions = transactions
        self._chores = chores
        self._meter = meter
        self._most = held
        self._clock = clock
        self._guard = threading.Lock()
        self._held: deque[Entry] = deque()
        self._lost = 0
        self._notes: dict[tuple[_Write, Any], int] = {}
        self._counted: dict[tuple[str | None, int], _Refused] = {}
        self._told = float("-inf")
        self._stopping = threading.Event()
        self._writer: threading.Thread | None = None

    @staticmethod
    def write(connection: Connection, entries: Iterable[Entry]) -> None:
        """Write rows in the caller's transaction."""
        rows.add(connection, [entry.row() for entry in entries])

    @staticmethod
    def write_with(together: Together, entry: Entry) -> None:
        """Write a row together with others of a transaction."""
        rows.add_with(together, entry.row())

    def refuse(self, entry: Entry) -> None:
        """Write the row of a refused write, whose own transaction was rolled back."""
        try:
            with self._transactions.write() as transaction:
                self.write(transaction.connection, (entry,))
        except Exception:
            # The answer of the refusal stands; the row follows when the database answers again.
            self.gather(entry)

    def gather(self, entry: Entry) -> None:
        """Take a row that is written within a second, together with others."""
        with self._guard:
            self._held.append(entry)
            self._shed()

    def count(self, entry: Entry) -> None:
        """Take the request of a caller that proved nothing, of a source above its rate, or for what is held already:
        whoever it is must not be able to fill the journal.

        The first is written within a second, those of the minute after it share one row for each source, and what was
        answered without a refusal leaves none.
        """
        if entry.status >= 400:
            with self._guard:
                self._counted.setdefault(_kind(entry), _Refused(entry)).add(entry)

    def token_used(self, token_id: str) -> None:
        """Take note that a static token is in use; written within a second."""
        self._note(tokens.used, token_id)

    def persons_token(self, source_id: int) -> None:
        """Take note that a person's token was shown for this source; written within a second."""
        self._note(sources.saw_persons_token, source_id)

    def _note(self, write: _Write, key: Any) -> None:
        with self._guard:
            self._notes[write, key] = now()

    def start(self) -> None:
        """Start writing gathered rows in the background."""
        self._stopping.clear()
        self._writer = threading.Thread(target=self._run, name="scim-journal", daemon=True)
        self._writer.start()

    def stop(self) -> None:
        """Write what is held and stop."""
        self._stopping.set()
        if self._writer is not None:
            self._writer.join()
            self._writer = None
        self._gather_counted()
        self.flush()
        if self._meter is not None:
            self._meter.flush()
        if lost := self._lost + len(self._held):
            _log.error("journal rows are lost: they could not be written", extra={"rows": lost})

    @property
    def waiting(self) -> int:
        """How many rows wait in memory to be written."""
        return len(self._held)

    def flush(self) -> None:
        """Write what is held. A database that does not answer keeps it held."""
        if self._clock() >= self._told + _BETWEEN:
            self._gather_counted()
        while self._held or self._notes:
            with self._guard:
                batch = [self._held.popleft() for _ in range(min(_BATCH, len(self._held)))]
                lost = self._lost
                notes, self._notes = self._notes, {}
            try:
                with self._transactions.write() as transaction:
                    if entries := [*_losses(lost), *batch]:
                        self.write(transaction.connection, entries)
                    for (write, key), moment in notes.items():
                        write(transaction.connection, key, moment)
            except Exception as error:
                # Whatever it is (a host application has errors of its own), the rows are still to be written.
                with self._guard:
                    self._held.extendleft(reversed(batch))
                    self._shed()
                    self._notes = notes | self._notes
                facts = {"error": type(error).__name__, "waiting": len(self._held), "lost": self._lost}
                _log.warning("journal rows wait: they could not be written", extra=facts)
                return
            with self._guard:
                self._lost -= lost

    def _gather_counted(self) -> None:
        with self._guard:
            counted, self._counted = self._counted, {}
            if counted:
                self._told = self._clock()
                self._held.extend(refused.row() for refused in counted.values())
                self._shed()

    def _shed(self) -> None:
        while len(self._held) > self._most:
            self._held.popleft()
            self._lost += 1

    def _run(self) -> None:
        while not self._stopping.wait(LATEST / 2):
            self.flush()
            if self._meter is not None:
                self._meter.run()
            for chore in self._chores:
                chore.run()


#: What those of a source are, whose rows are gathered, by status.
_MANY = {503: "that are held already"}


def _kind(entry: Entry) -> tuple[str | None, int]:
    """What shares a row; of callers that proved nothing all does."""
    return entry.source, 0 if entry.source is None else entry.status


class _Refused:
    """Refused requests that are counted only, since the last row about them."""

    def __init__(self, first: Entry) -> None:
        self._last = first
        self._statuses: Counter[int] = Counter()

    def add(self, entry: Entry) -> None:
        self._last = entry
        self._statuses[entry.status] += 1

    def row(self) -> Entry:
        """The last of them, and how many there were."""
        last = self._last
        if self._statuses.total() == 1:
            return last
        which = "without a valid token" if last.source is None else _MANY.get(last.status, "above its rate")
        counts = ", ".join(f"{count} x {status}" for status, count in sorted(self._statuses.items()))
        return last._replace(detail=f"{last.detail}; the last of {self._statuses.total()} {which}: {counts}")


def _losses(count: int) -> Iterable[Entry]:
    if count:
        detail = f"{count} rows were lost: the database did not answer for too long"
        yield Entry(time=now(), duration=0, request_id=new_id(), operation="journal", status=0, detail=detail)
