"""The command ``sbe-scim``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

import click
from sqlalchemy.exc import SQLAlchemyError

from sbe_scim import __version__
from sbe_scim.cli.databases import refusal
from sbe_scim.cli.output import broken

#: The module of each command.
_MODULES: Mapping[str, str] = {
    "bench": "bench",
    "certify": "certify",
    "erase": "person",
    "export": "person",
    "index": "index",
    "journal": "journal",
    "keycloak": "keycloak",
    "openapi": "openapi",
    "restore": "restore",
    "sbe": "sbe",
    "serve": "serve",
    "source": "source",
    "token": "token",
}


class _Commands(click.Group):
    """Loads a command when it is named: each takes time for libraries that others do without."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        found: click.Command = getattr(import_module(f"sbe_scim.cli.{_MODULES[cmd_name]}"), cmd_name)
        return found


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sbe-scim")
def root() -> None:
    """Receive people and groups by SCIM 2.0, from Keycloak and other identity providers.

    \b
    A first receiver, for a realm of Keycloak:
      sbe-scim source add staff --dialect keycloak --issuer https://sso.example.org/realms/staff
      sbe-scim serve
    and on Keycloak's side: sbe-scim keycloak enable --help
    """


def main(argv: Sequence[str] | None = None, found: object = None) -> int:
    """Run a command, which finds ``found`` in its context.

    Returns 0 when done, 1 when refused or failed (the reason is on stderr), 2 for wrong use.
    """
    try:
        code = root.main(
            args=None if argv is None else list(argv), prog_name="sbe-scim", standalone_mode=False, obj=found
        )
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return 1
    except SQLAlchemyError as error:
        click.echo(f"Error: {refusal(error)}", err=True)
        return 1
    except OSError as error:
        click.echo(f"Error: {broken(error)}.", err=True)
        _drop_output()
        return 1
    # What ends a command early says so by its code.
    return code if isinstance(code, int) else 0


def _drop_output() -> None:
    """Forget what could not be written: Python would try again at exit, and fail there."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
