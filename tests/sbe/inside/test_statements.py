"""What a write into Abilian SBE costs in statements, each a round trip, and that what is saved changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import get_ident
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from abilian.core.models.subjects import Group, User
from abilian.core.sqlalchemy import listeners
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from sbe_scim.app import Ports
from sbe_scim.directory.port import DirectoryGroup
from sbe_scim.directory.sbe import patches
from sbe_scim.protocol import Uniqueness
from sbe_scim.store.failures import Trouble, trouble
from tests.contract.transactions import Undone
from tests.sbe.inside.support import MakeUser, Sbe, Scim, statements, writes
from tests.unit.rig import GROUP, USER, Recording, Rig, user_body


@pytest.fixture
def rig(ports: Ports) -> Rig:
    """The service over Abilian SBE."""
    return Rig(Recording(*ports))


@pytest.fixture
def database(ports: Ports) -> str:
    """Which kind it is."""
    with ports.transactions.read() as transaction:
        return transaction.connection.dialect.name


_TOLD = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@contextmanager
def counted() -> Iterator[list[str]]:
    """What the block sends until its commit, but for what sets the transaction up; afterwards Abilian SBE indexes.

    On this thread: the worker may still be at what came before, or try it again.
    """
    seen: list[str] = []
    ended: list[bool] = []
    thread = get_ident()

    def note(statement: str) -> None:
        if (
            get_ident() == thread
            and not ended
            and statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
        ):
            seen.append(" ".join(statement.split())[:80])

    def end(_connection: object) -> None:
        if get_ident() == thread:
            ended.append(True)

    event.listen(Engine, "commit", end)
    try:
        with statements(note):
            yield seen
    finally:
        event.remove(Engine, "commit", end)


def body(name: str) -> dict[str, object]:
    return user_body(name, emails=[{"value": f"{name}@example.org", "primary": True}])


def end_connections(ports: Ports) -> None:
    """Have the server end every connection that Abilian SBE holds, as a restart does."""
    with ports.transactions.read() as transaction:
        url = transaction.connection.engine.url
    if url.get_backend_name() == "postgresql":
        other = create_engine(url, isolation_level="AUTOCOMMIT")
        mine = "datname = current_database() AND pid != pg_backend_pid()"
        with other.connect() as connection:
            connection.execute(text(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {mine}"))
        other.dispose()


def test_a_create_is_few_statements(rig: Rig, database: str) -> None:
    # The first of a source starts its counter.
    rig.create(USER, body("first"))
    with counted() as seen:
        rig.create(USER, body("counted"))
    # SQLite takes them one by one, without a way to a server.
    assert len(seen) == {"postgresql": 3, "sqlite": 10}[database], seen


def test_only_a_connection_that_was_idle_is_asked_whether_it_lives(
    rig: Rig, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.create(USER, body("before"))
    ask = mock.Mock(wraps=listeners.ping_connection)
    monkeypatch.setattr(listeners, "ping_connection", ask)
    # However long the machine takes.
    monkeypatch.setattr(patches, "_LIVES", 60.0)
    rig.create(USER, body("soon"))
    assert ask.call_count == 0
    monkeypatch.setattr(patches, "_LIVES", 0.0)
    rig.create(USER, body("later"))
    # SQLite has no pool: each connection is new.
    assert (ask.call_count > 0) == (database == "postgresql")


def test_a_connection_that_the_server_has_ended_is_busy_once_or_not_noticed(
    rig: Rig, database: str, ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.create(USER, body("lost0"))
    lost = []
    for number, trusted in ((1, 60.0), (2, 0.0)):
        monkeypatch.setattr(patches, "_LIVES", trusted)
        end_connections(ports)
        try:
            rig.create(USER, body(f"lost{number}"))
        except DBAPIError as error:
            lost.append((number, trouble(error)))
            rig.create(USER, body(f"lost{number}"))
    # SQLite has no server.
    assert lost == {"postgresql": [(1, Trouble.BUSY)], "sqlite": []}[database]


def test_a_change_of_a_person_is_few_statements(rig: Rig, database: str) -> None:
    user = rig.create(USER, body("changed"))["id"]
    with counted() as seen:
        rig.replace(USER, user, body("changed") | {"title": "Cheffe"})
    assert len(seen) == {"postgresql": 6, "sqlite": 8}[database], seen


def test_a_new_member_is_few_statements(rig: Rig, database: str) -> None:
    first, second = (str(rig.create(USER, body(name))["id"]) for name in ("member", "another"))
    group = str(rig.create_group("counted", first)["id"])
    with counted() as seen:
        rig.patch(GROUP, group, {"op": "add", "path": "members", "value": [{"value": second}]})
    assert len(seen) == {"postgresql": 10, "sqlite": 12}[database], seen


def test_an_account_that_is_written_directly_is_what_the_models_write(
    rig: Rig, scim: Scim, sbe: Sbe, user: MakeUser
) -> None:
    more: dict[str, Any] = {
        "locale": "fr",
        "timezone": "Europe/Paris",
        "name": {"givenName": "Zoé", "familyName": "Î'x"},
    }
    with writes() as seen:
        rig.create(USER, body("direct") | more)
    assert seen.count("index") == 1
    scim.user_saved(user("models@example.org", **more))
    direct, models = sbe.known("direct@example.org"), sbe.known("models@example.org")
    assert {type(direct[name]) for name in ("id", "created_at", "updated_at")} == {int, datetime}
    for account in (direct, models):
        for name in ("id", "email", "created_at", "updated_at"):
            del account[name]
    assert direct == models


def test_an_address_in_another_case_is_somebodys(rig: Rig, sbe: Sbe) -> None:
    sbe.local_account("Twin@example.org")
    with pytest.raises(Uniqueness, match="another account of Abilian SBE"):
        rig.create(USER, body("twin"))
    assert sbe.account("twin@example.org") is None


def test_a_plugin_that_listens_is_heard(rig: Rig) -> None:
    heard: list[str] = []

    def note(_mapper: object, _connection: object, account: Any) -> None:
        heard.append(account.email)

    def note_member(_group: object, account: Any, _initiator: object) -> None:
        heard.append(f"{account.email} joins")

    event.listen(User, "before_insert", note)
    event.listen(Group.members, "append", note_member)
    try:
        member = str(rig.create(USER, body("heard"))["id"])
        rig.create_group("heard", member)
    finally:
        event.remove(User, "before_insert", note)
        event.remove(Group.members, "append", note_member)
    rig.create(USER, body("unheard"))
    assert heard == ["heard@example.org", "heard@example.org joins"]


def test_who_has_joined_directly_can_leave_in_the_same_transaction(scim: Scim, sbe: Sbe, user: MakeUser) -> None:
    ann, staff = user("leaves@example.org"), DirectoryGroup(str(uuid4()), "test", None, "leaves")
    scim.user_saved(ann)
    scim.group_saved(staff)
    with scim.request() as (accounts, _):
        accounts.members_changed(staff.id, (ann.id,), ())
        accounts.members_changed(staff.id, (), (ann.id,))
        accounts.members_changed(staff.id, (ann.id,), ())
        accounts.members_changed(staff.id, (ann.id,), ())
    assert sbe.group("leaves") == {"leaves@example.org"}
    with scim.request() as (accounts, _):
        accounts.members_changed(staff.id, (), (ann.id,))
    assert sbe.group("leaves") == set()


def test_what_is_undone_of_a_shared_commit_is_neither_there_nor_indexed(rig: Rig, ports: Ports, sbe: Sbe) -> None:
    with writes() as seen:
        with ports.transactions.write(), suppress(Undone), ports.transactions.write():
            rig.create(USER, body("undone"))
            raise Undone
        assert "index" not in seen
        with ports.transactions.write():
            for name, kept in (("shared1", True), ("undone", False), ("shared2", True)):
                with suppress(Undone), ports.transactions.write():
                    rig.create(USER, body(name))
                    if not kept:
                        raise Undone
        assert seen.count("index") == 1
    assert sbe.account("undone@example.org") is None
    assert sbe.known("shared1@example.org")["id"] < sbe.known("shared2@example.org")["id"]
    rig.create(USER, body("undone"))
    assert sbe.known("undone@example.org")["can_login"]
