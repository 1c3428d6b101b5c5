"""The service: every operation on resources, each in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy.engine import Connection

from sbe_scim.directory.port import Directory
from sbe_scim.journal import Journal
from sbe_scim.protocol import (
    BulkOperation,
    CursorPage,
    Filter,
    Held,
    NotFound,
    Order,
    Page,
    Projection,
    ResourceType,
    normalise,
    parse_filter,
    parse_filter_across,
    parse_orders_across,
    parse_page,
    parse_patch,
)
from sbe_scim.service import foresight, operations
from sbe_scim.service.calls import Allow, Call, Outcome, Query, Search, SearchAcross, Standing, Target
from sbe_scim.service.circle import Create, create_circle
from sbe_scim.service.cursors import Cursors
from sbe_scim.service.lists import Lists
from sbe_scim.service.long_groups import HELD, TooLong
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.text import Text
from sbe_scim.service.told import Told
from sbe_scim.service.unit import is_id
from sbe_scim.service.units import Units, Work
from sbe_scim.store import Source, changes, former_members, generation, members, shown
from sbe_scim.store.query.predicate import is_lookup
from sbe_scim.store.shadows import current
from sbe_scim.store.shown import Showable
from sbe_scim.store.transactions import Transactions, ping


class Service:
    """Shared by threads; every method is one transaction.

    Writes are journalled, and return their refusal as an outcome; reads raise :class:`~sbe_scim.protocol.ScimError`.
    """

    def __init__(
        self,
        transactions: Transactions,
        directory: Directory,
        journal: Journal,
        base_url: str,
        *,
        page_size: int = 100,
        page_limit: int = 1000,
        cursor_timeout: int = 86_400,
    ) -> None:
        """``base_url`` is the public SCIM base URL; pages have ``page_size`` resources, at most ``page_limit``; a
        cursor is good for ``cursor_timeout`` seconds."""
        self._transactions = transactions
        self._renderer = Renderer(base_url)
        self._units = Units(transactions, directory, journal, self._renderer)
        self._lists = Lists(self._renderer, Cursors(cursor_timeout))
        self._page_size = page_size
        self._page_limit = page_limit

    @staticmethod
    def is_id(text: str) -> bool:
        """Tell whether a resource of ours could have this id."""
        return is_id(text)

    def location(self, resource_type: ResourceType, resource_id: str) -> str:
        """Return the URL of a resource."""
        return self._renderer.location(resource_type, resource_id)

    def ping(self) -> None:
        """Ask the database something. Raises :class:`Unavailable` when it does not answer."""
        ping(self._transactions)

    def standing(self, source: Source) -> Standing:
        """Return how far a source has come in this database."""
        with self._transactions.read() as transaction:
            connection = transaction.connection
            highest = changes.highest(connection, source.id)
            return Standing(generation.current(connection), highest, source.shadow is not None)

    def too_many(self, call: Call, operations: Iterable[BulkOperation]) -> Mapping[int, int]:
        """Which operations of a bulk, by number, are held, since all would take away too much: whom each is about."""
        with self._transactions.read() as transaction:
            return foresight.too_many(transaction.connection, call, operations)

    def hold(self, call: Call, kind: ResourceType, operation: str, resource_id: str | None, held: Held) -> Outcome:
        """Refuse what is held before it is tried, and return the refusal as an outcome."""
        return self._units.refuse(
            operation, call, Target(kind, Projection.parse(None, None, kind), resource_id), held, Told()
        )

    def create(self, call: Call, target: Target, body: Any) -> Outcome:
        """Create a resource (RFC 7644 §3.3), or restore an inactive user of the same source and ``externalId``."""

        def understand() -> Work:
            wanted = normalise(target.type, body, call.policy)
            return lambda unit: operations.create(unit, wanted)

        return self._units.run("create", call, target, understand, body)

    def replace(self, call: Call, target: Target, body: Any) -> Outcome:
        """Replace a resource (RFC 7644 §3.5.1): what the body leaves out is cleared."""

        def understand() -> Work:
            wanted = normalise(target.type, body, call.policy)
            return lambda unit: operations.replace(unit, wanted)

        return self._units.run("replace", call, target, understand)

    def patch(self, call: Call, target: Target, body: Any) -> Outcome:
        """Change parts of a resource (RFC 7644 §3.5.2), all of them or none."""

        def understand() -> Work:
            wanted = parse_patch(body, call.policy)
            return lambda unit: operations.patch(unit, wanted)

        return self._units.run("patch", call, target, understand)

    def delete(self, call: Call, target: Target) -> Outcome:
        """Delete a resource (RFC 7644 §3.6); its memberships end with it."""
        return self._units.run("delete", call, target, lambda: operations.delete)

    def create_circle(self, call: Call, creates: Sequence[Create], known: Mapping[str, str]) -> list[Outcome]:
        """Create resources that refer to each other, all or none; ``known`` are ids of others that they refer to."""
        return create_circle(self._units, call, creates, known)

    def get(self, call: Call, target: Target, has: Allow = lambda _version: False) -> Outcome:
        """Return a resource (RFC 7644 §3.4.1), or 304 where the caller ``has`` its version and needs no more to know.

        The version of a user says nothing of their groups. A group of many members is read while it is sent.
        Raises :class:`NotFound`, :class:`PreconditionFailed`.
        """
        kind, projection = target.type, target.projection
        with self._transactions.read() as transaction:
            connection = transaction.connection
            found = shown.get(connection, call.source.id, kind.number, str(target.id))
            if found is None:
                raise NotFound(f"no {kind.name} has this id")
            target.check(found.version)
            if has(found.version) and _version_covers(connection, kind, found, projection):
                return Outcome(304, found.id, found.version)
            most = HELD if kind.member_types else members.ALL
            with suppress(TooLong):
                text = self._renderer.render(connection, kind, found, projection, most=most)
                return Outcome(200, found.id, found.version, text=text)
            long = self._renderer.long(connection, kind, found, projection)
        return Outcome(200, found.id, found.version, pieces=long.pieces(self._transactions))

    def prepare(self, call: Call, resource_type: ResourceType, query: Query) -> Search:
        """Understand the parameters of a list."""
        condition = None
        if query.filter is not None:
            condition = parse_filter(
                query.filter,
                resource_type,
                call.policy.naming,
                string_booleans=call.policy.tolerance.string_booleans,
                unquoted=call.policy.tolerance.unquoted_filters,
            )
        order = Order.parse(query.sort_by, query.sort_order, resource_type, call.policy.naming)
        projection = Projection.parse(query.attributes, query.excluded, resource_type, call.policy.naming)
        page = self._page(call, query)
        lookup = condition if is_lookup(condition, resource_type) else None
        told: tuple[Any, ...] = ()
        if isinstance(page, CursorPage):
            # By its meaning: attributes may be spelt otherwise on the next page.
            told = (condition and str(condition), order and str(order), query.attributes, query.excluded)
        return Search(resource_type, condition, order, page, projection, lookup, told)

    def prepare_across(self, call: Call, resource_types: Sequence[ResourceType], query: Query) -> SearchAcross:
        """Understand the parameters of a list of several types (RFC 7644 §3.4.2.1)."""
        meant: Sequence[Filter | bool] = [True] * len(resource_types)
        if query.filter is not None:
            meant = parse_filter_across(
                query.filter,
                resource_types,
                call.policy.naming,
                string_booleans=call.policy.tolerance.string_booleans,
                unquoted=call.policy.tolerance.unquoted_filters,
            )
        page = self._page(call, query)
        orders = parse_orders_across(query.sort_by, query.sort_order, resource_types, call.policy.naming)
        parts = []
        for kind, condition, order in zip(resource_types, meant, orders, strict=True):
            projection = Projection.parse(query.attributes, query.excluded, kind, call.policy.naming)
            if isinstance(condition, bool):
                parts += [Search(kind, None, order, page, projection, None)] if condition else []
                continue
            lookup = condition if is_lookup(condition, kind) else None
            parts.append(Search(kind, condition, order, page, projection, lookup))
        order = next((one for one in orders if one is not None), None)
        told = (query.filter and list(map(str, meant)), order and str(order), query.attributes, query.excluded)
        descending = order is not None and order.descending
        return SearchAcross(parts, page, sorted=order is not None, descending=descending, query=told)

    def search_across(self, call: Call, search: SearchAcross) -> Text:
        """Return a ListResponse of several types as JSON. Raises as :meth:`search` does."""
        with self._transactions.read() as transaction:
            connection = transaction.connection
            return self._lists.across(connection, current(connection, call.source), search)

    def search(self, call: Call, search: Search, *, brief: bool = False) -> Text:
        """Return a ListResponse (RFC 7644 §3.4.2) as JSON.

        Raises :class:`TooManyResults`, and what a cursor is refused for; ``brief``: :class:`TakesLong` for a small page
        that is a long text.
        """
        with self._transactions.read() as transaction:
            connection = transaction.connection
            return self._lists.page(connection, current(connection, call.source), search, brief=brief)

    def _page(self, call: Call, query: Query) -> Page | CursorPage:
        limits, most = call.policy.limits, self._page_limit
        limit, size = min(limits.page_limit or most, most), limits.page_size or self._page_size
        return parse_page(query.start_index, query.count, query.cursor, limit=limit, default=size, most=most)


def _version_covers(connection: Connection, kind: ResourceType, found: Showable, projection: Projection) -> bool:
    """Tell whether every answer of this version is the same: a user's may have shown groups that are no longer."""
    groups = kind.joins_groups and projection.includes(kind.relation.attribute)
    return not (groups and former_members.was_ever_member(connection, found.pk))
