"""``sbe-scim keycloak pause`` and ``resume``."""

from __future__ import annotations

import click

from sbe_scim.cli.keycloak.administrator import component_option, server_options, session
from sbe_scim.cli.output import echo_one, fail, json_option
from sbe_scim.commandline import command
from sbe_scim.keycloak import KeycloakError, components


@click.command()
@server_options
@component_option
@json_option
def pause(server: str, realm: str, admin_user: str, admin_realm: str, name: str, as_json: bool) -> None:
    """Send nothing until resume; what changes meanwhile waits, and is sent then."""
    _set(server, realm, admin_user, admin_realm, name, as_json, paused=True)


@click.command()
@server_options
@component_option
@json_option
def resume(server: str, realm: str, admin_user: str, admin_realm: str, name: str, as_json: bool) -> None:
    """Send again, what has waited first."""
    _set(server, realm, admin_user, admin_realm, name, as_json, paused=False)


def _set(server: str, realm: str, admin_user: str, admin_realm: str, name: str, as_json: bool, *, paused: bool) -> None:
    with session(server, admin_user, admin_realm) as admin:
        try:
            component = components.named(admin.endpoints(realm), name)
            if component is None:
                fail(f"Realm {realm!r} has no component named {name!r}: see {command('keycloak', 'status')}.")
            config = {**(component.get("config") or {}), "paused": [str(paused).lower()]}
            admin.save_endpoint(realm, {**component, "config": config})
        except KeycloakError as error:
            fail(str(error))
    if as_json:
        echo_one({"id": component["id"], "name": name, "realm": realm, "paused": paused}, True)
        return
    click.echo(f"Realm {realm} {'is paused: nothing is sent' if paused else 'goes on: what has waited is sent'}.")
