"""``sbe-scim sbe check``: what somebody has changed by hand of what SCIM governs."""

from __future__ import annotations

from typing import Any

import click

from sbe_scim.cli.output import echo_list, fail, json_option
from sbe_scim.cli.sbe.started import opened
from sbe_scim.cli.types import Text
from sbe_scim.service import drifts
from sbe_scim.store import sources


@click.command()
@click.option("--source", "name", type=Text(), help="This source only. Default: all.")
@click.option("--repair", is_flag=True, help="Bring it back to what SCIM last said.")
@click.option("--all", "everything", is_flag=True, help="With --repair: also where so much differs that it is guarded.")
@json_option
def check(name: str | None, repair: bool, everything: bool, as_json: bool) -> None:
    """Compare the accounts and groups of sources with what SCIM last said of them; ends with 1 where they differ.

    An account that was closed by hand is told and stays closed, and members who were added by hand stay.
    Where more than 1 % of a source's accounts or memberships differ, at least 4 and at most 51, nothing of it is
    repaired without --all.
    """
    if everything and not repair:
        raise click.UsageError("--all belongs to --repair.")
    rows: list[dict[str, Any]] = []
    guarded: list[str] = []
    with opened() as (transactions, directory):
        with transactions.read() as transaction:
            connection = transaction.connection
            chosen = sources.find_all(connection) if name is None else (sources.require(connection, name),)
        for source in chosen:
            checked = drifts.check(transactions, directory, source, repair=repair, everything=everything)
            if checked.held:
                guarded.append(source.name)
            rows.extend(
                {
                    "id": one.resource_id,
                    "source": source.name,
                    "type": kind.name,
                    "name": one.name,
                    "differs": list(one.differs) if as_json else one.differs,
                    "missing": one.missing,
                    "blocked": one.blocked,
                    "result": result,
                }
                for kind, one, result in checked.rows
            )
    echo_list(rows, as_json, "Everything is as SCIM last said.")
    if guarded:
        fail(f"So much differs of source {' and '.join(guarded)} that nothing was repaired: look, then say --all too.")
    if any(row["result"] not in drifts.WELL for row in rows):
        raise click.exceptions.Exit(1)
