"""A row of the journal: one request and what became of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from time import perf_counter_ns
from typing import Any, NamedTuple

from sbe_scim.store.clock import now
from sbe_scim.store.ids import new_id


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that came in: its id, and when; ``time`` in microseconds since 1970."""

    request_id: str = field(default_factory=new_id)
    time: int = field(default_factory=now)
    started: int = field(default_factory=perf_counter_ns)

    @property
    def duration(self) -> int:
        """Microseconds since then."""
        return (perf_counter_ns() - self.started) // 1000


class Entry(NamedTuple):
    """One request. ``time`` and ``duration`` in microseconds; ``dropped`` and ``changed`` are attribute paths.

    ``effect`` is what a write did to its resource (:class:`~sbe_scim.service.calls.Outcome`); ``members_added`` and
    ``members_removed`` are numbers of members of a group, ``None`` for none; ``features`` names what of the source's
    policy was needed.
    ``external_id``, ``name`` and ``mail`` are of a refused create alone (:class:`~sbe_scim.journal.named.Named`).
    """

    time: int
    duration: int
    request_id: str
    operation: str
    status: int
    source: str | None = None
    target_type: str | None = None
    target_id: str | None = None
    scim_type: str | None = None
    detail: str | None = None
    dropped: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    reason: str | None = None
    external_id: str | None = None
    name: str | None = None
    mail: str | None = None
    effect: str | None = None
    members_added: int | None = None
    members_removed: int | None = None
    features: tuple[str, ...] = ()

    def row(self) -> dict[str, Any]:
        """The columns of the journal's table that it has a value for: of most requests eight of twenty."""
        row = {name: value for name, value in zip(self._fields, self, strict=True) if value is not None and value != ()}
        for name in LISTS:
            if name in row:
                row[name] = json.dumps(row[name])
        return row


#: Columns that hold a JSON array.
LISTS = ("dropped", "changed", "features")
