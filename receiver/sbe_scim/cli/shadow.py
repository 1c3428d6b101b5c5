"""Shadow mode of a source: what it would have done, and how it goes live."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from sbe_scim.cli.databases import database_option, transaction
from sbe_scim.cli.output import echo_list, fail, json_option, moment
from sbe_scim.cli.ports import open_receiver
from sbe_scim.commandline import command
from sbe_scim.service import shadow_reports
from sbe_scim.service.going_live import Applied, StillTaken, go_live
from sbe_scim.service.shadow_reports import CREATE, Line
from sbe_scim.store import Source, shadows, sources
from sbe_scim.store.sources import SourceError


@click.command(name="shadow-report")
@click.argument("name")
@database_option
@json_option
def shadow_report(name: str, database: str, as_json: bool) -> None:
    """Show what would have happened, were source NAME not in shadow mode: first how often what, then to whom.

    A person or group would be there now (create), take an account or group that was made by hand (adopt; with a reason
    only after `sbe-scim sbe adopt`), have come and been disabled or deleted since, or is refused, and why.
    """
    source, lines = _report(name, database)
    _show(source, lines, as_json)


def set_shadow(name: str, database: str, as_json: bool) -> None:
    """Put a source in shadow mode."""
    with transaction(database, write=True) as connection:
        found = shadows.begin(connection, name)
    if as_json:
        click.echo(json.dumps({"name": name, "shadow": moment(found.shadow)}))
    else:
        click.echo(f"Source {name} is in shadow mode: what it sends is recorded and answered, and not applied.")


def set_live(name: str, database: str, dry_run: bool, as_json: bool) -> None:
    """Let a source out of shadow mode; ends with 1 while somebody is refused."""
    if dry_run:
        source, lines = _report(name, database)
        _show(source, lines, as_json)
        return
    with open_receiver(database) as ports:
        try:
            done = go_live(ports.transactions, ports.directory, name)
        except StillTaken as error:
            told = "\n  ".join(f"{one.found.display} ({one.found.id}): {one.reason}" for one in error.found[:20])
            more = f"\n  and {len(error.found) - 20} more" if len(error.found) > 20 else ""
            fail(f"It stays in shadow mode: others have names, addresses or unique values of these.\n  {told}{more}")
        except SourceError as error:
            fail(f"{error}.")
    _tell(name, done, as_json)


def _report(name: str, database: str) -> tuple[Source, list[Line]]:
    with open_receiver(database) as ports:
        with ports.transactions.read() as reading:
            source = sources.get(reading.connection, name)
        if source is None:
            fail(f"no source is named {name!r}: {command('source', 'list')} shows them.")
        if source.shadow is None and source.applying is None:
            fail(f"source {name!r} is not in shadow mode.")
        return source, shadow_reports.report(ports.transactions, ports.directory, source)


def _show(source: Source, lines: Sequence[Line], as_json: bool) -> None:
    counted = sorted(shadow_reports.counts(lines).items(), key=lambda one: (one[0][0], one[0][1], one[0][2] or ""))
    counts: list[dict[str, Any]] = [
        {"type": kind, "what": what, "reason": reason, "count": count} for (kind, what, reason), count in counted
    ]
    memberships, given = sum(line.members or 0 for line in lines), sum(len(line.roles) for line in lines)
    if as_json:
        since = {"shadow": moment(source.shadow), "applying": moment(source.applying)}
        found = {
            "memberships": memberships,
            "roles": given,
            "counts": counts,
            "resources": [asdict(line) for line in lines],
        }
        click.echo(json.dumps({"name": source.name} | since | found, indent=2))
        return
    for kind, count in (("membership", memberships), ("role", given)):
        if count:
            counts.append({"type": kind, "what": CREATE, "reason": None, "count": count})
    echo_list(counts, False, "Nothing was recorded.")
    if lines:
        click.echo()
        names = ("what", "type", "name", "mail", "members", "roles", "reason", "id", "detail")
        echo_list(({name: getattr(line, name) for name in names} for line in lines), False, "")


def _tell(name: str, done: Applied, as_json: bool) -> None:
    refused = [
        {"type": kind.name, "id": found.id, "name": found.display, "reason": why.reason, "detail": why.detail}
        for kind, found, why in done.refused
    ]
    if as_json:
        counts = [{"type": kind, "effect": what, "count": count} for (kind, what), count in sorted(done.done.items())]
        click.echo(json.dumps({"name": name, "applied": counts, "refused": refused}, indent=2))
    else:
        told = ", ".join(
            f"{count} {kind.lower()}{'s' if count != 1 else ''} {what}"
            for (kind, what), count in sorted(done.done.items())
        )
        click.echo(f"Source {name} is live" + (f": {told}." if told else "."))
        for one in refused:
            click.echo("Not applied: {type} {name} ({id}): {detail}".format_map(one), err=True)
    if refused:
        raise click.exceptions.Exit(1)
