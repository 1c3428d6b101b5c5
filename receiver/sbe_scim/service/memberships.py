"""Changes of membership: from the ids a client sent to rows and to the directory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sbe_scim.protocol import InvalidValue, MemberChange
from sbe_scim.service.identities import identify
from sbe_scim.service.nested import Moves, people_below
from sbe_scim.service.unit import Unit
from sbe_scim.store import former_members, members, nesting
from sbe_scim.store.transactions import TakesLong

#: More members than these do not come and go within a commit that others wait for.
MANY = 1_000


class Memberships:
    """Memberships of groups, within a unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._people: dict[str, int] = {}
        self._groups: dict[str, int] = {}

    def hold(self, ids: Iterable[str]) -> None:
        """Keep the users and groups among these ids as they are until the commit, before their group is locked.

        Who deletes or renames a user locks their groups after them: in the other order the two would wait for each
        other. With a group among them nobody else puts groups into groups meanwhile, and all are locked in one order.
        """
        missing = set(ids) - self._people.keys() - self._groups.keys()
        found = self._find(0, missing, hold=True)
        self._people |= found
        groups = self._find(1, missing - found.keys())
        if groups:
            nesting.hold(self._unit.connection, self._unit.call.source.id)
            own = {self._unit.target.id} - {None}
            nesting.lock(self._unit.connection, self._find(1, {*groups, *map(str, own)}).values())
            self._groups |= self._find(1, groups)

    def apply(self, group: int, group_id: str, change: MemberChange) -> bool:
        """Apply a change to the group with this pk and tell the directory; ``False`` when it changed nothing.

        Raises :class:`InvalidValue` when a new member is not a user or group of the same source or would close a
        circle, :class:`TakesLong` where many come and go while others wait for the commit.
        """
        connection = self._unit.connection
        people, groups = self._resolve(change.add)
        if change.reset:
            before = members.pks_of_group(connection, group)
            gone = before - people.keys()
            inner = nesting.inner(connection, group)
            out = inner - groups
        else:
            leaving, others = self._leaving(change)
            leaving -= people.keys()
            before = members.present(connection, group, people.keys() | leaving)
            gone = before & leaving
            inner = nesting.inner(connection, group) if groups or others else set()
            out = inner & others
        new, into = people.keys() - before, groups - inner
        if self._unit.shared and len(new) + len(gone) > MANY:
            raise TakesLong
        self._check_circle(group, into)
        if (gone or out) and self._unit.call.source.storm_limit is not None:
            self._unit.lose(group, members.active_among(connection, gone | people_below(connection, out)))
        former_members.end(connection, group, gone, self._unit.time)
        members.add(connection, group, new, self._unit.time)
        # Who names all members says how things are, also to a directory in which somebody has taken one out by hand.
        named = people if change.reset else {pk: people[pk] for pk in new}
        if out or into or nesting.is_part(connection, group):
            nesting.end(connection, [(group, pk) for pk in out], self._unit.time)
            nesting.add(connection, group, into, self._unit.time)
            self._tell_around(
                group,
                Moves(
                    named.keys() | people_below(connection, groups if change.reset else into),
                    gone | people_below(connection, out),
                ),
            )
        elif named or gone:
            joined = [named[pk] for pk in sorted(named)]
            self._unit.accounts.members_changed(group_id, joined, members.ids(connection, gone))
        told = self._unit.told
        told.joined, told.left = len(new) + len(into), len(gone) + len(out)
        return bool(told.joined or told.left)

    def reader(self, group: int) -> Callable[[], Iterable[dict[str, Any]]]:
        """Return a function that reads the present members, for operations that need to see them."""

        ends = self._unit.resource_type.relation.ends

        def read() -> Iterable[dict[str, Any]]:
            for _, member_id, display, end in members.of_groups(self._unit.connection, (group,)):
                member = {"value": member_id, "type": ends[end].label}
                yield member if display is None else member | {"display": display}

        return read

    def more_than(self, group: int, limit: int) -> bool:
        """Tell whether the group has more members than ``limit``."""
        return members.more_than(self._unit.connection, group, limit)

    def _tell_around(self, group: int, moves: Moves) -> None:
        """Tell the directory of the group and of those that it is in."""
        if self._unit.shared and len(moves.joined) + len(moves.left) > MANY:
            raise TakesLong
        moves.tell(self._unit.connection, self._unit.accounts, {group} | nesting.above(self._unit.connection, (group,)))

    def _check_circle(self, group: int, new: Collection[int]) -> None:
        if new and not (nesting.above(self._unit.connection, (group,)) | {group}).isdisjoint(new):
            raise InvalidValue("members: a group cannot be in itself, nor in a group that is in it")

    def _resolve(self, wanted: Mapping[str, Mapping[str, Any]]) -> tuple[dict[int, str], set[int]]:
        """The ids of the people by pk, and the pks of the groups."""
        types = self._unit.resource_type.member_types
        self.hold(wanted)
        for member_id in [id for id, member in wanted.items() if "type" in member]:
            told = str(wanted[member_id]["type"]).lower()
            real = types[member_id in self._groups]
            if told not in {kind.lower() for kind in types}:
                raise InvalidValue(f"members: a member must be a {' or '.join(types)}; no other type can be one")
            if told != real.lower() and (member_id in self._people or member_id in self._groups):
                raise InvalidValue(f"members: the type of a {real} is not the one that was sent")
        strangers = {id: member for id, member in wanted.items() if id not in self._people and id not in self._groups}
        others = identify(self._unit, strangers)
        self.hold(others.values())
        known = (others.get(id, id) for id in wanted)
        people = {self._people[id]: id for id in known if id in self._people}
        groups = {self._groups[id] for id in wanted if id in self._groups}
        missing = len(strangers) - len(others)
        if missing:
            named = f"{missing} of {len(wanted)} values"
            raise InvalidValue(f"members: {named} are no id of a {' or '.join(types)} of this source")
        return people, groups

    def _leaving(self, change: MemberChange) -> tuple[set[int], set[int]]:
        """The pks of the people and of the groups that are to be removed."""
        people = self._find(0, change.remove)
        groups = self._find(1, change.remove - people.keys())
        strangers = change.remove - people.keys() - groups.keys()
        others = identify(self._unit, {name: change.named.get(name, {"value": name}) for name in strangers})
        return {*people.values(), *self._find(0, set(others.values())).values()}, set(groups.values())

    def _find(self, end: int, ids: Collection[str], *, hold: bool = False) -> dict[str, int]:
        kind, source = self._unit.resource_type.relation.ends[end].number, self._unit.call.source.id
        return members.resolve(self._unit.connection, source, kind, ids, hold=hold)
