"""``sbe-scim serve``: run the receiver."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from hypercorn.run import run as hypercorn_run

from sbe_scim.cli.common import broken, fail
from sbe_scim.cli.databases import DATABASE_VARIABLE, naming_drivers
from sbe_scim.config import (
    DIRECTORIES,
    LOG_LEVELS,
    SBE_DATABASE_VARIABLE,
    Settings,
    SettingsError,
    unknown_variables,
)


@click.command()
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="TOML file with these options.")
@click.option("--host", help="Address to listen on. [default: 127.0.0.1; 0.0.0.0 is every address]")
@click.option("--port", type=int, help="[default: 8000]")
@click.option(
    "--database",
    metavar="URL",
    help=f"[env: {DATABASE_VARIABLE}; default: sqlite:///sbe-scim.db, with --directory sbe {SBE_DATABASE_VARIABLE}]",
)
@click.option("--base-url", metavar="URL", help="SCIM base URL as clients see it. [default: http://HOST:PORT/scim/v2]")
@click.option("--directory", type=click.Choice(DIRECTORIES), help="Where accounts live. [default: none]")
@click.option("--workers", type=int, help="Processes; more than one needs PostgreSQL. [default: 1]")
@click.option("--body-limit", type=int, metavar="BYTES", help="Largest request taken. [default: 1048576]")
@click.option("--body-timeout", type=int, metavar="SECONDS", help="Longest wait for a request's body. [default: 20]")
@click.option("--page-size", type=int, help="Resources in a list when the client does not say. [default: 100]")
@click.option("--page-limit", type=int, help="Most resources in one list. [default: 1000]")
@click.option("--log-level", type=click.Choice(LOG_LEVELS), help="[default: info]")
def serve(config: Path | None, **options: Any) -> None:
    """Run the receiver until it is told to stop (SIGTERM, Ctrl-C).

    Every option is also a line of the TOML file (body_limit = 1048576) and a variable (SBE_SCIM_BODY_LIMIT); the
    command line wins over the environment, and the environment over the file.
    """
    try:
        settings = Settings.load(config, os.environ, options)
    except SettingsError as error:
        raise click.UsageError(str(error)) from None
    if settings.workers > 1 and settings.database.startswith("sqlite") and settings.directory == "none":
        raise click.UsageError(
            "SQLite has one writer: use --workers 1, or a PostgreSQL database (--database postgresql://user@host/name)"
        )
    if unknown := unknown_variables(os.environ):
        click.echo(f"Warning: no setting has this name: {', '.join(unknown)}; see sbe-scim serve --help.", err=True)
    click.echo(f"SCIM base URL: {settings.base_url}", err=True)
    try:
        with naming_drivers():
            _run(settings)
    except (ValueError, OSError) as error:
        fail(f"the receiver cannot start: {broken(error) if isinstance(error, OSError) else error}.")


def _run(settings: Settings) -> None:
    from sbe_scim.app import create_server_app

    _allow_descriptors()
    config = Config()
    # Listening comes first: an address that is taken must be told before anything is started.
    listener = _listen(settings.host, settings.port)
    config.bind = [f"fd://{listener}"]
    config.workers = settings.workers
    config.accesslog = None
    config.include_server_header = False
    config.loglevel = "WARNING"
    # Pieces of a body, of 64 KB each, that wait for the application: one, and the word that the connection has ended.
    config.max_app_queue_size = 2
    # A connection on which nothing comes for so long is closed. A client is silent while it waits for its answer, so
    # this is far above what any answer takes.
    config.read_timeout = 6 * settings.body_timeout
    if settings.workers == 1:
        try:
            app = create_server_app(settings)
        except BaseException:
            os.close(listener)
            raise
        asyncio.run(hypercorn_serve(app, config, mode="asgi"))  # type: ignore[arg-type]
        return
    os.environ.update(settings.to_environment())
    config.application_path = "asgi:sbe_scim.app:create_app_from_environment()"
    if hypercorn_run(config) != 0:
        fail("a worker ended by itself; its reason is above")


def _allow_descriptors() -> None:
    """Take as many descriptors as the system lets us have: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some systems call it unlimited and take only what the kernel has.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _listen(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family).detach()
