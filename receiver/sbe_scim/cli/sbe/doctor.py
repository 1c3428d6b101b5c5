"""``sbe-scim sbe doctor``: what of an Abilian SBE is wrong."""

from __future__ import annotations

import json
import os
import sys
from contextlib import redirect_stdout
from dataclasses import asdict

import click

from sbe_scim.cli.output import fail, json_option
from sbe_scim.directory.sbe import host
from sbe_scim.directory.sbe.errors import SbeError


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Say which faults this Abilian SBE has, and what of its plugin, sign-in, Redis or index is wrong.

    Ends with 1 where somebody has to do something.
    """
    try:
        with redirect_stdout(sys.stderr):
            # Abilian SBE prints what it loads.
            started = host.start()
        # Only what starts Abilian SBE may import it.
        from sbe_scim.sbe_plugin.doctor import examine

        found = examine(started, os.environ)
    except SbeError as error:
        fail(f"{error}.")
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=2))
    else:
        for one in found:
            click.echo(f"{'!' if one.remedy else ' '} {one.name}: {one.told}")
            if one.remedy:
                click.echo(f"    {one.remedy}")
    if any(one.remedy for one in found):
        raise click.exceptions.Exit(1)
