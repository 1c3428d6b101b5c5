"""``sbe-scim keycloak status``."""

from __future__ import annotations

import json
from typing import Any

import click

from sbe_scim.cli.keycloak.administrator import server_options, session
from sbe_scim.cli.output import fail, json_option, moment
from sbe_scim.commandline import command
from sbe_scim.keycloak import KeycloakError
from sbe_scim.keycloak.causes import told as told_causes

# Seconds that a change may wait before it is somebody's business.
_PATIENCE = 300

# Until the year 9999, in milliseconds: what a time may be.
_LAST_MOMENT = 253_402_300_799_999


@click.command()
@server_options
@click.option("--check", is_flag=True, help="Exit with 1 where somebody has to act, and say why: for monitoring.")
@json_option
def status(server: str, realm: str, admin_user: str, admin_realm: str, check: bool, as_json: bool) -> None:
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
    for endpoint in () if as_json else found:
        click.echo(_endpoint_lines(endpoint))
    if not (found or as_json):
        click.echo(f"Realm {realm} is not enabled: see {command('keycloak', 'enable', '--help')}.")
    if check:
        if not found:
            fail(f"Realm {realm!r} is not enabled.")
        for endpoint in found:
            if said := warning(endpoint):
                click.echo(f"warning: {endpoint.get('name') or '?'}: {said}", err=True)
        if why := [f"{one.get('name') or '?'}: {reason}" for one in found for reason in alarms(one)]:
            fail("\n".join(why))


def alarms(endpoint: dict[str, Any]) -> list[str]:
    """Why somebody has to act; an endpoint that recovers by itself is given five minutes."""
    if not endpoint["enabled"]:
        return ["it is disabled"]
    found = []
    if endpoint.get("stillIn"):
        found.append("a leaver is still in: the receiver refuses to let them go")
    if endpoint.get("held"):
        found.append(f"the safety valve holds {endpoint['held']}: release or discard them")
    if endpoint.get("state") == "paused":
        found.append(f"it is paused: {endpoint.get('reason') or '?'}")
    if endpoint.get("holder") is False:
        found.append("no node of Keycloak delivers to it: see the server's log")
    if endpoint.get("parked"):
        found.append(f"{endpoint['parked']} users and groups are refused by the receiver")
    if endpoint.get("webhookFailure"):
        found.append(f"its webhook takes no alarm: {endpoint['webhookFailure']}")
    for directory in endpoint.get("directories") or ():
        away = directory.get("failingSeconds")
        if isinstance(away, int) and away > _PATIENCE:
            found.append(f"directory {directory.get('name')} is away for {away} s: {directory.get('reason') or '?'}")
    oldest = endpoint.get("oldestPendingSeconds")
    if isinstance(oldest, int) and oldest > _PATIENCE:
        found.append(f"a change has waited for {oldest} s: {endpoint.get('reason') or 'it is not delivered'}")
    return found


def warning(endpoint: dict[str, Any]) -> str:
    """What is as somebody wanted it for a while, and nobody should forget; empty where there is nothing."""
    if not (endpoint["enabled"] and endpoint.get("shadow")):
        return ""
    live = command("source", "set", "--live", name="NAME")
    return f"the receiver has it in shadow mode and applies nothing, leavers stay in; on its machine: {live}"


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
    held = endpoint.get("held")
    kept = f"  HELD     {_held(endpoint, told('heldSeconds'))}\n" if held else ""
    shadow = f"  SHADOW   {said}\n" if (said := warning(endpoint)) else ""
    webhook = endpoint.get("webhookFailure")
    untold = f"  UNTOLD   its webhook takes no alarm: {webhook}; it is tried again\n" if webhook else ""
    return (
        f"{told('name')}  {told('state') if endpoint['enabled'] else 'disabled'}{reason}\n"
        f"{alarm}"
        f"{kept}"
        f"{shadow}"
        f"{untold}"
        f"  to       {told('url')}\n"
        f"  sent     {told('users')} users, {told('groups')} groups; {told('parked')} refused\n"
        f"{''.join(map(_refusal_line, endpoint.get('refused') or ()))}"
        f"  changes  {told('pending')} waiting{since}{left}\n"
        f"{_run_line(endpoint.get('lastRun'))}"
        f"  arrived  {_arrival(endpoint.get('lastDelivery'))}{notice}"
        f"{''.join(map(_directory_lines, endpoint.get('directories') or ()))}"
    )


def _directory_lines(directory: dict[str, Any]) -> str:
    name = directory.get("name") or "?"
    lines = [f"  warning  directory {name}: {warning}" for warning in directory.get("warnings") or ()]
    if directory.get("reason"):
        kept = "nobody is removed for that, new groups wait"
        lines.insert(
            0, f"  AWAY     directory {name}: {directory['reason']}, for {directory.get('failingSeconds')} s; {kept}"
        )
    return "".join(f"\n{line}" for line in lines)


def _held(endpoint: dict[str, Any], seconds: Any) -> str:
    why = told_causes(endpoint.get("heldCauses") or {}) or "?"
    decide = f"repair it and {command('keycloak', 'discard')}, or {command('keycloak', 'release')} where it is meant"
    return f"{endpoint['held']} who would lose access, for {seconds} s: {why}. Nothing of it is sent: {decide}"


def _refusal_line(refusal: dict[str, Any]) -> str:
    kind = str(refusal.get("type") or "?").lower()
    other = refusal.get("blockedBy")
    names = f": {kind} {other} has this name or address, or one that differs in case or blanks only" if other else ""
    return f"  refused  {kind} {refusal.get('id')}: {refusal.get('reason') or '?'}{names}\n"


def _run_line(run: dict[str, Any] | None) -> str:
    if not run:
        return ""
    counts = run.get("counts") or {}
    found = ", ".join(f"{number} {action}" for action, number in counts.items() if number) or "nothing to do"
    if run.get("failure"):
        state = f"ended early: {run['failure']}"
    elif run.get("phase") != "ended":
        state = f"under way: {found}" if run.get("startedAt") else "waits to begin"
    else:
        state = f"{_arrival(run.get('endedAt'))}: {found}"
    held = run.get("held")
    kept = f"; {held} of the deletions were held" if held else ""
    return f"  compared {state}{kept}\n"


def _arrival(milliseconds: Any) -> str:
    if milliseconds is None:
        return "nothing yet"
    if not isinstance(milliseconds, int) or not 0 <= milliseconds <= _LAST_MOMENT:
        return "?"
    return f"last at {moment(milliseconds * 1000)}"
