"""Who asks which Keycloak: what the commands of ``sbe-scim keycloak`` share."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from sbe_scim.cli.output import ask_hidden, fail
from sbe_scim.cli.types import HttpUrl, Text
from sbe_scim.keycloak import PASSWORD_VARIABLE, KeycloakAdmin

Command = TypeVar("Command", bound=Callable[..., Any])


def server_options(command: Command) -> Command:
    """The options that say which Keycloak, which realm and who asks."""
    return _server_options(command, required=True)


def optional_server_options(command: Command) -> Command:
    """The same, where a command can do without Keycloak: ``server`` and ``realm`` may be ``None``."""
    return _server_options(command, required=False)


def _server_options(command: Command, *, required: bool) -> Command:
    for option in (
        click.option("--admin-realm", default="master", show_default=True, help="Realm the administrator logs in to."),
        click.option(
            "--admin-user",
            default="admin",
            show_default=True,
            help=f"Administrator's user name; the password is read from {PASSWORD_VARIABLE}, else asked for.",
        ),
        click.option("--realm", required=required, type=Text(), help="Realm whose people are to be provisioned."),
        click.option(
            "--server",
            required=required,
            type=HttpUrl(),
            metavar="URL",
            help="Keycloak, such as https://sso.example.org.",
        ),
    ):
        command = option(command)
    return command


def component_option(command: Command) -> Command:
    """Add ``--name``: which of the realm's components."""
    return click.option(
        "--name",
        default="sbe-scim",
        show_default=True,
        type=Text(),
        help="Name of the connector's component in the realm.",
    )(command)


def session(server: str, user: str, realm: str) -> KeycloakAdmin:
    """Open an administrator's session; asks for the password where no variable has it."""
    return KeycloakAdmin(server, user, password_of(user), realm=realm)


def password_of(user: str) -> str:
    """An administrator's password, asked for where no variable has it."""
    return os.environ.get(PASSWORD_VARIABLE) or _asked(user)


def _asked(user: str) -> str:
    password = ask_hidden(f"Password of {user}")
    if password is None:
        fail(f"No password was given: set {PASSWORD_VARIABLE}.")
    return password
