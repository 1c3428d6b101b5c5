"""What a unit of work tells beside its outcome, while it works."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from sbe_scim.service.calls import Outcome


@dataclass(slots=True)
class Told:
    """What was dropped and needed is told also where the unit is refused in the end.

    ``dropped`` are attributes that were sent and are not kept, ``features`` names of what of the policy was needed;
    ``joined`` and ``left`` are numbers of members of the group; ``adopted``: what was there before the source sent it,
    restored or made by hand, is the source's from now on.
    """

    dropped: tuple[str, ...] = ()
    features: set[str] = field(default_factory=set)
    joined: int = 0
    left: int = 0
    adopted: bool = False

    def begin(self) -> None:
        """Forget what a try that was given up has told."""
        self.dropped, self.joined, self.left, self.adopted = (), 0, 0, False
        self.features.clear()

    def understood(self, dropped: tuple[str, ...], features: Collection[str]) -> None:
        """Take what a body or the operations of a PATCH had."""
        self.dropped = dropped
        self.features.update(features)

    def into(self, outcome: Outcome) -> Outcome:
        """Add it to an outcome; of one that was refused, nobody has joined or left."""
        told: dict[str, Any] = {"dropped": self.dropped, "features": tuple(sorted(self.features))}
        if outcome.refusal is None:
            told |= {"joined": self.joined, "left": self.left} | ({"effect": "adopted"} if self.adopted else {})
        return replace(outcome, **told)
