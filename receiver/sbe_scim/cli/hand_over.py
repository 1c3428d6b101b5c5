"""``sbe-scim source hand-over``: a source's people and groups become another's, as the same."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlalchemy.engine import Connection

from sbe_scim.cli.databases import database_option, transaction
from sbe_scim.cli.output import broken, echo_list, fail, json_option
from sbe_scim.cli.ports import open_receiver
from sbe_scim.commandline import command
from sbe_scim.directory.sbe import without_mail
from sbe_scim.protocol import ScimError
from sbe_scim.service import handing_over
from sbe_scim.service.hand_over_plans import BOTH, BY, STATES, UNCLEAR, Line, Plan, plan
from sbe_scim.service.handing_over import HandOverError
from sbe_scim.store import sources
from sbe_scim.store.sources import UnknownSource


@click.command(name="hand-over")
@click.argument("former", metavar="FROM")
@click.argument("to", metavar="TO")
@click.option("--by", type=click.Choice(BY), help="What people have in common at both; needed to make a plan.")
@click.option("--plan", "file", type=click.Path(path_type=Path), metavar="FILE", help="The plan: made, or carried out.")
@click.option("--dry-run", is_flag=True, help="Change nothing; make the plan and show it.")
@click.option("--undo", is_flag=True, help="Give all back that the plan has given to TO.")
@database_option
@json_option
def hand_over(
    former: str, to: str, by: str | None, file: Path | None, dry_run: bool, undo: bool, database: str, as_json: bool
) -> None:
    """Let source TO have the people and groups of source FROM: with their ids, accounts, memberships and roles.

    For a realm that was built anew, or another identity provider: without it the people would be refused, for FROM has
    their names. Nobody is disabled or removed. Whom TO's provider sends is taken for the one of this user name, or, by
    the plan, of this mail address. FROM has to be disabled; for --undo, TO.

    A FILE that is there is carried out: first look at it, and decide what is unclear. Keep it, for --undo goes by it.
    """
    if undo and (dry_run or by or file is None):
        raise click.UsageError("--undo needs --plan, and neither --dry-run nor --by")
    if former == to:
        raise click.UsageError("FROM and TO are two sources")
    there = file is not None and file.exists()
    if there and (dry_run or by) and file is not None:
        raise click.UsageError(f"{file} is there: without --dry-run and --by it is carried out; else name another FILE")
    if not there and undo:
        fail(f"There is no plan at {file}.")
    if not there and by is None:
        raise click.UsageError("--by is needed to make a plan")
    if not dry_run and file is None:
        raise click.UsageError("--plan is needed: --undo goes by it")
    if there and file is not None:
        wanted = _read(file, former, to)
    else:
        with transaction(database, write=False) as connection:
            owner, heir = sources.require(connection, former), sources.require(connection, to)
            wanted = plan(connection, owner, heir, str(by))
        if file is not None:
            _write(file, wanted)
    if not dry_run:
        done = _carry_out(database, wanted, undo)
    if as_json:
        click.echo(json.dumps(_told(wanted) | {"done": not dry_run}, indent=2))
        return
    if dry_run:
        _show(wanted, file)
    else:
        click.echo(f"{done} people and groups are those of source {former if undo else to}.")
    with transaction(database, write=False) as connection:
        _warn(connection, former, to)


def _carry_out(database: str, wanted: Plan, undo: bool) -> int:
    with open_receiver(database) as ports:
        try:
            with ports.transactions.write() as writing:
                act = handing_over.undo if undo else handing_over.carry_out
                return act(writing, ports.directory, wanted)
        except UnknownSource as error:
            fail(f"{error}: {command('source', 'list')} shows them.")
        except HandOverError as error:
            fail(f"{error}\nNothing was changed.")
        except ScimError as error:
            fail(f"{error.detail}; nothing was changed.")


def _show(wanted: Plan, file: Path | None) -> None:
    """How many, and by name those of whom there is something to say."""
    counts = Counter((line.type, line.state) for line in wanted.lines)
    rows = [{"type": kind, "state": state, "count": count} for (kind, state), count in sorted(counts.items())]
    echo_list(rows, False, f"Source {wanted.former} has nobody, and no group.")
    told = [line for line in wanted.lines if line.state in (UNCLEAR, BOTH)]
    if told:
        click.echo()
        names = ("state", "type", "name", "id", "why")
        echo_list(({name: getattr(line, name) for name in names} for line in told), False, "")
    if file is not None:
        click.echo(f"The plan is in {file}.", err=True)


def _warn(connection: Connection, former: str, to: str) -> None:
    owner, heir = sources.require(connection, former), sources.require(connection, to)
    if without_mail.is_chosen(connection, owner.id) and not without_mail.is_chosen(connection, heir.id):
        line = command("source", "set", "--mail", "optional", name=to)
        click.echo(f"Warning: {former} may send people without a mail address, and {to} may not: {line}", err=True)


def _told(wanted: Plan) -> dict[str, Any]:
    return {
        "from": wanted.former,
        "to": wanted.to,
        "by": wanted.by,
        "resources": [asdict(line) for line in wanted.lines],
    }


def _write(file: Path, wanted: Plan) -> None:
    """Names and addresses of people are for nobody else to read; on the disk before anything is changed."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
            json.dump(_told(wanted), opened, indent=2, ensure_ascii=False)
            opened.write("\n")
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        fail(f"{broken(error)}.")


def _read(file: Path, former: str, to: str) -> Plan:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        found = Plan(told["from"], told["to"], told["by"], [Line(**one) for one in told["resources"]])
        wrong = [line for line in found.lines if line.state not in STATES or not isinstance(line.version, int)]
    except OSError as error:
        fail(f"{broken(error)}.")
    except (ValueError, KeyError, TypeError):
        fail(f"{file} is no plan of a hand-over.")
    if (found.former, found.to) != (former, to):
        fail(f"{file} is a plan from {found.former} to {found.to}.")
    if wrong:
        fail(f"{file}: {wrong[0].name} ({wrong[0].id}) has no state of {', '.join(STATES)}.")
    return found
