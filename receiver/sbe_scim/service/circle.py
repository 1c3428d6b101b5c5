"""Creates that refer to each other: all of them in one transaction, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy.exc import IntegrityError

from sbe_scim.protocol import ScimError, Unresolved, normalise
from sbe_scim.service import operations
from sbe_scim.service.calls import Call, Outcome, Target
from sbe_scim.service.told import Told
from sbe_scim.service.unit import Unit
from sbe_scim.service.units import Units
from sbe_scim.store.ids import new_id
from sbe_scim.store.transactions import Transaction


@dataclass(frozen=True, slots=True)
class Create:
    """A create that others call ``name``; ``body`` gives its resource with ids in place of such names."""

    name: str
    target: Target
    body: Callable[[Mapping[str, str]], Any]


class _Restored(Exception):
    """A create has restored a resource, which has an id already."""

    def __init__(self, name: str, resource_id: str) -> None:
        super().__init__(name)
        self.name = name
        self.id = resource_id


@dataclass(slots=True)
class _Circle:
    """``ids`` are those that the resources have or are to have; ``current`` is at work, or was last."""

    units: Units
    call: Call
    creates: Sequence[Create]
    ids: dict[str, str]
    current: int = 0
    told: list[Told] = field(default_factory=list)

    def create(self, transaction: Transaction) -> list[Outcome]:
        self.told = [Told() for _ in self.creates]
        done: list[tuple[Unit, Outcome]] = []
        for number, create in enumerate(self.creates):
            self.current = number
            unit = self.units.unit(transaction, self.call, create.target, self.told[number])
            wanted = normalise(create.target.type, create.body(self.ids), self.call.policy)
            outcome = operations.create(unit, wanted, self.ids[create.name])
            if outcome.id != self.ids[create.name]:
                raise _Restored(create.name, str(outcome.id))
            done.append((unit, outcome))
        outcomes = [self.units.tell("create", unit, outcome) for unit, outcome in done]
        # Others wait for the counters: none is moved before all locks are taken.
        for unit, _ in done:
            unit.end()
        return outcomes

    def refuse(self, refusal: ScimError) -> list[Outcome]:
        """Refuse all of them: the one at work for its own reason, the others because of it."""
        return [
            self.units.refuse(
                "create", self.call, create.target, self._refusal(number, refusal), told, create.body(self.ids)
            )
            for number, (create, told) in enumerate(zip(self.creates, self.told, strict=True))
        ]

    def _refusal(self, number: int, refusal: ScimError) -> ScimError:
        if number == self.current:
            return refusal
        return Unresolved("this refers to an operation that refers back to it, and that was refused")


def create_circle(units: Units, call: Call, creates: Sequence[Create], known: Mapping[str, str]) -> list[Outcome]:
    """Create resources that refer to each other; ``known`` are the ids of others that they refer to.

    The ids are made first, so that each is written once and whole. Each has its own row in the journal. Where one is
    refused, all are.
    """
    # Those who can be members are there before a group is that names them.
    ordered = sorted(creates, key=lambda create: create.target.type.members is not None)
    circle = _Circle(units, call, ordered, {**known, **{create.name: new_id() for create in creates}})
    while True:
        try:
            outcomes = units.commit(partial(_Circle.create, circle))
        except _Restored as restored:
            circle.ids[restored.name] = restored.id
            continue
        except (IntegrityError, ScimError) as error:
            outcomes = circle.refuse(units.refusal(error))
        found = {create.name: outcome for create, outcome in zip(ordered, outcomes, strict=True)}
        return [found[create.name] for create in creates]
