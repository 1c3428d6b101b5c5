"""One row per request: what happened, without a value of anybody's attributes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from sbe_scim.journal import Entry
from sbe_scim.store import tables
from tests.unit.http.client import Receiver, receiver
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


def test_no_row_holds_a_name_a_value_or_a_token(tmp_path: Path) -> None:
    with receiver(tmp_path) as scim:
        requests(scim)
    text = str(scim.journal())
    assert not any(secret in text for secret in ("amelie", "Maire", "Adjointe", scim.token))


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
    def broken(*, write: bool) -> None:
        raise trouble

    for number in range(3):
        rig.journal.gather(entry(number))
    with monkeypatch.context() as patched:
        patched.setattr(rig.directory, "transaction", broken)
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
