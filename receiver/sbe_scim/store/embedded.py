"""The receiver's own SQLite file: one writer, and readers, on connections that are kept."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy.engine import Connection, Engine

from sbe_scim.store.patience import Turn
from sbe_scim.store.prepared import translated
from sbe_scim.store.sqlite import kept_open
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
        self._readers: list[_Reader] = []

    @property
    def concurrency(self) -> int:
        """How many transactions may run at the same time."""
        return self._concurrency

    @property
    def embedded(self) -> bool:
        """It is."""
        return True

    def read(self) -> AbstractContextManager[EngineTransaction]:
        """Open a transaction that only reads; it sees nothing that is not committed."""
        return _Read(self._engine, self._readers)

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
        while self._readers:
            self._readers.pop().connection.close()
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


class _Reader:
    """A connection that is kept for reading: to take one from SQLAlchemy's pool costs more than most reads."""

    __slots__ = ("_dialect", "_driver", "_info", "connection", "transaction")

    def __init__(self, engine: Engine) -> None:
        self.connection = kept_open(engine)
        self.transaction = EngineTransaction(self.connection)
        self._driver = _driver(self.connection)
        self._dialect: Any = self.connection.dialect
        self._info = self.connection.info

    def begin(self) -> None:
        self._dialect.ready(self._driver, self._info)
        self._execute("BEGIN")

    def end(self) -> None:
        """End its transaction, if what failed has not."""
        if self._driver.in_transaction:
            self._execute("COMMIT")

    def _execute(self, command: str) -> None:
        try:
            self._driver.execute(command)
        except sqlite3.Error as error:
            raise translated(error, command, self.connection) from error


class _Read:
    """One transaction that reads, on a connection that no other has."""

    __slots__ = ("_engine", "_idle", "_reader")

    def __init__(self, engine: Engine, idle: list[_Reader]) -> None:
        self._engine = engine
        self._idle = idle

    def __enter__(self) -> EngineTransaction:
        # Of a list, these two are safe between threads.
        try:
            reader = self._idle.pop()
        except IndexError:
            reader = _Reader(self._engine)
        try:
            reader.begin()
        except BaseException:
            reader.connection.close()
            raise
        self._reader = reader
        return reader.transaction

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        reader = self._reader
        try:
            reader.end()
        except BaseException:
            reader.connection.close()
            raise
        self._idle.append(reader)


def _driver(connection: Connection) -> sqlite3.Connection:
    return connection.connection.dbapi_connection  # type: ignore[return-value]


def own_transactions(engine: Engine) -> Transactions:
    """The transactions of a database that is the receiver's own; they own ``engine``."""
    return EmbeddedTransactions(engine) if engine.dialect.name == "sqlite" else EngineTransactions(engine)
