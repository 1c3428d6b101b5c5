"""``sbe-scim keycloak``: install, enable and watch the connector of a Keycloak realm."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import click

from sbe_scim.cli.administrators import component_option, server_options, session
from sbe_scim.cli.common import echo_one, fail, json_option, moment
from sbe_scim.cli.enabling import enable
from sbe_scim.config import PASSWORD_VARIABLE
from sbe_scim.keycloak import JAR_NAME, KeycloakError, components, connector_jar

# Until the year 9999, in milliseconds: what a time may be.
_LAST_MOMENT = 253_402_300_799_999


@click.group(
    help=f"""Install, enable and watch the connector in a Keycloak realm.

    The administrator's password is read from {PASSWORD_VARIABLE}, else asked for."""
)
def keycloak() -> None:
    pass


keycloak.add_command(enable)


@keycloak.command()
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


@keycloak.command()
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
                fail(f"Realm {realm!r} has no component named {name!r}: see sbe-scim keycloak status.")
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


@keycloak.command()
@server_options
@json_option
def status(server: str, realm: str, admin_user: str, admin_realm: str, as_json: bool) -> None:
    """Show the realm's endpoints: what waits, what was refused, when something last arrived."""
    with session(server, admin_user, admin_realm) as admin:
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
    def told(key: str) -> Any:
        return "?" if endpoint.get(key) is None else endpoint[key]

    # An endpoint that is switched off keeps the reason for which it waited before.
    reason = f" ({endpoint['reason']})" if endpoint["enabled"] and endpoint.get("reason") else ""
    oldest = endpoint.get("oldestPendingSeconds")
    since = f", the oldest for {oldest} s" if oldest is not None else ""
    foreign = endpoint.get("foreign")
    notice = f"\n  notice   {endpoint['notice']}" if endpoint.get("notice") else ""
    left = f"; {foreign} left to a newer release of the connector" if foreign else ""
    still_in = endpoint.get("stillIn")
    stays = f"{still_in} refused by the receiver, the oldest for {told('stillInSeconds')} s"
    alarm = f"  ALARM    a leaver is still in: {stays}\n" if still_in else ""
    return (
        f"{told('name')}  {told('state') if endpoint['enabled'] else 'disabled'}{reason}\n"
        f"{alarm}"
        f"  to       {told('url')}\n"
        f"  sent     {told('users')} users, {told('groups')} groups; {told('parked')} refused\n"
        f"  changes  {told('pending')} waiting{since}{left}\n"
        f"  arrived  {_arrival(endpoint.get('lastDelivery'))}{notice}"
    )


def _arrival(milliseconds: Any) -> str:
    if milliseconds is None:
        return "nothing yet"
    if not isinstance(milliseconds, int) or not 0 <= milliseconds <= _LAST_MOMENT:
        return "?"
    return f"last at {moment(milliseconds * 1000)}"
