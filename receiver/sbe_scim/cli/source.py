"""``sbe-scim source``: who may provision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import click
from sqlalchemy.engine import Connection

from sbe_scim.cli.databases import database_option, transaction
from sbe_scim.cli.hand_over import hand_over
from sbe_scim.cli.output import echo_one, json_option
from sbe_scim.cli.shadow import set_live, set_shadow, shadow_report
from sbe_scim.cli.source_records import list_sources, record, show, warn
from sbe_scim.cli.standing import release, storm_limit_option
from sbe_scim.cli.trust import trust_options
from sbe_scim.cli.types import DialectName, Text
from sbe_scim.commandline import command
from sbe_scim.directory.sbe import without_mail
from sbe_scim.protocol import strictnesses
from sbe_scim.store import Source, sources
from sbe_scim.store.sources import HIGHEST_RATE, STORM_LIMIT, Changes

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def source() -> None:
    """Say who may provision: one source for each realm or tenant of an identity provider.

    A source sees and changes only the people and groups that it created.
    """


def policy_options(dialect: str | None, strictness: str | None) -> Callable[[Command], Command]:
    """Add ``--dialect`` and ``--strictness`` with these defaults."""

    def decorate(command: Command) -> Command:
        for name, kind, default, told in (
            ("--strictness", click.Choice(strictnesses()), strictness, "How far from the RFC its requests may be."),
            ("--dialect", DialectName(), dialect, "How it speaks SCIM."),
        ):
            shown = default is not None
            command = click.option(name, type=kind, default=default, show_default=shown, help=told)(command)
        return command

    return decorate


@source.command()
@click.argument("name")
@policy_options("generic", "tolerant")
@trust_options(
    issuer="Accept JWTs of this issuer (exactly as in their claim `iss`).",
    audience="What its JWTs must be for. Default: the receiver's SCIM base URL.",
    jwks_url="Where its keys are. Default: as the issuer publishes.",
)
@click.option(
    "--azp",
    type=Text(),
    multiple=True,
    metavar="CLIENT",
    help="Accept the access tokens of this client of the issuer too; may be repeated. Default: the connector's only.",
)
@click.option(
    "--rate",
    type=click.IntRange(0, HIGHEST_RATE),
    metavar="REQUESTS",
    help="Most requests a second, over all processes; 0: any number. Default: any number.",
)
@storm_limit_option
@click.option(
    "--shadow", is_flag=True, help="Record what it sends and answer as if it were applied, until it goes live."
)
@database_option
@json_option
def add(
    name: str,
    database: str,
    as_json: bool,
    azp: tuple[str, ...],
    rate: int | None,
    storm_limit: int | None,
    shadow: bool,
    **options: Any,
) -> None:
    """Add source NAME. With --issuer it logs in by JWT; without, make it a token next.

    Of the issuer's tokens only the connector's are accepted. Another client needs --azp: list only confidential clients
    with a service account and no login of people: tokens of people are refused, and what cannot be got cannot be tried.
    """
    if options["issuer"] is None and (options["audience"] or options["jwks_url"] or azp):
        raise click.UsageError("--audience, --jwks-url and --azp need --issuer")
    with transaction(database, write=True, create=True) as connection:
        most = STORM_LIMIT if storm_limit is None else storm_limit or None
        added = sources.add(
            connection, name, azp=_clients(azp), rate=rate or None, storm_limit=most, shadow=shadow, **options
        )
    _tell(added, "added", as_json)
    if added.issuer is None and not as_json:
        click.echo(f"Next: {command('token', 'create', name=name)}", err=True)


@source.command(name="set")
@click.argument("name")
@policy_options(None, None)
@trust_options(
    issuer="Accept JWTs of this issuer only.",
    audience="What its JWTs must be for; empty: the receiver's SCIM base URL.",
    jwks_url="Where its keys are; empty: as the issuer publishes.",
    empty=True,
)
@click.option(
    "--azp",
    type=Text(empty=True),
    multiple=True,
    metavar="CLIENT",
    help="Accept the access tokens of these clients too, instead of those listed so far; empty: the connector's only.",
)
@click.option(
    "--rate",
    type=click.IntRange(0, HIGHEST_RATE),
    metavar="REQUESTS",
    help="Most requests a second, over all processes; 0: any number.",
)
@storm_limit_option
@click.option(
    "--shadow/--live",
    default=None,
    help="From now on record what it sends, and answer as if it were applied; or go live with what it recorded.",
)
@click.option("--dry-run", is_flag=True, help="With --live: change nothing, show what would happen.")
@click.option(
    "--mail",
    type=click.Choice(("required", "optional")),
    help="In Abilian SBE: whether people without a mail address are refused, or get an account that no mail goes to.",
)
@database_option
@json_option
def change(
    name: str,
    database: str,
    as_json: bool,
    azp: tuple[str, ...],
    rate: int | None,
    storm_limit: int | None,
    shadow: bool | None,
    dry_run: bool,
    mail: str | None,
    **options: str | None,
) -> None:
    """Change the given settings of source NAME, within 5 seconds. It keeps its people and groups.

    A new issuer decides about these people from then on: make sure that it is the same realm at another address.
    """
    changes = {key: value for key, value in options.items() if value is not None}
    other = bool(changes or azp) or (rate, storm_limit, mail) != (None, None, None)
    if dry_run and shadow is not False:
        raise click.UsageError("--dry-run belongs to --live")
    if shadow is not None:
        if other:
            raise click.UsageError("--shadow and --live are set alone")
        set_shadow(name, database, as_json) if shadow else set_live(name, database, dry_run, as_json)
        return
    if not other:
        settings = "--issuer, --audience, --jwks-url, --azp, --rate, --storm-limit, --dialect, --strictness, --mail"
        raise click.UsageError(f"say what to change: {settings}, --shadow or --live")
    kept = _without_empty(changes)
    if azp:
        kept["azp"] = _clients(azp)
    if rate is not None:
        kept["rate"] = rate or None
    if storm_limit is not None:
        kept["storm_limit"] = storm_limit or None
    with transaction(database, write=True) as connection:
        changed = sources.change(connection, name, **kept)
        if mail is not None:
            without_mail.choose(connection, changed.id, mail == "optional")
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


def _without_empty(changes: Mapping[str, str]) -> Changes:
    return cast(Changes, {key: value or None for key, value in changes.items()})


@source.command()
@click.argument("name")
@database_option
@json_option
def disable(name: str, database: str, as_json: bool) -> None:
    """Refuse the requests of source NAME, within 5 seconds. Its people stay as they are."""
    _do(sources.disable, name, database, "disabled", as_json)


@source.command()
@click.argument("name")
@database_option
@json_option
def enable(name: str, database: str, as_json: bool) -> None:
    """Accept the requests of source NAME again."""
    _do(sources.enable, name, database, "enabled", as_json)


@source.command()
@click.argument("name")
@database_option
@json_option
def remove(name: str, database: str, as_json: bool) -> None:
    """Remove source NAME and its tokens; refused while it owns people or groups, unless it is in shadow mode."""
    _do(sources.remove, name, database, "removed", as_json)


def _do(act: Callable[[Connection, str], Source], name: str, database: str, done: str, as_json: bool) -> None:
    """Do something to a source in one transaction, and print the source."""
    with transaction(database, write=True) as connection:
        found = act(connection, name)
    _tell(found, done, as_json)


def _tell(found: Source, done: str, as_json: bool) -> None:
    if as_json:
        echo_one(record(found), True)
    else:
        click.echo(f"Source {found.name} is {done}.")
    warn(found)


for _command in (hand_over, release, shadow_report, list_sources, show):
    source.add_command(_command)
