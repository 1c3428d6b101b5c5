"""The operations that change a resource, each in a unit of work that is there (RFC 7644 §3.3, §3.5, §3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as replace_fields
from typing import Any

from sbe_scim.protocol import (
    InvalidValue,
    MemberChange,
    Normalised,
    Operation,
    ResourceType,
    apply_patch,
    check_nothing_is_lost,
    texts,
)
from sbe_scim.protocol.document import changed_paths
from sbe_scim.protocol.immutable import check_immutable, with_immutable
from sbe_scim.protocol.retired import with_retired
from sbe_scim.service.calls import Outcome
from sbe_scim.service.documents import Document, parse
from sbe_scim.service.memberships import Memberships
from sbe_scim.service.unit import Step, Unit, is_id
from sbe_scim.store.resources import Resource


def create(unit: Unit, wanted: Normalised, resource_id: str | None = None) -> Outcome:
    """Create a resource, restore an inactive user of the same source and ``externalId``, or adopt a detached one.

    ``resource_id`` is the one that a resource is given which is new.
    """
    unit.told.understood(wanted.dropped, wanted.features)
    memberships = Memberships(unit)
    memberships.hold(wanted.members or ())
    document = _with_active(unit.resource_type, wanted.document, True)
    values = unit.values(document)
    more = ("members",) if wanted.members else ()
    done = unit.add_free(values, document, more, resource_id)
    dormant = unit.dormant(values) if done is None else None
    if dormant is not None:
        before = parse(dormant)
        check_nothing_is_lost(unit.resource_type, before, wanted)
        document = _with_kept(unit.resource_type, before, document)
        paths = changed_paths(unit.resource_type, before, document)
        done = unit.change("restore", dormant, before, document, paths)
    elif done is None:
        done = unit.add(values, document, more, resource_id)
    if wanted.members:
        found = done.found
        memberships.apply(found.pk, found.id, MemberChange(dormant is not None, wanted.members, frozenset()))
    return _shown(unit, 201, done, alone=dormant is None and not wanted.members)


def replace(unit: Unit, wanted: Normalised) -> Outcome:
    """Replace a resource: what was left out is cleared.

    ``active`` alone is kept when left out: nobody is let in again by an omission.
    """
    unit.told.understood(wanted.dropped, wanted.features)
    memberships = Memberships(unit)
    memberships.hold(wanted.members or ())
    found = unit.get()
    before = parse(found)
    _check_nothing_is_lost(unit, found, before, wanted)
    document = _left(unit, before, _with_active(unit.resource_type, wanted.document, found.active))
    if unit.resource_type.immutable:
        document = with_immutable(unit.resource_type, before, document)
        check_immutable(unit.resource_type, before, document)
    document = _with_kept(unit.resource_type, before, document)
    paths = changed_paths(unit.resource_type, before, document)
    if not paths:
        # A PUT says how things are, also to a directory in which somebody has changed them by hand.
        unit.tell_directory(found.id, document, found.active)
    moved = False
    if unit.resource_type.members:
        moved = memberships.apply(found.pk, found.id, MemberChange(True, wanted.members or {}, frozenset()))
    return _save(unit, "replace", found, before, document, _with_members(paths, moved))


def patch(unit: Unit, operations: Sequence[Operation]) -> Outcome:
    """Change parts of a resource, all of them or none."""
    memberships = Memberships(unit)
    if unit.resource_type.members:
        memberships.hold(text for operation in operations for text in texts(operation.value) if is_id(text))
    found = unit.get()
    before = parse(found)
    result = apply_patch(unit.resource_type, before, operations, unit.call.policy, memberships.reader(found.pk))
    unit.told.understood(result.dropped, result.features)
    document = _left(unit, before, _with_active(unit.resource_type, result.document, found.active))
    document = _with_kept(unit.resource_type, before, document)
    paths = result.changed if document is result.document else changed_paths(unit.resource_type, before, document)
    moved = result.members is not None and memberships.apply(found.pk, found.id, result.members)
    return _save(unit, "patch", found, before, document, _with_members(paths, moved))


def delete(unit: Unit) -> Outcome:
    """Delete a resource; its memberships end with it. Where its client means just that, a person is disabled."""
    found = unit.get()
    if unit.resource_type.has_active and unit.call.policy.meaning.delete == "disable":
        before = parse(found)
        step = unit.change("patch", found, before, before | {"active": False}, ("active",)) if found.active else None
        return _silent(step or Step(found))
    if unit.call.policy.answers.delete == 204:
        return _silent(unit.remove(found))
    shown = _shown(unit, 200, Step(found), alone=True)
    done = unit.remove(found)
    return replace_fields(shown, kind=done.kind, effect=done.effect)


def _check_nothing_is_lost(unit: Unit, found: Resource, before: Document, wanted: Normalised) -> None:
    if wanted.lost:
        check_nothing_is_lost(unit.resource_type, before, wanted)
    if wanted.may_mean_members and Memberships(unit).more_than(found.pk, 0):
        raise InvalidValue("members was not sent, but something much like it; send members, empty to remove all")


def _with_members(paths: tuple[str, ...], moved: bool) -> tuple[str, ...]:
    return (*paths, "members") if moved else paths


def _save(
    unit: Unit, kind: str, found: Resource, before: Document, document: Document, paths: tuple[str, ...]
) -> Outcome:
    done = unit.change(kind, found, before, document, paths) if paths else Step(found)
    return _silent(done) if _is_silent(unit, kind, found) else _shown(unit, 200, done)


def _is_silent(unit: Unit, kind: str, found: Resource) -> bool:
    """Tell whether a change is answered without the resource: never where attributes are asked for."""
    if not unit.target.projection.is_default:
        return False
    if kind == "patch" and unit.call.policy.answers.patch == 204:
        return True
    most = unit.call.policy.limits.shown_members
    return unit.resource_type.members is not None and Memberships(unit).more_than(found.pk, most)


def _shown(unit: Unit, status: int, done: Step, *, alone: bool = False) -> Outcome:
    target = unit.target
    if target.silent:
        return Outcome(status, done.found.id, done.found.version, done.kind, done.changed, effect=done.effect)
    projection = target.projection.after(done.changed)
    text = unit.renderer.render(unit.connection, target.type, done.found, projection, alone=alone)
    return Outcome(status, done.found.id, done.found.version, done.kind, done.changed, text=text, effect=done.effect)


def _silent(done: Step) -> Outcome:
    return Outcome(204, done.found.id, done.found.version, done.kind, done.changed, effect=done.effect)


def _left(unit: Unit, before: Document, document: dict[str, Any]) -> dict[str, Any]:
    """Who has no ``externalId`` any more has left, where the client means that."""
    kept = unit.call.policy.meaning.without_external_id == "keep" or not unit.resource_type.has_active
    if kept or "externalId" in document or "externalId" not in before:
        return document
    unit.told.features.add("without_external_id")
    return document | {"active": False}


def _with_kept(resource_type: ResourceType, before: Document, document: dict[str, Any]) -> dict[str, Any]:
    """What belongs to an extension that is not configured any more stays, until it is again."""
    return with_retired(resource_type, before, document) if resource_type.retired else document


def _with_active(resource_type: ResourceType, document: dict[str, Any], otherwise: bool) -> dict[str, Any]:
    """Where resources have ``active`` it is always said, so that a client never has to guess it."""
    if resource_type.has_active and "active" not in document:
        return document | {"active": otherwise}
    return document
