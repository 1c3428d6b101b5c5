"""``sbe-scim source``: who may provision."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from sbe_scim.cli.common import echo_list, echo_one, json_option, moment
from sbe_scim.cli.databases import database as open_database
from sbe_scim.cli.databases import database_option
from sbe_scim.protocol import policy
from sbe_scim.store import Source, Sources


@click.group()
def source() -> None:
    """Say who may provision: one source for each realm or tenant of an identity provider.

    A source sees and changes only the people and groups that it created.
    """


@source.command()
@click.argument("name")
@click.option(
    "--dialect", default="generic", show_default=True, help="How it speaks SCIM: keycloak, entra, okta or generic."
)
@click.option(
    "--strictness",
    type=click.Choice(["tolerant", "rfc", "interop"]),
    default="tolerant",
    show_default=True,
    help="How far from the RFC its requests may be.",
)
@click.option("--issuer", metavar="URL", help="Take JWTs of this issuer (exactly as in their claim `iss`).")
@click.option("--audience", metavar="URL", help="What its JWTs must be for. Default: the receiver's SCIM base URL.")
@click.option("--jwks-url", metavar="URL", help="Where its keys are. Default: as the issuer publishes.")
@database_option
@json_option
def add(
    name: str,
    dialect: str,
    strictness: str,
    issuer: str | None,
    audience: str | None,
    jwks_url: str | None,
    database: str,
    as_json: bool,
) -> None:
    """Add source NAME. With --issuer it logs in by JWT; without, make it a token next."""
    if issuer is None and (audience or jwks_url):
        raise click.UsageError("--audience and --jwks-url need --issuer")
    _check_policy(dialect, strictness)
    with open_database(database, create=True) as connection:
        added = Sources(connection).add(
            name, dialect=dialect, strictness=strictness, issuer=issuer, audience=audience, jwks_url=jwks_url
        )
    if as_json:
        echo_one(_record(added), True)
        return
    click.echo(f"Source {name} is added.")
    if issuer is None:
        click.echo(f"Next: sbe-scim token create {name}", err=True)


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
    with open_database(database) as connection:
        found = Sources(connection).list()
    echo_list(map(_record, found), as_json, "There is no source yet: see sbe-scim source add --help.")


@source.command()
@click.argument("name")
@database_option
@json_option
def show(name: str, database: str, as_json: bool) -> None:
    """Show source NAME."""
    with open_database(database) as connection:
        found = Sources(connection).require(name)
    echo_one(_record(found), as_json)


@source.command()
@click.argument("name")
@database_option
def disable(name: str, database: str) -> None:
    """Refuse the requests of source NAME, within 5 seconds. Its people stay as they are."""
    with open_database(database) as connection:
        Sources(connection).disable(name)
    click.echo(f"Source {name} is disabled.")


@source.command()
@click.argument("name")
@database_option
def enable(name: str, database: str) -> None:
    """Take the requests of source NAME again."""
    with open_database(database) as connection:
        Sources(connection).enable(name)
    click.echo(f"Source {name} is enabled.")


@source.command()
@click.argument("name")
@database_option
def remove(name: str, database: str) -> None:
    """Remove source NAME and its tokens; refused while it owns people or groups."""
    with open_database(database) as connection:
        Sources(connection).remove(name)
    click.echo(f"Source {name} is removed.")


def _record(found: Source) -> dict[str, Any]:
    record = asdict(found)
    del record["id"]
    return record | {"created": moment(found.created)}
