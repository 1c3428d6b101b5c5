"""Abilian SBE, started for a command that changes it, and the receiver's tables in its database."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

from sqlalchemy.exc import IntegrityError

from sbe_scim.cli.output import fail
from sbe_scim.commandline import command
from sbe_scim.directory.sbe import SbeDirectory, SbeError, SbeTransactions, open_sbe
from sbe_scim.protocol import ScimError
from sbe_scim.store import has_tables, migrate
from sbe_scim.store.sources import UnknownSource


@contextmanager
def started() -> Iterator[SbeTransactions]:
    """Start Abilian SBE as its variables say; the errors of the block that an operator can mend end the command."""
    with opened() as (transactions, _):
        yield transactions


@contextmanager
def opened() -> Iterator[tuple[SbeTransactions, SbeDirectory]]:
    """The same, with the directory."""
    try:
        with redirect_stdout(sys.stderr):
            # Abilian SBE prints what it loads.
            transactions, directory = open_sbe()
    except SbeError as error:
        fail(f"{error}.")
    try:
        with transactions.read() as transaction:
            ready = has_tables(transaction.connection)
        if not ready:
            fail("The database of Abilian SBE has no tables of a receiver: start the receiver on it first.")
        with transactions.write() as transaction:
            migrate(transaction.connection)
        yield transactions, directory
    except UnknownSource as error:
        fail(f"{error}: {command('source', 'list')} shows them.")
    except ScimError as error:
        # Such as the last administrator, who is kept.
        fail(f"{error.detail}; nothing was done.")
    except IntegrityError:
        fail("Somebody else has just changed the same account or group: try again.")
    finally:
        transactions.close()


def operator() -> str:
    """Who runs the command, as the system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
