"""What a unit of work takes away from people, and whether their source may lose as many."""

from __future__ import annotations

from collections import Counter

from sqlalchemy.engine import Connection

from sbe_scim.protocol import Held, ResourceType
from sbe_scim.store import Source, guards, members, nesting
from sbe_scim.store.resources import Resource


class Losses:
    """Losses of one unit, by the pk of the resource that they are about (:mod:`sbe_scim.store.guards`)."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: Counter[int] = Counter()

    def add(self, connection: Connection, source: Source, resource: int, losses: int, at: int) -> None:
        """Take note of losses. Raises :class:`Held` where they alone are too many at once."""
        most = source.storm_limit
        if most is None or not losses:
            return
        self._found[resource] += losses
        if self._found[resource] > most and not guards.lets_all(connection, source.id, resource, at):
            raise Held(resource)

    def judge(self, connection: Connection, source: Source, at: int) -> None:
        """Let them go, where the source does not lose too many. Raises :class:`Held`."""
        for resource, losses in self._found.items():
            passes = guards.admit(connection, source.id, losses, source.storm_limit or 0, at)
            if not passes and not guards.lets_one(connection, source.id, resource, at):
                raise Held(resource)


def of_removal(connection: Connection, kind: ResourceType, found: Resource) -> int:
    """How many lose access with a resource; somebody in a group that is in it is counted too."""
    if kind.members is None:
        return int(found.active)
    return max(1, members.active_within(connection, {found.pk} | nesting.below(connection, (found.pk,))))
