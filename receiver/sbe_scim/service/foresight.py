"""What operations of one bulk would take away, before the first of them is done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from sbe_scim.protocol import BulkOperation, ResourceType, ScimError, apply_patch, normalise, parse_patch
from sbe_scim.service.calls import Call
from sbe_scim.service.documents import parse
from sbe_scim.service.losses import of_removal
from sbe_scim.service.unit import is_id
from sbe_scim.store import guards, members, resources
from sbe_scim.store.clock import now
from sbe_scim.store.resources import Resource


@dataclass(frozen=True, slots=True)
class Foreseen:
    """So many losses of one resource, by its pk."""

    resource: int
    losses: int
    is_person: bool

    def counts_as(self, number: int) -> tuple[int, int]:
        """What counts once: whoever is deactivated and then deleted goes once, a group may lose others each time."""
        return self.resource, 0 if self.is_person else number


def too_many(connection: Connection, call: Call, operations: Iterable[BulkOperation]) -> Mapping[int, int]:
    """Which operations, by number, are held because all of them would take away too much: the pks that they are about.

    Empty where they may be done, each judged once more when it is. What an operation that refers to another of the
    same bulk takes away, nobody can foresee.
    """
    most = call.source.storm_limit
    if most is None:
        return {}
    found = {one.number: told for one in operations if (told := _foreseen(connection, call, one)) is not None}
    let = guards.released(connection, call.source.id, {told.resource for told in found.values()}, now())
    counted = {told.counts_as(number): told.losses for number, told in found.items() if told.resource not in let}
    if not counted or guards.would_admit(connection, call.source.id, sum(counted.values()), most, now()):
        return {}
    return {number: told.resource for number, told in found.items() if told.resource not in let}


def _foreseen(connection: Connection, call: Call, operation: BulkOperation) -> Foreseen | None:
    kind = operation.type
    if operation.refusal is not None or kind is None or operation.creates or not is_id(operation.id or ""):
        return None
    if operation.method != "DELETE" and not _may_take(call, kind, operation.data):
        return None
    found = resources.get(connection, call.source.id, kind.number, str(operation.id))
    if found is None:
        return None
    try:
        losses = _losses(connection, call, kind, found, operation)
    except (ScimError, KeyError):
        # It will be refused, or refers to what is not there yet.
        return None
    return Foreseen(found.pk, losses, kind.members is None) if losses else None


def _may_take(call: Call, kind: ResourceType, data: Any) -> bool:
    """Whether it is worth a closer look: most changes take nothing away."""
    if kind.members is not None or call.policy.meaning.without_external_id != "keep":
        return True
    text = json.dumps(data).lower()
    return "active" in text and "false" in text


def _losses(connection: Connection, call: Call, kind: ResourceType, found: Resource, operation: BulkOperation) -> int:
    if kind.members is None:
        return int(found.active and (operation.method == "DELETE" or not _stays(call, kind, found, operation)))
    if operation.method == "DELETE":
        return of_removal(connection, kind, found)
    if operation.method == "PUT":
        reset, kept, gone = True, set(normalise(kind, operation.data, call.policy).members or ()), frozenset[str]()
    else:
        patched = apply_patch(kind, parse(found), parse_patch(operation.data, call.policy), call.policy, lambda: ())
        if patched.members is None:
            return 0
        reset, kept, gone = patched.members.reset, set(patched.members.add), patched.members.remove
    here = members.pks_of_group(connection, found.pk)
    people = kind.relation.ends[0].number
    named = members.resolve(connection, call.source.id, people, kept if reset else gone, hold=False).values()
    return members.active_among(connection, here.difference(named) if reset else here.intersection(named))


def _stays(call: Call, kind: ResourceType, found: Resource, operation: BulkOperation) -> bool:
    before = parse(found)
    if operation.method == "PUT":
        document: Mapping[str, Any] = normalise(kind, operation.data, call.policy).document
    else:
        document = apply_patch(kind, before, parse_patch(operation.data, call.policy), call.policy, lambda: ()).document
    left = call.policy.meaning.without_external_id != "keep" and "externalId" in before and "externalId" not in document
    return bool(document.get("active", True)) and not left
