"""What fails unexpectedly leaves nothing behind, and says nothing of a success that never was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, event, insert, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from sbe_scim.protocol import ScimError, Uniqueness
from sbe_scim.service import Outcome
from sbe_scim.store import resources, tables
from sbe_scim.store.failures import UniqueRule
from tests.unit.rig import GROUP, USER, Recording, Rig, group_body, patch_body, target, user_body

_metadata = MetaData()
#: A table of an application, with a rule of its own that clients know of and another that they do not.
ACCOUNT = Table(
    "app_account",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    Column("number", Integer, nullable=False, unique=True),
)
Index("app_account_address", ACCOUNT.c.address, unique=True)
RULE = UniqueRule("app_account_address", ("app_account.address",), "another account has this address")


class Application(Recording):
    """A directory with a table and a rule of its own."""

    @property
    def unique(self) -> tuple[UniqueRule, ...]:
        """The rule on addresses."""
        return (RULE,)


@pytest.fixture
def application(engine: Engine) -> Iterator[Application]:
    _metadata.create_all(engine)
    yield Application.over(engine)
    _metadata.drop_all(engine)


@pytest.fixture
def rig(application: Application) -> Rig:
    """The service over the application."""
    return Rig(application)


class Broken(Exception):
    """An error that nobody expects."""


def breaks(*_: object) -> None:
    raise Broken


def attempt(rig: Rig, operation: str, exists: str) -> Outcome:
    """One write that tells the directory of a user; what became of it."""
    call, there = rig.call(), target(USER, exists)
    change = patch_body({"op": "replace", "path": "title", "value": "x"})
    writes: dict[str, Callable[[], Outcome]] = {
        "create": lambda: rig.service.create(call, target(USER), user_body("new")),
        "replace": lambda: rig.service.replace(call, there, user_body("ann", title="x")),
        "patch": lambda: rig.service.patch(call, there, change),
    }
    return writes[operation]()


@pytest.mark.parametrize("operation", ["create", "replace", "patch"])
@pytest.mark.parametrize("when", ["while it works", "at the commit"])
def test_a_write_that_fails_has_no_outcome_and_keeps_nothing(
    rig: Rig, application: Application, engine: Engine, operation: str, when: str
) -> None:
    exists = rig.create_user("ann")["id"]
    before = [rig.rows(table) for table in (tables.resource, tables.change, tables.journal, tables.counter)]
    if when == "while it works":
        application.behaviour = breaks
    else:
        event.listen(engine, "commit", breaks)
    with pytest.raises(Broken):
        attempt(rig, operation, exists)
    if when == "at the commit":
        event.remove(engine, "commit", breaks)
    assert [rig.rows(table) for table in (tables.resource, tables.change, tables.journal, tables.counter)] == before


def test_a_refused_create_names_no_target(rig: Rig, application: Application) -> None:
    application.refuses = True
    for kind, body in ((USER, user_body("ann")), (GROUP, group_body("Élus")), (GROUP, group_body("Élus", "nobody"))):
        with pytest.raises(ScimError):
            rig.create(kind, body)
    columns = tables.journal.c
    assert rig.rows(tables.journal, columns.status, columns.target_id, columns.changed) == [(400, None, None)] * 3


def test_a_refused_change_names_its_target(rig: Rig, application: Application) -> None:
    ann = rig.create_user("ann")["id"]
    application.refuses = True
    with pytest.raises(ScimError):
        rig.replace(USER, ann, user_body("ann", title="x"))
    assert rig.rows(tables.journal, tables.journal.c.status, tables.journal.c.target_id)[-1] == (400, ann)


def adding(**values: Any) -> Callable[..., object]:
    """Insert an account."""
    return lambda connection, *_: connection.execute(insert(ACCOUNT).values(**values))


def _without_source(connection: Connection, *_: object) -> None:
    values = {"id": "t", "source": 999, "digest": "d", "created": 1}
    connection.execute(insert(tables.token).values(**values))


def _second_source_of_a_name(connection: Connection, *_: object) -> None:
    values = {"name": "staff", "dialect": "generic", "strictness": "rfc", "enabled": True, "created": 1}
    connection.execute(insert(tables.source).values(**values))


def _id_twice(connection: Connection, *_: object) -> None:
    row = "id, type, source, scope, 'twin', null, null, display, active, version, created, modified, document"
    names = "id, type, source, scope, key, mail_key, external_id, display, active, version, created, modified, document"
    connection.execute(text(f"INSERT INTO scim_resource ({names}) SELECT {row} FROM scim_resource"))


OTHER_CONSTRAINTS: dict[str, Callable[..., object]] = {
    "another unique index of the application": adding(address="new@example.org", number=1),
    "its primary key": adding(id=1, address="new@example.org", number=7),
    "its NOT NULL": adding(address=None, number=7),
    "a foreign key of the receiver": _without_source,
    "a unique index of another table of the receiver": _second_source_of_a_name,
    "the ids of resources": _id_twice,
}


@pytest.mark.parametrize("name", OTHER_CONSTRAINTS)
def test_a_constraint_that_is_no_rule_for_clients_is_no_conflict(
    rig: Rig, application: Application, engine: Engine, name: str
) -> None:
    with engine.begin() as connection:
        adding(id=1, address="ann@example.org", number=1)(connection)
    application.behaviour = OTHER_CONSTRAINTS[name]
    with pytest.raises(IntegrityError):
        rig.create_user("new")
    application.behaviour = lambda *_: None
    assert rig.search(USER)["totalResults"] == 0
    assert rig.journalled() == []


def test_a_rule_of_the_application_is_a_conflict_in_its_words(rig: Rig, application: Application) -> None:
    application.behaviour = adding(address="ann@example.org", number=1)
    rig.create_user("ann")
    application.behaviour = adding(address="ann@example.org", number=2)
    with pytest.raises(Uniqueness, match=r"^another account has this address$"):
        rig.create_user("bob")
    assert rig.journalled()[-1] == ("create", 409, "uniqueness")


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (user_body("ANN"), "userName"),
        (user_body("bob", externalId="e"), "externalId"),
        (user_body("bob", emails=[{"value": "ANN@example.org"}]), "emails"),
    ],
)
def test_two_creates_that_looked_at_the_same_moment_are_told_apart(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, second: dict[str, Any], said: str
) -> None:
    monkeypatch.setattr(resources, "rivals", lambda *_: [])
    rig.create_user("ann", externalId="e", emails=[{"value": "ann@example.org"}])
    with pytest.raises(Uniqueness, match=said):
        rig.create(USER, second)


class GivenUp(Exception):
    """What a driver raises of a deadlock."""

    sqlstate = "40P01"


def gives_up(times: int) -> Callable[..., object]:
    """Fail so often as a transaction does that was ended for another's sake."""
    left = [times]

    def behave(*_: object) -> None:
        if left[0]:
            left[0] -= 1
            raise OperationalError("UPDATE", None, GivenUp())

    return behave


@pytest.mark.parametrize("operation", ["create", "replace", "patch"])
def test_what_the_database_gave_up_is_done_again(rig: Rig, application: Application, operation: str) -> None:
    exists = rig.create_user("ann")["id"]
    application.taken()
    application.behaviour = gives_up(3)
    outcome = attempt(rig, operation, exists)
    assert len(application.taken()) == 1
    assert [row[:2] for row in rig.journalled()] == [("create", 201), (operation, outcome.status)]
    assert len(rig.rows(tables.change)) == 2


def test_what_the_database_gives_up_for_ever_ends(rig: Rig, application: Application) -> None:
    application.behaviour = gives_up(1_000)
    with pytest.raises(OperationalError):
        rig.create_user("ann")
    assert rig.search(USER)["totalResults"] == 0


def test_a_clock_that_is_set_back_sets_no_resource_back(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, group = rig.create_user("ann"), rig.create_group("Élus")
    rig.patch(GROUP, group["id"], {"op": "add", "path": "members", "value": [{"value": ann["id"]}]})
    yesterday = rig.rows(tables.resource, tables.resource.c.created)[0][0] - 86_400_000_000
    monkeypatch.setattr("sbe_scim.service.units.now", lambda: yesterday)
    patched = rig.patch(USER, ann["id"], {"op": "replace", "path": "title", "value": "x"})
    renamed = rig.replace(GROUP, group["id"], group_body("Anciens", ann["id"]))
    rig.delete(USER, ann["id"])
    emptied = rig.get(GROUP, group["id"])
    for found in (patched, renamed, emptied):
        assert found["meta"]["lastModified"] >= found["meta"]["created"]
    assert emptied["meta"]["version"] > renamed["meta"]["version"]
    columns = tables.resource.c
    assert all(
        deleted is None or deleted >= made
        for deleted, made in rig.rows(tables.resource, columns.deleted, columns.created)
    )
