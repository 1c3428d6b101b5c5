"""What must hold after any history: both sides are equal, nobody was made twice, and nothing went backwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["create", "replace", "patch", "delete"]
#: The name under which a person's own number stands.
PERSON = ""


@dataclass(frozen=True)
class Person:
    """Somebody, as Keycloak or the receiver shows them."""

    user_name: str
    active: bool
    given_name: str
    family_name: str
    mail: str


@dataclass(frozen=True)
class Group:
    """A group: its path, and the Keycloak ids of its members."""

    path: str
    members: frozenset[str]


@dataclass(frozen=True)
class Side:
    """What one side has of each Keycloak id: a list, since the receiver might have two with one id."""

    people: Mapping[str, Sequence[Person]]
    groups: Mapping[str, Sequence[Group]]


@dataclass(frozen=True)
class Write:
    """A version of a resource that the receiver made.

    ``resource`` is the receiver's id. ``revisions`` are the numbers that its names carry, each under what it is a
    number of: whoever changes a name in Keycloak gives it a higher one. ``late`` is a copy of a request for which its
    sender did not wait, or not to its end. What a request does not tell is ``None`` or missing.
    """

    resource: str
    kind: Kind
    external_id: str | None = None
    revisions: Mapping[str, int] = field(default_factory=dict)
    active: bool | None = None
    late: bool = False


def differences(keycloak: Side, receiver: Side) -> list[str]:
    """What is not the same on both sides, a line for each person and group."""
    return [
        *_differences("user", keycloak.people, receiver.people),
        *_differences("group", keycloak.groups, receiver.groups),
    ]


def _differences(kind: str, keycloak: Mapping[str, Any], receiver: Mapping[str, Any]) -> Iterator[str]:
    for identifier in sorted({*keycloak, *receiver}):
        here, there = list(keycloak.get(identifier, ())), list(receiver.get(identifier, ()))
        if here != there:
            yield f"{kind} {identifier}: Keycloak has {here}, the receiver {there}"


def faults(writes: Iterable[Write], active: Mapping[tuple[str, int], bool]) -> list[str]:
    """What must not have happened, of all versions that the receiver made, in the order in which it made them.

    * Two creates of one ``externalId`` with no delete between them.
    * A resource that gets a lower number than it has had. That holds over a delete too, except for a late request: no
      client can take back what it has sent.
    * Somebody who is active with a number with which Keycloak had them inactive, or the reverse.

    ``active`` is what Keycloak was told, by ``externalId`` and number.
    """
    found: list[str] = []
    lives: dict[str, str] = {}
    owners: dict[str, str] = {}
    highest: dict[tuple[str, str], int] = {}
    for number, write in enumerate(writes):
        told = f"version {number} ({write.kind} of {write.resource})"
        owner = write.external_id or owners.get(write.resource, write.resource)
        owners[write.resource] = owner
        if write.kind == "create":
            if owner in lives:
                found.append(f"{told}: {owner} is there already, as {lives[owner]}")
            lives[owner] = write.resource
        elif write.kind == "delete":
            lives.pop(owner, None)
        for name, revision in write.revisions.items():
            before = highest.get((owner, name), revision)
            if revision < before and not (write.kind == "create" and write.late):
                found.append(f"{told}: {name or owner} goes back from {before} to {revision}")
            highest[owner, name] = max(before, revision)
        own = write.revisions.get(PERSON)
        if own is not None and write.active is not None and active.get((owner, own), write.active) != write.active:
            found.append(f"{told}: {owner} is active {write.active} with number {own}")
    return found
