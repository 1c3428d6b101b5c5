"""What an operator's monitoring is told of the sources, read from the database."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from sbe_scim.directory.sbe import comparisons
from sbe_scim.directory.sbe.comparisons import Comparison
from sbe_scim.journal import reader
from sbe_scim.protocol import default_registry
from sbe_scim.store import Source, contacts, counting, guards, sources, tallies
from sbe_scim.store.contacts import Heartbeat
from sbe_scim.store.guards import Storm
from sbe_scim.store.tallies import Key

#: To see who is refused all rows that name somebody are read; so often, in seconds, at most.
_BETWEEN = 60.0


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source: its heartbeat, and what is held of it."""

    source: Source
    heartbeat: Heartbeat
    storm: Storm | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of all sources; ``resources`` by source and type, ``refused`` and ``drift`` by source."""

    sources: list[SourceState]
    resources: dict[tuple[str, str], int]
    refused: Counter[str]
    drift: dict[str, Comparison]
    tallies: list[tuple[Key, int]]


def states(connection: Connection) -> list[SourceState]:
    """How each source is doing, by name."""
    beats, storms = contacts.heartbeats(connection), guards.storms(connection)
    return [SourceState(one, beats[one.id], storms.get(one.id)) for one in sources.find_all(connection)]


class FiguresReader:
    """Reads figures for one process."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._refused: Counter[str] = Counter()
        self._next = float("-inf")

    def read(self, connection: Connection) -> Figures:
        """What is so now; who is refused is up to a minute old."""
        if self._clock() >= self._next:
            self._refused = Counter(one.last.source or "" for one in reader.refused(connection))
            self._next = self._clock() + _BETWEEN
        found = states(connection)
        kinds = default_registry().resource_types
        resources = {
            (one.source.name, kind.name): counting.count(connection, one.source.id, kind.number)
            for one in found
            for kind in kinds
        }
        drift = comparisons.latest(connection)
        return Figures(found, resources, self._refused, drift, list(tallies.every(connection)))
