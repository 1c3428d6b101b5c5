"""Who was deleted is nothing but an id once nobody can restore them any more."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from sbe_scim.app import create_app, open_ports, retentions
from sbe_scim.config import Settings
from sbe_scim.journal import Retention
from sbe_scim.service import forgetting, persons, restoring
from sbe_scim.service.restoring import RestoreError
from sbe_scim.store import tables
from sbe_scim.store.clock import now
from tests.unit.rig import GROUP, USER, Recording, Rig

DAY = 86_400_000_000
MAIL = [{"value": "zoe@example.org"}]


def deleted(rig: Rig, days: float, kind: Any = USER, **more: Any) -> str:
    """Somebody called zoe, or a group, who was deleted so many days ago."""
    id: str = (rig.create_user("zoe", emails=MAIL, **more) if kind is USER else rig.create_group("zoe", **more))["id"]
    rig.delete(kind, id)
    with rig.ports.write() as transaction:
        here = update(tables.resource).where(tables.resource.c.id == id)
        transaction.connection.execute(here.values(deleted=now() - int(days * DAY)))
    return id


def retention(rig: Rig, days: int = 30, batch: int = 200) -> Retention:
    return Retention(rig.ports, days, clear=forgetting.forget, batch=batch)


def effects(rig: Rig) -> list[tuple[Any, ...]]:
    columns = tables.journal.c
    rows = rig.rows(tables.journal, columns.operation, columns.effect, columns.target_id, columns.source)
    return [row for row in rows if row[0] == "erase"]


def kept(rig: Rig) -> set[str]:
    """The ids of those who can be told from what is stored."""
    columns = tables.resource.c
    return {row[0] for row in rig.rows(tables.resource, columns.id, columns.display) if row[1] is not None}


def test_nothing_is_left_of_them_but_an_id_and_a_row_of_the_journal_says_so(rig: Rig) -> None:
    rig.create_group("Élus", rig.create_user("ann")["id"])
    old = deleted(rig, 31, externalId="e-zoe", title="Maire")
    recent = deleted(rig, 29)
    rig.ports.taken()
    retention(rig).run()
    told = str([rig.rows(table) for table in tables.metadata.sorted_tables if table is not tables.attr_value])
    assert "Maire" not in told
    assert "e-zoe" not in told
    assert old not in kept(rig)
    assert recent in kept(rig)
    assert effects(rig) == [("erase", "erased", old, "staff")]
    assert rig.ports.taken() == [], "the account stays, with its name beside what it wrote"


def test_who_is_erased_cannot_be_restored_and_their_id_is_never_another_s(rig: Rig) -> None:
    id = deleted(rig, 31, externalId="e-zoe")
    retention(rig).run()
    with pytest.raises(RestoreError, match="erased"), rig.ports.write() as transaction:
        restoring.restore(transaction, rig.ports, USER, restoring.find(transaction.connection, USER, id), 60)
    again = rig.create_user("zoe", externalId="e-zoe", emails=MAIL)["id"]
    assert again != id
    retention(rig, 1).run()
    assert again in kept(rig), "who is there is nobody's to erase"
    with rig.ports.read() as transaction:
        assert [one.id for one in persons.find(transaction.connection, id).resources] == [id]


def test_groups_and_who_was_restored_stay(rig: Rig) -> None:
    group = deleted(rig, 31, GROUP)
    id = deleted(rig, 31)
    with rig.ports.write() as transaction:
        restoring.restore(transaction, rig.ports, USER, restoring.find(transaction.connection, USER, id), 60)
    retention(rig).run()
    assert {group, id} <= kept(rig)


def test_a_batch_at_a_time_the_longest_deleted_first(rig: Rig) -> None:
    ids = [deleted(rig, days) for days in (31, 33, 32)]
    tidy = retention(rig, batch=2)
    tidy.run()
    assert kept(rig) == {ids[0]}
    tidy.run()
    assert kept(rig) == set()
    assert [row[2] for row in effects(rig)] == [ids[1], ids[2], ids[0]]


def test_where_nobody_is_to_be_forgotten_nothing_goes_wrong(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("sbe_scim").addHandler(caplog.handler)
    retention(rig).run()
    logging.getLogger("sbe_scim").removeHandler(caplog.handler)
    assert caplog.messages == []


def test_the_receiver_does_it_by_itself(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path}/receiver.db", restore_days=7)
    ports = open_ports(settings)
    create_app(settings, ports)
    rig = Rig(Recording(*ports))
    old, recent = deleted(rig, 8), deleted(rig, 6)
    for one in retentions(ports.transactions, settings):
        one.run()
    assert kept(rig) == {recent}
    assert [row[2] for row in effects(rig)] == [old]
    ports.transactions.close()


def test_two_processes_never_take_the_same_ones(postgresql: Engine) -> None:
    rig = Rig(Recording.over(postgresql))
    ids = {deleted(rig, 31) for _ in range(6)}
    meet = Barrier(2, timeout=30)

    def forget() -> None:
        with rig.ports.write() as transaction:
            forgetting.forget(transaction.connection, now() - 30 * DAY, 3)
            meet.wait()

    threads = [Thread(target=forget) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with postgresql.connect() as connection:
        journal = tables.journal.c
        told = [row[0] for row in connection.execute(select(journal.target_id).where(journal.operation == "erase"))]
    assert (sorted(told), kept(rig)) == (sorted(ids), set())
