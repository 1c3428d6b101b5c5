"""What an error of a database driver means, the same for SQLite and for each driver of PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

_UNIQUE_VIOLATION = "23505"
#: Deadlock, serialization failure: one of several transactions was ended for the others' sake.
_GIVEN_UP = frozenset({"40P01", "40001"})
#: Fields of an error message of PostgreSQL that quote nothing: SQLSTATE, constraint.
_TELLING = frozenset({"C", "n"})
_UNIQUE_ON_SQLITE = "UNIQUE constraint failed: "
#: Classes of SQLSTATE: connection, transaction given up, resources, lock, ended by an operator, system.
_PASSING = frozenset({"08", "40", "53", "55", "57", "58"})
_PASSING_ON_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)


@dataclass(frozen=True, slots=True)
class UniqueRule:
    """A unique index or constraint of the database that stands for a rule about what clients send.

    ``name`` is what PostgreSQL calls it, ``columns`` are ``table.column`` in the order of the index, as SQLite tells
    them, and ``taken`` is what a client is told when its value is taken; ``reason`` is the code of that.
    """

    name: str
    columns: tuple[str, ...]
    taken: str
    reason: str | None = None


class Trouble(Enum):
    """Why a database that is there cannot do its work now; the value is what a client is told."""

    FULL = "the disk of the database is full"
    READ_ONLY = "the database cannot be written to"
    BUSY = "the database does not answer or is busy; try again"


def hide_values(engine: Engine) -> None:
    """Let no error of this engine quote what was to be stored, which is names and mail addresses.

    PostgreSQL quotes values, and the statement too, which psycopg2 has filled in. SQLite quotes none.
    """
    engine.hide_parameters = True
    if engine.dialect.name == "postgresql":
        event.listen(engine, "handle_error", _hide_text)


def _hide_text(context: ExceptionContext) -> None:
    error = context.sqlalchemy_exception
    code = sqlstate(error) if isinstance(error, DBAPIError) else None
    if not isinstance(error, DBAPIError) or error.orig is None or code is None:
        return
    constraint = _constraint(error)
    told = f"SQLSTATE {code}" + (f", constraint {constraint}" if constraint else "")
    kept = {name: text for name, text in _fields(error).items() if name in _TELLING}
    error.args = (f"({type(error.orig).__name__}) {told}",)
    error.orig.args = (kept or told,)


def violated(error: IntegrityError, rules: Iterable[UniqueRule]) -> UniqueRule | None:
    """The rule that a statement broke; ``None`` when it broke a constraint of another kind or of another table."""
    code, text = sqlstate(error), str(error.orig)
    if code is not None:
        name = _constraint(error) if code == _UNIQUE_VIOLATION else None
        return next((rule for rule in rules if rule.name == name), None)
    if not text.startswith(_UNIQUE_ON_SQLITE):
        return None
    told = text.removeprefix(_UNIQUE_ON_SQLITE)
    return next((rule for rule in rules if told in (", ".join(rule.columns), f"index '{rule.name}'")), None)


def was_given_up(error: DBAPIError) -> bool:
    """Tell whether the transaction was ended only because it met another one: done again, it may well succeed."""
    return sqlstate(error) in _GIVEN_UP


def trouble(error: DBAPIError) -> Trouble | None:
    """What keeps the database from working, ``None`` when the statement itself was wrong."""
    return _trouble_of_sqlite(error.orig) if isinstance(error.orig, sqlite3.Error) else _trouble_of_postgresql(error)


def sqlstate(error: DBAPIError) -> str | None:
    """The SQLSTATE of an error of PostgreSQL, whatever driver raised it."""
    found = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    return found or _field(error, "C")


def _constraint(error: DBAPIError) -> str | None:
    diagnostics = getattr(error.orig, "diag", None)
    name: str | None = getattr(diagnostics, "constraint_name", None)
    return name or _field(error, "n")


def _field(error: DBAPIError, name: str) -> str | None:
    return _fields(error).get(name)


def _fields(error: DBAPIError) -> dict[str, Any]:
    """The fields of PostgreSQL's error message, as pg8000 hands them on."""
    arguments = getattr(error.orig, "args", ())
    fields = arguments[0] if arguments else None
    return fields if isinstance(fields, dict) else {}


def _trouble_of_sqlite(error: sqlite3.Error) -> Trouble | None:
    # The extended code has the kind in its lowest byte.
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if kind == sqlite3.SQLITE_FULL:
        return Trouble.FULL
    if kind == sqlite3.SQLITE_READONLY:
        return Trouble.READ_ONLY
    return Trouble.BUSY if kind in _PASSING_ON_SQLITE else None


def _trouble_of_postgresql(error: DBAPIError) -> Trouble | None:
    code = sqlstate(error)
    if code == "53100":
        return Trouble.FULL
    if code == "25006":
        return Trouble.READ_ONLY
    if code is None:
        # No server said this: there is none, or the connection broke.
        return Trouble.BUSY if isinstance(error, OperationalError | InterfaceError) else None
    return Trouble.BUSY if error.connection_invalidated or code[:2] in _PASSING or code == "25P03" else None
