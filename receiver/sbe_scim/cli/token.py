"""``sbe-scim token``: static bearer tokens, for identity providers that cannot mint JWTs, and for the console."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from sbe_scim.cli.databases import database_option, transaction
from sbe_scim.cli.output import echo_list, echo_one, fail, json_option, moment
from sbe_scim.cli.types import Duration
from sbe_scim.commandline import command
from sbe_scim.store import Token, console_tokens, sources, tokens
from sbe_scim.store.clock import now
from sbe_scim.store.console_tokens import ConsoleToken

_OVERLAP = timedelta(hours=24)
_AT_CONSOLE = timedelta(days=30)


@click.group()
def token() -> None:
    """Make and revoke static tokens, for identity providers that have nothing better, and for the console."""


@token.command()
@click.argument("source", required=False)
@click.option("--console", is_flag=True, help="For an operator, who signs in at the console with it; of no source.")
@click.option(
    "--expires",
    type=Duration(),
    metavar="DURATION",
    help=f"Such as 90d, 12h, 30m. Default: never; with --console {_AT_CONSOLE.days}d.",
)
@click.option("--replaces", metavar="ID", help="The token of SOURCE that this one replaces (see `token list`).")
@click.option(
    "--overlap",
    type=Duration(),
    metavar="DURATION",
    help=f"How long the replaced one may still be used. Default: {_OVERLAP // timedelta(hours=1)}h.",
)
@database_option
@json_option
def create(
    source: str | None,
    console: bool,
    expires: timedelta | None,
    replaces: str | None,
    overlap: timedelta | None,
    database: str,
    as_json: bool,
) -> None:
    """Make a token for SOURCE, or for the console, and print it, alone, once: only its hash is kept.

    To replace a token name it by --replaces, and give the new one to the identity provider before the overlap ends.
    """
    if overlap is not None and replaces is None:
        raise click.UsageError("--overlap needs --replaces")
    if console:
        if source is not None or replaces is not None:
            raise click.UsageError("--console goes without SOURCE and --replaces")
        _create_for_console(_in(expires or _AT_CONSOLE), database, as_json)
        return
    if source is None:
        raise click.UsageError("say for which SOURCE, or --console")
    with transaction(database, write=True) as connection:
        owner = sources.require(connection, source).id
        secret = tokens.create(connection, owner, None if expires is None else _in(expires))
        made = tokens.find(connection, secret)
        if replaces is not None and not tokens.end_by(connection, owner, replaces, _in(overlap or _OVERLAP)):
            fail(f"Source {source} has no token in use with the id {replaces!r}: see {command('token', 'list')}.")
    if as_json and made is not None:
        told = {"id": made.id, "source": source, "expires": moment(made.expires), "replaces": replaces}
        echo_one(told | {"token": secret}, True)
    else:
        click.echo(secret)


def _create_for_console(expires: int, database: str, as_json: bool) -> None:
    with transaction(database, write=True) as connection:
        secret = console_tokens.create(connection, expires)
        made = console_tokens.find(connection, secret)
    if as_json and made is not None:
        echo_one({"id": made.id, "console": True, "expires": moment(made.expires), "token": secret}, True)
    else:
        click.echo(secret)


def _in(time: timedelta) -> int:
    return now() + time // timedelta(microseconds=1)


@token.command(name="list")
@click.argument("source", required=False)
@database_option
@json_option
def list_tokens(source: str | None, database: str, as_json: bool) -> None:
    """List the tokens, of SOURCE or all; those of the console have no source."""
    with transaction(database, write=False) as connection:
        only = None if source is None else sources.require(connection, source).id
        names = {found.id: found for found in sources.find_all(connection)}
        rows = [_record(found, names[found.source].name) for found in tokens.find_all(connection, only)]
        rows += [_record(found, None) for found in console_tokens.find_all(connection) if source is None]
    echo_list(rows, as_json, f"There is no token: see {command('token', 'create', '--help')}.")


@token.command()
@click.argument("token_id", metavar="ID")
@database_option
@json_option
def revoke(token_id: str, database: str, as_json: bool) -> None:
    """Refuse the token with this ID (see `token list`), within 5 seconds; sessions at the console end at once."""
    with transaction(database, write=True) as connection:
        revoked = tokens.revoke(connection, token_id) or console_tokens.revoke(connection, token_id)
    if not revoked:
        fail(f"No token in use has the id {token_id!r}: see {command('token', 'list')}.")
    if as_json:
        echo_one({"id": token_id, "revoked": True}, True)
    else:
        click.echo(f"Token {token_id} is revoked.")


def _record(found: Token | ConsoleToken, source: str | None) -> dict[str, Any]:
    return {
        "id": found.id,
        "source": source,
        "console": source is None,
        "created": moment(found.created),
        "expires": moment(found.expires),
        "last_used": moment(found.last_used) if isinstance(found, Token) else None,
        "revoked": moment(found.revoked),
    }
