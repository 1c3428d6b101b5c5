"""``sbe-scim keycloak status``."""

from __future__ import annotations

import json
from typing import Any

import click

from sbe_scim.cli.keycloak.administrator import server_options, session
from sbe_scim.cli.output import fail, json_option, moment
from sbe_scim.commandline import command
from sbe_scim.keycloak import KeycloakError

# Until the year 9999, in milliseconds: what a time may be.
_LAST_MOMENT = 253_402_300_799_999


@click.command()
@server_options
@json_option
def status(server: str, realm: str, admin_user: str, admin_realm: str, as_json: bool) -> None:
    """Show the realm's endpoints: what waits, what was refused, when something last arrived."""
    with session(server, admin_user, admin_realm) as admin:
        try:
            if not admin.realm_exists(realm):
                fail(f"Realm {realm!r} does not exist on {admin.server}: check --realm (case matters).")
            found = admin.status(realm)
        except KeycloakError as error:
            fail(str(error))
    if found is None:
        fail(f"The connector is not installed on this server: see {command('keycloak', 'jar')}.")
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for endpoint in found:
        click.echo(_endpoint_lines(endpoint))
    if not found:
        click.echo(f"Realm {realm} is not enabled: see {command('keycloak', 'enable', '--help')}.")


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
        f"{''.join(map(_refusal_line, endpoint.get('refused') or ()))}"
        f"  changes  {told('pending')} waiting{since}{left}\n"
        f"  arrived  {_arrival(endpoint.get('lastDelivery'))}{notice}"
    )


def _refusal_line(refusal: dict[str, Any]) -> str:
    kind = str(refusal.get("type") or "?").lower()
    other = refusal.get("blockedBy")
    names = f": {kind} {other} has this name or address, or one that differs in case or blanks only" if other else ""
    return f"  refused  {kind} {refusal.get('id')}: {refusal.get('reason') or '?'}{names}\n"


def _arrival(milliseconds: Any) -> str:
    if milliseconds is None:
        return "nothing yet"
    if not isinstance(milliseconds, int) or not 0 <= milliseconds <= _LAST_MOMENT:
        return "?"
    return f"last at {moment(milliseconds * 1000)}"
