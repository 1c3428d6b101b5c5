"""Rows of the journal go when their time is over, a batch at a time."""

from __future__ import annotations

import pytest

from sbe_scim.journal import Entry, Journal, Retention, retention
from sbe_scim.store import tables
from sbe_scim.store.clock import now
from tests.unit.rig import Rig

DAY = 86_400_000_000


def write(rig: Rig, *ages: float) -> None:
    """Rows so many days old."""
    entries = [
        Entry(time=now() - int(age * DAY), duration=1, request_id=f"{age}", operation="get", status=200, name="zoe")
        for age in ages
    ]
    with rig.ports.write() as transaction:
        rig.journal.write(transaction.connection, entries)


def left(rig: Rig) -> list[str]:
    return [row[0] for row in rig.rows(tables.journal, tables.journal.c.request_id)]


def test_only_what_is_older_goes(rig: Rig) -> None:
    write(rig, 91, 89.9, 300, 0, 90.1)
    Retention(rig.ports, 90).run()
    assert left(rig) == ["89.9", "0"]


def test_a_batch_goes_at_a_time_and_then_an_hour_passes(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    seconds = 0.0
    tidy = Retention(rig.ports, 30, clock=lambda: seconds)
    write(rig, 34, 32, 33, 31, 1)
    seen = []
    for _ in range(3):
        tidy.run()
        seen.append(left(rig))
    # The oldest first.
    assert seen == [["32", "31", "1"], ["1"], ["1"]]
    write(rig, 40)
    seconds += 3_599
    tidy.run()
    assert left(rig) == ["1", "40"]
    seconds += 2
    tidy.run()
    assert left(rig) == ["1"]


def test_a_database_that_does_not_answer_is_asked_again_after_an_hour(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 0.0
    tidy = Retention(rig.ports, 30, clock=lambda: seconds)
    write(rig, 31)

    def broken() -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(rig.ports, "write", broken)
        tidy.run()
    tidy.run()
    assert left(rig) == ["31"]
    seconds += 3_600
    tidy.run()
    assert left(rig) == []


def test_the_writer_lets_old_rows_go_by_itself(rig: Rig) -> None:
    write(rig, 400, 1)
    tidy = Retention(rig.ports, 365)
    journal = Journal(rig.ports, chores=(tidy,))
    journal.start()
    journal.stop()
    # Where it was stopped before its first look, the look is made here.
    tidy.run()
    assert left(rig) == ["1"]
