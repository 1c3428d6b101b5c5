"""Lists: the matching resources of one source, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.engine import Connection

from sbe_scim.protocol import LIST_RESPONSE_URN, CursorPage, Page, TooManyResults
from sbe_scim.service.calls import Search, SearchAcross
from sbe_scim.service.cursor_pages import CursorAnswer, cursor_page, cursor_page_across, merged
from sbe_scim.service.cursors import Cursors
from sbe_scim.service.long_groups import TooLong
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.text import Text
from sbe_scim.store import Source, members
from sbe_scim.store.counting import count
from sbe_scim.store.query import pages
from sbe_scim.store.query.selection import Selection
from sbe_scim.store.resources import Resource
from sbe_scim.store.shown import Showable, Shown
from sbe_scim.store.transactions import TakesLong

#: Resources that may be before a page of a sorted list of several types, which are read to find it.
MOST_SKIPPED = 5_000
#: A brief page has no more characters of documents, and no more memberships.
BRIEF_TEXT = 262_144
BRIEF_MEMBERSHIPS = 1_000


class Lists:
    """Writes ListResponses."""

    def __init__(self, renderer: Renderer, cursors: Cursors) -> None:
        self._renderer = renderer
        self._cursors = cursors

    def page(self, connection: Connection, source: Source, search: Search, *, brief: bool = False) -> Text:
        """Return one page as JSON. Raises :class:`TooManyResults`, and what a cursor is refused for.

        ``brief``: raises :class:`TakesLong` for one in the order of creation whose people have long documents, or are
        in many groups.
        """
        if isinstance(search.page, CursorPage):
            answer = cursor_page(connection, self._cursors, source, search, search.page)
            return self._written(connection, _around(answer), [(search, answer.found)])
        total, found = _at_index(connection, source, search, search.page, brief=brief)
        where = f'"totalResults":{total},"startIndex":{search.page.start_index}'
        try:
            most = BRIEF_MEMBERSHIPS if brief else members.ALL
            return self._written(connection, where, [(search, found)], most=most)
        except TooLong:
            raise TakesLong from None

    def across(self, connection: Connection, source: Source, search: SearchAcross) -> Text:
        """Return one page of several types as JSON. Raises as :meth:`page` does."""
        page = search.page
        if isinstance(page, CursorPage):
            answer = cursor_page_across(connection, self._cursors, source, search, page)
            return self._mixed(connection, search, answer.found, _around(answer))
        if search.sorted:
            return self._sorted(connection, source, search, page)
        total, shown = 0, 0
        found: list[tuple[Search, Sequence[Showable]]] = []
        for part in search.parts:
            inside = Page(max(page.start_index - total, 1), page.count - shown)
            number, resources = _at_index(connection, source, part, inside)
            total += number
            shown += len(resources)
            if resources:
                found.append((part, resources))
        return self._written(connection, f'"totalResults":{total},"startIndex":{page.start_index}', found)

    def _sorted(self, connection: Connection, source: Source, search: SearchAcross, page: Page) -> Text:
        skip = page.start_index - 1
        if skip > MOST_SKIPPED:
            raise TooManyResults(f"a sorted list of several types begins at {MOST_SKIPPED + 1} at most: ask by cursor")
        rows = merged(source, search).page(connection, skip, page.count) if page.count else []
        total = sum(_total(connection, source, part) for part in search.parts)
        where = f'"totalResults":{total},"startIndex":{page.start_index}'
        return self._mixed(connection, search, [row.resource for row in rows], where)

    def _mixed(self, connection: Connection, search: SearchAcross, found: Sequence[Resource], where: str) -> Text:
        """Write resources of several types, in the order given."""
        texts: dict[int, Text] = {}
        for part in search.parts:
            own = [one for one in found if one.type == part.resource_type.number]
            texts |= self._renderer.texts(connection, part.resource_type, own, part.projection)
        text = Text()
        text.write(_head(where, len(found)))
        for number, one in enumerate(found):
            text.write("," if number else "")
            text.extend(texts[one.pk])
        text.write("]}")
        return text

    def _written(
        self,
        connection: Connection,
        where: str,
        found: Sequence[tuple[Search, Sequence[Showable]]],
        *,
        most: int = members.ALL,
    ) -> Text:
        text = Text()
        text.write(_head(where, sum(len(resources) for _, resources in found)))
        for number, (part, resources) in enumerate(found):
            if number:
                text.write(",")
            self._renderer.write(text, connection, part.resource_type, resources, part.projection, most=most)
        text.write("]}")
        return text


def _head(where: str, size: int) -> str:
    return f'{{"schemas":["{LIST_RESPONSE_URN}"],{where},"itemsPerPage":{size},"Resources":['


def _around(answer: CursorAnswer) -> str:
    cursors = {"previousCursor": answer.previous, "nextCursor": answer.next}
    told = "".join(f',"{name}":"{cursor}"' for name, cursor in cursors.items() if cursor is not None)
    return f'"totalResults":{answer.total}{told}'


def _total(connection: Connection, source: Source, search: Search) -> int:
    if search.filter is None:
        return count(connection, source.id, search.resource_type.number)
    return Selection(source.id, search.resource_type, search.filter, None, source.space).count(connection)


def _at_index(
    connection: Connection, source: Source, search: Search, page: Page, *, brief: bool = False
) -> tuple[int, Sequence[Showable]]:
    kind, skip = search.resource_type.number, page.start_index - 1
    if search.lookup is not None:
        found = pages.lookup(connection, source.id, source.space, search.resource_type, search.lookup)
        return len(found), found[skip:][: page.count]
    if search.filter is not None or search.order is not None:
        return _selected(connection, source, search, page)
    total = count(connection, source.id, kind)
    if page.count == 0 or skip >= total:
        return total, []
    rows = pages.from_position(connection, source.id, kind, skip, page.count)
    return total, list(_brief(rows) if brief else rows)


def _brief(found: Iterable[Shown]) -> Iterator[Shown]:
    size = 0
    for one in found:
        size += len(one.document)
        if size > BRIEF_TEXT:
            raise TakesLong
        yield one


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
