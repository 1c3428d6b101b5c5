"""How a source is doing: when it was last heard of, and what its storm guard holds, until it is released."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click
from sqlalchemy.engine import Connection

from sbe_scim.cli.databases import database_option, transaction
from sbe_scim.cli.output import echo_one, fail, json_option, moment
from sbe_scim.cli.ports import open_receiver
from sbe_scim.cli.restore import restore_days
from sbe_scim.commandline import command
from sbe_scim.service.undoing import NoStorm, undo
from sbe_scim.store import guards, sources
from sbe_scim.store.clock import now
from sbe_scim.store.contacts import Heartbeat
from sbe_scim.store.guards import WINDOW, Storm
from sbe_scim.store.sources import HIGHEST_STORM_LIMIT, STORM_LIMIT

storm_limit_option = click.option(
    "--storm-limit",
    type=click.IntRange(0, HIGHEST_STORM_LIMIT),
    metavar="LOSSES",
    help="How many may lose access within a quarter of an hour, a fifth of the people where that is fewer; 0: any "
    f"number. New sources have {STORM_LIMIT}.",
)


@click.command()
@click.argument("name")
@click.option(
    "--undo",
    "undone",
    is_flag=True,
    help="Bring back who went since the storm began, and hold what is still to go, also where it was released.",
)
@database_option
@json_option
def release(name: str, undone: bool, database: str, as_json: bool) -> None:
    """Let go who is held of source NAME, and whoever else is to go in the next 15 minutes.

    The identity provider sends them again by itself, some within a minute. What was held passes within a day, whenever
    it is sent.
    """
    if undone:
        _undo(name, database, as_json)
        return
    with transaction(database, write=True) as connection:
        found = sources.require(connection, name)
        at = now()
        storm = guards.storms(connection, at).get(found.id)
        guards.release(connection, found.id, at)
    until = moment(at + WINDOW * 1_000_000)
    if as_json:
        echo_one({"name": name, "released": storm.resources if storm else 0, "until": until}, True)
    else:
        what = f"{storm.resources} held of source {name} are released" if storm else f"Nothing of source {name} is held"
        click.echo(f"{what}; until {until} everything of it passes.")


def _undo(name: str, database: str, as_json: bool) -> None:
    with open_receiver(database) as ports:
        with ports.transactions.read() as transaction:
            found = sources.get(transaction.connection, name)
        if found is None:
            fail(f"no source is named {name!r}: {command('source', 'list')} shows them.")
        try:
            done = undo(ports.transactions, ports.directory, found, restore_days())
        except NoStorm as error:
            fail(f"{error}.")
    if as_json:
        echo_one({"name": name, **asdict(done)}, True)
    else:
        click.echo(f"Back: {done.restored} restored, {done.activated} active again, {done.memberships} memberships.")
        for resource_id, why in done.refused.items():
            click.echo(f"Not back: {resource_id}: {why}", err=True)
    if done.refused:
        raise click.exceptions.Exit(1)


def told(connection: Connection) -> dict[int, dict[str, Any]]:
    """What is held, by the number of the source: since when, of how many people and groups, how many went before."""
    return {source: _told(storm) for source, storm in guards.storms(connection).items()}


def _told(storm: Storm) -> dict[str, Any]:
    return {"since": moment(storm.since), "resources": storm.resources, "passed": storm.passed}


def heartbeat(beat: Heartbeat) -> dict[str, str | None]:
    """When a source was last heard of, and when it last changed something."""
    return {"last_contact": moment(beat.contact), "last_write": moment(beat.write)}


def in_words(held: dict[str, Any] | None) -> str | None:
    """The same for people."""
    return None if held is None else "{resources} since {since}; {passed} went before".format_map(held)
