"""How sources are told of: all of them, and one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from sbe_scim.auth import openings
from sbe_scim.cli import standing
from sbe_scim.cli.databases import database_option, transaction
from sbe_scim.cli.output import echo_list, echo_one, json_option, moment
from sbe_scim.commandline import command
from sbe_scim.directory.sbe import comparisons, without_mail
from sbe_scim.directory.sbe.comparisons import Comparison
from sbe_scim.service.shadow import warning
from sbe_scim.store import Source, contacts, sources


@click.command(name="list")
@database_option
@json_option
def list_sources(database: str, as_json: bool) -> None:
    """List the sources."""
    with transaction(database, write=False) as connection:
        found = sources.find_all(connection)
        held, beats = standing.told(connection), contacts.heartbeats(connection)
    rows = [
        record(one) | {"held": _held(held.get(one.id), as_json)} | standing.heartbeat(beats[one.id]) for one in found
    ]
    echo_list(rows, as_json, f"There is no source yet: see {command('source', 'add', '--help')}.")
    for told in filter(None, map(warning, found)):
        click.echo(f"Warning: {told}.", err=True)


@click.command()
@click.argument("name")
@database_option
@json_option
def show(name: str, database: str, as_json: bool) -> None:
    """Show source NAME, and what its latest comparison with Abilian SBE has found (see `sbe-scim sbe check`)."""
    with transaction(database, write=False) as connection:
        found = sources.require(connection, name)
        mail_optional = without_mail.is_chosen(connection, found.id)
        compared = comparisons.latest(connection).get(name)
        held = standing.told(connection).get(found.id)
        beat = standing.heartbeat(contacts.heartbeats(connection)[found.id])
    told = record(found) | {"held": held if as_json else standing.in_words(held)} | beat
    if found.rate is not None and not as_json:
        told["rate"] = f"{found.rate} requests a second"
    if mail_optional is not None:
        told["mail"] = "optional" if mail_optional else "required"
    if compared is not None:
        told["comparison"] = _compared(compared, as_json)
    echo_one(told, as_json)
    warn(found)


def warn(found: Source) -> None:
    """Warn of what is not as it should be of a source, on stderr."""
    if (told := warning(found)) is not None:
        click.echo(f"Warning: {told}.", err=True)
    for opening in openings(found):
        click.echo(f"Warning: source {found.name} is open: {opening.text}.", err=True)


def record(found: Source) -> dict[str, Any]:
    """The settings of a source, as scripts and people read them."""
    told = asdict(found)
    del told["id"]
    times = {name: moment(getattr(found, name)) for name in ("created", "persons_token", "shadow", "applying")}
    return told | times | {"openings": tuple(opening.code for opening in openings(found))}


def _held(held: dict[str, Any] | None, as_json: bool) -> dict[str, Any] | int | None:
    return held if as_json or held is None else int(held["resources"])


def _compared(what: Comparison, as_json: bool) -> dict[str, Any] | str:
    record = asdict(what)
    del record["source"]
    time = moment(record.pop("time"))
    return {"time": time} | record if as_json else f"{time}: " + ", ".join(f"{n} {name}" for name, n in record.items())
