"""``sbe-scim keycloak release`` and ``discard``: what the safety valve holds."""

from __future__ import annotations

from typing import Any

import click

from sbe_scim.cli.keycloak.administrator import component_option, server_options, session
from sbe_scim.cli.output import echo_one, fail, json_option
from sbe_scim.keycloak import KeycloakError
from sbe_scim.keycloak.causes import CAUSES

#: So many are named before they are counted only.
_NAMED = 50


@click.command()
@server_options
@component_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def release(server: str, realm: str, admin_user: str, admin_realm: str, name: str, yes: bool, as_json: bool) -> None:
    """Let go what the safety valve holds: these people and groups lose access at the receiver.

    Without --yes it is shown first who that is.
    """
    _decide("release", server, realm, admin_user, admin_realm, name, yes, as_json)


@click.command()
@server_options
@component_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def discard(server: str, realm: str, admin_user: str, admin_realm: str, name: str, yes: bool, as_json: bool) -> None:
    """Forget what the safety valve holds, and look at these people and groups as Keycloak has them now.

    Repair first what went wrong (a search filter, a directory, a database). Who is still gone is held again.
    """
    _decide("discard", server, realm, admin_user, admin_realm, name, yes, as_json)


def _decide(
    decision: str, server: str, realm: str, user: str, admin_realm: str, name: str, yes: bool, as_json: bool
) -> None:
    with session(server, user, admin_realm) as admin:
        try:
            if not yes:
                held = admin.held(realm, name)
                if held:
                    click.echo("\n".join(lines(held)), err=True)
                    click.confirm(f"{decision.capitalize()} these {len(held)}?", abort=True, err=True)
            count = admin.decide_held(realm, name, decision)
        except KeycloakError as error:
            fail(str(error))
    if as_json:
        echo_one({"name": name, "realm": realm, "decision": decision, "count": count}, True)
        return
    done = "released: they are sent now" if decision == "release" else "discarded: Keycloak is read again"
    click.echo(f"{count} {done}." if count else "Nothing is held.")


def lines(held: list[dict[str, Any]]) -> list[str]:
    """A line for each loss, and one for how many more there are."""
    told = [line(one) for one in held[:_NAMED]]
    return [*told, f"and {len(held) - _NAMED} more"] if len(held) > _NAMED else told


def line(one: dict[str, Any]) -> str:
    """Who is to lose what, and why."""
    kind = str(one.get("type") or "?").lower()
    mail = f" <{one['mail']}>" if one.get("mail") else ""
    who = f"{kind} {one.get('name') or one.get('id') or '?'}{mail}"
    where = f" out of {one['group']}" if one.get("group") else ""
    cause = str(one.get("cause"))
    return f"{who}{where}: {CAUSES.get(cause, cause)}"
