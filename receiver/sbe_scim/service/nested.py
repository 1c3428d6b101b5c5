"""Groups in groups, as a directory hears of them: as people alone, who are in a group by whatever way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from sbe_scim.directory.port import Accounts
from sbe_scim.store import former_members, members, nesting


def people_below(connection: Connection, groups: Collection[int]) -> set[int]:
    """Return the pks of all who are in one of these groups, or in one that is in it."""
    inside = set(groups) | nesting.below(connection, groups)
    return {pk for group in inside for pk in members.pks_of_group(connection, group)}


@dataclass(frozen=True, slots=True)
class Moves:
    """People who have ``joined`` groups, or ``left`` them by one way of perhaps several."""

    joined: Collection[int]
    left: Collection[int]

    def tell(self, connection: Connection, accounts: Accounts, groups: Collection[int]) -> None:
        """Tell the directory of these groups, once they are as they are to be.

        They are locked: somebody may leave one way while somebody else opens or closes another.
        """
        nesting.lock(connection, groups)
        for group in sorted(groups):
            inside = {group} | nesting.below(connection, (group,))
            gone = set(self.left) - members.among(connection, inside, self.left)
            if self.joined or gone:
                (group_id,) = members.ids(connection, (group,))
                joined = members.ids(connection, self.joined)
                accounts.members_changed(group_id, joined, members.ids(connection, gone))


def dissolve(connection: Connection, accounts: Accounts, group: int, at: int) -> tuple[list[int], int]:
    """End all memberships of a group that is deleted, of people and of groups; tell of the groups around it.

    Returns the pks of the groups that it was in itself, locked, and how many members it had.
    """
    around: set[int] = set()
    people: set[int] = set()
    outer: list[int] = []
    inner = 0
    if nesting.is_part(connection, group):
        around = nesting.above(connection, (group,))
        people = people_below(connection, (group,)) if around else people
        outer = nesting.lock_outer(connection, group)
        inner = len(nesting.inner(connection, group))
        nesting.end(connection, nesting.pairs_of(connection, group), at)
    left = inner + former_members.empty_group(connection, group, at)
    if people:
        Moves((), people).tell(connection, accounts, around)
    return outer, left
