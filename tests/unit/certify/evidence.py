"""Journals and runs for the judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sbe_scim.certify.profile import WAITS
from sbe_scim.certify.record import Record, Row
from sbe_scim.certify.run import Run, Step, mark

SECOND = 1_000_000
START = 1_764_000_000 * SECOND
RUN = "7f3a9c12"
ANN = "5b1f0c1e-0000-4000-8000-000000000001"


def row(after: float, operation: str = "replace", **more: Any) -> Row:
    """A request of the provider, so many seconds after the start."""
    at = START + round(after * SECOND)
    facts: dict[str, Any] = {"request_id": f"r{at}", "source": "staff", "target_type": "User", "target_id": ANN}
    return (
        Row(seq=at, time=at, operation=operation, status=200, **facts | more)
        if "status" not in more
        else Row(seq=at, time=at, operation=operation, **facts | more)
    )


def marked(after: float, module: str, moment: str) -> Row:
    """The certification's own mark."""
    return row(after, "search", request_id=mark(RUN, module, moment), target_id=None)


def record(*rows: Row) -> Record:
    """A journal of these."""
    return Record("0.1.0", tuple(sorted(rows, key=lambda one: (one.time, one.seq))))


def run(*steps: Step, waits: Mapping[str, float] = WAITS) -> Run:
    """A run of these."""
    return Run(RUN, "control", "Sender", "1", "generic", "staff", waits, steps)
