"""The service with everything around it that a test looks at."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from sbe_scim.app import Ports
from sbe_scim.directory.none import NullDirectory
from sbe_scim.directory.port import Accounts, Directory, DirectoryGroup, DirectoryUser, Records
from sbe_scim.journal import Arrival, Journal
from sbe_scim.protocol import InvalidValue, Policy, Projection, default_registry, policy
from sbe_scim.service import Call, Outcome, Query, Service, Target
from sbe_scim.store import Source, guards, sources, tables
from sbe_scim.store.clock import now
from sbe_scim.store.embedded import own_transactions
from sbe_scim.store.failures import UniqueRule
from sbe_scim.store.transactions import Transaction, Transactions

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


class Recording:
    """Both ports: passes everything on, and remembers what a directory was told in transactions that were committed."""

    def __init__(self, transactions: Transactions, directory: Directory | None = None) -> None:
        self._transactions = transactions
        self._directory = directory or NullDirectory()
        self._thread = threading.local()
        self.told: list[tuple[Any, ...]] = []
        #: The same, whoever has looked.
        self.everything: list[tuple[Any, ...]] = []
        #: Set to refuse what the next transactions tell.
        self.refuses = False
        #: What the application does when it is told of a user.
        self.behaviour: Callable[[Connection, DirectoryUser], object] = lambda _connection, _user: None

    @classmethod
    def over(cls, engine: Engine, **more: Any) -> Self:
        """Record over a database."""
        return cls(own_transactions(engine), **more)

    @property
    def ports(self) -> Ports:
        """Itself as both."""
        return Ports(self, self)

    @property
    def concurrency(self) -> int:
        """As the inner one."""
        return self._transactions.concurrency

    @property
    def embedded(self) -> bool:
        """As the inner one."""
        return self._transactions.embedded

    @property
    def unique(self) -> Collection[UniqueRule]:
        """As the inner one's."""
        return self._directory.unique

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Open a transaction of the inner one."""
        with self._transactions.read() as transaction:
            yield transaction

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a transaction of the inner one, or a part of the one that this thread has opened."""
        outer: list[tuple[Any, ...]] | None = getattr(self._thread, "told", None)
        told = self._thread.told = [] if outer is None else outer
        before = len(told)
        try:
            with self._transactions.write() as transaction:
                yield RecordingTransaction(transaction, told)
        except BaseException:
            del told[before:]
            raise
        finally:
            self._thread.told = outer
        if outer is None:
            self.told += told
            self.everything += told

    def accounts(self, transaction: Transaction, records: Records) -> RecordingAccounts:
        """Accounts that remember."""
        assert isinstance(transaction, RecordingTransaction)
        inner = self._directory.accounts(transaction.inner, records)
        return RecordingAccounts(self, inner, transaction)

    def close(self) -> None:
        """Close the inner one."""
        self._transactions.close()

    def taken(self) -> list[tuple[Any, ...]]:
        """Return what was told since the last look."""
        told, self.told = self.told, []
        return told


class RecordingTransaction:
    """A transaction, and what was told in it so far."""

    def __init__(self, inner: Transaction, told: list[tuple[Any, ...]]) -> None:
        self.inner = inner
        self.connection = inner.connection
        self.shared = inner.shared
        self.told = told

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A savepoint of the inner one, which takes back what was told in it."""
        before = len(self.told)
        try:
            with self.inner.savepoint():
                yield
        except BaseException:
            del self.told[before:]
            raise


class RecordingAccounts:
    """One transaction's calls, in their order."""

    def __init__(self, recording: Recording, inner: Accounts, transaction: RecordingTransaction) -> None:
        self._recording = recording
        self._inner = inner
        self._connection = transaction.connection
        self._told = transaction.told

    def user_saved(self, user: DirectoryUser) -> bool:
        """Behave, and remember."""
        self._recording.behaviour(self._connection, user)
        self._tell("user_saved", user.id, user.user_name, user.active)
        return self._inner.user_saved(user)

    def user_removed(self, user_id: str) -> None:
        """Remember."""
        self._tell("user_removed", user_id)
        self._inner.user_removed(user_id)

    def user_erased(self, user_id: str) -> None:
        """Remember."""
        self._tell("user_erased", user_id)
        self._inner.user_erased(user_id)

    def user_data(self, user_id: str) -> Mapping[str, Any]:
        """As the inner one's."""
        return self._inner.user_data(user_id)

    def users_with(self, mail: str) -> Collection[str]:
        """As the inner one's."""
        return self._inner.users_with(mail)

    def unknown(self, ids: Collection[str]) -> Collection[str]:
        """Of whom nothing was told."""
        told = {call[1] for call in (*self._recording.everything, *self._told)}
        return [one for one in ids if one not in told]

    def by_rules(self, source: str, user_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """As the inner one's."""
        return self._inner.by_rules(source, user_ids)

    def group_saved(self, group: DirectoryGroup) -> bool:
        """Remember."""
        self._tell("group_saved", group.id, group.display_name)
        return self._inner.group_saved(group)

    def members_changed(self, group_id: str, added: Collection[str], removed: Collection[str]) -> None:
        """Remember."""
        self._tell("members_changed", group_id, sorted(added), sorted(removed))
        self._inner.members_changed(group_id, added, removed)

    def group_removed(self, group_id: str) -> None:
        """Remember."""
        self._tell("group_removed", group_id)
        self._inner.group_removed(group_id)

    def handed_over(self, ids: Collection[str], former: str, to: str, instead: Mapping[str, str] | None) -> None:
        """Remember."""
        self._tell("handed_over", tuple(sorted(ids)), former, to, instead)
        self._inner.handed_over(ids, former, to, instead)

    def _tell(self, *call: Any) -> None:
        if self._recording.refuses:
            raise InvalidValue("the directory refuses")
        self._told.append(call)


class Rig:
    """Calls the service as source ``staff``; a second source is ``other``."""

    def __init__(self, ports: Recording) -> None:
        self.ports = ports
        self.journal = Journal(ports)
        self.service = Service(ports, ports, self.journal, BASE_URL)
        with ports.write() as transaction:
            connection = transaction.connection
            self.staff = sources.get(connection, "staff") or sources.add(connection, "staff")
            self.other = sources.get(connection, "other") or sources.add(connection, "other")
        self.requests = 0
        #: The rules of every call, where they are not those of its source.
        self.policy: Policy | None = None

    def call(self, source: Source | None = None, strictness: Any = "tolerant") -> Call:
        """Who calls."""
        self.requests += 1
        caller = source or self.staff
        return Call(caller, self.policy or policy(caller.dialect, strictness), Arrival(f"request-{self.requests}"))

    def create_user(self, name: str, source: Source | None = None, /, **more: Any) -> dict[str, Any]:
        """POST a user and return it."""
        return self.create(USER, user_body(name, **more), source)

    def create_group(self, name: str, *members: str, source: Source | None = None, **more: Any) -> dict[str, Any]:
        """POST a group and return it."""
        return self.create(GROUP, group_body(name, *members, **more), source)

    def create(self, kind: Any, body: Any, source: Source | None = None) -> dict[str, Any]:
        """POST."""
        return _read(self.service.create(self.call(source), target(kind), body))

    def get(self, kind: Any, resource_id: str, source: Source | None = None) -> dict[str, Any]:
        """GET."""
        return _read(self.service.get(self.call(source), target(kind, resource_id)))

    def unchanged(self, kind: Any, resource_id: str, version: str) -> bool:
        """Whether a conditional GET is answered by 304."""
        outcome = self.service.get(self.call(), target(kind, resource_id), lambda current: f'W/"{current}"' == version)
        return outcome.status == 304

    def replace(self, kind: Any, resource_id: str, body: Any, source: Source | None = None) -> dict[str, Any]:
        """PUT."""
        return _read(self.service.replace(self.call(source), target(kind, resource_id), body))

    def patch(self, kind: Any, resource_id: str, *operations: Any, source: Source | None = None) -> dict[str, Any]:
        """PATCH."""
        return _read(self.service.patch(self.call(source), target(kind, resource_id), patch_body(*operations)))

    def delete(self, kind: Any, resource_id: str, source: Source | None = None) -> None:
        """DELETE."""
        _read(self.service.delete(self.call(source), target(kind, resource_id)))

    def search(
        self,
        kind: Any,
        filter: str | None = None,
        start_index: int | None = None,
        count: int | None = None,
        source: Source | None = None,
    ) -> dict[str, Any]:
        """GET a list."""
        search = self.service.prepare(self.call(), kind, Query(filter, start_index, count))
        found: dict[str, Any] = json.loads(str(self.service.search(self.call(source), search)))
        return found

    def ids(self, kind: Any, filter: str | None = None) -> set[str]:
        """The ids of what a list finds."""
        return {resource["id"] for resource in self.search(kind, filter)["Resources"]}

    def let_everybody_go(self) -> None:
        """Have the storm guard let all losses of the next minutes through."""
        with self.ports.write() as transaction:
            guards.release(transaction.connection, self.staff.id, now())

    def rows(self, table: Any, *columns: Any) -> list[Any]:
        """The rows of a table, in the order of its key."""
        with self.ports.read() as transaction:
            found = transaction.connection.execute(select(*(columns or (table,))).order_by(*table.primary_key))
            return [tuple(row) for row in found]

    def journalled(self) -> list[Any]:
        """Operation, status and scimType of each row of the journal."""
        columns = tables.journal.c
        return self.rows(tables.journal, columns.operation, columns.status, columns.scim_type)


def target(kind: Any, resource_id: str | None = None) -> Target:
    """A resource, of which everything is to be shown."""
    return Target(kind, Projection.parse(None, None, kind), resource_id)


def _read(outcome: Outcome) -> dict[str, Any]:
    """The resource of an outcome. Raises its refusal."""
    if outcome.refusal is not None:
        raise outcome.refusal
    if outcome.pieces is not None:
        return json.loads(b"".join(outcome.pieces))  # type: ignore[no-any-return]
    return {} if outcome.text is None else json.loads(str(outcome.text))
