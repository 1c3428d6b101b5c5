"""``sbe-scim token``: static bearer tokens, for identity providers that cannot mint JWTs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from sbe_scim.cli.databases import database_option, transaction
from sbe_scim.cli.output import echo_list, echo_one, fail, json_option, moment
from sbe_scim.cli.types import Duration
from sbe_scim.commandline import command
from sbe_scim.store import Source, Token, sources, tokens
from sbe_scim.store.clock import now


@click.group()
def token() -> None:
    """Make and revoke static tokens, for identity providers that have nothing better."""


@token.command()
@click.argument("source")
@click.option("--expires", type=Duration(), metavar="DURATION", help="Such as 90d, 12h, 30m. Default: never.")
@database_option
@json_option
def create(source: str, expires: timedelta | None, database: str, as_json: bool) -> None:
    """Make a token for SOURCE and print it, alone, once: only its hash is kept.

    To replace a token, make the new one, give it to the identity provider, then revoke the old one.
    """
    end = None if expires is None else now() + expires // timedelta(microseconds=1)
    with transaction(database, write=True) as connection:
        secret = tokens.create(connection, sources.require(connection, source).id, end)
        made = tokens.find(connection, secret)
    if as_json and made is not None:
        echo_one({"id": made.id, "source": source, "expires": moment(made.expires), "token": secret}, True)
    else:
        click.echo(secret)


@token.command(name="list")
@click.argument("source", required=False)
@database_option
@json_option
def list_tokens(source: str | None, database: str, as_json: bool) -> None:
    """List the tokens, of SOURCE or of all."""
    with transaction(database, write=False) as connection:
        only = None if source is None else sources.require(connection, source).id
        names = {found.id: found for found in sources.find_all(connection)}
        rows = [_record(found, names[found.source]) for found in tokens.find_all(connection, only)]
    echo_list(rows, as_json, f"There is no token: see {command('token', 'create', '--help')}.")


@token.command()
@click.argument("token_id", metavar="ID")
@database_option
@json_option
def revoke(token_id: str, database: str, as_json: bool) -> None:
    """Refuse the token with this ID (see `token list`), within 5 seconds."""
    with transaction(database, write=True) as connection:
        revoked = tokens.revoke(connection, token_id)
    if not revoked:
        fail(f"No token in use has the id {token_id!r}: see {command('token', 'list')}.")
    if as_json:
        echo_one({"id": token_id, "revoked": True}, True)
    else:
        click.echo(f"Token {token_id} is revoked.")


def _record(found: Token, source: Source) -> dict[str, Any]:
    return {
        "id": found.id,
        "source": source.name,
        "created": moment(found.created),
        "expires": moment(found.expires),
        "last_used": moment(found.last_used),
        "revoked": moment(found.revoked),
    }
