"""An error that nobody foresaw is a SCIM answer, and the journal does not call it a success."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DataError

from sbe_scim.app import Ports
from sbe_scim.directory.port import DirectoryUser, Records
from sbe_scim.http import writer
from sbe_scim.http.writer import SharedWriter
from sbe_scim.store.transactions import Transaction
from tests.unit.http.client import SCIM_JSON, receiver
from tests.unit.rig import Recording, RecordingAccounts, group_body, patch_body, user_body


class Failing(Recording):
    """Raises ``error`` once ``armed``: from the directory's work, or at its commit."""

    def __init__(self, ports: Ports, error: Exception) -> None:
        super().__init__(*ports)
        self._error = error
        self.armed = ""

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with super().write() as transaction:
            yield transaction
            if self.armed == "commit" and threading.current_thread().name != "scim-journal":
                # Once: the row of the refusal is written too.
                self.armed = ""
                raise self._error

    def accounts(self, transaction: Transaction, records: Records) -> RecordingAccounts:
        inner = super().accounts(transaction, records)
        return FailingAccounts(self._error) if self.armed == "work" else inner


class FailingAccounts(RecordingAccounts):
    def __init__(self, error: Exception) -> None:
        self._error = error

    def _tell(self, *_call: object) -> None:
        raise self._error

    def user_saved(self, user: DirectoryUser) -> bool:
        raise self._error


ERRORS = [RuntimeError("for amelie@example.org"), DataError("for amelie@example.org", None, Exception())]


@pytest.mark.parametrize("error", ERRORS, ids=["RuntimeError", "DataError"])
@pytest.mark.parametrize("moment", ["work", "commit"])
@pytest.mark.parametrize("operation", ["create", "replace", "patch", "delete"])
@pytest.mark.parametrize("endpoint", ["Users", "Groups"])
def test_a_write_that_fails_unexpectedly_is_told_and_journalled_as_one(
    tmp_path: Path, endpoint: str, operation: str, moment: str, error: Exception
) -> None:
    made: list[Failing] = []

    def around(inner: Ports) -> Ports:
        made.append(Failing(inner, error))
        return made[0].ports

    body = user_body if endpoint == "Users" else group_body
    with receiver(tmp_path, around=around) as scim:
        id = scim.created(f"/{endpoint}", body("before"))["id"]
        made[0].armed = moment
        method, path, sent = {
            "create": ("POST", f"/{endpoint}", body("amelie")),
            "replace": ("PUT", f"/{endpoint}/{id}", body("amelie")),
            "patch": ("PATCH", f"/{endpoint}/{id}", patch_body(RENAMING[endpoint])),
            "delete": ("DELETE", f"/{endpoint}/{id}", None),
        }[operation]
        response = scim.request(method, path, sent, headers={"x-request-id": "failing"})
        made[0].armed = ""
        assert (response.status_code, response.headers["content-type"]) == (500, SCIM_JSON)
        assert response.headers["x-request-id"] == "failing"
        assert response.json()["status"] == "500"
        assert "failing" in response.json()["detail"]
        assert scim.get(f"/{endpoint}").json()["totalResults"] == 1
        access = [record.__dict__["status"] for record in scim.log.records if record.name == "sbe_scim.access"]
        assert access[1] == 500
        assert not any("amelie" in str(record.__dict__) for record in scim.log.records)
    (row,) = (row for row in scim.journal() if row["request_id"] == "failing")
    target = None if operation == "create" else id
    assert (row["operation"], row["status"], row["source"], row["target_id"]) == (operation, 500, "staff", target)
    assert (row["detail"], row["changed"]) == ("internal error", None)


RENAMING = {
    "Users": {"op": "replace", "path": "title", "value": "x"},
    "Groups": {"op": "replace", "path": "displayName", "value": "amelie"},
}


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_an_error_after_the_change_says_that_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError

    with receiver(tmp_path) as scim:
        path = "/Users" if method == "POST" else f"/Users/{scim.created('/Users', user_body('ann'))['id']}"
        with monkeypatch.context() as patched:
            patched.setattr("sbe_scim.http.resources.ResourceEndpoints._answer", broken)
            assert scim.request(method, path, user_body("ann", title="x")).status_code == 500
        (user,) = scim.get("/Users").json()["Resources"]
        assert user["title"] == "x"
    last = [(row["status"], row["target_id"], row["detail"]) for row in scim.journal() if row["operation"] != "search"]
    made = 201 if method == "POST" else 200
    assert last[-2:] == [(made, user["id"], None), (500, user["id"], "internal error after the change was made")]


def test_a_read_that_fails_unexpectedly_is_told_and_journalled_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise RuntimeError

    with receiver(tmp_path) as scim:
        monkeypatch.setattr("sbe_scim.http.threads.Threads.read_brief", broken)
        response = scim.get("/Users")
        assert (response.status_code, response.json()["status"]) == (500, "500")
        assert response.headers["x-request-id"] in response.json()["detail"]
    assert [(row["operation"], row["status"], row["detail"]) for row in scim.journal()] == [
        ("search", 500, "internal error")
    ]


def test_a_commit_that_several_share_fails_for_each_and_is_journalled_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["first", "ann", "bob", "carl"]
    begun, go = threading.Event(), threading.Event()
    queued: list[object] = []
    commits: list[Connection] = []
    add = SharedWriter._add

    def note(shared: SharedWriter, job: Any) -> None:
        queued.append(job)
        add(shared, job)

    def hold(_connection: Connection, user: DirectoryUser) -> None:
        if user.user_name == "first":
            begun.set()
            go.wait()

    def around(inner: Ports) -> Ports:
        recording = Recording(*inner)
        recording.behaviour = hold
        return recording.ports

    def break_the_second(connection: Connection) -> None:
        commits.append(connection)
        if len(commits) == 2:
            raise RuntimeError("for amelie@example.org")

    monkeypatch.setattr(SharedWriter, "_add", note)
    monkeypatch.setattr(writer, "LONGEST", inf)
    with receiver(tmp_path, around=around) as scim:

        async def post(name: str) -> int:
            headers = {"authorization": f"Bearer {scim.token}", "x-request-id": name}
            return (await scim.client.post("/scim/v2/Users", json=user_body(name), headers=headers)).status_code

        async def together() -> list[int]:
            first = asyncio.ensure_future(post("first"))
            await asyncio.to_thread(begun.wait)
            others = [asyncio.ensure_future(post(name)) for name in names[1:]]
            while len(queued) < len(names):
                await asyncio.sleep(0)
            event.listen(Engine, "commit", break_the_second)
            go.set()
            return [await request for request in (first, *others)]

        try:
            assert scim.run(together()) == [201, 500, 500, 500]
        finally:
            event.remove(Engine, "commit", break_the_second)
        assert [user["userName"] for user in scim.get("/Users").json()["Resources"]] == ["first"]
    rows = {row["request_id"]: (row["status"], row["target_id"], row["detail"]) for row in scim.journal()}
    assert rows["first"][0] == 201
    assert [rows[name] for name in names[1:]] == [(500, None, "internal error")] * 3
