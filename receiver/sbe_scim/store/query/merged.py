"""Several lists in one order: of all types, each with a way of its own to its values.

By value first, as in each list; equals are in the order of the lists, then in that of creation. Who has no value, or is
in a list without order, is behind the others. Descending is the exact reverse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection

from sbe_scim.store.query.selection import Row, Selection
from sbe_scim.store.query.sorting import Place

_LAST = 2**62
_LAST_TEXT = chr(0x10FFFF)


class Merged:
    """Lists that are read as one, each ``None`` or in an order by the same attribute."""

    def __init__(self, parts: Sequence[Selection], *, descending: bool) -> None:
        self._parts = parts
        self._up = not descending

    def count(self, connection: Connection) -> int:
        """Return how many there are, by counting."""
        return sum(part.count(connection) for part in self._parts)

    def page(self, connection: Connection, skip: int, size: int) -> list[Row]:
        """Return ``size`` of them, behind the first ``skip``, which are read too."""
        start = Place(None, -1) if self._up else Place(None, _LAST, len(self._parts))
        return self._read(connection, start, skip + size, up=self._up, first=True)[skip:]

    def beyond(self, connection: Connection, place: Place, size: int, *, back: bool = False) -> list[Row]:
        """Return the next ``size`` behind a place; ``back``: before it, the nearest first."""
        return self._read(connection, place, size, up=self._up is not back)

    def past(self, place: Place, *, back: bool = False) -> Place:
        """Return the place just behind another one."""
        return replace(place, pk=place.pk + (1 if self._up is not back else -1))

    def goes_on(self, connection: Connection, place: Place, *, back: bool = False) -> bool:
        """Tell whether there is any behind a place; ``back``: before it."""
        return bool(self._read(connection, place, 1, up=self._up is not back))

    def _read(self, connection: Connection, place: Place, size: int, *, up: bool, first: bool = False) -> list[Row]:
        found: list[Row] = []
        for number, part in enumerate(self._parts):
            back = part.up is not up
            if first and not back:
                rows = part.page(connection, 0, size)
            else:
                rows = part.beyond(connection, self._within(number, place), size, back=back)
            found += [Row(row.resource, replace(row.place, part=number)) for row in rows]
        found.sort(key=lambda row: self._standing(row.place), reverse=not up)
        return found[:size]

    def _standing(self, place: Place) -> tuple[Any, ...]:
        """By what places are compared."""
        key = self._parts[place.part].key
        if place.value is None and (key.value is not None or not key.alike):
            return True, place.part, place.pk
        return False, key.alike, 0 if place.value is None else place.value, place.part, place.pk

    def _within(self, number: int, place: Place) -> Place:
        """The place of one list that stands where a place of another does."""
        pk = place.pk if number == place.part else _LAST if number < place.part else -1
        if place.part == len(self._parts):
            return Place(None, pk)
        ours, theirs = self._parts[number].key, self._parts[place.part].key
        if place.value is None and (theirs.value is not None or not theirs.alike):
            return Place(None, pk)
        if ours.alike == theirs.alike:
            # A list without order is behind all values.
            return Place(None, -1) if ours.value is None and theirs.value is not None else Place(place.value, pk)
        comes = ours.alike > theirs.alike
        edge = None if ours.value is None else "" if comes else _LAST_TEXT
        return Place(edge, -1 if comes else _LAST)
