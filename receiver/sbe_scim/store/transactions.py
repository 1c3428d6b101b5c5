"""Who owns the database: the port through which everybody reads and writes the receiver's tables.

It knows nothing of accounts (:mod:`sbe_scim.directory.port`). An application that hosts accounts in the same database
implements both, so that there is one commit for both.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from sbe_scim.protocol import Unavailable
from sbe_scim.store import tables
from sbe_scim.store.database import reading, writing
from sbe_scim.store.failures import Trouble, was_given_up
from sbe_scim.store.refusing import Refusing


class Transaction(Protocol):
    """A transaction that is open."""

    @property
    def connection(self) -> Connection:
        """The connection on which the receiver reads and writes its own tables."""

    @property
    def shared(self) -> bool:
        """Others' work is committed with this one's: what turns out to be long raises :class:`TakesLong`."""

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo what the block does when it raises; what the transaction did before it stays."""


class TakesLong(Exception):
    """The work at hand needs a transaction of its own, so that nobody waits for its end whose work is done."""


class Transactions(Protocol):
    """The database of the receiver's tables. Shared by all threads."""

    @property
    def concurrency(self) -> int:
        """How many transactions may run at the same time."""

    @property
    def embedded(self) -> bool:
        """The database is a file of this process: it has one writer, and short reads cost less than a thread."""

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that only reads."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that writes: committed when the block ends, rolled back when it raises.

        Nothing that can fail runs after the commit. Within it, a further ``write()`` on the same thread is a savepoint
        of what is open: several requests can share one commit. Where the database would end such a part for another
        transaction's sake, it raises :class:`TakesLong`: what came before it has locks that it cannot give back.
        """

    def close(self) -> None:
        """Give back connections and threads."""


@dataclass(frozen=True, slots=True)
class EngineTransaction:
    """A transaction on a connection of the receiver's own engine."""

    connection: Connection
    shared: bool = False

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block does when it raises."""
        with self.connection.begin_nested():
            yield


class EngineTransactions:
    """Transactions on a server's database, whose ``engine`` it owns."""

    def __init__(self, engine: Engine, *, concurrency: int = 8) -> None:
        self._engine = engine
        self._concurrency = concurrency
        self._thread = threading.local()

    @property
    def concurrency(self) -> int:
        """How many transactions may run at the same time."""
        return self._concurrency

    @property
    def embedded(self) -> bool:
        """It is not."""
        return False

    @contextmanager
    def read(self) -> Iterator[EngineTransaction]:
        """Open a transaction that only reads."""
        with reading(self._engine) as connection:
            yield EngineTransaction(connection)

    @contextmanager
    def write(self) -> Iterator[EngineTransaction]:
        """Open a transaction that writes, or a savepoint of the one that this thread has open."""
        opened: Connection | None = getattr(self._thread, "opened", None)
        if opened is not None:
            with part(), opened.begin_nested():
                yield EngineTransaction(opened, shared=True)
            return
        with writing(self._engine) as connection:
            self._thread.opened = connection
            try:
                yield EngineTransaction(connection)
            finally:
                self._thread.opened = None

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


@contextmanager
def part() -> Iterator[None]:
    """Raise :class:`TakesLong` where the database ends one of several parts of a transaction for another's sake."""
    try:
        yield
    except DBAPIError as error:
        if was_given_up(error):
            raise TakesLong from error
        raise


def ping(transactions: Transactions) -> None:
    """Ask the database something. Raises :class:`Unavailable` when it does not answer."""
    try:
        with Refusing(), transactions.read() as transaction:
            # Of a table: SQLite answers `SELECT 1` without a look at its file.
            transaction.connection.execute(select(tables.schema_version.c.version))
    except SQLAlchemyError:
        raise Unavailable(Trouble.BUSY.value) from None
