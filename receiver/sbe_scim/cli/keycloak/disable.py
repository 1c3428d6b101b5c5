"""``sbe-scim keycloak disable``."""

from __future__ import annotations

import click

from sbe_scim.cli.keycloak.administrator import component_option, server_options, session
from sbe_scim.cli.output import echo_one, fail, json_option
from sbe_scim.commandline import command
from sbe_scim.keycloak import KeycloakError, components


@click.command()
@server_options
@component_option
@click.option("--remove", is_flag=True, help="Remove the component and what it remembers, instead of switching it off.")
@json_option
def disable(server: str, realm: str, admin_user: str, admin_realm: str, name: str, remove: bool, as_json: bool) -> None:
    """Stop provisioning a realm. Nobody is removed from the receiver."""
    with session(server, admin_user, admin_realm) as admin:
        try:
            component = components.named(admin.endpoints(realm), name)
            if component is None:
                fail(f"Realm {realm!r} has no component named {name!r}: see {command('keycloak', 'status')}.")
            if remove:
                admin.remove_endpoint(realm, component["id"])
            else:
                config = {**(component.get("config") or {}), "enabled": ["false"]}
                admin.save_endpoint(realm, {**component, "config": config})
        except KeycloakError as error:
            fail(str(error))
    if as_json:
        echo_one({"id": component["id"], "name": name, "realm": realm, "enabled": False, "removed": remove}, True)
        return
    click.echo(f"Realm {realm} is {'no longer connected' if remove else 'disabled'}.")
