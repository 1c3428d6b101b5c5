"""What the receiver tells an application of its own tables."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from sbe_scim.directory.port import DirectoryGroup
from sbe_scim.store import records


@dataclass(frozen=True, slots=True)
class StoredRecords:
    """The port ``Records``, within the transaction of ``connection``."""

    connection: Connection

    def members_of(self, group_id: str) -> list[str]:
        """SCIM ids of the people in a group, or in a group that is in it."""
        return records.members_of(self.connection, group_id)

    def groups_of(self, user_id: str) -> list[str]:
        """SCIM ids of the groups that a user is in, by whatever way."""
        return records.groups_of(self.connection, user_id)

    def group(self, group_id: str) -> DirectoryGroup | None:
        """A group, if there is one with this id."""
        found = records.group(self.connection, group_id)
        return None if found is None else DirectoryGroup(group_id, *found)

    def memberships(self, group_ids: Collection[str], user_ids: Collection[str]) -> list[tuple[str, str]]:
        """Which of these users are in which of these groups: the ids of group and user."""
        return records.memberships(self.connection, group_ids, user_ids)

    def roles_of(self, user_ids: Collection[str]) -> dict[str, list[str]]:
        """The values of ``roles`` of each of these users."""
        return records.roles_of(self.connection, user_ids)
