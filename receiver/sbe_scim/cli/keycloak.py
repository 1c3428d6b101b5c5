"""``sbe-scim keycloak``: install, enable and watch the connector of a Keycloak realm."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from sbe_scim.cli.common import fail
from sbe_scim.keycloak import JAR_NAME, Enablement, KeycloakAdmin, KeycloakError, connector_jar
from sbe_scim.keycloak import enable as enable_realm
from sbe_scim.keycloak.enablement import Enabled
from sbe_scim.keycloak.registration import DatabaseReceiver

Command = TypeVar("Command", bound=Callable[..., Any])

PASSWORD_VARIABLE = "SBE_SCIM_KEYCLOAK_PASSWORD"  # noqa: S105 - the variable's name


@click.group()
def keycloak() -> None:
    """Install, enable and watch the connector in a Keycloak realm."""


def server_options(command: Command) -> Command:
    """The options that say which Keycloak, which realm and who asks."""
    for option in (
        click.option("--admin-realm", default="master", show_default=True, help="Realm the administrator logs in to."),
        click.option("--admin-user", default="admin", show_default=True, help="Administrator's user name."),
        click.option("--realm", required=True, help="Realm whose people are to be provisioned."),
        click.option("--server", required=True, metavar="URL", help="Keycloak, such as https://sso.example.org."),
    ):
        command = option(command)
    return command


@keycloak.command()
@click.argument("target", type=click.Path(path_type=Path), default=".")
def jar(target: Path) -> None:
    """Write the provider JAR to TARGET (a folder, such as Keycloak's providers/, or a file name)."""
    found = connector_jar()
    if found is None:
        fail("This installation carries no provider JAR: install a released wheel, or run 'make jar' in a checkout.")
    path = target / JAR_NAME if target.is_dir() else target
    try:
        shutil.copyfile(found, path)
    except OSError as error:
        fail(f"{path} could not be written: {error.strerror}.")
    click.echo(path)
    click.echo("Next: run kc.sh build on the Keycloak server and restart it.", err=True)


@keycloak.command()
@server_options
@click.option("--receiver", required=True, metavar="URL", help="SCIM base URL as Keycloak reaches it (…/scim/v2).")
@click.option("--name", default="sbe-scim", show_default=True, help="Name of the connector's component in the realm.")
@click.option("--issuer", metavar="URL", help="Issuer of the realm's tokens. Default: what the realm publishes.")
@click.option("--audience", metavar="URL", help="Audience of the tokens. Default: the receiver's URL.")
@click.option("--jwks-url", metavar="URL", help="Where the receiver fetches the realm's keys. Default: as published.")
@click.option("--source", metavar="NAME", help="Name of the source at the receiver. Default: the realm's name.")
@click.option(
    "--database",
    metavar="URL",
    envvar="SBE_SCIM_DATABASE",
    help="The receiver's database, to register the realm there too. Without it the command to run there is printed.",
)
def enable(
    server: str,
    realm: str,
    admin_user: str,
    admin_realm: str,
    receiver: str,
    name: str,
    issuer: str | None,
    audience: str | None,
    jwks_url: str | None,
    source: str | None,
    database: str | None,
) -> None:
    """Provision a realm: point its connector at the receiver.

    Everything is checked first, by Keycloak itself: that the receiver answers, that it takes the realm's tokens.
    Where a check fails nothing is changed. Enabling again updates the settings.
    """
    wanted = Enablement(realm, receiver.rstrip("/"), name, issuer, audience, jwks_url)
    with _admin(server, admin_user, admin_realm) as admin:
        try:
            trusting = DatabaseReceiver(database, source or realm) if database else None
            done = enable_realm(admin, wanted, trusting)
        except KeycloakError as error:
            fail(str(error))
    click.echo(f"Realm {realm} is {'enabled' if done.created else 'enabled again'}: its people go to {wanted.receiver}")
    if not done.trusted:
        click.echo(_source_line(source or realm, done))


def _source_line(name: str, done: Enabled) -> str:
    return (
        "The receiver does not know this realm yet. On the receiver's machine run:\n"
        f"  sbe-scim source add {name} --dialect keycloak --issuer {done.trust.issuer} "
        f"--audience {done.trust.audience} --jwks-url {done.trust.jwks_url}"
    )


@keycloak.command()
@server_options
@click.option("--name", default="sbe-scim", show_default=True, help="Name of the connector's component in the realm.")
@click.option("--remove", is_flag=True, help="Remove the component and what it remembers, instead of switching it off.")
def disable(server: str, realm: str, admin_user: str, admin_realm: str, name: str, remove: bool) -> None:
    """Stop provisioning a realm. Nobody is removed from the receiver."""
    with _admin(server, admin_user, admin_realm) as admin:
        try:
            component = next((found for found in admin.endpoints(realm) if found.get("name") == name), None)
            if component is None:
                fail(f"Realm {realm!r} has no component named {name!r}: see sbe-scim keycloak status.")
            if remove:
                admin.remove_endpoint(realm, component["id"])
            else:
                config = {**(component.get("config") or {}), "enabled": ["false"]}
                admin.save_endpoint(realm, {**component, "config": config})
        except KeycloakError as error:
            fail(str(error))
    click.echo(f"Realm {realm} is {'no longer connected' if remove else 'disabled'}.")


@keycloak.command()
@server_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(server: str, realm: str, admin_user: str, admin_realm: str, as_json: bool) -> None:
    """Show the realm's endpoints: what waits, what was refused, when something last arrived."""
    with _admin(server, admin_user, admin_realm) as admin:
        try:
            if not admin.realm_exists(realm):
                fail(f"Realm {realm!r} is not there on {admin.server}: check --realm (the case counts).")
            found = admin.status(realm)
        except KeycloakError as error:
            fail(str(error))
    if found is None:
        fail("The connector is not installed on this server: see sbe-scim keycloak jar.")
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for endpoint in found:
        click.echo(_endpoint_lines(endpoint))
    if not found:
        click.echo(f"Realm {realm} is not enabled: see sbe-scim keycloak enable.")


def _endpoint_lines(endpoint: dict[str, Any]) -> str:
    state = endpoint["state"] if endpoint["enabled"] else "disabled"
    reason = f" ({endpoint['reason']})" if endpoint.get("reason") else ""
    oldest = endpoint.get("oldestPendingSeconds")
    waiting = f"{endpoint['pending']} waiting" + (f", the oldest for {oldest} s" if oldest is not None else "")
    return (
        f"{endpoint['name']}  {state}{reason}\n  to       {endpoint['url']}\n"
        f"  sent     {endpoint['users']} users, {endpoint['groups']} groups; {endpoint['parked']} refused\n"
        f"  changes  {waiting}"
    )


def _admin(server: str, user: str, realm: str) -> KeycloakAdmin:
    password = os.environ.get(PASSWORD_VARIABLE) or click.prompt(f"Password of {user}", hide_input=True, err=True)
    return KeycloakAdmin(server, user, password, realm=realm)
