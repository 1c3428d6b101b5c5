"""What commands share: options, the database, output."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar, NoReturn, TypeVar

import click
from sqlalchemy.engine import Connection

from sbe_scim.config import Settings
from sbe_scim.store import migrate, open_database
from sbe_scim.store.clock import to_datetime

Command = TypeVar("Command", bound=Callable[..., Any])

DATABASE_VARIABLE = "SBE_SCIM_DATABASE"


def database_option(command: Command) -> Command:
    """Add ``--database``: the receiver's database."""
    return click.option(
        "--database",
        envvar=DATABASE_VARIABLE,
        show_envvar=True,
        default=Settings.__dataclass_fields__["database"].default,
        show_default=True,
        metavar="URL",
        help="The receiver's database.",
    )(command)


def json_option(command: Command) -> Command:
    """Add ``--json``, which reaches the command as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")(command)


def fail(reason: str) -> NoReturn:
    """End the command with exit code 1 and this reason on stderr."""
    raise click.ClickException(reason)


@contextmanager
def database(url: str) -> Iterator[Connection]:
    """Open the receiver's database, with its tables, for one transaction."""
    try:
        engine = open_database(url)
    except ValueError as error:
        fail(f"--database: {error}.")
    try:
        migrate(engine)
        with engine.begin() as connection:
            yield connection
    except ValueError as error:
        fail(f"{error}.")
    finally:
        engine.dispose()


def echo_list(rows: Iterable[Mapping[str, Any]], as_json: bool, empty: str) -> None:
    """Print rows as a JSON array or as a table; ``empty`` says what to do when there are none."""
    found = list(rows)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    if not found:
        click.echo(empty, err=True)
        return
    names = list(found[0])
    cells = [[name.upper().replace("_", " ") for name in names]]
    cells += [[_cell(row[name]) for name in names] for row in found]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    for line in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def echo_one(row: Mapping[str, Any], as_json: bool) -> None:
    """Print one record as a JSON object or line by line."""
    if as_json:
        click.echo(json.dumps(row, indent=2))
        return
    width = max(len(name) for name in row)
    for name, value in row.items():
        click.echo(f"{name.replace('_', ' ').ljust(width)}  {_cell(value)}")


def moment(microseconds: int | None) -> str | None:
    """A stored time as people and scripts read it."""
    return None if microseconds is None else to_datetime(microseconds).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


class Duration(click.ParamType[timedelta]):
    """A length of time such as ``90d``, ``12h`` or ``30m``."""

    name = "duration"
    _UNITS: ClassVar = {"d": "days", "h": "hours", "m": "minutes"}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read the option's text."""
        if isinstance(value, timedelta):
            return value
        number, unit = str(value)[:-1], str(value)[-1:]
        if unit not in self._UNITS or not number.isascii() or not number.isdigit() or not 0 < int(number) <= 100_000:
            self.fail("write a number and a unit, such as 90d, 12h or 30m", param, ctx)
        return timedelta(**{self._UNITS[unit]: int(number)})
