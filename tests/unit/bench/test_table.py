"""Figures are told as ratios to the first server."""

from __future__ import annotations

from sbe_scim.bench.measure import OPERATIONS, Figures
from sbe_scim.bench.servers import Server
from sbe_scim.bench.table import markdown
from sbe_scim.bench.wire import Target


def figures(rate: float, *operations: str) -> Figures:
    made = Figures(memory=50 * 1_048_576)
    for operation in operations:
        # The median of three.
        made.rates[operation] = [rate, 2 * rate, 3 * rate]
        made.costs[operation] = [0.001, 0.002, 0.5]
    return made


def test_each_rate_stands_beside_its_ratio_and_what_was_not_measured_is_a_dash() -> None:
    peer, bare = Server("peer", Target(1), 1), Server("bare", Target(2), 2, answers_scim=False)
    lines = markdown([(peer, figures(100, *OPERATIONS)), (bare, figures(300, "GET"))]).splitlines()
    assert lines[0] == "| | GET | filter | list of 100 | PATCH | POST | POST by bulks of 100 | memory |"
    assert lines[2].startswith("| peer | 200/s, 2,000 µs | 200/s")
    assert lines[3] == "| bare | **3.00 ×** 600/s, 2,000 µs | – | – | – | – | – | 50 MB |"
