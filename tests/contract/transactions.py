"""What every implementation of the port ``Transactions`` does."""

from __future__ import annotations

import threading
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from sbe_scim.app import Ports
from sbe_scim.journal import Entry
from sbe_scim.store import journal, tables
from sbe_scim.store.transactions import Transaction

AT_ONCE = 12


class Undone(Exception):
    """What ends a block."""


def note(transaction: Transaction, *words: str) -> None:
    """Write some rows that can be told from all others."""
    rows = [Entry(time=1, duration=1, request_id=word, operation="probe", status=200).row() for word in words]
    journal.add(transaction.connection, rows)


def seen(transaction: Transaction) -> list[str]:
    """The words that were written, in their order."""
    columns = tables.journal.c
    query = select(columns.request_id).where(columns.operation == "probe").order_by(columns.seq)
    return [row[0] for row in transaction.connection.execute(query)]


def noted(ports: Ports, mark: str) -> list[str]:
    """The words that were kept and begin with ``mark``."""
    with ports.transactions.read() as reading:
        return [word.removeprefix(mark) for word in seen(reading) if word.startswith(mark)]


@pytest.fixture
def mark() -> str:
    """The beginning of the words of one test."""
    return f"{uuid.uuid4().hex[:12]}-"


def test_what_is_written_is_there_once_the_block_has_ended(ports: Ports, mark: str) -> None:
    with ports.transactions.write() as writing:
        note(writing, f"{mark}a")
        assert f"{mark}a" in seen(writing)
        assert noted(ports, mark) == []
    assert noted(ports, mark) == ["a"]


def test_what_raises_is_not_kept(ports: Ports, mark: str) -> None:
    def fail() -> None:
        with ports.transactions.write() as writing:
            note(writing, f"{mark}a")
            raise Undone

    with pytest.raises(Undone):
        fail()
    assert noted(ports, mark) == []
    with ports.transactions.write() as writing:
        note(writing, f"{mark}b")
    assert noted(ports, mark) == ["b"]


def test_a_savepoint_that_ends_is_kept_with_its_transaction(ports: Ports, mark: str) -> None:
    with ports.transactions.write() as writing:
        with writing.savepoint():
            note(writing, f"{mark}a")
        note(writing, f"{mark}b")
    assert noted(ports, mark) == ["a", "b"]
    with suppress(Undone), ports.transactions.write() as writing:
        with writing.savepoint():
            note(writing, f"{mark}c")
        raise Undone
    assert noted(ports, mark) == ["a", "b"]


def test_a_savepoint_that_raises_takes_back_its_own_and_nothing_else(ports: Ports, mark: str) -> None:
    with ports.transactions.write() as writing:
        note(writing, f"{mark}a")
        for word in ("b", "c"):
            with suppress(Undone), writing.savepoint():
                note(writing, f"{mark}{word}")
                raise Undone
        with writing.savepoint():
            note(writing, f"{mark}d")
        note(writing, f"{mark}e")
    assert noted(ports, mark) == ["a", "d", "e"]


def test_a_savepoint_holds_others(ports: Ports, mark: str) -> None:
    with ports.transactions.write() as writing:
        with writing.savepoint():
            note(writing, f"{mark}a")
            with suppress(Undone), writing.savepoint():
                note(writing, f"{mark}b")
                raise Undone
            note(writing, f"{mark}c")
        with suppress(Undone), writing.savepoint():
            with writing.savepoint():
                note(writing, f"{mark}d")
            raise Undone
    assert noted(ports, mark) == ["a", "c"]


def test_a_write_within_a_write_is_a_savepoint(ports: Ports, mark: str) -> None:
    with ports.transactions.write() as writing:
        note(writing, f"{mark}a")
        with ports.transactions.write() as inner:
            assert (writing.shared, inner.shared) == (False, True)
            note(inner, f"{mark}b")
        with suppress(Undone), ports.transactions.write() as inner:
            note(inner, f"{mark}c")
            raise Undone
        assert noted(ports, mark) == []
        note(writing, f"{mark}d")
    assert noted(ports, mark) == ["a", "b", "d"]
    with suppress(Undone), ports.transactions.write():
        with ports.transactions.write() as inner:
            note(inner, f"{mark}e")
        raise Undone
    assert noted(ports, mark) == ["a", "b", "d"]


def test_a_constraint_that_was_broken_within_a_savepoint_ends_no_transaction(ports: Ports, mark: str) -> None:
    version: Any = tables.schema_version.c.version
    with ports.transactions.write() as writing:
        note(writing, f"{mark}a")
        present = writing.connection.execute(select(version)).scalar_one()

        def fail() -> None:
            with writing.savepoint():
                note(writing, f"{mark}b")
                writing.connection.execute(insert(tables.schema_version).values(version=present))

        with pytest.raises(IntegrityError):
            fail()
        note(writing, f"{mark}c")
    assert noted(ports, mark) == ["a", "c"]


def test_an_error_quotes_nothing_of_what_was_to_be_stored(ports: Ports, mark: str) -> None:
    def fail() -> None:
        with ports.transactions.write() as writing:
            writing.connection.execute(text("INSERT INTO nowhere VALUES (:mark)"), {"mark": mark})

    with pytest.raises(DBAPIError) as seen:
        fail()
    assert mark not in "".join(traceback.format_exception(seen.value))


def test_who_reads_waits_for_nobody_who_writes(ports: Ports, mark: str) -> None:
    written, look = threading.Event(), threading.Event()

    def write() -> None:
        with ports.transactions.write() as writing:
            note(writing, f"{mark}a")
            written.set()
            look.wait()

    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(write)
        written.wait()
        assert noted(ports, mark) == []
        look.set()
        done.result()
    assert noted(ports, mark) == ["a"]


def test_of_many_who_write_at_once_nobody_is_lost(ports: Ports, mark: str) -> None:
    together = threading.Barrier(AT_ONCE)

    def write(number: int) -> None:
        together.wait()
        with ports.transactions.write() as writing:
            note(writing, f"{mark}{number}")

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(write, range(AT_ONCE)))
    assert sorted(noted(ports, mark), key=int) == [str(number) for number in range(AT_ONCE)]


def test_some_may_run_at_the_same_time(ports: Ports) -> None:
    assert ports.transactions.concurrency > 1
    together = threading.Barrier(ports.transactions.concurrency)

    def read(_number: int) -> None:
        with ports.transactions.read() as reading:
            seen(reading)
            together.wait(timeout=60)

    with ThreadPoolExecutor(ports.transactions.concurrency) as threads:
        list(threads.map(read, range(ports.transactions.concurrency)))
