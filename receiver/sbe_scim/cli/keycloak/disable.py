"""``sbe-scim keycloak disable``."""

from __future__ import annotations

import click

from sbe_scim.cli.databases import DATABASE_VARIABLE, administered
from sbe_scim.cli.keycloak import sign_in
from sbe_scim.cli.keycloak.administrator import component_option, server_options, session
from sbe_scim.cli.output import echo_one, fail, json_option
from sbe_scim.cli.types import DatabaseUrl, Text
from sbe_scim.commandline import command
from sbe_scim.keycloak import KeycloakAdmin, KeycloakError, components


@click.command()
@server_options
@component_option
@click.option("--remove", is_flag=True, help="Remove the component and what it remembers, instead of switching it off.")
@click.option("--source", type=Text(), help="Name of the source at the receiver. Default: the realm's name.")
@click.option(
    "--database",
    type=DatabaseUrl(),
    metavar="URL",
    envvar=DATABASE_VARIABLE,
    show_envvar=True,
    callback=lambda _context, _parameter, given: administered(given),
    help="With --remove, the database of Abilian SBE, where nobody is to sign in by the realm any more.",
)
@json_option
def disable(
    server: str,
    realm: str,
    admin_user: str,
    admin_realm: str,
    name: str,
    remove: bool,
    source: str | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Stop provisioning a realm. Nobody is removed from the receiver.

    With --remove the client goes too that enable --sign-in made: nobody signs in to Abilian SBE by the realm any more.
    """
    gone: list[str] = []
    with session(server, admin_user, admin_realm) as admin:
        try:
            component = components.named(admin.endpoints(realm), name)
            if component is None:
                fail(f"Realm {realm!r} has no component named {name!r}: see {command('keycloak', 'status')}.")
            if remove:
                admin.remove_endpoint(realm, component["id"])
                gone = _without_sign_in(admin, realm, source or realm, database)
            else:
                config = {**(component.get("config") or {}), "enabled": ["false"]}
                admin.save_endpoint(realm, {**component, "config": config})
        except KeycloakError as error:
            fail(str(error))
    if as_json:
        told = {"id": component["id"], "name": name, "realm": realm, "enabled": False, "removed": remove}
        echo_one(told | {"removed_clients": gone}, True)
        return
    if gone:
        click.echo(f"Nobody signs in by it any more: removed {', '.join(map(repr, gone))}.")
    click.echo(f"Realm {realm} is {'no longer connected' if remove else 'disabled'}.")


def _without_sign_in(admin: KeycloakAdmin, realm: str, source: str, database: str | None) -> list[str]:
    try:
        return sign_in.forget(admin, realm, source, database)
    except KeycloakError as error:
        click.echo(f"Warning: a client that enable --sign-in made would still be there: {error}", err=True)
        return []
