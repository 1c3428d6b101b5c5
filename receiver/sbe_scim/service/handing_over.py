"""Carry out the plan of a hand-over, or undo it: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.exc import IntegrityError

from sbe_scim.directory.port import Accounts, Directory
from sbe_scim.journal import Arrival, Entry, Journal
from sbe_scim.protocol import MemberChange, Projection, ResourceType, default_registry, policy
from sbe_scim.service.calls import Call, Target
from sbe_scim.service.hand_over_plans import Line, Plan, undecided
from sbe_scim.service.memberships import Memberships
from sbe_scim.service.nested import people_below
from sbe_scim.service.records import StoredRecords
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.unit import Unit
from sbe_scim.store import Source, counting, hand_overs, members, nesting, resources, sources
from sbe_scim.store.changes import HAND_OVER
from sbe_scim.store.hand_overs import Move
from sbe_scim.store.prepared import Together
from sbe_scim.store.resources import Resource
from sbe_scim.store.transactions import Transaction

#: So many are named in an error.
_NAMED = 20


class HandOverError(ValueError):
    """Nothing was handed over; the text says why, and names those whom it is about."""


def carry_out(transaction: Transaction, directory: Directory, plan: Plan) -> int:
    """Give ``plan.to`` what the plan says, and return how many resources that were.

    Raises :class:`HandOverError`, :class:`UnknownSource`, what the directory refuses
    (:class:`~sbe_scim.protocol.ScimError`).
    """
    if found := [f"{line.name} ({line.id}): {line.why}" for line in undecided(plan)]:
        raise HandOverError(_listed("decide in the plan what becomes of these", found))
    connection = transaction.connection
    former, to = sources.require(connection, plan.former), sources.require(connection, plan.to)
    _check_disabled(former)
    _check_applied(former, to)
    accounts = directory.accounts(transaction, StoredRecords(connection))
    way = _Way(transaction, accounts, former, to)
    present = {kind.number: hand_overs.held(connection, former.id, kind.number, lock=True) for kind in _kinds()}
    everything = {found.id: found for rows in present.values() for found in rows}
    planned = {line.id: line for line in plan.lines}
    other = [f"{found.id} is not in it" for id, found in everything.items() if id not in planned]
    other += [
        f"{line.name} ({id}) was changed or is gone" for id, line in planned.items() if _differs(line, everything)
    ]
    if other:
        raise HandOverError(_listed("the plan is not that of today, make another", other))
    moving = {id: line for id, line in planned.items() if line.moves}
    accounts.handed_over(
        list(moving), former.name, to.name, {line.twin: id for id, line in moving.items() if line.twin}
    )
    joining = {line.id: way.dissolve(line) for line in moving.values() if line.twin}
    for kind in _kinds():
        wanted = [Move(found, moving[found.id].becomes) for found in present[kind.number] if found.id in moving]
        way.move(kind, wanted)
        for group in present[kind.number]:
            if group.id in joining:
                way.join(kind, group, joining[group.id])
    way.end()
    return len(moving)


def undo(transaction: Transaction, directory: Directory, plan: Plan) -> int:
    """Give back to ``plan.former`` what a plan has given away, and return how many resources that were.

    Whoever came into a group with its twin is out of it again. Raises as :func:`carry_out` does, and where the new
    source has changed something since.
    """
    connection = transaction.connection
    former, to = sources.require(connection, plan.former), sources.require(connection, plan.to)
    _check_disabled(to)
    _check_applied(former, to)
    accounts = directory.accounts(transaction, StoredRecords(connection))
    way = _Way(transaction, accounts, to, former)
    moved = {line.id: line for line in plan.lines if line.moves}
    present = {kind.number: hand_overs.held(connection, to.id, kind.number, lock=True) for kind in _kinds()}
    everything = {found.id: found for rows in present.values() for found in rows}
    changed = [f"{line.name} ({id})" for id, line in moved.items() if _differs(line, everything, versions=1)]
    if changed:
        raise HandOverError(_listed(f"source {to.name!r} has changed or deleted these since", changed))
    accounts.handed_over(list(moved), to.name, former.name, None)
    for kind in _kinds():
        for found in present[kind.number]:
            if found.id in moved and moved[found.id].twin:
                way.part(kind, found, moved)
        rows = [found for found in present[kind.number] if found.id in moved]
        way.move(kind, [Move(found, moved[found.id].external_id) for found in rows])
    way.end()
    return len(moved)


def _kinds() -> Sequence[ResourceType]:
    """Users before groups, as requests lock them."""
    return default_registry().resource_types


def _differs(line: Line, present: Mapping[str, Resource], *, versions: int = 0) -> bool:
    found = present.get(line.id)
    return found is None or found.version != line.version + versions


def _check_applied(*sources: Source) -> None:
    for source in sources:
        if source.shadow is not None or source.applying is not None:
            raise HandOverError(f"source {source.name!r} is in shadow mode, or not all of it is applied yet")


def _check_disabled(source: Source) -> None:
    if source.enabled:
        raise HandOverError(f"source {source.name!r} is enabled, and may change or make again what it no longer has")


def _listed(what: str, found: Sequence[str]) -> str:
    more = [f"and {len(found) - _NAMED} more"] if len(found) > _NAMED else []
    return "\n  ".join([f"{what}:", *found[:_NAMED], *more])


@dataclass(frozen=True, slots=True)
class _Way:
    """The way of resources from one source to another, within a transaction."""

    transaction: Transaction
    accounts: Accounts
    former: Source
    to: Source
    arrival: Arrival = field(default_factory=Arrival)
    #: How many resources there are more than before, by source and type, for each segment of pks.
    segments: dict[tuple[int, int], Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def dissolve(self, line: Line) -> list[str]:
        """Delete the twin of a group at the new source, and return the ids of its members."""
        kind = default_registry().by_name(line.type)
        unit = self._unit(kind, self.to, str(line.twin))
        found = resources.get(unit.connection, self.to.id, kind.number, str(line.twin), lock=True)
        if found is None:
            raise HandOverError(f"{line.name} ({line.twin}) of source {self.to.name!r} is gone: make another plan")
        if nesting.is_part(unit.connection, found.pk):
            what = f"{line.name} ({line.twin}) of source {self.to.name!r}"
            raise HandOverError(f"{what} is in a group, or has one in it: take it out first")
        joining = members.ids(unit.connection, members.pks_of_group(unit.connection, found.pk))
        unit.remove(found)
        unit.together.run(unit.connection)
        self.segments[self.to.id, kind.number].update(unit.segments)
        self._tell([found], kind, 204)
        return joining

    def move(self, kind: ResourceType, moves: Sequence[Move]) -> None:
        """Give the new source resources of one type."""
        connection, time = self.transaction.connection, self.arrival.time
        try:
            hand_overs.move(connection, kind, moves, self.to.id, time, self.arrival.request_id)
        except IntegrityError:
            raise HandOverError(
                f"source {self.to.name!r} has the externalId of a {kind.name}, or the name of a group, itself"
            ) from None
        for segment, count in Counter(counting.segment(one.found.pk) for one in moves).items():
            self.segments[self.former.id, kind.number][segment] -= count
            self.segments[self.to.id, kind.number][segment] += count
        self._tell([one.found for one in moves], kind, 200)

    def join(self, kind: ResourceType, group: Resource, ids: Sequence[str]) -> None:
        """Bring into a group, which has moved, those who were in its twin; what the twin gave, all of it have."""
        self._change(kind, self.to, group, MemberChange(False, {id: {} for id in ids}, frozenset()))
        connection = self.transaction.connection
        everybody = members.ids(connection, people_below(connection, (group.pk,)))
        self.accounts.members_changed(group.id, everybody, ())

    def part(self, kind: ResourceType, group: Resource, moved: Collection[str]) -> None:
        """Take out of a group that is to go back those who do not go with it."""
        found = members.ids(self.transaction.connection, members.pks_of_group(self.transaction.connection, group.pk))
        self._change(kind, self.former, group, MemberChange(False, {}, frozenset(found) - frozenset(moved)))

    def end(self) -> None:
        """Make sure that no membership leads from one source to another, and count."""
        connection = self.transaction.connection
        if found := hand_overs.crossing(connection, (self.former.id, self.to.id), _NAMED + 1):
            told = [f"{member} ({id}) is in {group} ({group_id})" for group, group_id, member, id in found]
            raise HandOverError(_listed("groups and their members belong to one source", told))
        together = Together()
        for (source, kind), segments in sorted(self.segments.items()):
            counting.move(together, source, kind, segments)
        together.run(connection)

    def _change(self, kind: ResourceType, source: Source, group: Resource, change: MemberChange) -> None:
        Memberships(self._unit(kind, source, group.id)).apply(group.pk, group.id, change)

    def _unit(self, kind: ResourceType, source: Source, resource_id: str) -> Unit:
        # An operator has said so: no storm.
        call = Call(replace(source, storm_limit=None), policy(), self.arrival)
        target = Target(kind, Projection.parse(None, None, kind), resource_id)
        return Unit(call, target, self.transaction.connection, self.accounts, Renderer(""), time=self.arrival.time)

    def _tell(self, found: Sequence[Resource], kind: ResourceType, status: int) -> None:
        entries = (
            Entry(
                time=self.arrival.time,
                duration=self.arrival.duration,
                request_id=self.arrival.request_id,
                operation=HAND_OVER,
                status=status,
                source=self.to.name,
                target_type=kind.name,
                target_id=one.id,
                effect="handed-over" if status == 200 else "deleted",
                detail=f"from source {self.former.name}" if status == 200 else None,
            )
            for one in found
        )
        if found:
            Journal.write(self.transaction.connection, entries)
