"""The service with everything around it that a test looks at."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from sbe_scim.directory.port import Directory, DirectoryGroup, DirectoryTransaction, DirectoryUser
from sbe_scim.journal import Exchange, Journal
from sbe_scim.protocol import InvalidValue, Projection, default_registry, policy
from sbe_scim.service import Answer, Call, Query, Service
from sbe_scim.store import Source, Sources, tables
from sbe_scim.store.failures import UniqueRule

BASE_URL = "https://scim.example.org/scim/v2"
USER = default_registry().by_name("User")
GROUP = default_registry().by_name("Group")
USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE_URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def user_body(name: str, /, **more: Any) -> dict[str, Any]:
    """A user as a client would POST it."""
    return {"schemas": [USER_URN], "userName": name, **more}


def group_body(name: str, *members: str, **more: Any) -> dict[str, Any]:
    """A group as a client would POST it."""
    return {
        "schemas": [GROUP_URN],
        "displayName": name,
        "members": [{"value": member} for member in members],
        **more,
    }


def patch_body(*operations: dict[str, Any]) -> dict[str, Any]:
    """A PatchOp message."""
    return {"schemas": [PATCH_URN], "Operations": list(operations)}


class RecordingDirectory:
    """Passes transactions on and remembers what was told in those that were committed."""

    def __init__(self, inner: Directory) -> None:
        self._inner = inner
        self.told: list[tuple[Any, ...]] = []
        #: Set to refuse the next call of a transaction.
        self.refuses = False

    @property
    def concurrency(self) -> int:
        """As the inner one."""
        return self._inner.concurrency

    @property
    def unique(self) -> Collection[UniqueRule]:
        """As the inner one's."""
        return self._inner.unique

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[DirectoryTransaction]:
        """Open a transaction of the inner directory."""
        with self._inner.transaction(write=write) as transaction:
            recording = RecordingTransaction(transaction.connection, refuses=self.refuses)
            yield recording
        self.told += recording.told

    def close(self) -> None:
        """Close the inner one."""
        self._inner.close()

    def taken(self) -> list[tuple[Any, ...]]:
        """Return what was told since the last look."""
        told, self.told = self.told, []
        return told


class RecordingTransaction:
    """One transaction's calls, in their order."""

    def __init__(self, connection: Connection, *, refuses: bool) -> None:
        self.connection = connection
        self.told: list[tuple[Any, ...]] = []
        self._refuses = refuses

    def user_saved(self, user: DirectoryUser) -> None:
        """Remember."""
        self._tell("user_saved", user.id, user.user_name, user.active)

    def user_removed(self, user_id: str) -> None:
        """Remember."""
        self._tell("user_removed", user_id)

    def group_saved(self, group: DirectoryGroup) -> None:
        """Remember."""
        self._tell("group_saved", group.id, group.display_name)

    def members_changed(self, group_id: str, added: Collection[str], removed: Collection[str]) -> None:
        """Remember."""
        self._tell("members_changed", group_id, sorted(added), sorted(removed))

    def group_removed(self, group_id: str) -> None:
        """Remember."""
        self._tell("group_removed", group_id)

    def _tell(self, *call: Any) -> None:
        if self._refuses:
            raise InvalidValue("the directory refuses")
        self.told.append(call)


class Rig:
    """Calls the service as source ``staff``; a second source is ``other``."""

    def __init__(self, directory: RecordingDirectory) -> None:
        self.directory = directory
        self.journal = Journal(directory)
        self.service = Service(directory, self.journal, BASE_URL)
        with directory.transaction(write=True) as transaction:
            sources = Sources(transaction.connection)
            self.staff = sources.add("staff")
            self.other = sources.add("other")
        self.requests = 0

    def call(self, operation: str, source: Source | None = None, strictness: Any = "tolerant") -> Call:
        """Who calls and where the outcome is noted."""
        self.requests += 1
        caller = source or self.staff
        exchange = Exchange(f"request-{self.requests}", operation=operation, source=caller.name)
        return Call(caller, policy(caller.dialect, strictness), exchange)

    def create_user(self, name: str, source: Source | None = None, /, **more: Any) -> dict[str, Any]:
        """POST a user and return it."""
        return self.create(USER, user_body(name, **more), source)

    def create_group(self, name: str, *members: str, source: Source | None = None, **more: Any) -> dict[str, Any]:
        """POST a group and return it."""
        return self.create(GROUP, group_body(name, *members, **more), source)

    def create(self, kind: Any, body: Any, source: Source | None = None) -> dict[str, Any]:
        """POST."""
        return _read(self.service.create(self.call("create", source), kind, body, _everything(kind)))

    def get(self, kind: Any, resource_id: str, source: Source | None = None) -> dict[str, Any]:
        """GET."""
        return _read(self.service.get(self.call("get", source), kind, resource_id, _everything(kind)))

    def unchanged(self, kind: Any, resource_id: str, version: str) -> bool:
        """Whether a conditional GET is answered by 304."""
        call = self.call("get")
        answer = self.service.get(
            call, kind, resource_id, _everything(kind), lambda current: f'W/"{current}"' == version
        )
        return answer.status == 304

    def replace(self, kind: Any, resource_id: str, body: Any, source: Source | None = None) -> dict[str, Any]:
        """PUT."""
        call = self.call("replace", source)
        return _read(self.service.replace(call, kind, resource_id, body, _everything(kind), _always))

    def patch(self, kind: Any, resource_id: str, *operations: Any, source: Source | None = None) -> dict[str, Any]:
        """PATCH."""
        call = self.call("patch", source)
        body = patch_body(*operations)
        return _read(self.service.patch(call, kind, resource_id, body, _everything(kind), _always))

    def delete(self, kind: Any, resource_id: str, source: Source | None = None) -> None:
        """DELETE."""
        self.service.delete(self.call("delete", source), kind, resource_id, _always)

    def search(
        self,
        kind: Any,
        filter: str | None = None,
        start_index: int | None = None,
        count: int | None = None,
        source: Source | None = None,
    ) -> dict[str, Any]:
        """GET a list."""
        search = self.service.prepare(kind, Query(filter, start_index, count))
        found: dict[str, Any] = json.loads(str(self.service.search(self.call("search", source), search)))
        return found

    def ids(self, kind: Any, filter: str | None = None) -> set[str]:
        """The ids of what a list finds."""
        return {resource["id"] for resource in self.search(kind, filter)["Resources"]}

    def rows(self, table: Any, *columns: Any) -> list[Any]:
        """The rows of a table, in the order of its key."""
        with self.directory.transaction(write=False) as transaction:
            found = transaction.connection.execute(select(*(columns or (table,))).order_by(*table.primary_key))
            return [tuple(row) for row in found]

    def journalled(self) -> list[Any]:
        """Operation, status and scimType of each row of the journal."""
        columns = tables.journal.c
        return self.rows(tables.journal, columns.operation, columns.status, columns.scim_type)


def _everything(kind: Any) -> Projection:
    return Projection.parse(None, None, kind)


def _always(_version: int) -> bool:
    return True


def _read(answer: Answer) -> dict[str, Any]:
    return {} if answer.text is None else json.loads(str(answer.text))
