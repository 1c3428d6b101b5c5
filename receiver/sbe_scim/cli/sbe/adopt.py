"""``sbe-scim sbe adopt``: accounts and groups that are there already become a source's."""

from __future__ import annotations

from typing import Any

import click

from sbe_scim.cli.keycloak.administrator import optional_server_options
from sbe_scim.cli.output import json_option
from sbe_scim.cli.sbe import adopted_accounts, adopted_groups
from sbe_scim.cli.sbe.realm import Login, ask
from sbe_scim.cli.sbe.started import operator, started
from sbe_scim.cli.types import Text
from sbe_scim.commandline import command
from sbe_scim.store import sources


@click.command()
@click.option("--source", "source_name", required=True, type=Text(), help="The source whose they become.")
@click.option("--list", "listed", is_flag=True, help="Show each account, and whether the source may have it.")
@click.option("--mail", "mails", multiple=True, type=Text(), metavar="ADDRESS", help="This account; may be repeated.")
@click.option("--all-matching", "matching", is_flag=True, help="All whose address the realm has verified.")
@click.option("--group", "groups", multiple=True, type=Text(), metavar="NAME", help="This group; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Change nothing, say what would become of whom.")
@optional_server_options
@click.option(
    "--name",
    "component",
    default="sbe-scim",
    show_default=True,
    type=Text(),
    help="Name of the connector's component in the realm, for --list.",
)
@json_option
def adopt(
    source_name: str,
    listed: bool,
    mails: tuple[str, ...],
    matching: bool,
    groups: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
    component: str,
    **keycloak: Any,
) -> None:
    """Let a source have accounts and groups that were made by hand, with all that they have.

    Nothing changes until the source sends a person of this mail address or a group of this name: then they are one.
    Administrators are adopted one by one, by --mail. --all-matching asks Keycloak (--server, --realm) which addresses
    it has verified; whom you name by --mail you vouch for yourself, unless Keycloak is given.
    """
    if sum(map(bool, (listed, mails, matching, groups))) != 1:
        raise click.UsageError("Give one of --list, --mail, --all-matching and --group.")
    login = Login(component=component, **keycloak)
    if (login.server is None) != (login.realm is None):
        raise click.UsageError("--server and --realm belong together.")
    if matching and login.server is None:
        raise click.UsageError("--all-matching needs --server and --realm: SCIM does not tell who is verified.")
    with started() as transactions:
        if groups:
            adopted_groups.adopt(transactions, source_name, groups, operator(), dry_run, as_json)
            _tell_next(dry_run, as_json)
            return
        with transactions.read() as transaction:
            source = sources.require(transaction.connection, source_name)
            known = adopted_accounts.look(transaction.connection, source_name)
        chosen = known if listed or matching else adopted_accounts.named(known, mails)
        realm = ask(login, source, chosen, refused=listed)
        if listed:
            adopted_accounts.show(chosen, realm, as_json)
            return
        judged = adopted_accounts.judge(chosen, realm, len({mail.lower() for mail in mails}))
        if mails:
            adopted_accounts.check(judged)
        if not dry_run:
            with transactions.write() as transaction:
                adopted_accounts.adopt(transaction.connection, source_name, judged, operator())
        adopted_accounts.tell(judged, dry_run, as_json)
        _tell_next(dry_run, as_json)


def _tell_next(dry_run: bool, as_json: bool) -> None:
    if not dry_run and not as_json:
        click.echo(f"Who was refused is sent again by: {command('keycloak', 'retry', '--refused')}", err=True)
