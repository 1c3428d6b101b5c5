"""What a module is: one thing that a provider must do, how to bring it about, and how it is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sbe_scim.certify.provider import Stage
from sbe_scim.certify.record import Row
from sbe_scim.certify.run import Asked
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Finding, Verdict

#: Levels of IPSIE: AL1 takes away, AL2 also creates and changes.
Level = Literal["AL1", "AL2"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fact that must hold; where it does not, the module is ``otherwise``."""

    text: Text
    otherwise: Verdict = Verdict.FAILED


@dataclass(frozen=True, slots=True)
class Scene:
    """What a module is judged by.

    ``rows`` are the provider's requests from the first change to the end, ``began`` is that change's time
    (microseconds), ``moments`` are times of the module's own, ``asked`` is what met a fault.
    """

    rows: tuple[Row, ...]
    began: int
    facts: Mapping[str, bool]
    subjects: Mapping[str, str]
    moments: Mapping[str, int]
    asked: tuple[Asked, ...]
    waits: Mapping[str, float]

    def delay(self, *effects: str) -> int | None:
        """Microseconds from the change to the first request that had one of these effects on a subject."""
        about = set(self.subjects.values())
        for row in self.rows:
            if row.accepted and row.effect in effects and row.target_id in about:
                return row.time - self.began
        return None


def judge_facts(module: Module, scene: Scene) -> Finding:
    """As the facts say: the worst that one which does not hold comes to."""
    missing = [wanted for name, wanted in module.wanted.items() if not scene.facts.get(name, False)]
    worst = min((one.otherwise for one in missing), key=list(Verdict).index, default=Verdict.PASSED)
    return Finding(worst, tuple(_NOT.fill(what=one.text) for one in missing))


_NOT = Text("Not so: {what}.", "Non constaté : {what}.")


@dataclass(frozen=True, slots=True)
class Module:
    """One module.

    ``needs`` are the actions that a provider must know for it; ``why`` says what it means to a person. ``offline``
    judges a journal alone (its rows, the waits), and says ``None`` where that shows nothing.
    """

    id: str
    name: str
    title: Text
    instruction: Text
    why: Text
    references: tuple[str, ...]
    wanted: Mapping[str, Wanted]
    play: Callable[[Stage], None]
    level: Level | None = None
    needs: frozenset[str] = field(default=frozenset())
    judge: Callable[[Module, Scene], Finding] = judge_facts
    offline: Callable[[Sequence[Row], Mapping[str, float]], Finding | None] | None = None
