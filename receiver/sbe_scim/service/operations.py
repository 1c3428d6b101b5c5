"""The operations on resources: create, get, replace, patch, delete, search."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from sbe_scim.directory.port import Directory
from sbe_scim.journal import Journal
from sbe_scim.protocol import (
    InvalidValue,
    MemberChange,
    Normalised,
    NotFound,
    Page,
    PreconditionFailed,
    Projection,
    ResourceType,
    apply_patch,
    check_nothing_is_lost,
    normalise,
    parse_filter,
    parse_patch,
)
from sbe_scim.protocol.document import changed_paths
from sbe_scim.service.calls import Allow, Answer, Call, Query, Search
from sbe_scim.service.documents import parse
from sbe_scim.service.lists import Lists
from sbe_scim.service.memberships import Memberships
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.text import Text
from sbe_scim.service.unit import Unit, Units
from sbe_scim.store import members, resources, tables
from sbe_scim.store.query.predicate import is_lookup
from sbe_scim.store.resources import Resource

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
#: A group of more members than this is not sent back after a change, unless attributes were asked for.
LARGE_GROUP = 200


class Service:
    """Shared by threads; every method is one transaction of ``directory``.

    Methods raise :class:`~sbe_scim.protocol.ScimError` to refuse; nothing of the request is then kept.
    """

    def __init__(
        self, directory: Directory, journal: Journal, base_url: str, *, page_size: int = 100, page_limit: int = 1000
    ) -> None:
        """``base_url`` is the public SCIM base URL; pages have ``page_size`` resources, at most ``page_limit``."""
        self._directory = directory
        self._units = Units(directory, journal)
        self._renderer = Renderer(base_url)
        self._lists = Lists(self._renderer)
        self._page_size = page_size
        self._page_limit = page_limit

    @staticmethod
    def is_id(text: str) -> bool:
        """Tell whether a resource of ours could have this id."""
        return _ID.fullmatch(text) is not None

    def ping(self) -> None:
        """Ask the database something. Raises :class:`~sqlalchemy.exc.SQLAlchemyError` when it does not answer."""
        with self._directory.transaction(write=False) as transaction:
            # Of a table: SQLite answers `SELECT 1` without a look at its file.
            transaction.connection.execute(select(tables.schema_version.c.version))

    def create(self, call: Call, resource_type: ResourceType, body: Any, projection: Projection) -> Answer:
        """Create a resource (RFC 7644 §3.3), or restore an inactive user of the same source and ``externalId``."""
        with self._units.refusals(call):
            wanted = normalise(resource_type, body, call.policy)
            document = _with_active(resource_type, wanted.document, True)
            call.exchange.dropped = wanted.dropped

            def work(unit: Unit) -> Answer:
                values = unit.values(document)
                dormant = unit.dormant(values)
                if dormant is None:
                    found = unit.add(values, document)
                else:
                    before = parse(dormant)
                    check_nothing_is_lost(resource_type, before, wanted)
                    found = unit.change("restore", dormant, document, changed_paths(resource_type, before, document))
                if wanted.members:
                    Memberships(unit).apply(found.pk, found.id, MemberChange(False, wanted.members, frozenset()))
                return self._answer(unit, 201, found, projection)

            return self._units.run(call, resource_type, work)

    def get(
        self,
        call: Call,
        resource_type: ResourceType,
        resource_id: str,
        projection: Projection,
        has: Allow = lambda _version: False,
    ) -> Answer:
        """Return a resource (RFC 7644 §3.4.1), or 304 where the caller ``has`` its version and needs no more to know.

        The version of a user says nothing of their groups.
        """
        with self._directory.transaction(write=False) as transaction:
            connection = transaction.connection
            found = resources.get(connection, call.source.id, resource_type.name, resource_id)
            if found is None:
                raise _not_found(resource_type)
            location = self._renderer.location(resource_type, found.id)
            if has(found.version) and _version_covers(connection, found, projection):
                return Answer(304, location, found.version, None)
            body = self._renderer.render(connection, resource_type, found, projection)
        return Answer(200, location, found.version, body)

    def replace(
        self,
        call: Call,
        resource_type: ResourceType,
        resource_id: str,
        body: Any,
        projection: Projection,
        allow: Allow,
    ) -> Answer:
        """Replace a resource (RFC 7644 §3.5.1): what the body leaves out is cleared.

        ``active`` alone is kept when left out: nobody is let in again by an omission.
        """
        with self._units.refusals(call):
            wanted = normalise(resource_type, body, call.policy)
            call.exchange.dropped = wanted.dropped

            def work(unit: Unit) -> Answer:
                found = self._found(unit, resource_id, allow)
                self._check_nothing_is_lost(unit, found, wanted)
                document = _with_active(resource_type, wanted.document, found.active)
                joining = MemberChange(True, wanted.members or {}, frozenset()) if resource_type.members else None
                return self._save(unit, found, document, joining, projection)

            return self._units.run(call, resource_type, work)

    def patch(
        self,
        call: Call,
        resource_type: ResourceType,
        resource_id: str,
        body: Any,
        projection: Projection,
        allow: Allow,
    ) -> Answer:
        """Change parts of a resource (RFC 7644 §3.5.2), all of them or none."""
        with self._units.refusals(call):
            operations = parse_patch(body, call.policy)

            def work(unit: Unit) -> Answer:
                found = self._found(unit, resource_id, allow)
                result = apply_patch(
                    resource_type, parse(found), operations, call.policy, Memberships(unit).reader(found.pk)
                )
                call.exchange.dropped = result.dropped
                document = _with_active(resource_type, result.document, found.active)
                return self._save(unit, found, document, result.members, projection)

            return self._units.run(call, resource_type, work)

    def delete(self, call: Call, resource_type: ResourceType, resource_id: str, allow: Allow) -> None:
        """Delete a resource (RFC 7644 §3.6); its memberships end with it."""
        with self._units.refusals(call):

            def work(unit: Unit) -> Answer:
                unit.lock_groups(resource_id)
                found = self._found(unit, resource_id, allow)
                unit.remove(found)
                return self._silent(unit, found)

            self._units.run(call, resource_type, work)

    def prepare(self, resource_type: ResourceType, query: Query) -> Search:
        """Understand the parameters of a list."""
        condition = parse_filter(query.filter, resource_type) if query.filter is not None else None
        projection = Projection.parse(query.attributes, query.excluded, resource_type)
        page = Page.parse(query.start_index, query.count, self._page_limit, self._page_size)
        lookup = condition if is_lookup(condition, resource_type) else None
        return Search(resource_type, condition, page, projection, lookup)

    def search(self, call: Call, search: Search) -> Text:
        """Return a ListResponse (RFC 7644 §3.4.2) as JSON. Raises :class:`TooManyResults`."""
        with self._directory.transaction(write=False) as transaction:
            return self._lists.page(transaction.connection, call.source.id, search)

    def _found(self, unit: Unit, resource_id: str, allow: Allow) -> Resource:
        found = unit.get(resource_id, lock=True)
        if not allow(found.version):
            raise PreconditionFailed("the resource is in another version than If-Match or If-None-Match asks for")
        return found

    @staticmethod
    def _check_nothing_is_lost(unit: Unit, found: Resource, wanted: Normalised) -> None:
        if wanted.lost:
            check_nothing_is_lost(unit.resource_type, parse(found), wanted)
        if wanted.may_mean_members and Memberships(unit).more_than(found.pk, 0):
            raise InvalidValue("members was not sent, but something much like it; send members, empty to remove all")

    def _save(
        self,
        unit: Unit,
        found: Resource,
        document: dict[str, Any],
        members: MemberChange | None,
        projection: Projection,
    ) -> Answer:
        paths = changed_paths(unit.resource_type, parse(found), document)
        if not paths and unit.call.exchange.operation == "replace":
            # A PUT says how things are, also to a directory in which somebody has changed them by hand.
            unit.tell_directory(found.id, document)
        moved = Memberships(unit).apply(found.pk, found.id, members) if members is not None else False
        if paths or moved:
            kind = "replace" if unit.call.exchange.operation == "replace" else "patch"
            found = unit.change(kind, found, document, (*paths, "members") if moved else paths)
        if projection.is_default and found.type == "Group" and Memberships(unit).more_than(found.pk, LARGE_GROUP):
            return self._silent(unit, found)
        return self._answer(unit, 200, found, projection)

    def _answer(self, unit: Unit, status: int, found: Resource, projection: Projection) -> Answer:
        body = self._renderer.render(unit.connection, unit.resource_type, found, projection)
        return Answer(status, self._renderer.location(unit.resource_type, found.id), found.version, body)

    def _silent(self, unit: Unit, found: Resource) -> Answer:
        return Answer(204, self._renderer.location(unit.resource_type, found.id), found.version, None)


def _version_covers(connection: Connection, found: Resource, projection: Projection) -> bool:
    """Tell whether every answer of this version is the same: a user's may have shown groups that are no longer."""
    groups = found.type == "User" and projection.includes("groups")
    return not (groups and members.was_ever_member(connection, found.pk))


def _with_active(resource_type: ResourceType, document: dict[str, Any], otherwise: bool) -> dict[str, Any]:
    """A user's ``active`` is always said, so that a client never has to guess it."""
    if resource_type.name == "User" and "active" not in document:
        return document | {"active": otherwise}
    return document


def _not_found(resource_type: ResourceType) -> NotFound:
    return NotFound(f"no {resource_type.name} has this id")
