"""What a journal alone shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sbe_scim.certify.record import Row
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Finding, Verdict

_SEEN = Text(
    "Seen {count} times. How long it took cannot be known from a journal alone.",
    "Vu {count} fois. Le délai ne peut pas être connu à partir du journal seul.",
)


def seen(kind: str, *effects: str) -> Callable[[Sequence[Row], Mapping[str, float]], Finding | None]:
    """That some request had one of these effects on a resource of this type."""

    def judge(rows: Sequence[Row], _: Mapping[str, float]) -> Finding | None:
        count = sum(row.accepted and row.target_type == kind and row.effect in effects for row in rows)
        return Finding(Verdict.PASSED, (_SEEN.fill(count=count),)) if count else None

    return judge
