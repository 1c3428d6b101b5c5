"""Write the journal: with the change it tells of, or, for what changed nothing, gathered."""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from sbe_scim.directory.port import Directory
from sbe_scim.store import tables

_log = logging.getLogger(__name__)

#: A gathered row is written at most so late, in seconds.
LATEST = 1.0
#: Rows held in memory while the database does not answer; the oldest go first.
_HELD = 20_000
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One request. ``time`` and ``duration`` in microseconds; ``dropped`` and ``changed`` are attribute paths."""

    time: int
    duration: int
    request_id: str
    operation: str
    status: int
    source: str | None = None
    target_type: str | None = None
    target_id: str | None = None
    scim_type: str | None = None
    detail: str | None = None
    dropped: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class Journal:
    """The journal of one process, on ``directory``'s database."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._held: deque[Entry] = deque(maxlen=_HELD)
        self._stopping = threading.Event()
        self._writer: threading.Thread | None = None

    @staticmethod
    def write(connection: Connection, entries: Iterable[Entry]) -> None:
        """Write rows in the caller's transaction."""
        connection.execute(insert(tables.journal), [_row(entry) for entry in entries])

    def refuse(self, entry: Entry) -> None:
        """Write the row of a refused write, whose own transaction was rolled back."""
        try:
            with self._directory.transaction(write=True) as transaction:
                self.write(transaction.connection, (entry,))
        except Exception:
            # The answer of the refusal stands; the row follows when the database answers again.
            self.gather(entry)

    def gather(self, entry: Entry) -> None:
        """Take a row that is written within a second, together with others."""
        self._held.append(entry)

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
        self.flush()

    def flush(self) -> None:
        """Write what is held. A database that does not answer keeps it held."""
        while self._held:
            batch = [self._held.popleft() for _ in range(min(_BATCH, len(self._held)))]
            try:
                with self._directory.transaction(write=True) as transaction:
                    self.write(transaction.connection, batch)
            except Exception as error:
                # Whatever it is (an application's directory has errors of its own), the rows are still to be written.
                _log.warning("journal rows wait: they could not be written", extra={"error": type(error).__name__})
                self._held.extendleft(reversed(batch))
                return

    def _run(self) -> None:
        while not self._stopping.wait(LATEST / 2):
            self.flush()


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "time": entry.time,
        "duration": entry.duration,
        "request_id": entry.request_id,
        "operation": entry.operation,
        "status": entry.status,
        "source": entry.source,
        "target_type": entry.target_type,
        "target_id": entry.target_id,
        "scim_type": entry.scim_type,
        "detail": entry.detail,
        "dropped": json.dumps(entry.dropped) if entry.dropped else None,
        "changed": json.dumps(entry.changed) if entry.changed else None,
    }
