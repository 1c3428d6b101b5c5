"""``sbe-scim journal refused`` and ``person``: who was refused and why, and what happened to one person."""

from __future__ import annotations

import json
from typing import Any

import click

from sbe_scim.cli.databases import database_option, transaction
from sbe_scim.cli.journal.texts import explained, line, record, who_is
from sbe_scim.cli.output import fail, json_option, moment
from sbe_scim.journal import reader
from sbe_scim.journal.reader import Refused
from sbe_scim.journal.remedies import Remedy
from sbe_scim.store import people, sources

#: What is told of whom WHO matches not; it is not repeated, since errors are kept in logs.
NOBODY = "Nobody known here has this user name, mail address, externalId or SCIM id."
_READS = ("get", "search")


@click.command()
@click.option("--source", metavar="NAME", help="Only of this source. Default: of all.")
@database_option
@json_option
def refused(source: str | None, database: str, as_json: bool) -> None:
    """Show who is refused now, by name, why, and what to do about it."""
    with transaction(database, write=False) as connection:
        if source is not None:
            sources.require(connection, source)
        known = {one.name: one for one in sources.find_all(connection)}
        found = [(one, explained(connection, one.last, known)) for one in reader.refused(connection, source)]
    if as_json:
        click.echo(json.dumps([_refused_record(one, told) for one, told in found], indent=2))
    else:
        click.echo("\n".join(_refused_text(one, told) for one, told in found) or "Nobody is refused.")


@click.command()
@click.argument("who")
@database_option
@json_option
def person(who: str, database: str, as_json: bool) -> None:
    """Show what was asked about WHO (a user name, mail address, externalId or SCIM id), the newest last."""
    with transaction(database, write=False) as connection:
        matched = people.same(connection, people.find(connection, who))
        rows = reader.of_people(connection, who, matched)
        if not rows and not matched:
            fail(NOBODY)
        known = {one.name: one for one in sources.find_all(connection)}
        told = {row.seq: explained(connection, row, known) for row in rows if row.status >= 400}
    if as_json:
        click.echo(json.dumps([record(row, told.get(row.seq)) for row in rows], indent=2))
        return
    click.echo("\n".join(map(line, rows)) or "The journal has nothing of this person (any more).")
    writes = [row for row in rows if row.operation not in _READS]
    if writes and (last := told.get(writes[-1].seq)) is not None:
        click.echo(f"The last change was refused: {last.why}\n    {last.remedy}")


def _refused_text(one: Refused, told: Remedy) -> str:
    row = one.last
    what = (row.target_type or "?").lower()
    times = "once" if one.times == 1 else f"{one.times} times, last {moment(row.time)}"
    head = f"{what} {who_is(row)}, source {row.source}: refused since {moment(one.since)}, {times}"
    return f"{head}\n    {told.why}\n    {told.remedy}"


def _refused_record(one: Refused, told: Remedy) -> dict[str, Any]:
    return {"since": moment(one.since), "times": one.times} | record(one.last, told)
