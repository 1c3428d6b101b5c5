"""``sbe-scim keycloak explain`` and ``preview``: one person."""

from __future__ import annotations

import json
from typing import Any

import click

from sbe_scim.cli.keycloak.administrator import component_option, server_options, session
from sbe_scim.cli.keycloak.refused import remedy
from sbe_scim.cli.output import fail, json_option, moment
from sbe_scim.commandline import command
from sbe_scim.keycloak import KeycloakError
from sbe_scim.keycloak.causes import CAUSES

_DIRECTORIES = {
    "IN_REACH": "Their directory has them where its provider looks for people.",
    "OUT_OF_REACH": "Their directory has them, but not where, or not as, its provider looks for people.",
    "ABSENT": "Their directory does not have them.",
    "NO_PROVIDER": "The provider of their directory was removed from Keycloak.",
    "UNKNOWN": "Their directory does not answer.",
}


@click.command()
@click.argument("user")
@server_options
@component_option
@json_option
def explain(user: str, server: str, realm: str, admin_user: str, admin_realm: str, name: str, as_json: bool) -> None:
    """Say why USER (a user name, mail address or id) is, or is not, at the receiver as Keycloak has them."""
    with session(server, admin_user, admin_realm) as admin:
        try:
            found = admin.explain(realm, name, user)
        except KeycloakError as error:
            fail(str(error))
    click.echo(json.dumps(found, indent=2) if as_json else "\n".join(lines(found)))


def lines(found: dict[str, Any]) -> list[str]:
    """What is known of a person, a fact in each line."""
    mail = f" <{found['mail']}>" if found.get("mail") else ""
    told = [f"{found.get('name') or found.get('id') or '?'}{mail}"]
    if not found.get("inKeycloak"):
        told.append("  Keycloak does not have them (any more).")
    else:
        told.append(f"  In Keycloak they are {'enabled' if found.get('enabled') else 'disabled'}.")
        told.extend(_scope(found.get("scope")))
    if found.get("directory"):
        told.append(f"  {_DIRECTORIES.get(found['directory'], found['directory'])}")
    told.extend(_delivery(found))
    told.extend(map(_held, found.get("held") or ()))
    return told


def _held(cause: str) -> str:
    decide = f"{command('keycloak', 'release')} and {command('keycloak', 'discard')}"
    return f"  HELD by the safety valve: {CAUSES.get(cause, cause)}. See {decide}."


def _scope(scope: Any) -> list[str]:
    if scope == "OUT":
        return ["  They are out of scope: nothing of them is sent but that they may not log in."]
    if scope == "UNKNOWN":
        return ["  The scope names a group or role that is not there: they stay as they were."]
    return []


def _delivery(found: dict[str, Any]) -> list[str]:
    told = []
    if found.get("remoteId"):
        active = "may not log in" if found.get("inactive") else "may log in"
        told.append(
            f"  The receiver has them as {found['remoteId']}, last accepted {_at(found.get('sentAt'))}: {active}."
        )
    else:
        told.append("  The receiver does not have them, as far as is known.")
    if found.get("reason"):
        why = f"{found['reason']}{remedy(found['reason'])}"
        told.append(f"  It refused them: {why}; tried again {_at(found.get('retryAt'))}.")
    if found.get("stillInSince"):
        told.append(f"  ALARM: they should be out, and the receiver has kept them since {_at(found['stillInSince'])}.")
    if found.get("waiting"):
        told.append("  A change of theirs waits to be delivered.")
    elif found.get("inLine") and not found.get("reason"):
        told.append("  Everything is in line.")
    return told


def _at(milliseconds: Any) -> str:
    return str(moment(milliseconds * 1000)) if isinstance(milliseconds, int) else "at the next change"


@click.command()
@click.argument("user")
@server_options
@component_option
@json_option
def preview(user: str, server: str, realm: str, admin_user: str, admin_realm: str, name: str, as_json: bool) -> None:
    """Show the SCIM resource that would be sent of USER (a user name, mail address or id) now."""
    with session(server, admin_user, admin_realm) as admin:
        try:
            found = admin.preview(realm, name, user)
        except KeycloakError as error:
            fail(str(error))
    if not as_json and found.get("scope") == "OUT":
        click.echo("They are out of scope: this is not sent.", err=True)
    click.echo(json.dumps(found if as_json else found.get("resource"), indent=2, ensure_ascii=False))
