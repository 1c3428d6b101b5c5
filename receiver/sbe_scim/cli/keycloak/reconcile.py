"""``sbe-scim keycloak reconcile``."""

from __future__ import annotations

import json
import time
from typing import Any

import click

from sbe_scim.cli.keycloak.administrator import component_option, server_options, session
from sbe_scim.cli.output import fail, json_option
from sbe_scim.commandline import command
from sbe_scim.keycloak import KeycloakAdmin, KeycloakError

#: Seconds between two looks at a run that goes on.
_PAUSE = 1.0

_MEANINGS = {
    "create": "to be created",
    "adopt": "to be adopted: the receiver has them already",
    "update": "to be brought in line",
    "disable": "to be deactivated",
    "delete": "to be removed: Keycloak does not have them",
    "report": "of others at the receiver, left alone",
}

_HELD = "; {} of them would be held, because so many at once look like an accident"


@click.command()
@server_options
@component_option
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@json_option
def reconcile(
    server: str, realm: str, admin_user: str, admin_realm: str, name: str, dry_run: bool, as_json: bool
) -> None:
    """Compare Keycloak, what was sent and what the receiver has, and bring the receiver in line.

    With --dry-run the command waits for the plan and shows it: who would be created, adopted, updated, deactivated,
    removed. Without, it begins at once and goes on by itself; status shows how far it is.
    """
    with session(server, admin_user, admin_realm) as admin:
        try:
            run = admin.begin_run(realm, name, dry_run=dry_run)
            if dry_run:
                found = _ended(admin, realm, run)
        except KeycloakError as error:
            fail(str(error))
    if not dry_run:
        _begun(run, as_json)
    elif as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        click.echo("\n".join(_plan(found)))


def _begun(run: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"id": run}, indent=2))
    else:
        click.echo(f"The run has begun: {command('keycloak', 'status')} shows how far it is.")


def _ended(admin: KeycloakAdmin, realm: str, run: str) -> dict[str, Any]:
    waiting = None
    while True:
        found = admin.run(realm, run)
        if found.get("failure"):
            fail(f"The receiver does not tell what it has: {found['failure']}.")
        if found["phase"] == "ended":
            return found
        if found.get("waiting") not in {None, waiting}:
            waiting = found["waiting"]
            click.echo(f"The receiver cannot be asked now, the run waits: {waiting}", err=True)
        time.sleep(_PAUSE)


def _plan(found: dict[str, Any]) -> list[str]:
    lines = []
    for action, meaning in _MEANINGS.items():
        if number := found["counts"].get(action, 0):
            lines.append(f"{number} {meaning}{_held(found) if action == 'delete' else ''}")
            items = [item for item in found.get("items") or () if item.get("action") == action]
            lines.extend(_item(item) for item in items)
            if number > len(items):
                lines.append(f"  and {number - len(items)} more")
    return lines or ["Everything is in line."]


def _held(found: dict[str, Any]) -> str:
    return _HELD.format(found["held"]) if found.get("held") else ""


def _item(item: dict[str, Any]) -> str:
    kind = str(item.get("type") or "?").lower()
    named = f"{item['name']} ({item['id']})" if item.get("name") else item.get("id")
    there = f"at the receiver {item['remoteId']}" if item.get("remoteId") else None
    return f"  {kind} {', '.join(filter(None, (named, there))) or '?'}"
