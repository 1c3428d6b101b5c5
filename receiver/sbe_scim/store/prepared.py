"""Statements that are compiled once and, on the receiver's own SQLite, run by the driver itself.

SQLAlchemy's way to a statement costs several times what SQLite does for it. Statements stay those of SQLAlchemy Core:
types are applied, errors are SQLAlchemy's, and every other database gets them as usual.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from sbe_scim.store.database import SQLiteDialect

Values = Mapping[str, Any]
_Convert = Callable[[Any], Any]
_NONE: Values = {}


class Prepared:
    """A statement whose lists of values, if it has any, are not of a length that varies."""

    def __init__(self, statement: Any) -> None:
        #: As SQLAlchemy knows it.
        self.statement = statement
        # By the names of the values, which are the columns that an INSERT or UPDATE writes.
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def rows(self, connection: Connection, values: Values = _NONE) -> Sequence[Sequence[Any]]:
        """Run a query and return its rows."""
        if not _is_direct(connection):
            return connection.execute(self.statement, values).fetchall()
        compiled = self._for(connection, values)
        return list(map(compiled.convert, _run(connection, compiled, compiled.parameters(values))))

    def each(self, connection: Connection, values: Values = _NONE) -> Iterable[Sequence[Any]]:
        """Run a query and hand out its rows one by one: for a hundred thousand of them."""
        if not _is_direct(connection):
            return connection.execute(self.statement, values)
        compiled = self._for(connection, values)
        return map(compiled.convert, _run(connection, compiled, compiled.parameters(values)))

    def run(self, connection: Connection, values: Values) -> int:
        """Run a statement and return how many rows it changed."""
        if not _is_direct(connection):
            return connection.execute(self.statement, values).rowcount
        compiled = self._for(connection, values)
        return _run(connection, compiled, compiled.parameters(values)).rowcount

    def run_each(self, connection: Connection, values: Sequence[Values]) -> None:
        """Run a statement once for each of some values, all with the same names."""
        if not _is_direct(connection):
            connection.execute(self.statement, values)
            return
        compiled = self._for(connection, values[0])
        _run(connection, compiled, [compiled.parameters(each) for each in values], many=True)

    def insert(self, connection: Connection, values: Values) -> int:
        """Insert one row and return the number that the database gave it."""
        if not _is_direct(connection):
            (key,) = connection.execute(self.statement, values).inserted_primary_key or (None,)
        else:
            compiled = self._for(connection, values)
            key = _run(connection, compiled, compiled.parameters(values)).lastrowid
        assert key is not None  # noqa: S101 - every insert of one row has one
        return int(key)

    def _for(self, connection: Connection, values: Values) -> _Compiled:
        names = tuple(values)
        compiled = self._compiled.get(names)
        if compiled is None:
            compiled = self._compiled[names] = _Compiled(self.statement, names, connection.dialect)
        return compiled


class _Compiled:
    """The text of a statement, and how its values are passed and read."""

    def __init__(self, statement: Any, names: tuple[str, ...], dialect: Any) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        if compiled.literal_execute_params or compiled.post_compile_params:
            raise ValueError("a statement whose text depends on its values cannot be prepared")
        self.text = str(compiled)
        converters: Mapping[str, _Convert] = compiled._bind_processors
        self._parameters = [(name, compiled.params[name], converters.get(name)) for name in compiled.positiontup]
        columns = [entry[3]._cached_result_processor(dialect, None) for entry in compiled._result_columns]
        self._columns: list[tuple[int, _Convert]] = [(at, found) for at, found in enumerate(columns) if found]
        #: Makes a row of the database's one of Python's types.
        self.convert: Callable[[Any], Sequence[Any]] = self._converted if self._columns else tuple

    def parameters(self, values: Values) -> list[Any]:
        """The values in the order of the statement's marks; constants of the statement come from itself."""
        found = []
        for name, constant, convert in self._parameters:
            value = values.get(name, constant)
            found.append(value if convert is None else convert(value))
        return found

    def _converted(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for at, convert in self._columns:
            values[at] = convert(values[at])
        return values


def translated(error: sqlite3.Error, statement: str, connection: Connection) -> BaseException:
    """An error of the driver as SQLAlchemy's, without the values of the statement."""
    return DBAPIError.instance(statement, None, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect)


def _is_direct(connection: Connection) -> bool:
    # A connection on which nothing has begun begins by itself, on SQLAlchemy's way only.
    return isinstance(connection.dialect, SQLiteDialect) and connection.in_transaction()


def _run(connection: Connection, compiled: _Compiled, parameters: Any, *, many: bool = False) -> sqlite3.Cursor:
    driver: Any = connection.connection.dbapi_connection
    try:
        cursor: sqlite3.Cursor = (driver.executemany if many else driver.execute)(compiled.text, parameters)
    except sqlite3.Error as error:
        raise translated(error, compiled.text, connection) from error
    return cursor
