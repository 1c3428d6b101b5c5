"""The figures as somebody reads them: ratios first, for machines differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sbe_scim.bench.measure import OPERATIONS, Figures
from sbe_scim.bench.servers import Server

_MEGABYTE = 1_048_576


def markdown(measured: Sequence[tuple[Server, Figures]]) -> str:
    """A table: a row for each server, each rate beside its ratio to the first server's."""
    return "\n".join(_rows(measured))


def _rows(measured: Sequence[tuple[Server, Figures]]) -> Iterator[str]:
    first = measured[0][1]
    yield f"| | {' | '.join(OPERATIONS)} | memory |"
    yield "|---|" + "---|" * (len(OPERATIONS) + 1)
    for server, figures in measured:
        cells = [_cell(figures, first, operation) for operation in OPERATIONS]
        yield f"| {server.name} | {' | '.join(cells)} | {figures.memory / _MEGABYTE:.0f} MB |"


def _cell(figures: Figures, first: Figures, operation: str) -> str:
    rate, cost = figures.rate(operation), figures.cost(operation)
    if rate is None or cost is None:
        return "–"
    told = f"{rate:,.0f}/s, {cost * 1e6:,.0f} µs"
    beside = first.rate(operation)
    return told if beside is None or figures is first else f"**{rate / beside:.2f} ×** {told}"


def records(measured: Sequence[tuple[Server, Figures]]) -> list[dict[str, Any]]:
    """The same for scripts: rates in requests a second, processor time in seconds, memory in bytes, by rounds."""
    return [
        {"name": server.name, "rates": figures.rates, "cpu": figures.costs, "memory": figures.memory}
        for server, figures in measured
    ]
