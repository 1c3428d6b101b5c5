"""``sbe-scim serve``: run the receiver."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import click
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.run import run as hypercorn_run

from sbe_scim.cli.output import broken, fail
from sbe_scim.commandline import command
from sbe_scim.config import Settings
from sbe_scim.dialects import use_folder
from sbe_scim.directory.sbe.beside import DATABASE_VARIABLE as SBE_DATABASE_VARIABLE
from sbe_scim.directory.sbe.beside import load_settings
from sbe_scim.http.server import listen, server_config
from sbe_scim.keycloak import PASSWORD_VARIABLE
from sbe_scim.keycloak.credentials import SECRET_VARIABLE
from sbe_scim.options import Option, SettingsError, options, to_environment, unknown_variables
from sbe_scim.protocol import DialectError
from sbe_scim.store.url import DatabaseError, sqlite_file

Command = TypeVar("Command", bound=Callable[..., Any])


def setting_options(settings: type) -> Callable[[Command], Command]:
    """Add an option for each setting that a class declares."""

    def decorate(command: Command) -> Command:
        for setting in reversed(list(options(settings).values())):
            command = click.option(*_names(setting), **_form(setting), help=_help(setting))(command)
        return command

    return decorate


def _names(setting: Option) -> tuple[str, ...]:
    return (f"{setting.flag}/--no-{setting.flag[2:]}" if setting.type is bool else setting.flag, setting.name)


def _form(setting: Option) -> dict[str, Any]:
    if setting.type is bool:
        # Not given is not the same as off: the environment and the file may say more.
        return {"default": None}
    if setting.choices:
        return {"type": click.Choice(setting.choices)}
    if setting.type == tuple[str, ...]:
        return {"multiple": True, "default": None, "callback": _listed, "metavar": setting.metavar}
    return {"type": setting.type, "metavar": setting.metavar}


def _listed(_context: click.Context, _parameter: click.Parameter, said: tuple[str, ...]) -> tuple[str, ...] | None:
    return said or None


def _help(setting: Option) -> str:
    default = f"{setting.shown_default}{ELSEWHERE.get(setting.name, '')}"
    return f"{setting.help} [env: {setting.variable}{f'; default: {default}' if default else ''}]"


#: What else a default depends on.
ELSEWHERE = {"database": f", with --directory sbe {SBE_DATABASE_VARIABLE}"}


@click.command()
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="TOML file with these options.")
@setting_options(Settings)
def serve(config: Path | None, **said: Any) -> None:
    """Run the receiver until it is told to stop (SIGTERM, Ctrl-C).

    Every option is also a line of the TOML file (body_limit = 1048576) and a variable (SBE_SCIM_BODY_LIMIT); the
    command line wins over the environment, and the environment over the file.
    """
    try:
        settings = load_settings(config, os.environ, said)
        use_folder(settings.dialects)
    except (SettingsError, DialectError) as error:
        raise click.UsageError(str(error)) from None
    try:
        file = sqlite_file(settings.database)
    except DatabaseError as error:
        raise click.UsageError(f"database: {error}") from None
    if settings.workers > 1 and file is not None and settings.directory == "none":
        raise click.UsageError(
            "SQLite has one writer: use --workers 1, or a PostgreSQL database (--database postgresql://user@host/name)"
        )
    if unknown := unknown_variables(Settings, os.environ, frozenset({PASSWORD_VARIABLE, SECRET_VARIABLE})):
        click.echo(
            f"Warning: no setting has this name: {', '.join(unknown)}; see {command('serve', '--help')}.", err=True
        )
    click.echo(f"SCIM base URL: {settings.base_url}", err=True)
    try:
        _run(settings)
    except (ValueError, OSError) as error:
        fail(f"the receiver cannot start: {broken(error) if isinstance(error, OSError) else error}.")


def _run(settings: Settings) -> None:
    from sbe_scim.app import create_server_app

    _allow_descriptors()
    # Listening comes first: an address that is taken must be told before anything is started.
    listener = listen(settings)
    config = server_config(settings, listener)
    if settings.workers == 1:
        try:
            app = create_server_app(settings)
        except BaseException:
            os.close(listener)
            raise
        asyncio.run(hypercorn_serve(app, config, mode="asgi"))  # type: ignore[arg-type]
        return
    os.environ.update(to_environment(settings))
    config.application_path = "asgi:sbe_scim.app:create_app_from_environment()"
    if hypercorn_run(config) != 0:
        fail("a worker ended by itself; its reason is above")


def _allow_descriptors() -> None:
    """Take as many descriptors as the system lets us have: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some systems call it unlimited and take only what the kernel has.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
