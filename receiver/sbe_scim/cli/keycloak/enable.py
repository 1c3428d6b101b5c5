"""``sbe-scim keycloak enable``."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Any

import click

from sbe_scim.cli.databases import DATABASE_VARIABLE, administered, engine
from sbe_scim.cli.keycloak.administrator import component_option, server_options, session
from sbe_scim.cli.output import fail, json_option
from sbe_scim.cli.trust import trust_options
from sbe_scim.cli.types import DatabaseUrl, HttpUrl, Text
from sbe_scim.commandline import command
from sbe_scim.keycloak import Enablement, KeycloakError
from sbe_scim.keycloak import enable as enable_realm
from sbe_scim.keycloak.enablement import Enabled
from sbe_scim.keycloak.registration import DatabaseReceiver


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
@trust_options(
    issuer="Issuer of the realm's tokens. Default: what the realm publishes.",
    audience="Audience of the tokens. Default: the receiver's URL.",
    jwks_url="Where the receiver fetches the realm's keys. Default: as published.",
)
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
@json_option
def enable(
    server: str, realm: str, admin_user: str, admin_realm: str, database: str | None, as_json: bool, **options: Any
) -> None:
    """Provision a realm: point its connector at the receiver.

    Everything is checked first, by Keycloak itself: that the receiver answers, and that it accepts the realm's tokens.
    If a check fails, nothing is changed.

    Enabling again updates the settings, and the source too where the receiver's database is given: it is changed if it
    trusts the realm's issuer or the one that the realm had before, so that receiver and Keycloak may move to new
    addresses. A source of that name with another issuer is refused; sbe-scim source set changes it.
    """
    options["receiver"] = options["receiver"].rstrip("/")
    source = options.pop("source") or realm
    wanted = Enablement(realm, **options)
    with ExitStack() as stack:
        receiver = DatabaseReceiver(stack.enter_context(engine(database)), source) if database else None
        admin = stack.enter_context(session(server, admin_user, admin_realm))
        try:
            done = enable_realm(admin, wanted, receiver)
        except KeycloakError as error:
            fail(str(error))
    (_tell_json if as_json else _tell)(wanted, source, done)


def _tell(wanted: Enablement, source: str, done: Enabled) -> None:
    state = "enabled" if done.created else "enabled again"
    click.echo(f"Realm {wanted.realm} is {state}: its people go to {wanted.receiver}")
    if not done.trusted:
        click.echo("The receiver does not know this realm yet. On the receiver's machine run:")
        click.echo(f"  {_source_line(source, done)}")


def _tell_json(wanted: Enablement, source: str, done: Enabled) -> None:
    told = {
        "name": wanted.name,
        "realm": wanted.realm,
        "receiver": wanted.receiver,
        "source": source,
        "issuer": done.trust.issuer,
        "audience": done.trust.audience,
        "jwks_url": done.trust.jwks_url,
        "created": done.created,
        "trusted": done.trusted,
        "next": None if done.trusted else _source_line(source, done),
    }
    click.echo(json.dumps(told, indent=2))


def _source_line(name: str, done: Enabled) -> str:
    trust = done.trust
    options = ("--issuer", trust.issuer, "--audience", trust.audience, "--jwks-url", trust.jwks_url)
    return command("source", "add", "--dialect", "keycloak", *options, name=name)
