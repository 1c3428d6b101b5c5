"""``sbe-scim index``: filters find what was stored before an attribute was declared as it is now."""

from __future__ import annotations

import json

import click

from sbe_scim.cli.databases import database_option, engine
from sbe_scim.cli.output import json_option
from sbe_scim.service.registering import registered
from sbe_scim.store import indexing
from sbe_scim.store.database import reading

_BATCH = 200


@click.command("index")
@database_option
@json_option
def index(database: str, as_json: bool) -> None:
    """Index stored values anew, as the extensions declare them with which the receiver was last started.

    It goes through all resources in batches, beside a running receiver; what was interrupted goes on where it was.
    """
    looked = wrong = 0
    with engine(database) as opened:
        with reading(opened) as connection:
            left = indexing.left(connection)
        if not as_json:
            click.echo(f"{left} resources to look at", err=True)
        while True:
            # A receiver may be started with other extensions meanwhile: it begins anew then.
            with opened.begin() as connection:
                found, mended = indexing.step(connection, registered(connection), _BATCH)
            if not found:
                break
            looked, wrong = looked + found, wrong + mended
    if as_json:
        click.echo(json.dumps({"resources": looked, "values": wrong}))
    else:
        click.echo(f"Indexed: {looked} resources; {wrong} values were not as they compare now.")
