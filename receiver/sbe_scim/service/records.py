"""What the receiver tells an application of its own tables."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from sbe_scim.directory.port import DirectoryGroup
from sbe_scim.store import records


@dataclass(frozen=True, slots=True)
class StoredRecords:
    """The port ``Records``, within the transaction of ``connection``."""

    connection: Connection

    def members_of(self, group_id: str) -> list[str]:
        """SCIM ids of the members of a group."""
        return records.members_of(self.connection, group_id)

    def groups_of(self, user_id: str) -> list[str]:
        """SCIM ids of the groups that a user is a member of."""
        return records.groups_of(self.connection, user_id)

    def group(self, group_id: str) -> DirectoryGroup | None:
        """A group, if there is one with this id."""
        found = records.group(self.connection, group_id)
        return None if found is None else DirectoryGroup(group_id, *found)
