"""A database that an older release wrote is brought to today's shape, whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text, update
from sqlalchemy.engine import Connection, Engine

import sbe_scim
from sbe_scim.app import create_app, open_ports
from sbe_scim.config import Settings
from sbe_scim.protocol import Uniqueness, default_registry
from sbe_scim.store import changes, generation, guards, is_current, migrate, open_database, sources, tables
from sbe_scim.store.clock import now
from sbe_scim.store.database import reading
from sbe_scim.store.index import index
from tests.unit.rig import GROUP, USER, Recording, Rig

RELEASES = Path(__file__).parents[1] / "releases"
OLD_TABLES = ("attr_value", "change", "counter", "former_member", "journal", "membership", "resource", "schema")
KILLED = Path(__file__).with_name("killed.py")
KILLED_AT = (1, 7, 16)


@pytest.fixture
def old(database_url: str) -> Iterator[Engine]:
    """A database as the release with schema 2 left it."""
    yield from written(database_url, 2)


@pytest.fixture(params=[2, 3, 4, 5])
def any_old(database_url: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database as each release left it."""
    yield from written(database_url, request.param)


@pytest.fixture
def latest(database_url: str) -> Iterator[Engine]:
    """A database as the release before this one left it, with names that are one from now on."""
    yield from written(database_url, 5)


def written(database_url: str, schema: int) -> Iterator[Engine]:
    """A database as the release with this schema left it."""
    engine = open_database(database_url)
    with engine.begin() as connection:
        for name in inspect(connection).get_table_names():
            if connection.dialect.name == "postgresql" and name.startswith("scim_"):
                connection.execute(text(f"DROP TABLE {name} CASCADE"))
    script = (RELEASES / f"schema-{schema}.{engine.dialect.name}.sql").read_text(encoding="utf-8")
    driver = engine.raw_connection()
    cursor: Any = driver.cursor()
    if engine.dialect.name == "sqlite":
        # References may come before what they refer to.
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.executescript(script)
        cursor.execute("PRAGMA foreign_keys=ON")
    else:
        cursor.execute(script)
        driver.commit()
    driver.close()
    yield engine
    engine.dispose()


def shape(connection: Connection) -> dict[str, Any]:
    """What the tables are made of, whatever the order and the names that a database gave."""
    found = inspect(connection)
    described: dict[str, Any] = {}
    for name in tables.metadata.tables:
        uniques = {tuple(unique["column_names"]) for unique in found.get_unique_constraints(name)}
        described[name] = (
            {column["name"]: (str(column["type"]), column["nullable"]) for column in found.get_columns(name)},
            found.get_pk_constraint(name)["constrained_columns"],
            {(tuple(key["constrained_columns"]), key["referred_table"]) for key in found.get_foreign_keys(name)},
            uniques,
        )
    return described | {"indexes": indexes(connection)}


def indexes(connection: Connection) -> set[str]:
    """How each index is made, with its expressions and conditions."""
    made = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE left(tablename, 5) = 'scim_'",
    }[connection.dialect.name]
    return {row[0] for row in connection.execute(text(made))}


def rows(connection: Connection, names: tuple[str, ...] = OLD_TABLES) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of tables of schema 2."""
    return {
        name: sorted((tuple(row) for row in connection.execute(text(f"SELECT * FROM scim_{name}"))), key=repr)
        for name in names
    }


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
def test_it_gets_the_tables_that_a_new_one_has(any_old: Engine) -> None:
    migrate(any_old)
    with reading(any_old) as connection:
        assert is_current(connection)
        migrated = shape(connection)
        assert "scim_former_member" not in inspect(connection).get_table_names()
        assert not [name for name in inspect(connection).get_table_names() if name.startswith("scim_new")]
    with any_old.begin() as connection:
        tables.metadata.drop_all(connection)
    migrate(any_old)
    with reading(any_old) as connection:
        assert migrated == shape(connection)


def test_a_receiver_brings_it_there_at_its_start(old: Engine, database_url: str) -> None:
    settings = Settings(database=database_url)
    ports = open_ports(settings)
    create_app(settings, ports)
    ports.transactions.close()
    with reading(old) as connection:
        assert is_current(connection)


def test_it_keeps_every_row(old: Engine) -> None:
    with reading(old) as connection:
        before = rows(connection)
    migrate(old)
    with reading(old) as connection:
        after = rows(connection, ("membership", "journal", "token", "source"))
        types = dict(map(tuple, connection.execute(select(tables.resource.c.id, tables.resource.c.type))))
        changes = connection.execute(select(tables.change.c.seq, tables.change.c.kind)).fetchall()
        counted = connection.execute(select(tables.counter.c.type, tables.counter.c.live)).fetchall()
    assert after["membership"] == before["membership"]
    # It has columns now for whom a refused create was about and for what a write did: empty ones.
    assert after["journal"] == [(*row, *(None,) * 8) for row in before["journal"]]
    assert (len(after["token"]), len(after["source"])) == (3, 3)
    assert types == {row[1]: default_registry().by_name(row[2]).number for row in before["resource"]}
    assert len(changes) == len(before["change"])
    numbers = {"User": USER.number, "Group": GROUP.number}
    assert sorted(map(tuple, counted)) == sorted((numbers[row[1]], row[2]) for row in before["counter"])


def test_its_filterable_values_are_those_that_would_be_written_today(old: Engine) -> None:
    migrate(old)
    kept: dict[int, set[Any]] = {}
    with reading(old) as connection:
        for row in connection.execute(select(tables.attr_value)):
            kept.setdefault(row.resource, set()).add((row.path, row.element, row.value))
        live = connection.execute(select(tables.resource).where(tables.resource.c.deleted.is_(None))).fetchall()
    wanted = {row.pk: index(default_registry().by_number(row.type), json.loads(row.document)) for row in live}
    assert kept == {pk: values for pk, values in wanted.items() if values}
    assert any(element == 0 and value == "chief" for values in kept.values() for _, element, value in values)


def test_each_version_has_one_row_and_what_had_ended_is_known(old: Engine) -> None:
    migrate(old)
    with reading(old) as connection:
        versions = [tuple(row) for row in connection.execute(select(tables.change.c.resource, tables.change.c.version))]
        gone = select(tables.resource.c.id, tables.resource.c.version).where(tables.resource.c.deleted.isnot(None))
        assert len(set(versions)) == len(versions)
        assert {tuple(row) for row in connection.execute(gone)} <= set(versions)
        former = {tuple(row) for row in connection.execute(select(tables.former_membership))}
    assert {(member, group) for member, group, _, _ in former} == {(1, 0), (4, 0), (5, 0)}


def test_its_resources_are_found_changed_and_deleted_as_before(old: Engine) -> None:
    migrate(old)
    ports = Recording.over(old)
    with ports.read() as transaction:
        staff = sources.require(transaction.connection, "staff")
    assert (staff.dialect, staff.azp) == ("keycloak", ("web", "batch"))
    rig = Rig(ports)
    (ann,) = rig.search(USER, 'userName eq "ANN.éluard"')["Resources"]
    assert {group["display"] for group in ann["groups"]} == {"Élus du conseil", "Agents"}
    primary = 'emails[type eq "work" and value eq "ann@work.example.org" and primary eq true]'
    assert rig.ids(USER, primary) == {ann["id"]}
    assert rig.ids(USER, 'groups.display eq "Agents"') == {ann["id"]}
    (agents,) = rig.search(GROUP, 'displayName eq "Agents"')["Resources"]
    assert [member["value"] for member in agents["members"]] == [ann["id"]]
    assert rig.search(USER)["totalResults"] == 4
    # Dave was in a group: an answer from then is not today's.
    (dave,) = rig.search(USER, 'userName eq "dave"')["Resources"]
    assert not rig.unchanged(USER, dave["id"], dave["meta"]["version"])
    rig.patch(GROUP, agents["id"], {"op": "add", "path": "members", "value": [{"value": dave["id"]}]})
    rig.replace(USER, ann["id"], {"schemas": [USER.schema.id], "userName": "ann"})
    rig.delete(USER, ann["id"])
    assert [member["value"] for member in rig.get(GROUP, agents["id"])["members"]] == [dave["id"]]


def test_of_names_that_are_one_the_oldest_keeps_the_key_and_all_keep_their_names(
    latest: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    columns = tables.resource.c
    all_rows = select(columns.id, columns.type, columns.key, columns.document, columns.deleted).order_by(columns.pk)
    with reading(latest) as connection:
        before = connection.execute(all_rows).fetchall()
    migrate(latest)
    with reading(latest) as connection:
        after = connection.execute(all_rows).fetchall()
    assert [(row.id, row.document) for row in after] == [(row.id, row.document) for row in before]
    name = {kind.number: kind.key for kind in default_registry().resource_types}
    named = {json.loads(row.document)[name[row.type]]: row for row in after if row.deleted is None}
    assert {written: named[written].key for written in ("yves", "Straße", "two  words", "zoë\u00a0k")} == {
        "yves": "yves",
        "Straße": "straße",
        "two  words": "two words",
        "zoë\u00a0k": "zoë k",
    }
    later = {named[written].id for written in ("yves ", "yv\u200bes", "\uff59ves", "Mairie centrale")}
    (told,) = [record.getMessage() for record in caplog.records if "names" in record.getMessage()]
    assert set(told.rpartition(": ")[2].split(", ")) == later
    assert not set(named) & set(told.split())


def test_a_twin_of_old_is_changed_disabled_and_renamed_as_anybody(latest: Engine) -> None:
    migrate(latest)
    rig = Rig(Recording.over(latest))
    with rig.ports.read() as transaction:
        rig.staff = sources.require(transaction.connection, "partners")
    (first,) = rig.search(USER, 'userName eq "YVES"')["Resources"]
    (twin,) = rig.search(USER, 'externalId eq "e-yves "')["Resources"]
    assert (first["externalId"], twin["userName"]) == ("e-yves", "yves ")
    rig.patch(USER, twin["id"], {"op": "replace", "path": "active", "value": False})
    rig.replace(USER, twin["id"], {"schemas": [USER.schema.id], "userName": "yves ", "title": "agent"})
    with pytest.raises(Uniqueness):
        rig.patch(USER, twin["id"], {"op": "replace", "path": "userName", "value": "straße"})
    rig.patch(USER, twin["id"], {"op": "replace", "path": "userName", "value": "yves.2"})
    assert rig.ids(USER, 'userName eq "Yves.2"') == {twin["id"]}
    with pytest.raises(Uniqueness):
        rig.patch(USER, twin["id"], {"op": "replace", "path": "userName", "value": "yves "})


def test_it_gets_an_id_of_its_own_which_stays(any_old: Engine) -> None:
    with reading(any_old) as connection:
        latest = dict(map(tuple, connection.execute(text("SELECT source, MAX(seq) FROM scim_change GROUP BY source"))))
    migrate(any_old)
    with reading(any_old) as connection:
        made = generation.current(connection)
        assert {source: changes.highest(connection, source) for source in latest} == latest
    migrate(any_old)
    with reading(any_old) as connection:
        assert generation.current(connection) == made == str(uuid.UUID(made))
    with any_old.begin() as connection:
        tables.metadata.drop_all(connection)
    migrate(any_old)
    with reading(any_old) as connection:
        assert generation.current(connection) != made, "a new database has another"


def test_every_source_has_a_storm_guard_from_then_on(any_old: Engine) -> None:
    migrate(any_old)
    with any_old.begin() as connection:
        found = sources.find_all(connection)
        assert {source.storm_limit for source in found} == {sources.STORM_LIMIT}
        assert all(guards.admit(connection, source.id, 50, 50, now()) for source in found)
        assert not any(guards.admit(connection, source.id, 1, 50, now()) for source in found)


@pytest.mark.parametrize("statement", KILLED_AT)
def test_a_starter_that_is_killed_in_the_middle_leaves_it_as_it_was(
    old: Engine, database_url: str, statement: int
) -> None:
    with reading(old) as connection:
        before = rows(connection)
    killed = subprocess.run(
        [sys.executable, KILLED, database_url, str(statement)],
        env=os.environ | {"PYTHONPATH": str(Path(sbe_scim.__file__).parents[1])},
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    with reading(old) as connection:
        assert rows(connection) == before
        assert before["schema"] == [(2,)]
    migrate(old)
    with reading(old) as connection:
        assert is_current(connection)


def test_a_database_of_the_first_version_gets_what_came_later(old: Engine) -> None:
    with old.begin() as connection:
        connection.execute(text("ALTER TABLE scim_source DROP COLUMN azp"))
        connection.execute(update(tables.schema_version).values(version=1))
    migrate(old)
    with old.begin() as connection:
        assert is_current(connection)
        assert sources.require(connection, "staff").azp == ()
        assert sources.change(connection, "staff", azp=("web",)).azp == ("web",)
