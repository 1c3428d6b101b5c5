"""``sbe-scim keycloak enable --sign-in``: the realm's people sign in to Abilian SBE."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from sbe_scim.cli.databases import DIRECTORY_VARIABLE, engine
from sbe_scim.cli.types import HttpUrl, Text
from sbe_scim.directory.sbe import clients, tables
from sbe_scim.directory.sbe.sealed import Seal
from sbe_scim.keycloak import KeycloakAdmin, KeycloakError, sign_in
from sbe_scim.keycloak.sign_in import DEFAULT_CLIENT, SignIn

SECRET_KEY_VARIABLE = "FLASK_SECRET_KEY"  # noqa: S105 - the variable's name
#: What Abilian SBE has to be started with.
PLUGIN_LINE = f"FLASK_PLUGINS='{json.dumps(['sbe_scim.sbe_plugin'])}'"

Command = TypeVar("Command", bound=Callable[..., Any])


def sign_in_options(command: Command) -> Command:
    """Add ``--sign-in`` and ``--sign-in-client``."""
    command = click.option(
        "--sign-in-client",
        type=Text(),
        default=DEFAULT_CLIENT,
        show_default=True,
        help="Name of the client that --sign-in makes.",
    )(command)
    return click.option(
        "--sign-in",
        "sign_in_url",
        type=HttpUrl(),
        metavar="URL",
        help="Address of Abilian SBE, as browsers see it: its people sign in there by this realm. Makes or updates a "
        "client of the realm; where the variables of Abilian SBE are set only.",
    )(command)


@dataclass(frozen=True, slots=True)
class SignInPlan:
    """A client to be made for the Abilian SBE at ``url``, and the database in which it is kept."""

    url: str
    client: str
    database: str

    @property
    def back_channel(self) -> str:
        """Where Keycloak is to end sessions."""
        return self.url + sign_in.BACK_CHANNEL

    def carry_out(self, admin: KeycloakAdmin, realm: str, source: str) -> SignIn:
        """Make the client and keep it for the plugin of Abilian SBE. Raises :class:`KeycloakError`."""
        made = sign_in.save(admin, realm, self.url, self.client)
        sealed = Seal(os.environ[SECRET_KEY_VARIABLE]).close(made.secret)
        try:
            with engine(self.database) as opened, opened.begin() as connection:
                tables.create(connection)
                clients.save(connection, source, made.client_id, sealed, self.url)
        except SQLAlchemyError as error:
            raise KeycloakError(
                f"Client {self.client!r} is there, but could not be kept in the database ({type(error).__name__}): "
                "enable again."
            ) from error
        return made


def planned(options: dict[str, Any], database: str | None) -> SignInPlan | None:
    """Take the options of :func:`sign_in_options` out of ``options``.

    Raises :class:`click.UsageError` where what is made could not be kept.
    """
    url, client = options.pop("sign_in_url"), options.pop("sign_in_client")
    if url is None:
        return None
    if database is None or os.environ.get(DIRECTORY_VARIABLE) != "sbe" or not os.environ.get(SECRET_KEY_VARIABLE):
        raise click.UsageError(
            "--sign-in keeps the client's secret in the database of Abilian SBE: run it where Abilian SBE is, with its "
            f"variables ({SECRET_KEY_VARIABLE} among them) and {DIRECTORY_VARIABLE}=sbe"
        )
    return SignInPlan(url.rstrip("/"), client, database)


def forget(admin: KeycloakAdmin, realm: str, source: str, database: str | None) -> list[str]:
    """Take the clients of the realm away, and what is kept of them. Returns their names."""
    names = sign_in.remove(admin, realm)
    if names and database is not None and os.environ.get(DIRECTORY_VARIABLE) == "sbe":
        with engine(database) as opened, opened.begin() as connection:
            tables.create(connection)
            clients.remove(connection, source)
    return names


def tell(plan: SignInPlan, made: SignIn) -> None:
    """Say what has been done, and what is left to do."""
    state = "was made" if made.created else "is as it has to be"
    click.echo(f"Its people sign in at {plan.url}: client {made.client_id!r} {state}.")
    click.echo(f"Where the pages of Abilian SBE are served, set once: {PLUGIN_LINE}")
