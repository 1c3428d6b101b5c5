"""What was done and seen, module by module: with the journal, all that a judgement is made of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sbe_scim.certify.record import OWN

FORM = 1

#: How a step ended: ``done``; ``unable``: the provider has no such thing; ``unready``: what it needs was not there;
#: ``refused``: the provider did not take a change; ``interrupted``: whoever played it was stopped.
Ended = Literal["done", "unable", "unready", "refused", "interrupted"]


class RunError(ValueError):
    """What was given is no run."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that met a fault: what it was answered (0: nothing), ``after`` so many milliseconds of the step."""

    after: int
    method: str
    answered: int


@dataclass(frozen=True, slots=True)
class Step:
    """One module as it was played: what held in the end, who it was about (SCIM ids), what met a fault.

    ``lacking`` is what it needs and the provider, as it was played with, does not have; ``passed`` how many requests
    came by the proxy that makes faults, where it needs some.
    """

    module: str
    ended: Ended
    facts: Mapping[str, bool] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()
    lacking: tuple[str, ...] = ()
    passed: int | None = None

    @property
    def went_past(self) -> bool:
        """Whether there was a fault to meet, and nothing came by the proxy."""
        return self.passed == 0 and self.facts.get("met") is False


@dataclass(frozen=True, slots=True)
class Run:
    """Steps in their order; ``waits`` in seconds, by name; ``leg``: ``keycloak``, ``live``, ``control``."""

    id: str
    leg: str
    provider: str
    version: str
    profile: str
    source: str
    waits: Mapping[str, float]
    steps: tuple[Step, ...]

    def json(self) -> str:
        """The run as it is kept."""
        return json.dumps({"run": FORM} | asdict(self), indent=1, ensure_ascii=False) + "\n"


def read(text: str) -> Run:
    """Read a run. Raises :class:`RunError`."""
    try:
        said: dict[str, Any] = json.loads(text)
        if said.pop("run") != FORM:
            raise RunError(f"this is a run of another form than {FORM}")
        steps = tuple(
            Step(
                **step
                | {
                    "asked": tuple(Asked(**asked) for asked in step.get("asked", ())),
                    "lacking": tuple(step.get("lacking", ())),
                }
            )
            for step in said.pop("steps")
        )
        return Run(**said, steps=steps)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise error if isinstance(error, RunError) else RunError("this is no run") from None


def mark(run: str, module: str, moment: str) -> str:
    """The request id by which the journal knows when a module began, ended, or came to a moment of its own."""
    return f"{OWN}{run}-{module}-{moment}"
