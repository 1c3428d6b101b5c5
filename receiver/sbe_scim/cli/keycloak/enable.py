"""``sbe-scim keycloak enable``."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Any

import click

from sbe_scim.cli.databases import DATABASE_VARIABLE, administered, engine
from sbe_scim.cli.keycloak import sign_in
from sbe_scim.cli.keycloak.administrator import component_option, server_options, session
from sbe_scim.cli.keycloak.credentials import ask_secret, credentials_options, told_credentials
from sbe_scim.cli.keycloak.scope import chosen, scope_options
from sbe_scim.cli.output import fail, json_option
from sbe_scim.cli.trust import trust_options as token_options
from sbe_scim.cli.types import DatabaseUrl, HttpUrl, Text
from sbe_scim.commandline import command
from sbe_scim.keycloak import Enablement, KeycloakError
from sbe_scim.keycloak import enable as enable_realm
from sbe_scim.keycloak.enablement import Enabled
from sbe_scim.keycloak.profile import NO_LOCALES, UNDECLARED
from sbe_scim.keycloak.registration import DatabaseReceiver, trust_options

_UNHELD = {
    UNDECLARED: "its user profile does not know them, and Keycloak drops them without a word; "
    "--declare-attributes adds them",
    NO_LOCALES: "Keycloak drops it without a word until the realm has internationalization switched on, with the "
    "locales of its people (Realm settings, Localization)",
}


@click.command()
@server_options
@click.option(
    "--receiver",
    required=True,
    type=HttpUrl(),
    metavar="URL",
    help="SCIM base URL as Keycloak reaches it (…/scim/v2).",
)
@component_option
@token_options(
    issuer="Issuer of the realm's tokens. Default: what the realm publishes.",
    audience="Audience of the tokens. Default: the receiver's URL.",
    jwks_url="Where the receiver fetches the realm's keys. Default: as published.",
)
@credentials_options
@click.option(
    "--attribute",
    "attribute_mapping",
    multiple=True,
    metavar="NAME=PATH",
    help="A Keycloak attribute and where it goes, such as siret=urn:…:User:siret. Repeatable; those that are given"
    " replace all others, '' goes back to the default.",
)
@click.option(
    "--role",
    "role_mapping",
    multiple=True,
    metavar="NAME=VALUE",
    help="An effective role of the realm, or CLIENT/NAME of a client, and the value of roles as which it is sent."
    " Repeatable; those that are given replace all others, '' sends none.",
)
@click.option(
    "--declare-attributes",
    is_flag=True,
    help="Add the attributes that are sent to the realm's user profile where it does not know them.",
)
@scope_options
@click.option(
    "--webhook",
    type=HttpUrl(query=True, empty=True),
    metavar="URL",
    help="Who is told, once, when the safety valve holds or a leaver is still in. Without it that stays as it is, ''"
    " takes it away.",
)
@click.option("--paused", is_flag=True, help="Send nothing yet: reconcile --dry-run shows what would be sent.")
@click.option("--source", type=Text(), help="Name of the source at the receiver. Default: the realm's name.")
@click.option(
    "--database",
    type=DatabaseUrl(),
    metavar="URL",
    envvar=DATABASE_VARIABLE,
    show_envvar=True,
    callback=lambda _context, _parameter, given: administered(given),
    help="The receiver's database, to register the realm there too. Without it the command to run there is printed.",
)
@sign_in.sign_in_options
@json_option
def enable(
    server: str, realm: str, admin_user: str, admin_realm: str, database: str | None, as_json: bool, **options: Any
) -> None:
    """Provision a realm: point its connector at the receiver.

    Everything is checked first, by Keycloak itself: that the receiver answers, and that it accepts the realm's tokens.
    If a check fails, nothing is changed.

    Without a scope everybody is provisioned. With --scope-group, --scope-role and --scope-attribute only who is in one
    of the groups or below, has one of the roles in effect and one of the values of attributes: each kind that is given
    has to hold. They replace the scope that the realm had; without them it stays, --everybody takes it away.
    With --sign-in people of the realm sign in to Abilian SBE by it, too.

    With --paused nothing is sent until somebody resumes it, or enables it again without.

    The connector signs in by a token that the realm's key signs, unless --auth says otherwise; then the client is put
    on the list of the source. Without --auth it stays as it is. A bearer token or a client's secret, or a vault
    expression in its place, is read from SBE_SCIM_RECEIVER_SECRET, else asked for.

    Enabling again updates the settings, and the source too where the receiver's database is given: it is changed if it
    trusts the realm's issuer or the one that the realm had before, so that receiver and Keycloak may move to new
    addresses. A source of that name with another issuer is refused; sbe-scim source set changes it.
    """
    plan = sign_in.planned(options, database)
    options["receiver"] = options["receiver"].rstrip("/")
    source = options.pop("source") or realm
    for lines in ("attribute_mapping", "role_mapping"):
        options[lines] = [line for line in options[lines] if line] if options[lines] else None
    credentials = told_credentials(options)
    back_channel = plan.back_channel if plan else None
    wanted = Enablement(
        realm, credentials=credentials, secret=ask_secret, back_channel=back_channel, **chosen(options), **options
    )
    with ExitStack() as stack:
        receiver = DatabaseReceiver(stack.enter_context(engine(database)), source) if database else None
        admin = stack.enter_context(session(server, admin_user, admin_realm))
        try:
            done = enable_realm(admin, wanted, receiver)
            made = plan.carry_out(admin, realm, source) if plan else None
        except KeycloakError as error:
            fail(str(error))
    if as_json:
        _tell_json(wanted, source, done, made.client_id if made else None)
        return
    _tell(wanted, source, done)
    if plan and made:
        sign_in.tell(plan, made)


def _tell(wanted: Enablement, source: str, done: Enabled) -> None:
    state = "enabled" if done.created else "enabled again"
    if wanted.paused:
        click.echo(f"Realm {wanted.realm} is {state} and paused: nothing is sent to {wanted.receiver} yet.")
        click.echo(f"What would be sent is told by {command('keycloak', 'reconcile', '--dry-run')}")
    else:
        click.echo(f"Realm {wanted.realm} is {state}: its people go to {wanted.receiver}")
    if done.declared:
        click.echo(f"Declared in the realm's user profile: {', '.join(done.declared)}")
    for reason, told in _UNHELD.items():
        if names := [one.name for one in done.unheld if one.reason == reason]:
            click.echo(f"This realm cannot hold {', '.join(names)}: {told}")
    for warning in done.warnings:
        click.echo(f"Warning: {warning}", err=True)
    if not done.trusted:
        click.echo("The receiver does not know this realm yet. On the receiver's machine run:")
        click.echo(f"  {_source_line(source, done)}")


def _tell_json(wanted: Enablement, source: str, done: Enabled, client: str | None) -> None:
    told = {
        "name": wanted.name,
        "realm": wanted.realm,
        "receiver": wanted.receiver,
        "source": source,
        "issuer": done.trust.issuer,
        "audience": done.trust.audience,
        "jwks_url": done.trust.jwks_url,
        "azp": list(done.trust.clients),
        "created": done.created,
        "paused": wanted.paused,
        "trusted": done.trusted,
        "declared": list(done.declared),
        "unheld": [{"name": one.name, "reason": one.reason} for one in done.unheld],
        "warnings": list(done.warnings),
        "sign_in_client": client,
        "next": None if done.trusted else _source_line(source, done),
    }
    click.echo(json.dumps(told, indent=2))


def _source_line(name: str, done: Enabled) -> str:
    return command("source", "add", "--dialect", "keycloak", *trust_options(done.trust), name=name)
