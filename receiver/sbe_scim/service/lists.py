"""Lists: the matching resources of one source, page by page."""

from __future__ import annotations

import threading

from sqlalchemy.engine import Connection

from sbe_scim.protocol import LIST_RESPONSE_URN, CursorPage, Page
from sbe_scim.service.calls import Search
from sbe_scim.service.cursor_pages import cursor_page
from sbe_scim.service.cursors import Cursors
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.text import Text
from sbe_scim.store.query import pages
from sbe_scim.store.query.selection import Selection
from sbe_scim.store.resources import Resource, count

_REMEMBERED = 10_000


class Lists:
    """Writes ListResponses. Where the next page of an unfiltered walk begins is remembered, so that no page costs more
    than the first; a position holds only while nothing was created or deleted, so that it is always the exact one."""

    def __init__(self, renderer: Renderer, cursors: Cursors) -> None:
        self._renderer = renderer
        self._cursors = cursors
        self._guard = threading.Lock()
        # (source, type, startIndex) -> (generation of the counter, last pk before it)
        self._positions: dict[tuple[int, int, int], tuple[int, int]] = {}

    def page(self, connection: Connection, source: int, search: Search) -> Text:
        """Return one page as JSON. Raises :class:`TooManyResults`, and what a cursor is refused for."""
        if isinstance(search.page, CursorPage):
            part = cursor_page(connection, self._cursors, source, search, search.page)
            found, total = part.found, part.total
            around = {"previousCursor": part.previous, "nextCursor": part.next}
            where = "".join(f',"{name}":"{cursor}"' for name, cursor in around.items() if cursor is not None)
        else:
            total, found = self._at_index(connection, source, search, search.page)
            where = f',"startIndex":{search.page.start_index}'
        text = Text()
        text.write(
            f'{{"schemas":["{LIST_RESPONSE_URN}"],"totalResults":{total}{where},'
            f'"itemsPerPage":{len(found)},"Resources":['
        )
        self._renderer.write(text, connection, search.resource_type, found, search.projection)
        text.write("]}")
        return text

    def _at_index(self, connection: Connection, source: int, search: Search, page: Page) -> tuple[int, list[Resource]]:
        if search.lookup is not None:
            found = pages.lookup(connection, source, search.resource_type, search.lookup)
            return len(found), found[page.start_index - 1 :][: page.count]
        if search.filter is None and search.order is None:
            return self._walk(connection, source, search.resource_type.number, page)
        return _selected(connection, source, search, page)

    def _walk(self, connection: Connection, source: int, kind: int, page: Page) -> tuple[int, list[Resource]]:
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


def _selected(connection: Connection, source: int, search: Search, page: Page) -> tuple[int, list[Resource]]:
    kind, skip, size = search.resource_type, page.start_index - 1, page.count
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
