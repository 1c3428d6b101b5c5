"""Changes of membership: from the ids a client sent to rows and to the directory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sbe_scim.protocol import InvalidValue, MemberChange
from sbe_scim.service.identities import identify
from sbe_scim.service.unit import Unit
from sbe_scim.store import members
from sbe_scim.store.transactions import TakesLong

#: More members than these do not come and go within a commit that others wait for.
MANY = 1_000


class Memberships:
    """Memberships of groups, within a unit of work."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._held: dict[str, int] = {}

    def hold(self, ids: Iterable[str]) -> None:
        """Keep the users among these ids as they are until the commit, before their group is locked.

        Who deletes or renames a user locks their groups after them: in the other order the two would wait for each
        other.
        """
        missing = set(ids) - self._held.keys()
        self._held |= self._find(missing, hold=True)

    def apply(self, group: int, group_id: str, change: MemberChange) -> bool:
        """Apply a change to the group with this pk and tell the directory; ``False`` when it changed nothing.

        Raises :class:`InvalidValue` when a new member is not a user of the same source, :class:`TakesLong` where many
        come and go while others wait for the commit.
        """
        connection = self._unit.connection
        wanted = self._resolve(change.add)
        if change.reset:
            before = members.pks_of_group(connection, group)
            gone = before - wanted.keys()
        else:
            leaving = self._known(change.remove, change.named) - wanted.keys()
            before = members.present(connection, group, wanted.keys() | leaving)
            gone = before & leaving
        new = wanted.keys() - before
        if self._unit.shared and len(new) + len(gone) > MANY:
            raise TakesLong
        members.end(connection, group, gone, self._unit.time)
        members.add(connection, group, new, self._unit.time)
        # Who names all members says how things are, also to a directory in which somebody has taken one out by hand.
        told = [wanted[pk] for pk in sorted(wanted if change.reset else new)]
        if told or gone:
            self._unit.accounts.members_changed(group_id, told, members.ids(connection, gone))
        return bool(new or gone)

    def reader(self, group: int) -> Callable[[], Iterable[dict[str, Any]]]:
        """Return a function that reads the present members, for operations that need to see them."""

        relation = self._unit.resource_type.relation

        def read() -> Iterable[dict[str, Any]]:
            for _, member_id, display in members.of_groups(self._unit.connection, (group,)):
                member = {"value": member_id, "type": relation.label}
                yield member if display is None else member | {"display": display}

        return read

    def more_than(self, group: int, limit: int) -> bool:
        """Tell whether the group has more members than ``limit``."""
        return members.more_than(self._unit.connection, group, limit)

    def _resolve(self, wanted: Mapping[str, Mapping[str, Any]]) -> dict[int, str]:
        """Ids by pk."""
        types = self._unit.resource_type.member_types
        allowed = {name.lower() for name in types}
        if any("type" in member and str(member["type"]).lower() not in allowed for member in wanted.values()):
            raise InvalidValue(f"members: a member must be a {' or '.join(types)}; no other type can be one")
        self.hold(wanted)
        strangers = {name: member for name, member in wanted.items() if name not in self._held}
        others = identify(self._unit, strangers)
        self.hold(others.values())
        found = (others.get(name, name) for name in wanted)
        pks = {member_id: self._held[member_id] for member_id in found if member_id in self._held}
        missing = len(strangers) - len(others)
        if missing:
            named = f"{missing} of {len(wanted)} values"
            raise InvalidValue(f"members: {named} are no id of a {' or '.join(types)} of this source")
        return {pk: member_id for member_id, pk in pks.items()}

    def _known(self, ids: Collection[str], named: Mapping[str, Mapping[str, Any]]) -> set[int]:
        found = self._find(ids, hold=False)
        others = identify(self._unit, {name: named.get(name, {"value": name}) for name in ids if name not in found})
        return {*found.values(), *self._find(set(others.values()), hold=False).values()}

    def _find(self, ids: Collection[str], *, hold: bool) -> dict[str, int]:
        kind, source = self._unit.resource_type.relation.number, self._unit.call.source.id
        return members.resolve(self._unit.connection, source, kind, ids, hold=hold)
