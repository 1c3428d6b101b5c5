"""``sbe-scim source``: who may provision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

import click

from sbe_scim.cli.common import echo_list, echo_one, json_option, moment
from sbe_scim.cli.databases import database as open_database
from sbe_scim.cli.databases import database_option
from sbe_scim.cli.types import HttpUrl, Text
from sbe_scim.keycloak import shell
from sbe_scim.protocol import policy
from sbe_scim.store import Source, Sources
from sbe_scim.store.sources import Changes


@click.group()
def source() -> None:
    """Say who may provision: one source for each realm or tenant of an identity provider.

    A source sees and changes only the people and groups that it created.
    """


_STRICTNESS = click.Choice(["tolerant", "rfc", "interop"])


@source.command()
@click.argument("name")
@click.option(
    "--dialect", default="generic", show_default=True, help="How it speaks SCIM: keycloak, entra, okta or generic."
)
@click.option(
    "--strictness",
    type=_STRICTNESS,
    default="tolerant",
    show_default=True,
    help="How far from the RFC its requests may be.",
)
@click.option(
    "--issuer", type=HttpUrl(), metavar="URL", help="Take JWTs of this issuer (exactly as in their claim `iss`)."
)
@click.option(
    "--audience",
    type=Text(),
    metavar="URL",
    help="What its JWTs must be for. Default: the receiver's SCIM base URL.",
)
@click.option(
    "--jwks-url", type=HttpUrl(query=True), metavar="URL", help="Where its keys are. Default: as the issuer publishes."
)
@click.option(
    "--azp",
    type=Text(),
    multiple=True,
    metavar="CLIENT",
    help="Take the access tokens of this client of the issuer too; may be repeated. Default: the connector's only.",
)
@database_option
@json_option
def add(
    name: str,
    dialect: str,
    strictness: str,
    issuer: str | None,
    audience: str | None,
    jwks_url: str | None,
    azp: tuple[str, ...],
    database: str,
    as_json: bool,
) -> None:
    """Add source NAME. With --issuer it logs in by JWT; without, make it a token next.

    Of the issuer's tokens only those that the connector signs are taken. Another client needs --azp: list none but
    confidential clients with a service account and no login of people, for every token of a listed client provisions.
    """
    if issuer is None and (audience or jwks_url or azp):
        raise click.UsageError("--audience, --jwks-url and --azp need --issuer")
    _check_policy(dialect, strictness)
    with open_database(database, write=True, create=True) as connection:
        added = Sources(connection).add(
            name,
            dialect=dialect,
            strictness=strictness,
            issuer=issuer,
            audience=audience,
            jwks_url=jwks_url,
            azp=_clients(azp),
        )
    _tell(added, "added", as_json)
    if issuer is None and not as_json:
        click.echo(f"Next: {shell.line('token', 'create', name=name)}", err=True)


@source.command(name="set")
@click.argument("name")
@click.option("--dialect", help="How it speaks SCIM: keycloak, entra, okta or generic.")
@click.option("--strictness", type=_STRICTNESS, help="How far from the RFC its requests may be.")
@click.option("--issuer", type=HttpUrl(), metavar="URL", help="Take JWTs of this issuer, and of no other.")
@click.option(
    "--audience",
    type=Text(empty=True),
    metavar="URL",
    help="What its JWTs must be for; empty: the receiver's SCIM base URL.",
)
@click.option(
    "--jwks-url",
    type=HttpUrl(query=True, empty=True),
    metavar="URL",
    help="Where its keys are; empty: as the issuer publishes.",
)
@click.option(
    "--azp",
    type=Text(empty=True),
    multiple=True,
    metavar="CLIENT",
    help="Take the access tokens of these clients too, instead of those listed so far; empty: the connector's only.",
)
@database_option
@json_option
def change(name: str, database: str, as_json: bool, azp: tuple[str, ...], **options: str | None) -> None:
    """Change what is given of source NAME, within 5 seconds. Its people stay its own.

    The new issuer, when one is given, decides about these people from then on: be sure that it is the same realm at
    another address.
    """
    changes = {key: value for key, value in options.items() if value is not None}
    if not changes and not azp:
        raise click.UsageError("say what to change: --issuer, --audience, --jwks-url, --azp, --dialect or --strictness")
    _check_policy(changes.get("dialect", "generic"), changes.get("strictness", "tolerant"))
    kept = _kept(changes)
    if azp:
        kept["azp"] = _clients(azp)
    with open_database(database, write=True) as connection:
        changed = Sources(connection).change(name, **kept)
    _tell(changed, "changed", as_json)
    if "issuer" in changes and "jwks_url" not in changes and changed.jwks_url:
        click.echo(f"Its keys are still fetched from {changed.jwks_url} (--jwks-url).", err=True)
    if "issuer" in changes and not azp and changed.azp:
        click.echo(f"Its listed clients are still {', '.join(changed.azp)} (--azp).", err=True)


def _clients(azp: tuple[str, ...]) -> tuple[str, ...]:
    """Each client once; one empty text stands for none."""
    if azp == ("",):
        return ()
    if "" in azp:
        raise click.UsageError("--azp '' empties the list, so that no client can be listed beside it")
    return tuple(dict.fromkeys(azp))


def _kept(changes: Mapping[str, str]) -> Changes:
    return cast(Changes, {key: value or None for key, value in changes.items()})


def _check_policy(dialect: str, strictness: str) -> None:
    try:
        policy(dialect, strictness)
    except (ValueError, LookupError, OSError):
        raise click.UsageError(f"there is no dialect {dialect!r}") from None


@source.command(name="list")
@database_option
@json_option
def list_sources(database: str, as_json: bool) -> None:
    """List the sources."""
    with open_database(database, write=False) as connection:
        found = Sources(connection).list()
    echo_list(map(_record, found), as_json, "There is no source yet: see sbe-scim source add --help.")


@source.command()
@click.argument("name")
@database_option
@json_option
def show(name: str, database: str, as_json: bool) -> None:
    """Show source NAME."""
    with open_database(database, write=False) as connection:
        found = Sources(connection).require(name)
    echo_one(_record(found), as_json)


@source.command()
@click.argument("name")
@database_option
@json_option
def disable(name: str, database: str, as_json: bool) -> None:
    """Refuse the requests of source NAME, within 5 seconds. Its people stay as they are."""
    with open_database(database, write=True) as connection:
        Sources(connection).disable(name)
        disabled = Sources(connection).require(name)
    _tell(disabled, "disabled", as_json)


@source.command()
@click.argument("name")
@database_option
@json_option
def enable(name: str, database: str, as_json: bool) -> None:
    """Take the requests of source NAME again."""
    with open_database(database, write=True) as connection:
        Sources(connection).enable(name)
        enabled = Sources(connection).require(name)
    _tell(enabled, "enabled", as_json)


@source.command()
@click.argument("name")
@database_option
@json_option
def remove(name: str, database: str, as_json: bool) -> None:
    """Remove source NAME and its tokens; refused while it owns people or groups."""
    with open_database(database, write=True) as connection:
        removed = Sources(connection).require(name)
        Sources(connection).remove(name)
    _tell(removed, "removed", as_json)


def _tell(found: Source, done: str, as_json: bool) -> None:
    if as_json:
        echo_one(_record(found), True)
    else:
        click.echo(f"Source {found.name} is {done}.")


def _record(found: Source) -> dict[str, Any]:
    record = asdict(found)
    del record["id"]
    return record | {"created": moment(found.created)}
