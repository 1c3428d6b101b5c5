"""No application behind: people and groups live in the receiver's own tables only."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext

from sqlalchemy.engine import Connection, Engine

from sbe_scim.directory.port import DirectoryGroup, DirectoryTransaction, DirectoryUser
from sbe_scim.store.database import reading, writing
from sbe_scim.store.failures import UniqueRule
from sbe_scim.store.patience import Turn


class NullTransaction:
    """A transaction on the receiver's own database; nobody is told of people and groups."""

    __slots__ = ("connection",)

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def user_saved(self, user: DirectoryUser) -> None:
        """Nothing to do."""

    def user_removed(self, user_id: str) -> None:
        """Nothing to do."""

    def group_saved(self, group: DirectoryGroup) -> None:
        """Nothing to do."""

    def members_changed(self, group_id: str, added: Collection[str], removed: Collection[str]) -> None:
        """Nothing to do."""

    def group_removed(self, group_id: str) -> None:
        """Nothing to do."""


class NullDirectory:
    """Transactions on ``engine``, which it owns."""

    def __init__(self, engine: Engine, *, concurrency: int = 8) -> None:
        self._engine = engine
        self._concurrency = concurrency
        self._turn = Turn() if engine.dialect.name == "sqlite" else nullcontext()

    @property
    def concurrency(self) -> int:
        """How many transactions may run at the same time."""
        return self._concurrency

    @property
    def unique(self) -> tuple[UniqueRule, ...]:
        """None: it has no tables."""
        return ()

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[DirectoryTransaction]:
        """Open a unit of work: committed when the block ends, rolled back when it raises."""
        if write:
            with self._turn, writing(self._engine) as connection:
                yield NullTransaction(connection)
        else:
            with reading(self._engine) as connection:
                yield NullTransaction(connection)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()
