"""The directory that is an Abilian SBE."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sbe_scim.directory.port import DirectoryTransaction
from sbe_scim.directory.sbe import host, links
from sbe_scim.directory.sbe.patches import WRITES
from sbe_scim.directory.sbe.unique import RULES
from sbe_scim.store.database import limit_lock_wait
from sbe_scim.store.failures import UniqueRule
from sbe_scim.store.patience import Turn

#: Abilian SBE's pool has 5 connections and 10 more for peaks; its own pages are served by other processes.
CONCURRENCY = 5


class SbeDirectory:
    """Accounts in the Abilian SBE whose virtualenv and variables this process shares."""

    def __init__(self) -> None:
        """Start Abilian SBE and create the table of links. Raises :class:`SbeError`."""
        self._host = host.start()
        sqlite = self._host.engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[None] = Turn() if sqlite else nullcontext()
        with self.transaction(write=True) as transaction:
            links.create_table(transaction.connection)

    @property
    def concurrency(self) -> int:
        """How many transactions may run at the same time."""
        return CONCURRENCY

    @property
    def unique(self) -> tuple[UniqueRule, ...]:
        """An address belongs to one account, an account to one resource."""
        return RULES

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[DirectoryTransaction]:
        """Open a unit of work: committed when the block ends, rolled back when it raises."""
        with self._writing() if write else self._reading() as transaction:
            yield transaction

    @contextmanager
    def _writing(self) -> Iterator[DirectoryTransaction]:
        from sbe_scim.directory.sbe.transaction import SbeTransaction, act_as_system

        # The end of the Flask context ends the session, which rolls back what is not committed.
        with self._turn, self._host.app.app_context():
            session = self._host.db.session()
            connection = session.connection(execution_options={WRITES: True})
            limit_lock_wait(connection)
            act_as_system(session)
            yield SbeTransaction(session, connection)
            session.commit()

    @contextmanager
    def _reading(self) -> Iterator[DirectoryTransaction]:
        from sbe_scim.directory.sbe.transaction import SbeTransaction

        # No session: what only reads needs no models.
        with self._host.engine.connect() as connection, connection.begin():
            yield SbeTransaction(None, connection)

    def close(self) -> None:
        """Close the connections."""
        self._host.engine.dispose()
