"""Options of ``enable`` that say how the connector signs in."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from sbe_scim.cli.output import ask_hidden, fail
from sbe_scim.cli.types import HttpUrl, Text
from sbe_scim.keycloak.credentials import AUTHS, OF_A_CLIENT, PRIVATE_KEY, SECRET_VARIABLE, Credentials

Command = TypeVar("Command", bound=Callable[..., Any])

_NAMES = {"bearer": "Bearer token", "client-secret": "Secret of the client"}


def credentials_options(command: Command) -> Command:
    """Add ``--auth`` and what it needs."""
    for option in (
        click.option(
            "--assertion-audience",
            type=Text(),
            metavar="URL",
            help="For whom the realm signs what it sends to the token endpoint. Default: --token-url, else the issuer.",
        ),
        click.option("--token-scope", type=Text(), metavar="SCOPE", help="Scope to ask for. Default: none."),
        click.option(
            "--token-url",
            type=HttpUrl(),
            metavar="URL",
            help="Token endpoint, as Keycloak reaches it. Default: the realm's own, below its issuer.",
        ),
        click.option("--client-id", type=Text(), metavar="CLIENT", help="Client whose tokens are asked for."),
        click.option(
            "--auth",
            type=click.Choice(AUTHS),
            help="How the connector signs in: a token that the realm's key signs; a fixed one; tokens of a client, by "
            "its secret or by the realm's key. Default: as it does, at first jwt.",
        ),
    ):
        command = option(command)
    return command


def told_credentials(options: dict[str, Any]) -> Credentials | None:
    """Take the options out of ``options``; ``None`` where they say nothing."""
    names = ("client_id", "token_url", "token_scope", "assertion_audience")
    auth, told = options.pop("auth"), {name: options.pop(name) for name in names}
    given = ["--" + name.replace("_", "-") for name, value in told.items() if value is not None]
    if given and auth not in OF_A_CLIENT:
        raise click.UsageError(f"{', '.join(given)}: only with --auth {' or '.join(OF_A_CLIENT)}")
    if auth in OF_A_CLIENT and told["client_id"] is None:
        raise click.UsageError(f"--auth {auth} needs --client-id")
    if told["assertion_audience"] is not None and auth != PRIVATE_KEY:
        raise click.UsageError(f"--assertion-audience: only with --auth {PRIVATE_KEY}")
    return None if auth is None else Credentials(auth, **told)


def ask_secret(auth: str) -> str:
    """Return the bearer token or the client's secret: from the environment, else as somebody types it."""
    secret = os.environ.get(SECRET_VARIABLE) or ask_hidden(_NAMES[auth])
    if secret is None:
        fail(f"{_NAMES[auth]} was not given: set {SECRET_VARIABLE}.")
    return secret
