"""``sbe-scim sbe reindex``: what the search of Abilian SBE has missed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import redirect_stdout
from typing import Any

import click

from sbe_scim.cli.output import broken, echo_list, fail, json_option
from sbe_scim.directory.sbe import SbeError, host


@click.command()
@click.option("--people", is_flag=True, help="People only: quick, however much content there is.")
@click.option("--dry-run", is_flag=True, help="Change nothing, say what differs; ends with 1 where something does.")
@json_option
def reindex(people: bool, dry_run: bool, as_json: bool) -> None:
    """Bring the search index of Abilian SBE to what its database says, where Redis or a worker was away.

    People, communities and their content are compared; only what is missing or says something else is indexed, and
    what is gone is taken out. It needs no Redis, and Abilian SBE may go on meanwhile. Run it as the system's user that
    Abilian SBE's workers run as: the index is a folder of files.
    """
    try:
        with redirect_stdout(sys.stderr):
            # Abilian SBE prints what it loads.
            started = host.start()
    except SbeError as error:
        fail(f"{error}.")
    except OSError as error:
        # It opens the index as it starts.
        fail(f"the search index: {broken(error)}.")
    try:
        # Only what starts Abilian SBE may import it.
        from sbe_scim.directory.sbe import search

        with started.app.app_context():
            models = [model for model in search.models() if not people or search.is_of_people(model)]
        rows: list[dict[str, Any]] = []
        for model in models:
            counts: Counter[str] = Counter()
            for number, found in search.differences(started, model):
                counts["rows"] += number
                counts.update(one.how.value for one in found)
                if found and not dry_run:
                    search.mend(started, model, found)
            if counts:
                rows.append({"type": model.__name__} | {name: counts[name] for name in ("rows", *search.How)})
    except SbeError as error:
        fail(f"{error}; what was not done yet is done by the next run.")
    except OSError as error:
        fail(f"the search index: {broken(error)}.")
    _tell(rows, dry_run, as_json)


def _tell(rows: list[dict[str, Any]], dry_run: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    else:
        echo_list(rows, False, "There is nothing to index.")
    unsound = sum(row["broken"] for row in rows)
    mended = sum(row["missing"] + row["stale"] for row in rows)
    removed = sum(row["gone"] for row in rows)
    if dry_run:
        click.echo("Nothing was changed.", err=True)
    else:
        click.echo(f"{mended} documents were indexed, {removed} taken out.", err=True)
    if unsound:
        click.echo(f"Of {unsound} rows Abilian SBE cannot make a document; they were left as they are.", err=True)
    if unsound or (dry_run and mended + removed):
        raise click.exceptions.Exit(1)
