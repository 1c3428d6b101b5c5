"""One row per request: what happened, and of people only whom a refused create was about."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy.exc import OperationalError

from sbe_scim.journal import Entry, Journal
from sbe_scim.store import tables, tokens
from sbe_scim.store.clock import now
from tests.unit.http.client import LogLines, Receiver, receiver
from tests.unit.rig import Rig, patch_body, user_body


def requests(scim: Receiver) -> str:
    """One request of each kind; return the id of the user."""
    id: str = scim.created("/Users", user_body("amelie", title="Maire", nickname="x", unknown="y"))["id"]
    scim.request("PATCH", f"/Users/{id}", patch_body({"op": "replace", "path": "title", "value": "Adjointe"}))
    scim.post("/Users", user_body("amelie"))
    scim.get(f"/Users/{id}")
    scim.get("/Users?filter=title%20eq%20%22Maire%22")
    scim.get("/Users?filter=nonsense")
    scim.get("/Users", headers={"authorization": "Bearer nonsense"})
    scim.request("DELETE", f"/Users/{id}", headers={"x-request-id": "the-last-one"})
    return id


def test_every_request_leaves_one_row(tmp_path: Path) -> None:
    with receiver(tmp_path) as scim:
        id = requests(scim)
    rows = sorted(scim.journal(), key=lambda row: row["time"])
    assert [(row["operation"], row["source"], row["status"], row["scim_type"], row["target_id"]) for row in rows] == [
        ("create", "staff", 201, None, id),
        ("patch", "staff", 200, None, id),
        ("create", "staff", 409, "uniqueness", None),
        ("get", "staff", 200, None, id),
        ("search", "staff", 200, None, None),
        ("search", "staff", 400, "invalidFilter", None),
        ("search", None, 401, None, None),
        ("delete", "staff", 204, None, id),
    ]
    assert json.loads(rows[0]["dropped"]) == ["unknown"]
    assert json.loads(rows[1]["changed"]) == ["title"]
    assert rows[2]["detail"] == "another User has this userName"
    assert rows[-1]["request_id"] == "the-last-one"
    assert all(row["duration"] > 0 for row in rows)


def test_no_row_holds_a_value_or_a_token_or_a_name_but_of_whom_it_refused(tmp_path: Path) -> None:
    with receiver(tmp_path) as scim:
        requests(scim)
    rows = scim.journal()
    assert not any(secret in str(rows) for secret in ("Maire", "Adjointe", scim.token))
    (refused,) = (row for row in rows if row["status"] == 409)
    assert (refused["name"], refused["reason"], "amelie" in refused["detail"]) == ("amelie", "name_taken", False)
    assert "amelie" not in str([row for row in rows if row is not refused])


def test_the_use_of_a_token_waits_for_a_database_that_does_not_answer(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rig.ports.write() as transaction:
        secret = tokens.create(transaction.connection, rig.staff.id)
        token = tokens.find(transaction.connection, secret)
    assert token is not None

    def broken() -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as down:
        down.setattr(rig.ports, "write", broken)
        rig.journal.token_used(token.id)
        rig.journal.flush()
    back = now()
    rig.journal.flush()
    ((last_used,),) = rig.rows(tables.token, tables.token.c.last_used)
    assert token.created <= last_used <= back


def test_writes_and_their_refusals_are_there_at_once(tmp_path: Path) -> None:
    with receiver(tmp_path) as scim:
        scim.created("/Users", user_body("ann"))
        scim.post("/Users", user_body("ann"))
        assert [row["status"] for row in scim.journal()] == [201, 409]


def entry(number: int) -> Entry:
    return Entry(time=number, duration=1, request_id=f"r{number}", operation="get", status=200)


@pytest.mark.parametrize("trouble", [OperationalError("", None, Exception()), OSError("the disk is full")])
def test_gathered_rows_wait_for_a_database_that_does_not_answer(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def broken() -> None:
        raise trouble

    for number in range(3):
        rig.journal.gather(entry(number))
    with monkeypatch.context() as patched:
        patched.setattr(rig.ports, "write", broken)
        rig.journal.flush()
        rig.journal.refuse(entry(3))
    assert rig.rows(tables.journal) == []
    rig.journal.flush()
    assert [row[0] for row in rig.rows(tables.journal, tables.journal.c.request_id)] == ["r0", "r1", "r2", "r3"]


def test_stopping_writes_what_is_held(rig: Rig) -> None:
    rig.journal.start()
    rig.journal.gather(entry(1))
    rig.journal.stop()
    assert len(rig.rows(tables.journal)) == 1


class Minutes:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def refusal(number: int, status: int = 401, detail: str = "the token is not known") -> Entry:
    return Entry(time=number, duration=1, request_id=f"r{number}", operation="search", status=status, detail=detail)


def details(rig: Rig) -> list[str | None]:
    return [row[0] for row in rig.rows(tables.journal, tables.journal.c.detail)]


def test_callers_that_prove_nothing_share_a_row_a_minute(rig: Rig) -> None:
    clock = Minutes()
    journal = Journal(rig.ports, clock=clock)
    journal.count(refusal(0))
    journal.flush()
    # The first is told at once: who sets up a client looks for it.
    assert details(rig) == ["the token is not known"]
    for number in range(1, 500):
        journal.count(refusal(number))
        journal.count(refusal(number, 404, "there is nothing at this path"))
        journal.flush()
    assert len(details(rig)) == 1
    journal.count(refusal(500, detail="the token has expired"))
    clock.now += 60
    journal.flush()
    assert details(rig)[1:] == ["the token has expired; the last of 999 without a valid token: 500 x 401, 499 x 404"]
    journal.count(refusal(501))
    journal.flush()
    assert len(details(rig)) == 2
    journal.stop()
    assert details(rig)[2:] == ["the token is not known"]


def test_what_anybody_may_read_leaves_no_row(rig: Rig) -> None:
    rig.journal.count(refusal(0)._replace(status=200))
    rig.journal.stop()
    assert rig.rows(tables.journal) == []


def test_a_flood_without_a_token_leaves_one_row_and_is_counted(tmp_path: Path) -> None:
    with receiver(tmp_path) as scim:
        for number in range(100):
            scim.get("/Users", headers={"authorization": None})
            scim.post("/Users", user_body("ann"), headers={"authorization": f"Bearer nonsense{number}"})
            scim.get("/Schemas", headers={"authorization": None})
            scim.get("/nothing", headers={"authorization": None})
            scim.request("DELETE", "/Users", headers={"authorization": None})
            scim.post("/Bulk", {}, headers={"authorization": None})
        lines = [record.__dict__ for record in scim.log.records if record.name == "sbe_scim.access"]
    rows = scim.journal()
    # The writer may have come by between the first requests and the others.
    assert 1 <= len(rows) <= 2
    told = sum(int(found) for row in rows for found in re.findall(r"(\d+) x \d", row["detail"]))
    assert told + sum(" x " not in row["detail"] for row in rows) == 500
    assert Counter(line["status"] for line in lines) == {200: 100, 401: 300, 404: 100, 405: 100}
    assert {line["detail"] for line in lines if line["status"] == 401} >= {"no bearer token was sent"}


@pytest.fixture
def log() -> Iterator[LogLines]:
    """What the receiver logs."""
    lines = LogLines()
    logging.getLogger("sbe_scim").addHandler(lines)
    yield lines
    logging.getLogger("sbe_scim").removeHandler(lines)


def test_rows_that_fall_out_of_memory_are_counted_and_told(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, log: LogLines
) -> None:
    journal = Journal(rig.ports, held=3)
    with monkeypatch.context() as patched:
        patched.setattr(rig.ports, "write", broken)
        for number in range(10):
            journal.gather(entry(number))
        journal.flush()
        journal.gather(entry(10))
        journal.refuse(entry(11))
        journal.flush()
    assert [record.__dict__["lost"] for record in log.records] == [7, 9]
    journal.flush()
    rows = rig.rows(tables.journal, tables.journal.c.request_id, tables.journal.c.operation, tables.journal.c.detail)
    assert [row[0] for row in rows[1:]] == ["r9", "r10", "r11"]
    assert (rows[0][1], rows[0][2]) == ("journal", "9 rows were lost: the database did not answer for too long")
    journal.gather(entry(12))
    journal.flush()
    assert len(rig.rows(tables.journal)) == 5


def test_rows_that_are_lost_at_the_end_are_told(rig: Rig, monkeypatch: pytest.MonkeyPatch, log: LogLines) -> None:
    monkeypatch.setattr(rig.ports, "write", broken)
    journal = Journal(rig.ports, held=3)
    for number in range(5):
        journal.gather(entry(number))
    journal.stop()
    assert log.records[-1].__dict__["rows"] == 5


def test_gathering_from_many_threads_loses_nothing(rig: Rig) -> None:
    with ThreadPoolExecutor(8) as threads:
        for number in range(400):
            threads.submit(rig.journal.gather, entry(number))
            if number % 50 == 0:
                threads.submit(rig.journal.flush)
    rig.journal.flush()
    assert sorted(row[0] for row in rig.rows(tables.journal, tables.journal.c.time)) == list(range(400))


def broken() -> NoReturn:
    raise OSError("the disk is full")
