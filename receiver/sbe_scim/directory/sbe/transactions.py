"""The database of Abilian SBE, which is also that of the receiver's tables."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.engine import Connection

from sbe_scim.directory.sbe.host import Host
from sbe_scim.directory.sbe.patches import WRITES, index_undone
from sbe_scim.store.database import limit_lock_wait
from sbe_scim.store.patience import Turn
from sbe_scim.store.transactions import part

#: Abilian SBE's pool has 5 connections and 10 more for peaks; its own pages are served by other processes.
CONCURRENCY = 5


@dataclass(frozen=True, slots=True)
class SbeTransaction:
    """A transaction on a connection of Abilian SBE; where it writes, the connection of a session of its models."""

    connection: Connection
    session: Any = None
    shared: bool = False

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block does when it raises, in the session's objects and for the search index too."""
        if self.session is None:
            with self.connection.begin_nested():
                yield
            return
        with index_undone(), self.session.begin_nested():
            # The session sets its savepoint when it next uses the connection, which may be after we have.
            self.session.connection()
            yield


class SbeTransactions:
    """Transactions in the database of a started Abilian SBE, one for each request."""

    def __init__(self, host: Host) -> None:
        self._host = host
        sqlite = host.engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[None] = Turn() if sqlite else nullcontext()
        self._thread = threading.local()

    @property
    def host(self) -> Host:
        """The Abilian SBE whose database it is."""
        return self._host

    @property
    def concurrency(self) -> int:
        """How many transactions may run at the same time."""
        return CONCURRENCY

    @property
    def embedded(self) -> bool:
        """False: it is Abilian SBE's, whatever it is."""
        return False

    @contextmanager
    def read(self) -> Iterator[SbeTransaction]:
        """Open a transaction that only reads."""
        # No session: what only reads needs no models.
        with self._host.engine.connect() as connection, connection.begin():
            yield SbeTransaction(connection)

    @contextmanager
    def write(self) -> Iterator[SbeTransaction]:
        """Open a transaction that writes, in a session of Abilian SBE, or a savepoint of the one of this thread."""
        from sbe_scim.directory.sbe.session import act_as_system

        opened: SbeTransaction | None = getattr(self._thread, "opened", None)
        if opened is not None:
            with part(), opened.savepoint():
                yield replace(opened, shared=True)
            return
        # The end of the Flask context ends the session, which rolls back what is not committed.
        with self._turn, self._host.app.app_context():
            session = self._host.db.session()
            connection = session.connection(execution_options={WRITES: True})
            limit_lock_wait(connection)
            act_as_system(session)
            self._thread.opened = SbeTransaction(connection, session)
            try:
                yield self._thread.opened
            finally:
                self._thread.opened = None
            session.commit()

    def close(self) -> None:
        """Close the connections."""
        self._host.engine.dispose()
