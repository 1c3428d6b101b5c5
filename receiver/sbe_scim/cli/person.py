"""``sbe-scim erase`` and ``export``: what is held of one person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from sbe_scim.cli.databases import database_option
from sbe_scim.cli.output import fail, json_option
from sbe_scim.cli.ports import open_receiver
from sbe_scim.protocol import ScimError
from sbe_scim.service import persons
from sbe_scim.service.persons import Found, PersonError
from sbe_scim.service.records import StoredRecords
from sbe_scim.store.transactions import Transaction

if TYPE_CHECKING:
    from sbe_scim.app import Ports


@click.command()
@click.argument("who")
@click.option("--yes", is_flag=True, help="Do not ask.")
@database_option
@json_option
def erase(who: str, yes: bool, database: str, as_json: bool) -> None:
    """Make a leaver anonymous: WHO is a user name, mail address, externalId or SCIM id.

    Only who is deleted or inactive at the source; who is inactive is deleted here too. Name, address and everything
    else of the person goes from the receiver and from Abilian SBE. What they wrote there stays, without a name.
    It cannot be undone.
    """
    with open_receiver(database) as ports, _explained():
        if not yes:
            with ports.transactions.write() as asking:
                click.echo(_told(_find(ports, asking, who)), err=True)
            click.confirm("Erase this person? It cannot be undone.", abort=True, err=True)
        with ports.transactions.write() as writing:
            found = _find(ports, writing, who)
            persons.erase(writing, ports.directory, found)
    if as_json:
        click.echo(json.dumps({"erased": [one.id for one in found.resources], "refusals": len(found.refusals)}))
    else:
        click.echo(f"Erased.\n{_told(found)}")


@click.command()
@click.argument("who")
@database_option
def export(who: str, database: str) -> None:
    """Print all that is held of a person as JSON: WHO is a user name, mail address, externalId or SCIM id."""
    # Written in no way; but the accounts of a host are only there where it may write.
    with open_receiver(database) as ports, _explained(), ports.transactions.write() as transaction:
        accounts = ports.directory.accounts(transaction, StoredRecords(transaction.connection))
        found = persons.data(transaction.connection, accounts, _find(ports, transaction, who))
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def _find(ports: Ports, transaction: Transaction, who: str) -> Found:
    accounts = ports.directory.accounts(transaction, StoredRecords(transaction.connection))
    return persons.find(transaction.connection, who, accounts)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except PersonError as error:
        fail(str(error))
    except ScimError as error:
        fail(f"{error.detail}.")


def _told(found: Found) -> str:
    """Who it is, by ids."""
    lines = [f"{one.id}: {one.state}, source {one.source}" for one in found.resources]
    if found.refusals:
        lines.append(f"named by refusals in the journal: {len(found.refusals)}")
    return "\n".join(lines)
