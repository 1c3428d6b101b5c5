"""The embedded database's writer: what is written within what is written shares its transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from sbe_scim.protocol import Unavailable
from sbe_scim.store import migrate, open_database
from sbe_scim.store.embedded import EmbeddedTransactions, own_transactions
from sbe_scim.store.patience import waiting_until
from sbe_scim.store.transactions import EngineTransactions, TakesLong, Transaction
from tests.contract.transactions import Undone, note, seen


@pytest.fixture
def transactions(tmp_path: Path) -> Iterator[EmbeddedTransactions]:
    engine = open_database(f"sqlite:///{tmp_path}/receiver.db")
    migrate(engine)
    made = EmbeddedTransactions(engine)
    yield made
    made.close()


def kept(transactions: EmbeddedTransactions) -> list[str]:
    with transactions.read() as reading:
        return seen(reading)


def test_what_is_written_within_is_committed_with_the_whole(transactions: EmbeddedTransactions) -> None:
    with transactions.write() as outer:
        note(outer, "a")
        with transactions.write() as inner:
            note(inner, "b")
        assert kept(transactions) == []
    assert kept(transactions) == ["a", "b"]


def test_what_raises_within_takes_back_its_own(transactions: EmbeddedTransactions) -> None:
    with transactions.write() as outer:
        note(outer, "a")
        with suppress(Undone), transactions.write() as inner:
            note(inner, "b")
            raise Undone
        with transactions.write() as inner:
            note(inner, "c")
    assert kept(transactions) == ["a", "c"]


def test_another_thread_waits_for_its_turn(transactions: EmbeddedTransactions) -> None:
    refused: list[Unavailable] = []

    def write() -> None:
        try:
            with waiting_until(0), transactions.write():
                pass
        except Unavailable as error:
            refused.append(error)

    with transactions.write() as outer:
        note(outer, "a")
        other = threading.Thread(target=write)
        other.start()
        other.join()
    assert len(refused) == 1
    assert kept(transactions) == ["a"]


def fill(transaction: Transaction) -> None:
    """Write more than there is room for, after which SQLite has rolled back everything."""
    pages = transaction.connection.execute(text("PRAGMA page_count")).scalar_one()
    transaction.connection.execute(text(f"PRAGMA max_page_count={pages}"))
    try:
        note(transaction, "x" * 1_000_000)
    finally:
        transaction.connection.execute(text("PRAGMA max_page_count=1000000"))


def test_a_transaction_that_sqlite_has_ended_is_not_committed(transactions: EmbeddedTransactions) -> None:
    def write() -> None:
        with transactions.write() as outer:
            note(outer, "a")
            with suppress(OperationalError), transactions.write() as inner:
                fill(inner)
            # It would be in a transaction of its own, which nobody has asked for.
            with suppress(OperationalError), transactions.write() as inner:
                note(inner, "b")

    with pytest.raises(OperationalError, match="full"):
        write()
    assert kept(transactions) == []
    with transactions.write() as again:
        note(again, "c")
    assert kept(transactions) == ["c"]


def test_a_commit_that_fails_leaves_nothing_open(transactions: EmbeddedTransactions) -> None:
    def fail(_connection: Connection) -> None:
        raise Undone

    def write(word: str) -> None:
        with transactions.write() as transaction:
            note(transaction, word)

    write("a")
    event.listen(transactions._engine, "commit", fail)
    with pytest.raises(Undone):
        write("b")
    event.remove(transactions._engine, "commit", fail)
    write("c")
    assert kept(transactions) == ["a", "c"]


def test_only_a_file_of_sqlite_is_embedded(tmp_path: Path) -> None:
    for url, kind in ((f"sqlite:///{tmp_path}/r.db", EmbeddedTransactions), ("postgresql://h/d", EngineTransactions)):
        made = own_transactions(open_database(url))
        assert (type(made), made.embedded) == (kind, kind is EmbeddedTransactions)
        made.close()


def test_a_read_within_a_read_is_a_transaction_of_its_own(transactions: EmbeddedTransactions) -> None:
    with transactions.read() as outer:
        assert seen(outer) == []
        with transactions.write() as writing:
            note(writing, "a")
        with transactions.read() as inner:
            assert (seen(inner), seen(outer)) == (["a"], [])
    assert kept(transactions) == ["a"]


def test_a_read_that_fails_leaves_nothing_open(transactions: EmbeddedTransactions) -> None:
    with pytest.raises(OperationalError), transactions.read() as reading:
        reading.connection.execute(text("SELECT nothing FROM nowhere"))
    with transactions.write() as writing:
        note(writing, "a")
    assert kept(transactions) == ["a"]


def test_reads_of_many_threads_are_each_on_a_connection_of_their_own(transactions: EmbeddedTransactions) -> None:
    met = threading.Barrier(4)

    def read(_number: int) -> int:
        with transactions.read() as reading:
            met.wait(10)
            return id(reading.connection)

    with ThreadPoolExecutor(4) as threads:
        for _ in range(3):
            assert len(set(threads.map(read, range(4)))) == 4


def test_a_part_that_postgresql_ends_for_another_is_to_be_done_by_itself(postgresql: Engine) -> None:
    transactions = own_transactions(postgresql)

    def fail(statement: str) -> None:
        with transactions.write() as inner:
            note(inner, "b")
            inner.connection.execute(text(statement))

    with transactions.write() as outer:
        note(outer, "a")
        with pytest.raises(TakesLong):
            fail("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END $$")
        with pytest.raises(DBAPIError):
            fail("SELECT nothing")
        note(outer, "c")
    with transactions.read() as reading:
        assert seen(reading) == ["a", "c"]
