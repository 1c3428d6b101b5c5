"""The receiver's parts, as commands use them that reach accounts too."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING

import click
from sqlalchemy import inspect

from sbe_scim.cli.databases import DIRECTORY_VARIABLE, engine
from sbe_scim.cli.output import fail
from sbe_scim.directory.sbe import tables
from sbe_scim.directory.sbe.beside import load_settings
from sbe_scim.options import SettingsError

if TYPE_CHECKING:
    from sbe_scim.app import Ports


@contextmanager
def open_receiver(url: str) -> Iterator[Ports]:
    """Open the receiver's database and what hosts its accounts, which the variables name as for ``serve``."""
    # Half a second that no other command should take.
    from sbe_scim.app import open_ports

    with engine(url) as opened:
        hosted = inspect(opened).has_table(tables.link.name)
    try:
        settings = load_settings(None, os.environ, {"database": url})
    except SettingsError as error:
        raise click.UsageError(str(error)) from None
    if hosted and settings.directory != "sbe":
        fail(f"Accounts of this database are in Abilian SBE: set {DIRECTORY_VARIABLE}=sbe, with SBE's own variables.")
    try:
        with redirect_stdout(sys.stderr):
            # Abilian SBE prints what it loads.
            ports = open_ports(settings)
    except ValueError as error:
        fail(f"{error}.")
    try:
        yield ports
    finally:
        ports.transactions.close()
