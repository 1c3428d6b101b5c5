"""Lists: the matching resources of one source, page by page."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from sbe_scim.protocol import LIST_RESPONSE_URN, CursorPage, Page
from sbe_scim.service.calls import Search
from sbe_scim.service.cursor_pages import cursor_page
from sbe_scim.service.cursors import Cursors
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.text import Text
from sbe_scim.store import Source
from sbe_scim.store.counting import count
from sbe_scim.store.query import pages
from sbe_scim.store.query.selection import Selection
from sbe_scim.store.resources import Resource


class Lists:
    """Writes ListResponses."""

    def __init__(self, renderer: Renderer, cursors: Cursors) -> None:
        self._renderer = renderer
        self._cursors = cursors

    def page(self, connection: Connection, source: Source, search: Search) -> Text:
        """Return one page as JSON. Raises :class:`TooManyResults`, and what a cursor is refused for."""
        if isinstance(search.page, CursorPage):
            part = cursor_page(connection, self._cursors, source, search, search.page)
            found, total = part.found, part.total
            around = {"previousCursor": part.previous, "nextCursor": part.next}
            where = "".join(f',"{name}":"{cursor}"' for name, cursor in around.items() if cursor is not None)
        else:
            total, found = _at_index(connection, source, search, search.page)
            where = f',"startIndex":{search.page.start_index}'
        return self._written(connection, f'"totalResults":{total}{where}', [(search, found)])

    def across(self, connection: Connection, source: Source, page: Page, parts: Sequence[Search]) -> Text:
        """Return one page of ``parts``, one behind the other, as JSON. Raises :class:`TooManyResults`."""
        total, shown = 0, 0
        found: list[tuple[Search, list[Resource]]] = []
        for part in parts:
            inside = Page(max(page.start_index - total, 1), page.count - shown)
            number, resources = _at_index(connection, source, part, inside)
            total += number
            shown += len(resources)
            if resources:
                found.append((part, resources))
        return self._written(connection, f'"totalResults":{total},"startIndex":{page.start_index}', found)

    def _written(self, connection: Connection, where: str, found: Sequence[tuple[Search, Sequence[Resource]]]) -> Text:
        text = Text()
        text.write(
            f'{{"schemas":["{LIST_RESPONSE_URN}"],{where},'
            f'"itemsPerPage":{sum(len(resources) for _, resources in found)},"Resources":['
        )
        for number, (part, resources) in enumerate(found):
            if number:
                text.write(",")
            self._renderer.write(text, connection, part.resource_type, resources, part.projection)
        text.write("]}")
        return text


def _at_index(connection: Connection, source: Source, search: Search, page: Page) -> tuple[int, list[Resource]]:
    kind, skip = search.resource_type.number, page.start_index - 1
    if search.lookup is not None:
        found = pages.lookup(connection, source.id, source.space, search.resource_type, search.lookup)
        return len(found), found[skip:][: page.count]
    if search.filter is not None or search.order is not None:
        return _selected(connection, source, search, page)
    total = count(connection, source.id, kind)
    if page.count == 0 or skip >= total:
        return total, []
    return total, pages.from_position(connection, source.id, kind, skip, page.count)


def _selected(connection: Connection, source: Source, search: Search, page: Page) -> tuple[int, list[Resource]]:
    kind, skip, size = search.resource_type, page.start_index - 1, page.count
    selection = Selection(source.id, kind, search.filter, search.order if size else None, source.space)
    if search.filter is None:
        total = count(connection, source.id, kind.number)
        rows = selection.page(connection, skip, min(size, total - skip)) if skip < total else []
        return total, [row.resource for row in rows]
    rows = selection.page(connection, skip, size + 1)
    # Where the end was seen, there is no need to count.
    seen = len(rows) <= size and (rows or skip == 0)
    total = skip + len(rows) if seen else selection.count(connection)
    return total, [row.resource for row in rows[:size]]
