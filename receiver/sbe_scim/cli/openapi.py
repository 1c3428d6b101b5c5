"""``sbe-scim openapi``: what this receiver serves, for generators of clients and for people."""

from __future__ import annotations

import json

import click

from sbe_scim.config import Settings
from sbe_scim.extensions import load_extensions
from sbe_scim.openapi import document
from sbe_scim.protocol import DefinitionError, registry


@click.command()
@click.option(
    "--base-url",
    envvar="SBE_SCIM_BASE_URL",
    default="https://scim.example.org/scim/v2",
    show_default=True,
    help="The SCIM base URL, as clients see it.",
)
@click.option(
    "--extensions",
    envvar="SBE_SCIM_EXTENSIONS",
    default="",
    metavar="PATH",
    help="Schemas of extensions, as for `sbe-scim serve`.",
)
def openapi(base_url: str, extensions: str) -> None:
    """Print the receiver as an OpenAPI 3.1 document."""
    try:
        made = document(registry(load_extensions(extensions)), Settings(base_url=base_url))
    except DefinitionError as error:
        raise click.ClickException(str(error)) from None
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo(json.dumps(made, indent=2, ensure_ascii=False))
