"""What commands share: output, and how they fail."""

from __future__ import annotations

import getpass
import json
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

import click

from sbe_scim.store.clock import to_datetime

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Add ``--json``, which reaches the command as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")(command)


def fail(reason: str) -> NoReturn:
    """End the command with exit code 1 and this reason on stderr."""
    raise click.ClickException(reason)


def ask_hidden(what: str) -> str | None:
    """Ask for a secret without showing it, or take the line that is piped in; ``None``: nobody answered."""
    try:
        with warnings.catch_warnings():
            # Without a terminal getpass tells of its own lines, and that it may echo what nobody types.
            warnings.simplefilter("error", getpass.GetPassWarning)
            return str(click.prompt(what, hide_input=True, err=True))
    except getpass.GetPassWarning:
        click.echo(err=True)
        return sys.stdin.readline().rstrip("\r\n") or None
    except click.Abort:
        if sys.stdin.isatty():
            raise
        return None


def broken(error: OSError) -> str:
    """What the system refused, with the file where it names one."""
    said = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {said}" if error.filename else said


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
    if isinstance(value, tuple):
        value = ", ".join(value) or None
    if value is None:
        return "-"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
