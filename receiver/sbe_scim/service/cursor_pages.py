"""Pages of a list by cursor (RFC 9865): from place to place, so that who stays is met once, whoever comes or goes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from sbe_scim.protocol import CursorPage
from sbe_scim.service.calls import Search, SearchAcross
from sbe_scim.service.cursors import Cursor, Cursors, binding
from sbe_scim.store import Source, cursor_keys
from sbe_scim.store.counting import count
from sbe_scim.store.query.merged import Merged
from sbe_scim.store.query.selection import Row, Selection
from sbe_scim.store.query.sorting import Place
from sbe_scim.store.resources import Resource


@dataclass(frozen=True, slots=True)
class CursorAnswer:
    """A page, how many there are on all, and the cursors of the pages before and behind it, where there are any."""

    total: int
    found: list[Resource]
    previous: str | None
    next: str | None


def cursor_page(
    connection: Connection, cursors: Cursors, source: Source, search: Search, page: CursorPage
) -> CursorAnswer:
    """Return the page. Raises :class:`InvalidCursor`, :class:`ExpiredCursor` or :class:`InvalidCount`."""
    kind = search.resource_type.number
    bound_to = binding(source.id, kind, *search.query)
    selection = Selection(source.id, search.resource_type, search.filter, search.order, source.space)
    counted = count(connection, source.id, kind) if search.filter is None else None
    return _answer(connection, cursors, bound_to, selection, counted, page)


def cursor_page_across(
    connection: Connection, cursors: Cursors, source: Source, search: SearchAcross, page: CursorPage
) -> CursorAnswer:
    """Return the page of a list of several types. Raises as :func:`cursor_page` does."""
    bound_to = binding(source.id, None, *search.query)
    counted = None
    if all(part.filter is None for part in search.parts):
        counted = sum(count(connection, source.id, part.resource_type.number) for part in search.parts)
    return _answer(connection, cursors, bound_to, merged(source, search), counted, page)


def merged(source: Source, search: SearchAcross) -> Merged:
    """The resources of a list of several types, in its order."""
    parts = [Selection(source.id, part.resource_type, part.filter, part.order, source.space) for part in search.parts]
    return Merged(parts, descending=search.descending)


def _answer(
    connection: Connection,
    cursors: Cursors,
    bound_to: bytes,
    selection: Selection | Merged,
    counted: int | None,
    page: CursorPage,
) -> CursorAnswer:
    """Return the page; ``counted`` is how many there are on all, where that is known without counting."""
    size, ring = page.count, cursor_keys.ring(connection)
    cursor = cursors.open(ring, bound_to, size, page.cursor) if page.cursor else None
    rows, more = _rows(connection, selection, cursor, size)
    if counted is not None:
        total = counted
    elif cursor is not None and cursor.total is not None:
        total = cursor.total
    else:
        total = selection.count(connection) if more else len(rows)
    before, behind = _edges(connection, selection, cursor, rows, more)
    told = total if counted is None else None

    def sealed(place: Place | None, back: bool) -> str | None:
        return None if place is None else cursors.seal(ring, bound_to, size, Cursor(place, back, told))

    return CursorAnswer(total, [row.resource for row in rows], sealed(before, True), sealed(behind, False))


def _rows(
    connection: Connection, selection: Selection | Merged, cursor: Cursor | None, size: int
) -> tuple[list[Row], bool]:
    """The rows of a page in their order, and whether there are more in the direction in which they are read."""
    if size == 0:
        # Asked for nothing but how many there are.
        return [], True
    if cursor is None:
        found = selection.page(connection, 0, size + 1)
    else:
        found = selection.beyond(connection, cursor.place, size + 1, back=cursor.back)
    rows = found[:size]
    return rows[::-1] if cursor is not None and cursor.back else rows, len(found) > size


def _edges(
    connection: Connection, selection: Selection | Merged, cursor: Cursor | None, rows: list[Row], more: bool
) -> tuple[Place | None, Place | None]:
    """The places where the pages before and behind begin, where there are such pages."""
    back = cursor is not None and cursor.back
    ahead = rows[0 if back else -1].place if rows and more else None
    if cursor is None:
        return None, ahead
    # Whoever was there may be gone by now: a first page has none before it, be it reached by a cursor.
    home = rows[-1 if back else 0].place if rows else selection.past(cursor.place, back=back)
    behind = home if selection.goes_on(connection, home, back=not back) else None
    return (ahead, behind) if back else (behind, ahead)
