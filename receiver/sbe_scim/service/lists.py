"""Lists: the matching resources of one source, page by page."""

from __future__ import annotations

import threading

from sqlalchemy.engine import Connection

from sbe_scim.protocol import LIST_RESPONSE_URN, Comparison
from sbe_scim.service.calls import Search
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.text import Text
from sbe_scim.store.query import pages
from sbe_scim.store.query.selection import Selection
from sbe_scim.store.resources import Resource, count

_REMEMBERED = 10_000


class Lists:
    """Writes ListResponses. Where the next page of an unfiltered walk begins is remembered, so that no page costs more
    than the first; a position holds only while nothing was created or deleted, so that it is always the exact one."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._guard = threading.Lock()
        # (source, type, startIndex) -> (generation of the counter, last pk before it)
        self._positions: dict[tuple[int, int, int], tuple[int, int]] = {}

    def page(self, connection: Connection, source: int, search: Search) -> Text:
        """Return one page as JSON. Raises :class:`TooManyResults`."""
        if search.lookup is not None:
            total, found = self._lookup(connection, source, search, search.lookup)
        elif search.filter is None and search.order is None:
            total, found = self._walk(connection, source, search)
        else:
            total, found = _selected(connection, source, search)
        text = Text()
        text.write(
            f'{{"schemas":["{LIST_RESPONSE_URN}"],"totalResults":{total},"startIndex":{search.page.start_index},'
            f'"itemsPerPage":{len(found)},"Resources":['
        )
        self._renderer.write(text, connection, search.resource_type, found, search.projection)
        text.write("]}")
        return text

    def _lookup(
        self, connection: Connection, source: int, search: Search, lookup: Comparison
    ) -> tuple[int, list[Resource]]:
        found = pages.lookup(connection, source, search.resource_type, lookup)
        page = search.page
        return len(found), found[page.start_index - 1 :][: page.count]

    def _walk(self, connection: Connection, source: int, search: Search) -> tuple[int, list[Resource]]:
        kind, page = search.resource_type.number, search.page
        total, generation = count(connection, source, kind)
        if page.count == 0 or page.start_index > total:
            return total, []
        known = self._positions.get((source, kind, page.start_index))
        if known is not None and known[0] == generation:
            found = pages.following(connection, source, kind, known[1], page.count)
        else:
            found = pages.from_position(connection, source, kind, page.start_index - 1, page.count)
        if found:
            self._remember((source, kind, page.start_index + len(found)), (generation, found[-1].pk))
        return total, found

    def _remember(self, key: tuple[int, int, int], position: tuple[int, int]) -> None:
        with self._guard:
            self._positions.pop(key, None)
            if len(self._positions) >= _REMEMBERED:
                del self._positions[next(iter(self._positions))]
            self._positions[key] = position


def _selected(connection: Connection, source: int, search: Search) -> tuple[int, list[Resource]]:
    kind, skip, size = search.resource_type, search.page.start_index - 1, search.page.count
    selection = Selection(source, kind, search.filter, search.order if size else None)
    if search.filter is None:
        total, _ = count(connection, source, kind.number)
        rows = selection.page(connection, skip, min(size, total - skip)) if skip < total else []
        return total, [row.resource for row in rows]
    rows = selection.page(connection, skip, size + 1)
    # Where the end was seen, there is no need to count.
    seen = len(rows) <= size and (rows or skip == 0)
    total = skip + len(rows) if seen else selection.count(connection)
    return total, [row.resource for row in rows[:size]]
