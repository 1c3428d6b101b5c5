"""A prepared statement answers what SQLAlchemy would, on its way and on the driver's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    union_all,
    update,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from sbe_scim.store.prepared import LENGTHS, Prepared, PreparedList, Together

_metadata = MetaData()
THING = Table(
    "prepared_thing",
    _metadata,
    Column("pk", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("active", Boolean),
    Column("version", Integer, nullable=False),
)
ROWS = [{"name": name, "active": active, "version": 1} for name, active in (("ann", True), ("bob", False), ("c", None))]


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A transaction over an empty table."""
    _metadata.drop_all(engine)
    _metadata.create_all(engine)
    with engine.begin() as opened:
        yield opened
    _metadata.drop_all(engine)


def everything(connection: Connection) -> list[Any]:
    return [tuple(row) for row in connection.execute(select(THING).order_by(THING.c.pk))]


def test_rows_have_the_types_of_their_columns(connection: Connection) -> None:
    Prepared(insert(THING)).run_each(connection, ROWS)
    query = Prepared(select(THING.c.name, THING.c.active).where(THING.c.version == bindparam("v")).order_by(THING.c.pk))
    expected = [("ann", True), ("bob", False), ("c", None)]
    found = [tuple(row) for row in query.rows(connection, {"v": 1})]
    assert found == expected
    assert [type(row[1]) for row in found] == [bool, bool, type(None)]
    assert [tuple(row) for row in query.each(connection, {"v": 1})] == expected
    assert list(query.rows(connection, {"v": 2})) == []


def test_for_no_values_nothing_is_run(connection: Connection) -> None:
    Prepared(insert(THING)).run_each(connection, [])
    assert everything(connection) == []


def test_an_insert_of_many_rows_keeps_their_order(connection: Connection) -> None:
    rows = [{"name": f"n{number}", "active": number % 3 == 0, "version": number} for number in range(100)]
    Prepared(insert(THING)).run_each(connection, rows)
    assert [row[1:] for row in everything(connection)] == [tuple(row.values()) for row in rows]


def test_one_row_that_is_refused_leaves_none_of_them(connection: Connection) -> None:
    rows = [{"name": f"n{number % 90}", "active": None, "version": number} for number in range(100)]
    with pytest.raises(IntegrityError), connection.begin_nested():
        Prepared(insert(THING)).run_each(connection, rows)
    assert everything(connection) == []


def test_a_list_is_found_whatever_its_length(connection: Connection) -> None:
    Prepared(insert(THING)).run_each(
        connection, [{"name": f"n{number}", "active": None, "version": number} for number in range(LENGTHS[-1])]
    )
    query = PreparedList(select(THING.c.name), THING.c.version)
    for length in {1, 2, *LENGTHS, *(length - 1 for length in LENGTHS), LENGTHS[0] + 1}:
        found = {row[0] for row in query.each(connection, range(length))}
        assert found == {f"n{number}" for number in range(length)}


def test_an_insert_returns_the_number_of_its_row(connection: Connection) -> None:
    statement = Prepared(insert(THING))
    keys = [statement.insert(connection, row) for row in ROWS]
    assert [(row[0], row[1]) for row in everything(connection)] == list(zip(keys, ("ann", "bob", "c"), strict=True))


def test_an_update_writes_the_columns_that_are_named(connection: Connection) -> None:
    Prepared(insert(THING)).run_each(connection, ROWS)
    statement = Prepared(update(THING).where(THING.c.name == bindparam("where_name")))
    assert statement.run(connection, {"where_name": "ann", "active": False}) == 1
    assert statement.run(connection, {"where_name": "bob", "active": True, "version": 7}) == 1
    assert statement.run(connection, {"where_name": "nobody", "version": 7}) == 0
    assert [row[1:] for row in everything(connection)] == [("ann", False, 1), ("bob", True, 7), ("c", None, 1)]


def test_constants_of_a_statement_come_from_itself(connection: Connection) -> None:
    Prepared(insert(THING)).run_each(connection, ROWS)
    more = Prepared(
        update(THING)
        .where(THING.c.name == bindparam("where_name"))
        .values(version=THING.c.version + bindparam("by") + 1)
    )
    assert more.run(connection, {"where_name": "ann", "by": 2}) == 1
    first = Prepared(select(THING.c.version).where(THING.c.version > 1).order_by(THING.c.pk).limit(1))
    assert [tuple(row) for row in first.rows(connection)] == [(4,)]


def test_several_queries_in_one_are_read_as_one(connection: Connection) -> None:
    Prepared(insert(THING)).run_each(connection, ROWS)
    columns = select(THING.c.name, THING.c.active)
    both = Prepared(
        union_all(columns.where(THING.c.name == bindparam("a")), columns.where(THING.c.name == bindparam("b")))
    )
    assert sorted(map(tuple, both.rows(connection, {"a": "ann", "b": "bob"}))) == [("ann", True), ("bob", False)]


def test_an_error_is_that_of_sqlalchemy_and_names_no_value(connection: Connection) -> None:
    statement = Prepared(insert(THING))
    statement.insert(connection, ROWS[0])
    with pytest.raises(IntegrityError) as refused, connection.begin_nested():
        statement.insert(connection, ROWS[0])
    # PostgreSQL itself quotes the key.
    assert connection.dialect.name == "postgresql" or "ann" not in str(refused.value)
    missing = Prepared(delete(Table("prepared_nothing", MetaData(), Column("a", Integer))))
    kinds = (OperationalError,) if connection.dialect.name == "sqlite" else (Exception,)
    with pytest.raises(kinds, match="prepared_nothing"), connection.begin_nested():
        missing.run(connection, {})


def test_what_is_run_together_is_run_once_and_in_its_order(connection: Connection) -> None:
    together = Together()
    for row in ROWS:
        together.add(Prepared(insert(THING)), row | {"name": f"{row['name']}'; %s \\ é"})
    rename = update(THING).where(THING.c.version == bindparam("where_version"))
    together.add(Prepared(rename), {"where_version": 1, "version": -2})
    assert everything(connection) == []
    together.run(connection)
    named = [("ann'; %s \\ é", True, -2), ("bob'; %s \\ é", False, -2), ("c'; %s \\ é", None, -2)]
    assert [row[1:] for row in everything(connection)] == named
    together.run(connection)
    assert len(everything(connection)) == len(ROWS)


def test_of_what_is_run_together_the_first_that_fails_is_told(connection: Connection) -> None:
    together = Together()
    for row in (ROWS[0], ROWS[0], ROWS[1]):
        together.add(Prepared(insert(THING)), row)
    with pytest.raises(IntegrityError) as refused, connection.begin_nested():
        together.run(connection)
    assert connection.dialect.name == "postgresql" or "ann" not in str(refused.value)
    assert everything(connection) == []
    # What was to be run is not run another time.
    together.run(connection)
    assert everything(connection) == []


def test_a_connection_on_which_nothing_has_begun_begins(engine: Engine, connection: Connection) -> None:
    connection.commit()
    with engine.connect() as other:
        Prepared(insert(THING)).run(other, ROWS[0])
        assert other.in_transaction()
        other.rollback()
    with engine.connect() as reading:
        assert everything(reading) == []


def test_what_has_no_fixed_text_is_not_prepared(engine: Engine, connection: Connection) -> None:
    query = Prepared(select(THING.c.name).where(THING.c.name.in_(bindparam("names", expanding=True))))
    if engine.dialect.driver != "pg8000":
        with pytest.raises(ValueError, match="depends on its values"):
            query.rows(connection, {"names": ["ann"]})
    else:
        assert list(query.rows(connection, {"names": ["ann"]})) == []
