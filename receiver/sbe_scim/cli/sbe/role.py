"""``sbe-scim sbe role``: roles and communities by groups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click

from sbe_scim.cli.output import echo_list, echo_one, fail, json_option
from sbe_scim.cli.sbe.started import started
from sbe_scim.cli.types import Text
from sbe_scim.commandline import command
from sbe_scim.directory.sbe.rules import ADMIN, MANAGER, MEMBER, Rule, RuleError
from sbe_scim.protocol import ScimError
from sbe_scim.service.records import StoredRecords


@click.group()
def role() -> None:
    """Give people roles in Abilian SBE by their groups, or by the values of SCIM's `roles`."""


@role.command()
@click.option("--source", required=True, type=Text(), help="Whose people and groups.")
@click.option("--group", type=Text(), metavar="NAME", help="Members of this group: its displayName or externalId.")
@click.option("--value", type=Text(), metavar="VALUE", help="Or: whoever has this value in SCIM's `roles`.")
@click.option(
    "--role",
    "name",
    required=True,
    type=click.Choice((ADMIN, MANAGER, MEMBER)),
    help=f"{ADMIN} of all of Abilian SBE, or {MANAGER} or {MEMBER} of a community.",
)
@click.option("--community", type=Text(), metavar="NAME", help="Its name, or as in its address: /communities/NAME/.")
@json_option
def add(source: str, group: str | None, value: str | None, name: str, community: str | None, as_json: bool) -> None:
    """Add a rule: these people have this role from now on, and lose it with the group, the value or the rule.

    It holds at once for those who are in the group already. The group may be renamed.
    """
    if (group is None) == (value is None):
        raise click.UsageError("give --group or --value, and not both")
    if community is None and name != ADMIN:
        raise click.UsageError(f"--role {name} needs --community: outside of one it is never given by a rule")
    if community is not None and name == ADMIN:
        raise click.UsageError(f"--role {ADMIN} is for all of Abilian SBE: leave out --community")
    with _opened() as opened:
        added = opened.book.add(
            opened.session, opened.records, source, group=group, value=value, role=name, community=community
        )
    if as_json:
        echo_one({"id": added.id}, True)
    else:
        click.echo(f"Rule {added.id} is added.")


@role.command(name="list")
@json_option
def list_rules(as_json: bool) -> None:
    """List the rules, each with its number."""
    with _opened() as opened:
        rows = [_row(one) for one in opened.book.told(opened.session, opened.records)]
    echo_list(rows, as_json, f"There is no rule yet: see {command('sbe', 'role', 'add', '--help')}.")


@role.command()
@click.argument("number", type=int)
@json_option
def remove(number: int, as_json: bool) -> None:
    """Remove rule NUMBER. Whoever has the role by it alone loses it at once."""
    with _opened() as opened:
        removed: Rule = opened.book.remove(opened.session, opened.records, number)
    if as_json:
        echo_one({"id": removed.id}, True)
    else:
        click.echo(f"Rule {removed.id} is removed.")


@dataclass(frozen=True, slots=True)
class _Opened:
    session: Any
    records: StoredRecords
    book: Any


@contextmanager
def _opened() -> Iterator[_Opened]:
    """A transaction in Abilian SBE, and the book of rules."""
    with started() as transactions:
        # Only what starts Abilian SBE may import it.
        from sbe_scim.directory.sbe import rulebook

        try:
            with transactions.write() as transaction:
                yield _Opened(transaction.session, StoredRecords(transaction.connection), rulebook)
        except RuleError as error:
            fail(f"{error}.")
        except ScimError as error:
            fail(f"{error.detail}.")


def _row(told: Any) -> dict[str, Any]:
    rule = told.rule
    gone = "(no more)"
    return {
        "id": rule.id,
        "source": rule.source,
        "group": None if rule.group_id is None else told.group or gone,
        "value": rule.value,
        "role": rule.role,
        "community": (told.community or gone) if rule.community else None,
    }
