"""The receiver's own SQLite file: one writer, on a connection that it keeps."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection, Engine

from sbe_scim.store.database import reading
from sbe_scim.store.patience import Turn
from sbe_scim.store.prepared import translated
from sbe_scim.store.transactions import EngineTransaction, EngineTransactions, Transactions

_SAVEPOINT = "scim_part"


class EmbeddedTransaction:
    """A transaction of the writer."""

    __slots__ = ("_broken", "_driver", "connection", "shared")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        #: Within a further ``write()``.
        self.shared = False
        self._driver = _driver(connection)
        self._broken: BaseException | None = None

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block does when it raises."""
        self.check()
        self._execute("SAVEPOINT")
        try:
            yield
            self._execute("RELEASE")
        except BaseException as error:
            self._undo(error)
            raise

    def check(self) -> None:
        """Raise what has ended the transaction before its commit, if anything has."""
        if self._broken is not None:
            raise self._broken

    def _undo(self, error: BaseException) -> None:
        # A disk that is full, or cannot be read, ends the whole transaction, and says so in no other way.
        self._broken = error
        if self._driver.in_transaction:
            self._execute("ROLLBACK TO")
            self._execute("RELEASE")
            self._broken = None

    def _execute(self, command: str) -> None:
        statement = f"{command} {_SAVEPOINT}"
        try:
            self._driver.execute(statement)
        except sqlite3.Error as error:
            raise translated(error, statement, self.connection) from error


class EmbeddedTransactions:
    """Transactions on a file of SQLite, whose ``engine`` it owns.

    Within :meth:`write`, a further ``write()`` on the same thread is a savepoint of what is open: several requests
    can share one commit.
    """

    def __init__(self, engine: Engine, *, concurrency: int = 8) -> None:
        self._engine = engine
        self._concurrency = concurrency
        self._turn = Turn()
        # Its pages stay in memory: each other connection would read them again after every change.
        self._kept: Connection | None = None
        self._thread = threading.local()

    @property
    def concurrency(self) -> int:
        """How many transactions may run at the same time."""
        return self._concurrency

    @property
    def embedded(self) -> bool:
        """It is."""
        return True

    @contextmanager
    def read(self) -> Iterator[EngineTransaction]:
        """Open a transaction that only reads; it sees nothing that is not committed."""
        with reading(self._engine) as connection:
            yield EngineTransaction(connection)

    @contextmanager
    def write(self) -> Iterator[EmbeddedTransaction]:
        """Open a transaction that writes, or a savepoint of the one that this thread has open."""
        opened: EmbeddedTransaction | None = getattr(self._thread, "opened", None)
        if opened is not None:
            before, opened.shared = opened.shared, True
            try:
                with opened.savepoint():
                    yield opened
            finally:
                opened.shared = before
            return
        with self._turn, self._begun() as transaction:
            self._thread.opened = transaction
            try:
                yield transaction
            finally:
                self._thread.opened = None
            transaction.check()

    def close(self) -> None:
        """Close the connections."""
        self._forget()
        self._engine.dispose()

    @contextmanager
    def _begun(self) -> Iterator[EmbeddedTransaction]:
        if self._kept is None:
            self._kept = self._engine.connect()
        connection = self._kept
        try:
            with connection.begin():
                yield EmbeddedTransaction(connection)
        finally:
            if connection.invalidated or _driver(connection).in_transaction:
                # A commit that failed may leave its transaction open; whoever takes the connection next ends it.
                self._forget()

    def _forget(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()


def _driver(connection: Connection) -> sqlite3.Connection:
    return connection.connection.dbapi_connection  # type: ignore[return-value]


def own_transactions(engine: Engine) -> Transactions:
    """The transactions of a database that is the receiver's own; they own ``engine``."""
    return EmbeddedTransactions(engine) if engine.dialect.name == "sqlite" else EngineTransactions(engine)
