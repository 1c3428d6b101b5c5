"""``sbe-scim bench``: how fast the receiver is here, beside others."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import click

from sbe_scim.bench import servers, table
from sbe_scim.bench.measure import measure
from sbe_scim.bench.wire import BenchError
from sbe_scim.cli.output import fail, json_option
from sbe_scim.cli.types import DatabaseUrl

_PEER, _GRANIAN = "scim2-server", "granian"
_FEW = 1_000


@click.command()
@click.option(
    "--database",
    "databases",
    multiple=True,
    type=DatabaseUrl(),
    help="An empty database to measure on; may be given again. Default: SQLite in a temporary folder.",
)
@click.option(
    "--people",
    "crowds",
    multiple=True,
    default=[_FEW],
    show_default=True,
    type=click.IntRange(100, 10_000_000),
    help="How many are there already; may be given again, for SQLite in a temporary folder.",
)
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1), help="Each measures all, in turn.")
@click.option("--seconds", default=3.0, show_default=True, type=click.FloatRange(0.1), help="For each operation.")
@click.option("--connections", default=8, show_default=True, type=click.IntRange(1, 256), help="That ask at a time.")
@json_option
def bench(
    databases: tuple[str, ...],
    crowds: tuple[int, ...],
    rounds: int,
    seconds: float,
    connections: int,
    as_json: bool,
) -> None:
    """Measure the receiver on this machine, with authentication, journal and durable writes, one worker each.

    Beside it stand bare Starlette on the same HTTP server, scim2-server (in memory), and the receiver below granian,
    as far as they are installed. Rates wander with a machine's load: compare the ratios to the first row, and the
    processor time of a request. Needs Linux.
    """
    if len(databases) > 1 and len(crowds) > 1:
        raise click.UsageError("several databases, or several numbers of people, but not both")
    try:
        with tempfile.TemporaryDirectory(prefix="sbe-scim-bench-") as folder, ExitStack() as running:
            home = Path(folder)
            found = [running.enter_context(one) for one in _wanted(databases, crowds, home)]
            measured = measure(found, rounds=rounds, seconds=seconds, connections=connections, tell=_tell)
    except BenchError as failed:
        fail(f"{failed}.")
    click.echo(json.dumps(table.records(measured), indent=2) if as_json else table.markdown(measured))


def _wanted(
    databases: tuple[str, ...], crowds: tuple[int, ...], home: Path
) -> Iterator[AbstractContextManager[servers.Server]]:
    few = min(crowds)
    if servers.has(_PEER):
        yield servers.peer(min(few, servers.BY_REQUESTS), home)
    else:
        _tell(f"{_PEER} is not installed: there is no peer to compare with")
    yield servers.bare(home)
    for number, database in enumerate(databases):
        yield servers.receiver(database, crowds[number % len(crowds)], home)
    if not databases:
        for number, people in enumerate(crowds):
            yield servers.receiver(f"sqlite:///{home}/{number}.db", people, home)
    if servers.has(_GRANIAN):
        yield servers.receiver(f"sqlite:///{home}/granian.db", few, home, granian=True)
    else:
        _tell(f"{_GRANIAN} is not installed: the receiver is not measured below it")


def _tell(what: str) -> None:
    click.echo(what, err=True)
