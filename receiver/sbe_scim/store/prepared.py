"""Statements that are compiled once and, on SQLite and psycopg's PostgreSQL, run by the driver itself.

SQLAlchemy's way to a statement costs several times what SQLite does for it, and more than a round trip to PostgreSQL.
Statements stay those of SQLAlchemy Core: types are applied, errors are SQLAlchemy's, and another driver gets them as
usual.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, islice, zip_longest
from operator import itemgetter
from typing import Any

from sqlalchemy import any_, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import Insert

from sbe_scim.store.sqlite import SQLiteDialect

Values = Mapping[str, Any]
_Convert = Callable[[Any], Any]
_NONE: Values = {}
_PSYCOPG = ("psycopg", "psycopg2")
#: SQLite before 3.32 allows so many parameters in a statement.
_MOST_PARAMETERS = 999
#: Lengths of lists that a query is prepared for.
LENGTHS = (10, 100, 500)
#: Rows that one INSERT takes. Python gives up its lock at each statement that it runs, and waits to have it again.
_ROWS = 32
#: Rows that psycopg makes at once.
_FETCHED = 500


class Prepared:
    """A statement whose lists of values, if it has any, are not of a length that varies."""

    def __init__(self, statement: Any) -> None:
        #: As SQLAlchemy knows it.
        self.statement = statement
        # By the driver, and the names of the values, which are the columns that an INSERT or UPDATE writes.
        self._compiled: dict[str, dict[tuple[str, ...], _Compiled]] = {}

    def rows(self, connection: Connection, values: Values = _NONE) -> Sequence[Sequence[Any]]:
        """Run a query and return its rows."""
        compiled = self._for(connection, values)
        if compiled is None:
            return connection.execute(self.statement, values).fetchall()
        return list(map(compiled.convert, compiled.run(connection, values).fetchall()))

    def each(self, connection: Connection, values: Values = _NONE) -> Iterable[Sequence[Any]]:
        """Run a query and hand out its rows one by one: for a hundred thousand of them."""
        compiled = self._for(connection, values)
        if compiled is None:
            return connection.execute(self.statement, values)
        return map(compiled.convert, compiled.fetched(compiled.run(connection, values)))

    def run(self, connection: Connection, values: Values) -> int:
        """Run a statement and return how many rows it changed."""
        compiled = self._for(connection, values)
        if compiled is None:
            return connection.execute(self.statement, values).rowcount
        changed: int = compiled.run(connection, values).rowcount
        return changed

    def run_each(self, connection: Connection, values: Sequence[Values]) -> None:
        """Run a statement once for each of some values, all with the same names; not at all for none."""
        if not values:
            return
        compiled = self._for(connection, values[0])
        if len(values) == 1 and compiled is not None:
            compiled.run(connection, values[0])
        elif compiled is not None and compiled.takes_many:
            compiled.run_each(connection, values)
        else:
            connection.execute(self.statement, values)

    def insert(self, connection: Connection, values: Values) -> int:
        """Insert one row and return the number that the database gave it."""
        compiled = self._for(connection, values)
        if compiled is None:
            (key,) = connection.execute(self.statement, values).inserted_primary_key or (None,)
        else:
            key = compiled.insert(connection, values)
        assert key is not None  # noqa: S101 - every insert of one row has one
        return int(key)

    def _for(self, connection: Connection, values: Values) -> _Compiled | None:
        """How the driver is to run it; ``None`` where SQLAlchemy is."""
        dialect = connection.dialect
        kind = _SQLite if isinstance(dialect, SQLiteDialect) else _Psycopg if dialect.driver in _PSYCOPG else None
        # A connection on which nothing has begun begins by itself, on SQLAlchemy's way only.
        if kind is None or not connection.in_transaction():
            return None
        names = tuple(values)
        known = self._compiled.setdefault(dialect.driver, {})
        compiled = known.get(names)
        if compiled is None:
            compiled = known[names] = kind(self.statement, names, dialect)
        return compiled


class PreparedList:
    """A query for the rows of which a column is in a list, prepared for lists of any length that a statement takes."""

    def __init__(self, query: Any, column: Any) -> None:
        """``query`` finds all rows; those are meant of which ``column`` is in the list."""
        # PostgreSQL takes a list as one value. To others a shorter one repeats its last.
        listed = bindparam("listed", type_=postgresql.ARRAY(column.type))
        self._listed = Prepared(query.where(column == any_(listed)))
        names = [[f"of_{at}" for at in range(length)] for length in LENGTHS]
        self._queries = [(some, Prepared(query.where(column.in_(map(bindparam, some))))) for some in names]

    def each(self, connection: Connection, values: Sequence[Any]) -> Iterable[Sequence[Any]]:
        """Run the query for one to ``LENGTHS[-1]`` values and hand out its rows."""
        if connection.dialect.name == "postgresql":
            return self._listed.each(connection, {"listed": list(values)})
        names, query = next(one for one in self._queries if len(values) <= len(one[0]))
        return query.each(connection, dict(zip_longest(names, values, fillvalue=values[-1])))


class _Compiled:
    """The text of a statement, and how its values are passed and read."""

    #: Whether the driver itself runs one statement for many values at once.
    takes_many = False

    def __init__(self, statement: Any, names: tuple[str, ...], dialect: Any) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        if compiled.literal_execute_params or compiled.post_compile_params:
            raise ValueError("a statement whose text depends on its values cannot be prepared")
        self.text = str(compiled)
        converters: Mapping[str, _Convert] = compiled._bind_processors
        self._order = tuple(compiled.positiontup or compiled.params)
        self._constants = {name: compiled.params[name] for name in self._order if name not in names}
        self._converters = [(at, converters[name]) for at, name in enumerate(self._order) if name in converters]
        # Of one name it would not make a sequence.
        self._pick = itemgetter(*self._order) if len(self._order) > 1 else self._picked
        columns = [entry[3]._cached_result_processor(dialect, None) for entry in compiled._result_columns]
        found = [(at, convert) for at, convert in enumerate(columns) if convert]
        #: Makes a row of the database's one of Python's types.
        self.convert: Callable[[Any], Sequence[Any]] = partial(_converted, converters=found) if found else tuple

    def run(self, connection: Connection, values: Values) -> Any:
        """Run it; returns the driver's cursor."""
        raise NotImplementedError

    def fetched(self, cursor: Any) -> Iterable[Sequence[Any]]:
        """The rows of a query, without all of them in memory."""
        rows: Iterable[Sequence[Any]] = cursor
        return rows

    def run_each(self, connection: Connection, values: Sequence[Values]) -> None:
        """Run it once for each."""
        raise NotImplementedError

    def insert(self, connection: Connection, values: Values) -> Any:
        """Run it and return the key of the one new row."""
        raise NotImplementedError

    def _values(self, values: Values) -> Sequence[Any]:
        """The values in the order of the statement's marks; constants of the statement come from itself."""
        found: Sequence[Any] = self._pick(self._with_constants(values))
        return _converted(found, self._converters) if self._converters else found

    def _with_constants(self, values: Values) -> Values:
        return {**self._constants, **values} if self._constants else values

    def _picked(self, values: Values) -> Sequence[Any]:
        return [values[name] for name in self._order]


def _converted(row: Sequence[Any], converters: Sequence[tuple[int, _Convert]]) -> Sequence[Any]:
    values = list(row)
    for at, convert in converters:
        values[at] = convert(values[at])
    return values


class _SQLite(_Compiled):
    takes_many = True

    def __init__(self, statement: Any, names: tuple[str, ...], dialect: Any) -> None:
        super().__init__(statement, names, dialect)
        self._row = self.text.rpartition(" VALUES ")[2] if isinstance(statement, Insert) else None

    def run(self, connection: Connection, values: Values) -> sqlite3.Cursor:
        return self._run(connection, "execute", self.text, self._values(values))

    def run_each(self, connection: Connection, values: Sequence[Values]) -> None:
        found = map(self._values, values)
        if self._row is None:
            self._run(connection, "executemany", self.text, found)
            return
        most = min(_ROWS, _MOST_PARAMETERS // len(self._order))
        while some := list(islice(found, most)):
            text = f"{self.text}{f', {self._row}' * (len(some) - 1)}"
            self._run(connection, "execute", text, list(chain.from_iterable(some)))

    def insert(self, connection: Connection, values: Values) -> int | None:
        return self.run(connection, values).lastrowid

    @staticmethod
    def _run(connection: Connection, method: str, text: str, parameters: Any) -> sqlite3.Cursor:
        driver: Any = connection.connection.dbapi_connection
        try:
            cursor: sqlite3.Cursor = getattr(driver, method)(text, parameters)
        except sqlite3.Error as error:
            raise translated(error, text, connection) from error
        return cursor


class _Psycopg(_Compiled):
    def run(self, connection: Connection, values: Values) -> Any:
        cursor = connection.connection.cursor()
        try:
            cursor.execute(self.text, self.named(values))
        except Exception as error:
            # It raises the error as SQLAlchemy's, without values, and gives up a connection that is broken.
            connection._handle_dbapi_exception(error, self.text, None, cursor, None)
        return cursor

    def fetched(self, cursor: Any) -> Iterable[Sequence[Any]]:
        # One by one they take psycopg several times as long.
        return chain.from_iterable(iter(partial(cursor.fetchmany, _FETCHED), []))

    def insert(self, connection: Connection, values: Values) -> Any:
        return self.run(connection, values).fetchone()[0]

    def named(self, values: Values) -> Values:
        """The values of the statement's marks by their names."""
        if self._converters:
            return dict(zip(self._order, self._values(values), strict=True))
        return self._with_constants(values)


class Together:
    """Statements of one transaction whose results nobody asks for: run in their order, in one round trip to PostgreSQL.

    Until :meth:`run` nobody sees what they write.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Prepared, Values]] = []

    def add(self, statement: Prepared, values: Values) -> None:
        """Take a statement."""
        self._waiting.append((statement, values))

    def run(self, connection: Connection) -> None:
        """Run what was taken since the last time."""
        waiting, self._waiting = self._waiting, []
        found = [(statement._for(connection, values), values) for statement, values in waiting]
        at_once = [(one, values) for one, values in found if isinstance(one, _Psycopg)]
        if len(at_once) == len(waiting) > 1:
            _run_at_once(connection, at_once)
            return
        for statement, values in waiting:
            statement.run(connection, values)


def _run_at_once(connection: Connection, statements: Sequence[tuple[_Psycopg, Values]]) -> None:
    cursor = connection.connection.cursor()
    try:
        fill, between = _filling(connection, cursor)
        cursor.execute(between.join([fill(one.text, one.named(values)) for one, values in statements]))
    except Exception as error:
        connection._handle_dbapi_exception(error, ";".join(one.text for one, _ in statements), None, cursor, None)


def _filling(connection: Connection, cursor: Any) -> tuple[Callable[[str, Values], Any], Any]:
    """How the driver writes values into a statement, and what stands between two statements."""
    if connection.dialect.driver == "psycopg2":
        return cursor.mogrify, b";"
    from psycopg import ClientCursor

    driver: Any = connection.connection.dbapi_connection
    return ClientCursor(driver).mogrify, ";"


def translated(error: sqlite3.Error, statement: str, connection: Connection) -> BaseException:
    """An error of the driver as SQLAlchemy's, without the values of the statement."""
    return DBAPIError.instance(statement, None, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect)
