"""``sbe-scim sbe remove``: take the receiver's tables out of Abilian SBE's database."""

from __future__ import annotations

import os
from dataclasses import asdict

import click
from sqlalchemy.exc import OperationalError

from sbe_scim.cli.output import echo_one, fail, json_option
from sbe_scim.cli.sbe.started import started
from sbe_scim.commandline import command
from sbe_scim.sbe_plugin.settings import PLUGINS_VARIABLE, is_loaded


@click.command()
@click.option("--dry-run", is_flag=True, help="Change nothing, say what stays and what goes.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def remove(dry_run: bool, yes: bool, as_json: bool) -> None:
    """Take the receiver's tables out of Abilian SBE's database, for good; accounts, groups and content stay.

    What came by SCIM is as if made by hand from then on, open or closed as it is now. The journal goes too.
    Before: stop the receiver, take the plugin out of FLASK_PLUGINS, and restart Abilian SBE.
    """
    if not dry_run and is_loaded(os.environ):
        fail(f"Take the plugin out of {PLUGINS_VARIABLE} and restart Abilian SBE first: its pages need the tables.")
    with started() as transactions:
        # Only what starts Abilian SBE may import it.
        from sbe_scim.directory.sbe import removal

        with transactions.read() as reading:
            left = removal.look(reading.connection)
        echo_one(asdict(left), as_json)
        if left.roles and not as_json:
            rules = command("sbe", "role", "remove")
            click.echo(f"What {left.roles} have by rules stays theirs; {rules} takes it back before.", err=True)
        if dry_run:
            click.echo("Nothing was changed.", err=True)
            return
        if not yes:
            click.confirm("Drop these tables? It cannot be undone.", abort=True, err=True)
        try:
            with transactions.write() as writing:
                removal.remove(writing.connection)
        except OperationalError:
            fail("Somebody uses the tables: stop the receiver, and try again. Nothing was changed.")
    click.echo("The tables are gone.", err=True)
