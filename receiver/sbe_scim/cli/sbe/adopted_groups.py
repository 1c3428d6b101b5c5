"""Which groups a source may have, and what becomes of their members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from sbe_scim.cli.output import echo_list, fail
from sbe_scim.directory.sbe import SbeTransactions
from sbe_scim.service.records import StoredRecords
from sbe_scim.store import sources


def adopt(
    transactions: SbeTransactions, source: str, names: Sequence[str], by: str, dry_run: bool, as_json: bool
) -> None:
    """Let a source take groups by name, all of them or none; once Abilian SBE is started."""
    from sbe_scim.directory.sbe import group_adoption

    rows: list[dict[str, Any]] = []
    with transactions.write() as transaction:
        sources.require(transaction.connection, source)
        records = StoredRecords(transaction.connection)
        for name in dict.fromkeys(names):
            try:
                found = group_adoption.plan(transaction.session, records, source, name)
                rows.append(_row(found, dry_run))
                if not (found.done or dry_run):
                    group_adoption.carry_out(transaction.session, records, source, found, by)
            except group_adoption.GroupRefused as error:
                fail(f"{name}: {error}; nothing was done.")
    echo_list(rows, as_json, "There is no group.")
    for row in () if as_json else rows:
        _warn(row)


def _row(found: Any, dry_run: bool) -> dict[str, Any]:
    """``found`` is a plan of :mod:`sbe_scim.directory.sbe.group_adoption`."""
    done = "would be adopted" if dry_run else "adopted"
    return {
        "id": found.row.id,
        "name": found.row.name,
        "result": "adopted already" if found.done else done,
        "members_stay": len(found.row.members),
        "members_join": found.joining if found.resource_id else None,
        "in_place_of": None if found.beside is None else found.beside.id,
        "community": found.community,
        "roles": list(found.roles),
    }


def _warn(row: dict[str, Any]) -> None:
    given = [f"the role {role}" for role in row["roles"]]
    given += [f"the community {row['community']!r}"] if row["community"] else []
    if given:
        click.echo(f"Whom the source puts into {row['name']!r} gets {' and '.join(given)}.", err=True)
