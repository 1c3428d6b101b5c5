"""``sbe-scim keycloak refused`` and ``retry``."""

from __future__ import annotations

import json
from typing import Any

import click

from sbe_scim.cli.keycloak.administrator import component_option, server_options, session
from sbe_scim.cli.output import echo_one, fail, json_option, moment
from sbe_scim.commandline import command
from sbe_scim.keycloak import KeycloakError


@click.command()
@server_options
@component_option
@json_option
def refused(server: str, realm: str, admin_user: str, admin_realm: str, name: str, as_json: bool) -> None:
    """Show whom the receiver refused, by name, and why."""
    with session(server, admin_user, admin_realm) as admin:
        try:
            found = admin.refused(realm, name)
        except KeycloakError as error:
            fail(str(error))
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        click.echo("\n".join(map(_line, found)) or "Nobody is refused.")


def remedy(reason: Any) -> str:
    """What somebody has to do about an answer, where that is known: to be put behind it."""
    held = str(reason).endswith(" 503 held")
    return f": too many at once; on the receiver's machine, {command('source', 'release')}" if held else ""


def _line(one: dict[str, Any]) -> str:
    kind = str(one.get("type") or "?").lower()
    mail = f" <{one['mail']}>" if one.get("mail") else ""
    since = one.get("since")
    when = f", since {moment(since * 1000)}" if isinstance(since, int) else ""
    holder = one.get("blockedBy")
    why = f": {kind} {holder} has this name or address, or one that differs in case or blanks only" if holder else ""
    reason = one.get("reason") or "?"
    return f"{kind} {one.get('name') or one.get('id') or '?'}{mail}{when}: {reason}{why or remedy(reason)}"


@click.command()
@click.argument("user", required=False)
@click.option("--refused", "everybody", is_flag=True, help="All whom the receiver refused.")
@server_options
@component_option
@json_option
def retry(
    user: str | None,
    everybody: bool,
    server: str,
    realm: str,
    admin_user: str,
    admin_realm: str,
    name: str,
    as_json: bool,
) -> None:
    """Send USER (a user name, mail address or id) once more, or with --refused all who were refused."""
    if (user is None) == (not everybody):
        raise click.UsageError("Give either USER or --refused.")
    with session(server, admin_user, admin_realm) as admin:
        try:
            count = admin.retry(realm, name, user)
        except KeycloakError as error:
            fail(str(error))
    if as_json:
        echo_one({"name": name, "realm": realm, "count": count}, True)
    else:
        click.echo(f"{count} tried again within seconds." if count else "Nobody is refused.")
