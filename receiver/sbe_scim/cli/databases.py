"""The receiver's database, as commands find and open it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from sbe_scim.cli.output import fail
from sbe_scim.cli.types import DatabaseUrl
from sbe_scim.commandline import command as line
from sbe_scim.config import Settings
from sbe_scim.directory.sbe.beside import DATABASE_VARIABLE as SBE_DATABASE_VARIABLE
from sbe_scim.directory.sbe.beside import database_beside
from sbe_scim.options import SettingsError, options
from sbe_scim.store import has_tables, migrate, open_database
from sbe_scim.store.database import reading
from sbe_scim.store.sources import SourceInUse, UnknownSource
from sbe_scim.store.url import sqlite_file

Command = TypeVar("Command", bound=Callable[..., Any])

_SETTING = options(Settings)["database"]
DATABASE_VARIABLE = _SETTING.variable
DIRECTORY_VARIABLE = options(Settings)["directory"].variable


def database_option(command: Command) -> Command:
    """Add ``--database``: the receiver's database."""
    return click.option(
        "--database",
        type=DatabaseUrl(),
        envvar=DATABASE_VARIABLE,
        show_envvar=True,
        callback=lambda _context, _parameter, given: administered(given) or _SETTING.default,
        metavar="URL",
        help=f"The receiver's database. Default: {_SETTING.default}; where {DIRECTORY_VARIABLE} is sbe, "
        f"{SBE_DATABASE_VARIABLE}.",
    )(command)


def administered(given: str | None) -> str | None:
    """Return the database that the receiver of this environment reads; ``None`` where nothing names one.

    Raises :class:`click.UsageError` when the receiver reads another one than ``given``.
    """
    directory = os.environ.get(DIRECTORY_VARIABLE, "")
    try:
        found = database_beside(directory, given, os.environ)
    except SettingsError as error:
        raise click.UsageError(str(error)) from None
    if found is None and directory == "sbe":
        raise click.UsageError(f"{DIRECTORY_VARIABLE} is sbe: set {SBE_DATABASE_VARIABLE} as Abilian SBE has it")
    return found


@contextmanager
def transaction(url: str, *, write: bool, create: bool = False) -> Iterator[Connection]:
    """Open the receiver's database for one transaction; a new one is made only where ``create`` allows it.

    Without ``write`` it only reads, and does not wait for writers.
    """
    with engine(url, create=create) as opened:
        try:
            with opened.begin() if write else reading(opened) as connection:
                yield connection
        except UnknownSource as error:
            fail(f"{error}: {line('source', 'list')} shows them.")
        except SourceInUse as error:
            fail(f"{error}: to stop it use {line('source', 'disable', name=error.name)}")
        except ValueError as error:
            fail(f"{error}.")


@contextmanager
def engine(url: str, *, create: bool = False) -> Iterator[Engine]:
    """Open the receiver's database, with its tables; a new one is made only where ``create`` allows it."""
    missing = _missing_file(url)
    # The database of Abilian SBE is for Abilian SBE to make.
    if missing is not None and not (create and os.environ.get(DIRECTORY_VARIABLE) != "sbe"):
        fail(f"There is no database at {missing}: give the receiver's as --database or {DATABASE_VARIABLE}.")
    try:
        opened = open_database(url)
    except ValueError as error:
        fail(f"--database: {error}.")
    try:
        if missing is not None:
            click.echo(f"A new database is made at {missing}", err=True)
        elif not create and not _is_receivers(opened):
            fail("This database has no tables of a receiver: start the receiver on it, or give another as --database.")
        migrate(opened)
        yield opened
    except ValueError as error:
        fail(f"{error}.")
    finally:
        opened.dispose()


def refusal(error: SQLAlchemyError) -> str:
    """Say why the database refused. Only SQLite's own words are repeated: others hold addresses and names."""
    said = error.orig if isinstance(error, DBAPIError) else None
    if not isinstance(said, sqlite3.Error):
        return f"the database refused ({type(error).__name__}): check --database, and that its server is running."
    if getattr(said, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "the database is locked: another process has been writing to it for too long; try again."
    return f"the database file cannot be used ({said}): check --database."


def _missing_file(url: str) -> Path | None:
    """The SQLite file of this URL where it is not there."""
    file = sqlite_file(url)
    return file.absolute() if file is not None and not file.exists() else None


def _is_receivers(opened: Engine) -> bool:
    with reading(opened) as connection:
        return has_tables(connection)
