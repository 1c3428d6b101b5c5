"""What a journal alone shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sbe_scim.certify.record import Row
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Finding, Verdict

_ONCE = Text(
    "Seen once. How long it took cannot be known from a journal alone.",
    "Vu une fois. Le délai ne peut pas être connu à partir du journal seul.",
)
_SEEN = Text(
    "Seen {count} times. How long it took cannot be known from a journal alone.",
    "Vu {count} fois. Le délai ne peut pas être connu à partir du journal seul.",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """That some request had one of these effects on a resource of this type."""

    kind: str
    effects: tuple[str, ...]

    def requests(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """Those of ``rows`` that it is seen by."""
        return tuple(
            row for row in rows if row.accepted and row.target_type == self.kind and row.effect in self.effects
        )

    def __call__(self, rows: Sequence[Row], _: Mapping[str, float]) -> Finding | None:
        """Judge a journal."""
        count = len(self.requests(rows))
        if not count:
            return None
        return Finding(Verdict.PASSED, (_ONCE if count == 1 else _SEEN.fill(count=count),))
