"""What the latest comparison with what SCIM said has found of each source; Abilian SBE need not be started."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, insert, inspect, select
from sqlalchemy.engine import Connection

from sbe_scim.directory.sbe.tables import comparison
from sbe_scim.store.clock import to_datetime
from sbe_scim.store.tables import source


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many resources of a source differed (``found``), and what came of them.

    ``held`` of them were too many at once, and wait for somebody. ``blocked`` are accounts that were closed by hand,
    which stands, and are not among ``found``. ``time`` is when it ended, in microseconds since 1970.
    """

    source: str
    time: int
    found: int
    repaired: int
    held: int
    blocked: int

    @property
    def left(self) -> int:
        """How many differed still when it ended."""
        return self.found - self.repaired


def note(connection: Connection, what: Comparison) -> None:
    """Keep the latest comparison of a source."""
    connection.execute(delete(comparison).where(comparison.c.source == what.source))
    connection.execute(insert(comparison).values(**asdict(what)))


def latest(connection: Connection) -> dict[str, Comparison]:
    """The latest comparison of each source that there is, by its name; also where no Abilian SBE has ever been."""
    if not inspect(connection).has_table(comparison.name):
        return {}
    return {one.source: one for one in _all(connection)}


def summary(connection: Connection) -> dict[str, Any] | None:
    """What the latest comparisons of all sources have found together, since when; beside a started Abilian SBE."""
    found = list(_all(connection))
    if not found:
        return None
    counts = {name: sum(getattr(one, name) for one in found) for name in ("found", "repaired", "held", "blocked")}
    return {"compared": to_datetime(min(one.time for one in found)).strftime("%Y-%m-%dT%H:%M:%SZ")} | counts


def _all(connection: Connection) -> Iterator[Comparison]:
    # One of a source that had the name before tells nothing of this one.
    mine = comparison.join(source, (source.c.name == comparison.c.source) & (source.c.created <= comparison.c.time))
    return (Comparison(*row) for row in connection.execute(select(comparison).select_from(mine)))
