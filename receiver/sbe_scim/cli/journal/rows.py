"""``sbe-scim journal list``, ``show`` and ``export``: the journal request by request."""

from __future__ import annotations

import json
from typing import Any

import click

from sbe_scim.cli.databases import database_option, transaction
from sbe_scim.cli.journal.texts import explained, line, record
from sbe_scim.cli.output import echo_one, fail, json_option
from sbe_scim.cli.types import Moment
from sbe_scim.journal import export as exports
from sbe_scim.journal import search
from sbe_scim.journal.search import Wanted
from sbe_scim.store import sources

_source = click.option("--source", metavar="NAME", help="Only of this source. Default: of all.")
_since = click.option("--since", type=Moment(), help="Only what came then or later.")
_until = click.option("--until", type=Moment(), help="Only what came before.")


#: What most rows are about, for whoever asks for an operation that has none.
_OPERATIONS = ("create", "replace", "patch", "delete", "get", "search", "bulk", "restore", "erase")


@click.command("list")
@_source
@click.option(
    "--status", "statuses", type=click.IntRange(0, 599), multiple=True, help="Only with this status, 409 say."
)
@click.option("--refused", is_flag=True, help="Only what was refused or failed.")
@_since
@_until
@click.option("--operation", "operations", metavar="NAME", multiple=True, help="Only create, patch, delete, get, …")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="The newest of them.")
@database_option
@json_option
def list_rows(
    source: str | None,
    statuses: tuple[int, ...],
    refused: bool,
    since: int | None,
    until: int | None,
    operations: tuple[str, ...],
    limit: int,
    database: str,
    as_json: bool,
) -> None:
    """List the last requests, the newest last: number, time, what was asked, status, source, resource, what it did."""
    wanted = Wanted(source, statuses, refused, operations, since, until)
    with transaction(database, write=False) as connection:
        if source is not None:
            sources.require(connection, source)
        rows = search.newest(connection, wanted, limit)
    if as_json:
        click.echo(json.dumps([record(row, None) for row in rows], indent=2))
    elif rows:
        click.echo("\n".join(f"{row.seq}  {line(row)}" for row in rows))
    else:
        known = f" Operations are: {', '.join(_OPERATIONS)}." if operations else ""
        click.echo(f"The journal has no such row.{known}", err=True)


@click.command()
@click.argument("id")
@database_option
@json_option
def show(id: str, database: str, as_json: bool) -> None:
    """Show all of one request, and what to do where it was refused: ID is the number that `list` shows, or the
    X-Request-Id of the answer, which all operations of a bulk have."""
    with transaction(database, write=False) as connection:
        known = {one.name: one for one in sources.find_all(connection)}
        rows = search.of_request(connection, id)
        told = [record(row, explained(connection, row, known) if row.status >= 400 else None) for row in rows]
    if not rows:
        fail("The journal has no row with this number or X-Request-Id (any more).")
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    for place, one in enumerate(told):
        if place:
            click.echo()
        echo_one(_plain(one), as_json=False)


@click.command()
@_source
@_since
@_until
@click.option("--with-names", is_flag=True, help="With names and texts, which may tell who somebody is.")
@database_option
def export(source: str | None, since: int | None, until: int | None, with_names: bool, database: str) -> None:
    """Print the journal as lines of JSON, the oldest row first: a header, then one object for each row.

    Without --with-names nobody is named: it has ids, times, statuses, and names of attributes.
    """
    with transaction(database, write=False) as connection:
        told = sources.find_all(connection) if source is None else [sources.require(connection, source)]
        click.echo(exports.header(told))
        pages = search.each(connection, Wanted(source, since=since, until=until))
        for page in exports.lines(pages, with_names=with_names):
            click.echo("\n".join(page))


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """What a record says, for people: lists as text, and nothing of what is not there."""
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}
    return {name: value for name, value in facts.items() if value not in (None, ())}
