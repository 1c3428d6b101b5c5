"""One unit of work: the rows of a change, its record, the directory and the journal, in one transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from sbe_scim.directory.port import Directory, DirectoryTransaction
from sbe_scim.journal import Exchange, Journal
from sbe_scim.protocol import NotFound, ResourceType, ScimError, Uniqueness
from sbe_scim.service import documents
from sbe_scim.service.calls import Answer, Call
from sbe_scim.service.documents import Document, parse, row_values
from sbe_scim.store import members, resources, tables
from sbe_scim.store.clock import now
from sbe_scim.store.failures import violated, was_given_up
from sbe_scim.store.index import KEY_ATTRIBUTE, index
from sbe_scim.store.resources import Resource

_insert_change = insert(tables.change)
#: How often a unit is begun that the database gives up again and again.
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Unit:
    """What one request does to one resource and its memberships."""

    call: Call
    resource_type: ResourceType
    transaction: DirectoryTransaction
    connection: Connection
    time: int
    #: The groups of the user are locked, and the unit may change them.
    owns_groups: bool = False
    #: Ids of the resources that there are more and less than before.
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def get(self, resource_id: str, *, lock: bool = False) -> Resource:
        """Return a live resource of the caller's source. Raises :class:`NotFound`."""
        found = resources.get(self.connection, self.call.source.id, self.resource_type.name, resource_id, lock=lock)
        if found is None:
            raise NotFound(f"no {self.resource_type.name} has this id")
        self.call.exchange.target_id = resource_id
        return found

    def lock_groups(self, resource_id: str) -> None:
        """Lock the groups of a user who is about to be deleted or renamed, before the user.

        A change of a group locks the group before its members: in the other order, the two would wait for each other.
        """
        if self.resource_type.name == "User":
            members.lock_groups_of(self.connection, self.call.source.id, resource_id)

    def values(self, document: Document) -> dict[str, Any]:
        """Return the columns of a resource of the caller with this document."""
        identity = {"type": self.resource_type.name, "source": self.call.source.id}
        return identity | row_values(self.resource_type, self.call.source.id, document)

    def dormant(self, values: Mapping[str, Any]) -> Resource | None:
        """Return the inactive resource that a POST with these values means, if any, locked.

        Raises :class:`Uniqueness` when another resource is in its way.
        """
        rivals = resources.rivals(self.connection, values)
        for rival in rivals if self.call.policy.restore_inactive else ():
            if _is_dormant(rival, values):
                # It may be changed or deleted by another request until it is locked: what counts is what it is then.
                found = resources.get(self.connection, rival.source, rival.type, rival.id, lock=True)
                if found is not None and _is_dormant(found, values):
                    return found
                rivals = resources.rivals(self.connection, values)
                break
        if rivals:
            raise _taken(rivals[0], values)
        return None

    def add(self, values: dict[str, Any], document: Document) -> Resource:
        """Create a resource."""
        values |= {"id": str(uuid.uuid4()), "version": 1, "created": self.time, "modified": self.time}
        added = resources.add(self.connection, values, index(self.resource_type, document))
        self.added.append(added.id)
        self._record("create", added, tuple(key for key in document if key != "schemas"))
        self.tell_directory(added.id, document)
        return added

    def change(self, kind: str, found: Resource, document: Document, paths: tuple[str, ...]) -> Resource:
        """Bring a resource to its next version. ``paths`` are those that differ. Raises :class:`Uniqueness`."""
        self.call.exchange.target_id = found.id
        old = parse(found)
        values: dict[str, Any] = {"version": found.version + 1, "modified": self._later_than(found)}
        if document != old:
            values |= self.values(document)
            self._check_unique(found, values)
        changed = resources.save(
            self.connection, found, values, index(self.resource_type, old), index(self.resource_type, document)
        )
        self._record(kind, changed, paths)
        if changed.type == "User" and changed.display != found.display:
            self._touch_groups(found)
        if document != old:
            self.tell_directory(found.id, document)
        return changed

    def remove(self, found: Resource) -> None:
        """Delete a resource and what it is a member of or has as members."""
        if found.type == "User":
            resources.touch(self.connection, members.leave_all(self.connection, found.pk), self.time)
            self.transaction.user_removed(found.id)
        else:
            members.empty_group(self.connection, found.pk)
            self.transaction.group_removed(found.id)
        resources.bury(self.connection, found, self._later_than(found))
        self.removed.append(found.id)
        self._record("delete", found, ())

    def count(self) -> None:
        """Bring the counter up to date; last of all, because others wait for its row until the commit."""
        more = len(self.added) - len(self.removed)
        if more:
            resources.move_count(self.connection, self.call.source.id, self.resource_type.name, more)

    def tell_directory(self, resource_id: str, document: Document) -> None:
        """Have the account or the group of a resource brought to this state, whatever it was made into meanwhile."""
        source = self.call.source.name
        if self.resource_type.name == "User":
            self.transaction.user_saved(documents.directory_user(resource_id, source, document))
        else:
            self.transaction.group_saved(documents.directory_group(resource_id, source, document))

    def _touch_groups(self, user: Resource) -> None:
        """Give the groups of a user a new version: they show the names of their members."""
        groups = members.groups_with(self.connection, user.pk)
        if groups and not self.owns_groups:
            raise _GroupsFirst(user.id)
        resources.touch(self.connection, groups, self.time)

    def _later_than(self, found: Resource) -> int:
        """The time of a change: a clock that was set back does not set back ``lastModified``."""
        return max(self.time, found.modified)

    def _check_unique(self, found: Resource, values: Mapping[str, Any]) -> None:
        if all(getattr(found, name) == values[name] for name in ("key", "mail_key", "external_id")):
            return
        for rival in resources.rivals(self.connection, values):
            if rival.pk != found.pk:
                raise _taken(rival, values)

    def _record(self, kind: str, done: Resource, paths: tuple[str, ...]) -> None:
        self.call.exchange.changed = paths
        self.connection.execute(
            _insert_change,
            {
                "time": self.time,
                "source": self.call.source.id,
                "type": self.resource_type.name,
                "resource": done.id,
                "kind": kind,
                "version": done.version,
                "paths": json.dumps(paths),
                "request_id": self.call.exchange.request_id,
            },
        )


def _is_dormant(rival: Resource, values: Mapping[str, Any]) -> bool:
    return not rival.active and _names(rival, values) == "externalId"


def _names(rival: Resource, values: Mapping[str, Any]) -> str:
    """The attribute in which a rival holds the same value."""
    if rival.source == values["source"] and rival.external_id == values["external_id"] is not None:
        return "externalId"
    if (rival.scope, rival.key) == (values["scope"], values["key"]):
        return KEY_ATTRIBUTE[rival.type]
    return "emails"


def _taken(rival: Resource, values: Mapping[str, Any]) -> Uniqueness:
    return Uniqueness(f"another {rival.type} has this {_RULES[_names(rival, values)]}")


_RULES = {
    "userName": "userName",
    "displayName": "displayName",
    "externalId": "externalId",
    "emails": "primary mail address (emails)",
}


class _GroupsFirst(Exception):
    """The unit has to begin with the groups of this user, which it turned out to change."""

    def __init__(self, user_id: str) -> None:
        super().__init__()
        self.user_id = user_id


class Units:
    """Runs units of work and keeps the journal of those that were refused."""

    def __init__(self, directory: Directory, journal: Journal) -> None:
        self._directory = directory
        self._journal = journal
        self._unique = (*resources.UNIQUE, *directory.unique)

    @contextmanager
    def refusals(self, call: Call) -> Iterator[None]:
        """Journal what the block refuses, in a transaction of its own; the block's was rolled back."""
        try:
            yield
        except IntegrityError as error:
            rule = violated(error, self._unique)
            if rule is None:
                raise
            # Two requests for the same value met: both had looked, one was first.
            refusal: ScimError = Uniqueness(rule.taken)
            self._refuse(call.exchange, refusal)
            raise refusal from None
        except ScimError as error:
            self._refuse(call.exchange, error)
            raise

    def run(self, call: Call, resource_type: ResourceType, work: Callable[[Unit], Answer]) -> Answer:
        """Do ``work`` and commit it together with its row in the journal.

        Where the database ends a transaction for another's sake (a deadlock), ``work`` is done again in a new unit;
        and once where a user turned out to be renamed, whose groups are to be locked first.
        """
        renamed, left = None, _TRIES
        while True:
            try:
                return self._try(call, resource_type, work, renamed)
            except _GroupsFirst as first:
                renamed = first.user_id
            except DBAPIError as error:
                left -= 1
                if left == 0 or not was_given_up(error):
                    raise

    def _try(
        self, call: Call, resource_type: ResourceType, work: Callable[[Unit], Answer], renamed: str | None
    ) -> Answer:
        exchange = call.exchange
        try:
            with self._directory.transaction(write=True) as transaction:
                unit = Unit(call, resource_type, transaction, transaction.connection, now(), renamed is not None)
                if renamed is not None:
                    unit.lock_groups(renamed)
                answer = work(unit)
                unit.count()
                target = unit.added[0] if unit.added else exchange.target_id
                entry = replace(exchange.entry(), status=answer.status, target_id=target)
                self._journal.write(unit.connection, (entry,))
        except BaseException:
            exchange.changed = ()
            raise
        # Not before the commit: what fails has no answer yet, and a resource that it would have made never was.
        exchange.status, exchange.target_id, exchange.journalled = answer.status, target, True
        return answer

    def _refuse(self, exchange: Exchange, error: ScimError) -> None:
        exchange.status, exchange.scim_type, exchange.detail = error.status, error.scim_type, error.detail
        self._journal.refuse(exchange.entry())
        exchange.journalled = True
