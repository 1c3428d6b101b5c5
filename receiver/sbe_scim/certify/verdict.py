"""What a module comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sbe_scim.certify.text import Text


class Verdict(StrEnum):
    """In the order in which a reader wants to see them."""

    FAILED = "FAILED"
    INTERRUPTED = "INTERRUPTED"
    REVIEW = "REVIEW"
    WARNING = "WARNING"
    SKIPPED = "SKIPPED"
    PASSED = "PASSED"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a module found: ``notes`` say why; ``delay`` in microseconds, from the change to its arrival."""

    verdict: Verdict
    notes: tuple[Text, ...] = ()
    delay: int | None = None


#: Exit codes of every command that judges.
PASSED, FAILED, WARNED, COULD_NOT_RUN, INCOMPLETE = 0, 1, 2, 3, 4


def exit_code(verdicts: Iterable[Verdict], *, strict: bool = False) -> int:
    """What a script is told: nothing that passed is never a success; ``strict`` also tells of warnings."""
    found = set(verdicts)
    if Verdict.FAILED in found:
        return FAILED
    if Verdict.INTERRUPTED in found or Verdict.PASSED not in found:
        return INCOMPLETE
    return WARNED if strict and found & {Verdict.WARNING, Verdict.REVIEW} else PASSED
