"""The resources of a list that is filtered or sorted, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, null, select
from sqlalchemy.engine import Connection

from sbe_scim.protocol import Filter, Order, ResourceType
from sbe_scim.store import nesting, tables
from sbe_scim.store.counting import count, everywhere
from sbe_scim.store.query import pages
from sbe_scim.store.query.predicate import is_about, predicate
from sbe_scim.store.query.selectivity import rank
from sbe_scim.store.query.sort_keys import sort_key
from sbe_scim.store.query.sorting import Place, Walk, by_no_index, legs
from sbe_scim.store.resources import Resource, columns, live

_r = tables.resource.c


@dataclass(frozen=True, slots=True)
class Row:
    """A resource of a list, and its place in the list's order."""

    resource: Resource
    place: Place


class Selection:
    """The resources of one type and source that satisfy a filter, if there is one, in an order."""

    def __init__(
        self, source: int, resource_type: ResourceType, filter: Filter | None, order: Order | None, space: int = 0
    ) -> None:
        """``space`` is where the source's names are that are unique on the whole server.

        Raises :class:`InvalidFilter`, and :class:`InvalidValue` for an order that the database does not have.
        """
        self._source = source
        self._space = space
        self._type = resource_type.number
        #: What they are sorted by.
        self.key = sort_key(order, resource_type, source, space)
        self._plain = filter is None and order is None
        #: They are read in this direction, unless they are read back.
        self.up = order is None or not order.descending
        self._filter = filter, resource_type
        self._choose(nested=False)
        #: Whether it matters, and is not known yet, if groups are in groups.
        self._may_be_nested = filter is not None and is_about(filter, resource_type.relation.attribute)
        #: An index finds the few that match: sorting these costs less than to look for them in order.
        self._few = filter is not None and rank(filter) is not None

    def _choose(self, *, nested: bool) -> None:
        filter, kind = self._filter
        chosen = () if filter is None else (predicate(filter, kind, self._source, space=self._space, nested=nested),)
        self._where = (live, _r.source == self._source, _r.type == self._type, *chosen)
        #: The same where the values of an index lead to resources, not the other way round.
        self._where_led = (live, by_no_index(_r.source) == self._source, by_no_index(_r.type) == self._type, *chosen)

    def _look(self, connection: Connection) -> None:
        if self._may_be_nested:
            self._may_be_nested = False
            self._choose(nested=nesting.is_used(connection))

    def count(self, connection: Connection) -> int:
        """Return how many there are, by counting."""
        self._look(connection)
        return connection.execute(select(func.count()).select_from(tables.resource).where(*self._where)).scalar() or 0

    def page(self, connection: Connection, skip: int, size: int) -> list[Row]:
        """Return ``size`` of them, behind the first ``skip``."""
        return self._rows(connection, None, self.up, skip, size)

    def beyond(self, connection: Connection, place: Place, size: int, *, back: bool = False) -> list[Row]:
        """Return the next ``size`` behind a place; ``back``: before it, the nearest first."""
        return self._rows(connection, place, self.up is not back, 0, size)

    def past(self, place: Place, *, back: bool = False) -> Place:
        """Return the place just behind another one: before it, and not only beyond, is who stands there."""
        step = 1 if self.up is not back else -1
        return Place(place.value, place.pk + step)

    def goes_on(self, connection: Connection, place: Place, *, back: bool = False) -> bool:
        """Tell whether there is any behind a place; ``back``: before it."""
        self._look(connection)
        beyond = self.key.beyond(place, self.up is not back)
        query = select(_r.pk).select_from(self.key.join(tables.resource)).where(*self._where, beyond).limit(1)
        return connection.execute(query).first() is not None

    def _rows(self, connection: Connection, place: Place | None, up: bool, skip: int, size: int) -> list[Row]:
        if self._plain and up and skip == 0:
            after = 0 if place is None else place.pk
            found = pages.following(connection, self._source, self._type, after, size)
            return [Row(one, Place(None, one.pk)) for one in found]
        self._look(connection)
        if self.key.walk is None or self._is_small(connection, skip + size):
            return self._sorted(connection, place, up, skip, size)
        return self._walked(connection, self.key.walk, place, up, skip, size)

    def _is_small(self, connection: Connection, size: int) -> bool:
        """Tell whether sorting all costs less than a walk, which also meets the resources of other sources."""
        if self._few:
            return True
        ours = count(connection, self._source, self._type)
        return ours * ours < everywhere(connection, self._type) * size

    def _sorted(self, connection: Connection, place: Place | None, up: bool, skip: int, size: int) -> list[Row]:
        """Read all, sort them, and take a page."""
        key = self.key
        where = self._where if place is None else (*self._where, key.beyond(place, up))
        if key.value is None:
            query = select(null(), *columns()).where(*where).order_by(*key.order(up)).limit(size).offset(skip)
        else:
            # Documents would be sorted with the rest.
            pks = select(_r.pk, key.value.label("sorted")).select_from(key.join(tables.resource)).where(*where)
            page = pks.order_by(*key.order(up)).limit(size).offset(skip).subquery().c
            shown = tables.resource.alias().c
            read = select(page.sorted, *(shown[column.name] for column in columns()))
            query = read.where(shown.pk == page.pk).order_by(*key.order(up, page.sorted, page.pk))
        return [_row(row) for row in connection.execute(query)]

    def _walked(
        self, connection: Connection, walk: Walk, place: Place | None, up: bool, skip: int, size: int
    ) -> list[Row]:
        """Run through an index until the page is full."""
        found: list[Row] = []
        for leg in legs(self.key, walk, place, up):
            where = (*(self._where_led if leg.has_value and walk.led else self._where), leg.condition)
            along = walk.join(tables.resource) if leg.has_value else tables.resource
            part = select(walk.value if leg.has_value else null(), *columns()).select_from(along)
            part = part.where(*where).order_by(*leg.order).limit(size - len(found)).offset(skip)
            rows = [_row(row) for row in connection.execute(part)]
            found += rows
            if len(found) == size:
                break
            if rows:
                skip = 0
            elif skip:
                whole = select(func.count()).select_from(along).where(*where)
                skip -= connection.execute(whole).scalar() or 0
        return found


def _row(row: Sequence[Any]) -> Row:
    found = Resource(*row[1:])
    return Row(found, Place(row[0], found.pk))
