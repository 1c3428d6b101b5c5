"""Connections to PostgreSQL that are kept for reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from sbe_scim.protocol import NotFound
from sbe_scim.store import transactions as module
from sbe_scim.store.transactions import EngineTransactions

KEPT = 2


@pytest.fixture
def transactions(postgresql: Engine) -> Iterator[EngineTransactions]:
    made = EngineTransactions(postgresql, concurrency=2 * KEPT, kept=KEPT)
    yield made
    made.close()


def backend(connection: Connection) -> int:
    found: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return found


def read(transactions: EngineTransactions) -> int:
    with transactions.read() as transaction:
        return backend(transaction.connection)


def in_use(engine: Engine) -> int:
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedout()


def many(transactions: EngineTransactions) -> list[int]:
    """Read on more connections at once than are kept."""
    with ExitStack() as stack:
        return [backend(stack.enter_context(transactions.read()).connection) for _ in range(2 * KEPT)]


def test_reads_share_a_connection_that_is_in_no_transaction(
    postgresql: Engine, transactions: EngineTransactions
) -> None:
    used = {read(transactions) for _ in range(3)}
    assert len(used) == in_use(postgresql) == 1
    state = text("SELECT state FROM pg_stat_activity WHERE pid = :pid")
    with postgresql.connect() as other:
        assert other.execute(state, {"pid": used.pop()}).scalar() == "idle"


def test_reads_at_once_are_each_on_a_connection_of_their_own_and_some_are_kept(
    postgresql: Engine, transactions: EngineTransactions
) -> None:
    assert len(set(many(transactions))) == 2 * KEPT
    assert in_use(postgresql) == KEPT
    transactions.close()
    assert in_use(postgresql) == 0


def test_a_read_that_finds_nothing_keeps_its_connection(postgresql: Engine, transactions: EngineTransactions) -> None:
    with pytest.raises(NotFound), transactions.read():
        raise NotFound("nobody")
    assert in_use(postgresql) == 1


def test_a_read_that_fails_gives_all_back(postgresql: Engine, transactions: EngineTransactions) -> None:
    many(transactions)
    with pytest.raises(DBAPIError), transactions.read() as transaction:
        transaction.connection.execute(text("SELECT 1 / 0"))
    assert in_use(postgresql) == 0
    assert read(transactions)


def test_after_the_server_has_ended_its_connections_one_read_fails(
    postgresql: Engine, transactions: EngineTransactions
) -> None:
    opened = many(transactions)
    with postgresql.connect() as other:
        ended = [pid for pid in opened if pid != backend(other)]
        for pid in ended:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    with pytest.raises(DBAPIError):
        read(transactions)
    assert not {read(transactions), *many(transactions)} & set(ended)


def test_a_connection_is_not_kept_for_ever(
    postgresql: Engine, transactions: EngineTransactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RECYCLE", -1)
    with ExitStack() as stack:
        stack.enter_context(transactions.read())
        stack.enter_context(transactions.read())
    with transactions.read():
        # One of the two went back to the pool and came from it again.
        assert in_use(postgresql) == KEPT
    monkeypatch.undo()
    read(transactions)
    assert in_use(postgresql) == KEPT
