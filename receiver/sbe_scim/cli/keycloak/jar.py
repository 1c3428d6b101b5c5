"""``sbe-scim keycloak jar``."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from sbe_scim.cli.output import echo_one, fail, json_option
from sbe_scim.keycloak import JAR_NAME, connector_jar


@click.command()
@click.argument("target", type=click.Path(path_type=Path), default=".")
@json_option
def jar(target: Path, as_json: bool) -> None:
    """Write the provider JAR to TARGET (a folder, such as Keycloak's providers/, or a file name)."""
    found = connector_jar()
    if found is None:
        fail("This installation carries no provider JAR: install a released wheel, or run 'make jar' in a checkout.")
    path = target / JAR_NAME if target.is_dir() else target
    try:
        shutil.copyfile(found, path)
    except OSError as error:
        fail(f"{path} could not be written: {error.strerror or error}.")
    if as_json:
        echo_one({"name": JAR_NAME, "path": str(path)}, True)
    else:
        click.echo(path)
    click.echo("Next: run kc.sh build on the Keycloak server and restart it.", err=True)
