"""Bring back a person or a group that was deleted, with memberships and account."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from sbe_scim.directory.port import Directory
from sbe_scim.journal import Arrival, Journal
from sbe_scim.protocol import Projection, ResourceType, Uniqueness, policy
from sbe_scim.service import rivals
from sbe_scim.service.calls import Call, Outcome, Target
from sbe_scim.service.documents import parse
from sbe_scim.service.entries import entry
from sbe_scim.service.nested import Moves
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.shadow import accounts_of
from sbe_scim.service.unit import Unit
from sbe_scim.store import former_members, members, nesting, resources, shadows, sources, tombstones
from sbe_scim.store.clock import now, to_text
from sbe_scim.store.resources import Resource
from sbe_scim.store.tombstones import Found
from sbe_scim.store.transactions import Transaction

_DAY = 86_400_000_000


class RestoreError(ValueError):
    """It is not clear who is meant, or they cannot be restored; the text names resources by ids alone."""


@dataclass(frozen=True, slots=True)
class Restored:
    """Who is back: ``memberships`` are the groups of a person, or the members of a group, that came back too."""

    id: str
    source: str
    active: bool
    memberships: int


def find(connection: Connection, kind: ResourceType, who: str) -> Found:
    """Find the deleted person or group that is meant: by SCIM id, name, mail address or ``externalId``.

    Of several tombstones of one person it is the latest. Raises :class:`RestoreError` where nobody or more than one is
    meant, or where they are not deleted.
    """
    known = tombstones.find(connection, kind.number, who)
    known = [one for one in known if one.id == who.lower()] or known
    if live := [one for one in known if one.deleted is None]:
        raise RestoreError(f"{live[0].id} of source {live[0].source} is not deleted")
    if not known:
        raise RestoreError(
            f"no {kind.name} was deleted here that had this name, mail address, externalId or SCIM id, or it is erased"
        )
    if len({one.identity for one in known}) > 1:
        lines = (f"{one.id}: source {one.source}, deleted {to_text(one.deleted or 0)}" for one in known)
        raise RestoreError(f"this is more than one {kind.name}; give the id of one:\n" + "\n".join(lines))
    return max(known, key=lambda one: one.deleted or 0)


def restore(transaction: Transaction, directory: Directory, kind: ResourceType, found: Found, days: int) -> Restored:
    """Bring somebody or a group back as they were when they were deleted, not more than ``days`` ago.

    They are in the groups that still are, a group has the people who still are; groups in groups do not come back.
    They have no ``externalId``: their provider may not know them, and is not to take them for its own until it sends
    them. Raises :class:`RestoreError`, and what the directory refuses (:class:`~sbe_scim.protocol.ScimError`).
    """
    connection = transaction.connection
    arrival = Arrival()
    tombstone = resources.buried(connection, found.pk)
    if tombstone is None:
        raise RestoreError(f"{found.id} of source {found.source} is not deleted")
    held, deleted = tombstone
    if tombstones.is_erased(held.id, held.key):
        raise RestoreError(f"{held.id} is erased: nothing is left to restore")
    if deleted < now() - days * _DAY:
        raise RestoreError(f"{held.id} was deleted {to_text(deleted)}, more than {days} days ago")
    source = shadows.current(connection, sources.require(connection, found.source), lock=True)
    call = Call(source, policy(source.dialect, source.strictness), arrival)
    accounts = accounts_of(directory, transaction, source)
    target = Target(kind, Projection.parse(None, None, kind), held.id)
    unit = Unit(call, target, connection, accounts, Renderer(""), time=now())
    count = _revive(unit, held, deleted)
    unit.end()
    outcome = unit.told.into(Outcome(200, held.id, effect="restored"))
    Journal.write(connection, (entry("restore", call, kind, outcome),))
    return Restored(held.id, source.name, held.active, count)


def _revive(unit: Unit, held: Resource, deleted: int) -> int:
    document = {name: value for name, value in parse(held).items() if name != "externalId"}
    _check_free(unit, held, unit.values(document) | {"external_id": held.external_id})
    try:
        unit.revive(held, document)
    except Uniqueness as taken:
        raise RestoreError(f"{held.id} cannot come back: {taken.detail}") from None
    if unit.resource_type.members is None:
        groups = former_members.put_back(unit.connection, held.pk, deleted)
        unit.touch(groups)
        unit.tell_directory(held.id, document)
        around = set(groups) | nesting.above(unit.connection, groups)
        Moves((held.pk,), ()).tell(unit.connection, unit.accounts, around)
        return len(groups)
    people = former_members.put_back_all(unit.connection, held.pk, unit.resource_type.relation.ends[0].number, deleted)
    unit.told.joined = len(people)
    unit.tell_directory(held.id, document)
    unit.accounts.members_changed(held.id, members.ids(unit.connection, people), ())
    return len(people)


def _check_free(unit: Unit, held: Resource, values: dict[str, object]) -> None:
    for rival in resources.rivals(unit.connection, values):
        owner = sources.by_id(unit.connection, rival.source)
        why = rivals.taken(unit.resource_type, rival, values).detail
        raise RestoreError(f"{held.id} cannot come back: {why}: {rival.id} of source {owner.name if owner else '?'}")
