"""``sbe-scim keycloak``: install, enable and watch the connector of a Keycloak realm."""

from __future__ import annotations

import click

from sbe_scim.cli.keycloak.disable import disable
from sbe_scim.cli.keycloak.enable import enable
from sbe_scim.cli.keycloak.explain import explain, preview
from sbe_scim.cli.keycloak.held import discard, release
from sbe_scim.cli.keycloak.jar import jar
from sbe_scim.cli.keycloak.pause import pause, resume
from sbe_scim.cli.keycloak.reconcile import reconcile
from sbe_scim.cli.keycloak.refused import refused, retry
from sbe_scim.cli.keycloak.status import status
from sbe_scim.keycloak import PASSWORD_VARIABLE


@click.group(
    help=f"""Install, enable and watch the connector in a Keycloak realm.

    The administrator's password is read from {PASSWORD_VARIABLE}, else asked for."""
)
def keycloak() -> None:
    pass


_COMMANDS = (
    jar,
    enable,
    disable,
    status,
    refused,
    retry,
    reconcile,
    pause,
    resume,
    release,
    discard,
    explain,
    preview,
)
for command in _COMMANDS:
    keycloak.add_command(command)
