"""No request waits longer for others than its client does, and the event loop never waits for a lock."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, ProgrammingError

from sbe_scim.http import threads as http_threads
from sbe_scim.http.threads import Threads
from sbe_scim.protocol import Unavailable
from sbe_scim.store import migrate, open_database
from sbe_scim.store import patience as waiting
from sbe_scim.store.embedded import own_transactions
from sbe_scim.store.failures import Trouble, trouble
from tests.unit.http.client import Receiver, receiver
from tests.unit.rig import USER, Recording, Rig, user_body

HEALTH = "/healthz"


@pytest.fixture
def threads(tmp_path: Path) -> Iterator[Threads]:
    engine = open_database(f"sqlite:///{tmp_path}/of-the-threads.db")
    made = Threads(own_transactions(engine))
    yield made
    made.close()
    engine.dispose()


@contextmanager
def locked(file: Path, how: str) -> Iterator[sqlite3.Connection]:
    """Another program holds the file."""
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute(f"BEGIN {how}")
        yield other


def file_of(scim: Receiver) -> Path:
    return Path(scim.settings.database.removeprefix("sqlite:///"))


def write(scim: Receiver) -> Any:
    return scim.post("/Users", user_body("late"))


@pytest.mark.parametrize("journal_mode", ["wal", "delete"])
def test_the_event_loop_goes_on_while_the_file_is_locked(tmp_path: Path, journal_mode: str) -> None:
    file = tmp_path / "receiver.db"
    with closing(sqlite3.connect(file)) as made:
        made.execute(f"PRAGMA journal_mode={journal_mode}")
        made.execute("CREATE TABLE another_program (id)")
    with receiver(tmp_path) as scim:
        ann = scim.created("/Users", user_body("ann"))["id"]
        headers = {"authorization": f"Bearer {scim.token}"}
        scim.get(f"/Users/{ann}")

        async def meanwhile() -> tuple[int, int]:
            with locked(file, "EXCLUSIVE") as other:
                reading = asyncio.ensure_future(scim.client.get(f"/scim/v2/Users/{ann}", headers=headers))
                writing = asyncio.ensure_future(
                    scim.client.post("/scim/v2/Users", json=user_body("bob"), headers=headers)
                )
                for _ in range(20):
                    answer = await scim.client.get("/scim/v2/ServiceProviderConfig")
                    assert answer.status_code == 200
                # In WAL mode a writer holds up no reader.
                assert journal_mode == "wal" or not reading.done()
                assert not writing.done()
                other.execute("ROLLBACK")
                return (await reading).status_code, (await writing).status_code

        assert scim.run(meanwhile()) == (200, 201)


def test_writers_who_wait_do_not_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_threads, "PATIENCE", 0.5)
    granted: list[float] = []
    left = waiting.time_left

    def note() -> float:
        granted.append(left())
        return granted[-1]

    with receiver(tmp_path) as scim:
        headers = {"authorization": f"Bearer {scim.token}"}
        scim.get("/Users")

        async def all_at_once() -> list[int]:
            requests = [scim.client.post("/scim/v2/Users", json=user_body(f"u{n}"), headers=headers) for n in range(8)]
            return [answer.status_code for answer in await asyncio.gather(*requests)]

        with locked(file_of(scim), "IMMEDIATE"):
            monkeypatch.setattr("sbe_scim.store.sqlite.time_left", note)
            assert scim.run(all_at_once()) == [503] * 8
            monkeypatch.undo()
        # One after the other, each would have been granted the whole of it.
        assert 0 < sum(wait for wait in granted if wait <= 0.5) < 2 * 0.5
        assert write(scim).status_code == 201


def test_who_waits_behind_long_work_is_refused_before_it_ends(
    threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_threads, "PATIENCE", 0.1)
    begun, end = threading.Event(), threading.Event()
    ran: list[str] = []

    def work() -> bool:
        begun.set()
        return end.wait(60)

    async def meet() -> None:
        long = asyncio.ensure_future(threads.write(work))
        await asyncio.to_thread(begun.wait)
        with pytest.raises(Unavailable, match="busy"):
            await threads.write(ran.append, "never")
        assert not long.done()
        end.set()
        assert await long
        await threads.write(ran.append, "later")

    asyncio.run(meet())
    assert ran == ["later"]


def test_a_client_that_goes_away_is_no_busy_database(threads: Threads) -> None:
    begun, end = threading.Event(), threading.Event()

    def work() -> bool:
        begun.set()
        return end.wait(60)

    async def meet() -> None:
        long = asyncio.ensure_future(threads.write(work))
        await asyncio.to_thread(begun.wait)
        waits = asyncio.ensure_future(threads.write(lambda: None))
        await asyncio.sleep(0)
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waits
        end.set()
        assert await long

    asyncio.run(meet())


def test_a_lock_of_another_program_is_waited_for_a_bounded_time(
    postgresql: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_threads, "PATIENCE", 0.3)
    rig = Rig(Recording.over(postgresql))
    rig.create_user("ann")
    threads = Threads(rig.ports)
    with postgresql.begin() as other:
        other.execute(text("LOCK TABLE scim_resource IN EXCLUSIVE MODE"))
        with pytest.raises(Unavailable, match="busy"):
            asyncio.run(threads.write(rig.create_user, "bob"))
    asyncio.run(threads.write(rig.create_user, "bob"))
    threads.close()


def test_only_who_has_waited_for_others_tells_postgresql_how_long_to_wait(
    postgresql: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SET"):
            told.append(statement)

    rig = Rig(Recording.over(postgresql))
    threads = Threads(rig.ports)
    event.listen(postgresql, "before_cursor_execute", note)
    asyncio.run(threads.write(rig.create_user, "ann"))
    assert told == []
    monkeypatch.setattr(http_threads, "PATIENCE", 1.0)
    asyncio.run(threads.write(rig.create_user, "bob"))
    assert len(told) == 1
    threads.close()


def delete(file: Path) -> None:
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()


def delete_only_the_file(file: Path) -> None:
    file.unlink()


def replace_by_a_copy(file: Path) -> None:
    shutil.copy(file, file.with_name("copy.db"))
    file.with_name("copy.db").replace(file)


def replace_by_another(file: Path) -> None:
    engine = open_database(f"sqlite:///{file}.new")
    migrate(engine)
    engine.dispose()
    Path(f"{file}.new").replace(file)


def delete_the_log(file: Path) -> None:
    Path(f"{file}-wal").unlink()


@pytest.mark.parametrize("lose", [delete, delete_only_the_file, replace_by_a_copy, replace_by_another, delete_the_log])
def test_nothing_is_acknowledged_that_a_lost_file_will_not_have(scim: Receiver, lose: Callable[[Path], None]) -> None:
    ann = scim.created("/Users", user_body("ann"))["id"]
    lose(file_of(scim))
    before = set(file_of(scim).parent.iterdir())
    for answer in (
        write(scim),
        scim.request("PUT", f"/Users/{ann}", user_body("ann", title="x")),
        scim.request("DELETE", f"/Users/{ann}"),
        scim.get("/Users"),
        scim.get(f"/Users/{ann}"),
    ):
        assert (answer.status_code, "deleted or replaced" in answer.json()["detail"]) == (503, True)
    health = scim.get(HEALTH)
    assert (health.status_code, "deleted or replaced" in health.json()["status"]) == (503, True)
    assert "requests are refused" in {record.msg.split(":")[0] for record in scim.log.records}
    # Nor is a new, empty one made.
    assert set(file_of(scim).parent.iterdir()) == before


def test_a_file_that_is_put_back_serves_again(scim: Receiver) -> None:
    file = file_of(scim)
    file.rename(file.with_name("aside.db"))
    assert write(scim).status_code == 503
    file.with_name("aside.db").rename(file)
    assert write(scim).status_code == 201
    assert scim.get(HEALTH).status_code == 200


def test_a_file_that_is_lost_before_the_commit_acknowledges_nothing(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/receiver.db")
    migrate(engine)
    rig = Rig(Recording.over(engine))
    event.listen(engine, "commit", lambda _: (tmp_path / "receiver.db").unlink(missing_ok=True))
    with pytest.raises(Unavailable, match="deleted or replaced"):
        rig.create_user("ann")
    engine.dispose()


def test_a_full_disk_is_called_full(tmp_path: Path, threads: Threads, caplog: pytest.LogCaptureFixture) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/receiver.db")
    migrate(engine)
    rig = Rig(Recording.over(engine))
    rig.create_user("ann")
    free = [0]

    def bound(connection: Connection) -> None:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages + free[0]}"))

    event.listen(engine, "begin", bound)
    with caplog.at_level(logging.ERROR), pytest.raises(Unavailable, match="full"):
        asyncio.run(threads.write(lambda: rig.create_user("bob", title="Amélie" * 10_000)))
    assert "the disk of the database is full" in caplog.text
    assert "Amélie" not in caplog.text
    free[0] = 1_000
    asyncio.run(threads.write(lambda: rig.create_user("bob", title="x" * 10_000)))
    assert rig.search(USER)["totalResults"] == 2
    engine.dispose()


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (OperationalError("", None, psycopg.errors.DiskFull()), Trouble.FULL),
        (InternalError("", None, psycopg.errors.ReadOnlySqlTransaction()), Trouble.READ_ONLY),
        (OperationalError("", None, psycopg.errors.LockNotAvailable()), Trouble.BUSY),
        (OperationalError("", None, psycopg.errors.DeadlockDetected()), Trouble.BUSY),
        (OperationalError("", None, psycopg.errors.AdminShutdown()), Trouble.BUSY),
        (OperationalError("", None, psycopg.OperationalError("connection refused")), Trouble.BUSY),
        (InternalError("", None, psycopg.errors.IdleInTransactionSessionTimeout()), Trouble.BUSY),
        (ProgrammingError("", None, psycopg.errors.UndefinedTable()), None),
        (ProgrammingError("", None, psycopg.ProgrammingError("too few parameters")), None),
        (OperationalError("", None, sqlite3.OperationalError("no such table: scim_resource")), None),
    ],
)
def test_what_is_wrong_with_a_database_is_told_from_a_wrong_statement(error: DBAPIError, means: Trouble | None) -> None:
    assert trouble(error) is means


def test_a_file_that_may_only_be_read_is_told(tmp_path: Path, threads: Threads) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/receiver.db")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        with pytest.raises(Unavailable, match="cannot be written"):
            asyncio.run(threads.write(connection.exec_driver_sql, "DELETE FROM scim_journal"))
    engine.dispose()
