"""``sbe-scim keycloak``: install, enable and watch the connector of a Keycloak realm."""

from __future__ import annotations

import click

from sbe_scim.cli.keycloak.disable import disable
from sbe_scim.cli.keycloak.enable import enable
from sbe_scim.cli.keycloak.jar import jar
from sbe_scim.cli.keycloak.status import status
from sbe_scim.keycloak import PASSWORD_VARIABLE


@click.group(
    help=f"""Install, enable and watch the connector in a Keycloak realm.

    The administrator's password is read from {PASSWORD_VARIABLE}, else asked for."""
)
def keycloak() -> None:
    pass


for command in (jar, enable, disable, status):
    keycloak.add_command(command)
