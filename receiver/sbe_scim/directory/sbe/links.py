"""Which SCIM resource is which row of Abilian SBE."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from sbe_scim.directory.sbe.tables import link
from sbe_scim.store.clock import now

_IDS_PER_QUERY = 500
# Abilian SBE keeps times as UTC, without saying so.
_EPOCH = datetime(1970, 1, 1)
_Id = TypeVar("_Id", str, int)


class Kind(StrEnum):
    """Which table of Abilian SBE ``sbe_id`` is a key of."""

    USER = "user"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Link:
    """A SCIM resource and its row in Abilian SBE; ``removed`` when SCIM has deleted the resource."""

    resource_id: str
    sbe_id: int
    source: str
    row_created: int | None
    removed: bool

    def is_of(self, row: Any) -> bool:
        """Whether ``row``, which has the id, is the one that was linked: SQLite gives ids of deleted rows again."""
        return self.row_created == created(row)


def of_resource(connection: Connection, kind: Kind, resource_id: str) -> Link | None:
    """The link of a SCIM resource."""
    return _find(connection, kind, link.c.resource_id == resource_id)


def of_row(connection: Connection, kind: Kind, row: Any) -> Link | None:
    """The link of a row of Abilian SBE."""
    found = _find(connection, kind, link.c.sbe_id == row.id)
    return found if found is not None and found.is_of(row) else None


def row_of(session: Any, model: Any, found: Link | None) -> Any | None:
    """The row that a link leads to; None where there is no link, or the row was deleted by hand."""
    row = None if found is None else session.get(model, found.sbe_id)
    return row if row is not None and found is not None and found.is_of(row) else None


def rows(session: Any, kind: Kind, model: Any, resource_ids: Collection[str], *options: Any) -> dict[str, Any]:
    """Rows by SCIM id, read by ``options``; without those whose link is removed, or whose row was deleted by hand."""
    found: dict[str, Any] = {}
    query = _rows(kind, model, options)
    for ids in batches(resource_ids):
        found.update((id, row) for id, made, row in session.execute(query, {"ids": ids}) if made == created(row))
    return found


@cache
def _rows(kind: Kind, model: Any, options: tuple[Any, ...]) -> Any:
    """The statement of :func:`rows`, which costs more to build than to run."""
    columns = select(link.c.resource_id, link.c.row_created, model).select_from(link)
    here = (
        link.c.kind == kind.value,
        link.c.removed.is_(None),
        link.c.resource_id.in_(bindparam("ids", expanding=True)),
    )
    return columns.join(model, model.id == link.c.sbe_id).where(*here).options(*options)


def by_row(connection: Connection, kind: Kind) -> dict[int, Link]:
    """All links, removed ones too, by the id of their row."""
    return {row[1]: _link(row) for row in connection.execute(_links(kind))}


def forget(connection: Connection, kind: Kind, row: Any) -> None:
    """Delete the link of a row of Abilian SBE, live or removed."""
    connection.execute(delete(link).where(link.c.kind == kind.value, link.c.sbe_id == row.id))


def of_source(connection: Connection, kind: Kind, source: str) -> set[str]:
    """SCIM ids of the live links of a source."""
    mine = (link.c.kind == kind.value, link.c.source == source, link.c.removed.is_(None))
    return {row[0] for row in connection.execute(select(link.c.resource_id).where(*mine))}


def unknown(connection: Connection, resource_ids: Collection[str]) -> set[str]:
    """Those of these SCIM ids that have no live link."""
    known: set[str] = set()
    for ids in batches(resource_ids):
        here = (link.c.resource_id.in_(ids), link.c.removed.is_(None))
        known.update(row[0] for row in connection.execute(select(link.c.resource_id).where(*here)))
    return set(resource_ids) - known


def hold(connection: Connection, resource_ids: Collection[str]) -> None:
    """Keep others who hold the same links waiting till the commit: whoever comes second sees what the first did."""
    for ids in batches(sorted(resource_ids)):
        held = select(link.c.resource_id).where(link.c.resource_id.in_(ids)).order_by(link.c.resource_id)
        connection.execute(held.with_for_update()).fetchall()


def set_link(connection: Connection, kind: Kind, resource_id: str, row: Any, source: str) -> None:
    """Make this the one live link of the resource and of the row."""
    values = {"resource_id": resource_id, "kind": kind.value, "sbe_id": row.id, "source": source}
    values |= {"row_created": created(row), "removed": None}
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    if connection.execute(dialect.insert(link).values(**values).on_conflict_do_nothing()).rowcount == 1:
        return
    here = (link.c.kind == kind.value) & ((link.c.resource_id == resource_id) | (link.c.sbe_id == row.id))
    connection.execute(delete(link).where(here))
    connection.execute(insert(link).values(**values))


def remove(connection: Connection, kind: Kind, resource_id: str, *, forget: bool = False) -> None:
    """Mark the live link as removed, or delete it where the row of Abilian SBE is gone (``forget``)."""
    here = (link.c.kind == kind.value) & (link.c.resource_id == resource_id) & link.c.removed.is_(None)
    connection.execute(delete(link).where(here) if forget else update(link).where(here).values(removed=now()))


def created(row: Any) -> int | None:
    """When Abilian SBE says that it made a row, in microseconds since 1970."""
    return microseconds(row.created_at)


def microseconds(made: datetime | None) -> int | None:
    """A time of Abilian SBE's, in microseconds since 1970."""
    return None if made is None else (made - _EPOCH) // timedelta(microseconds=1)


def batches(values: Iterable[_Id]) -> Iterator[list[_Id]]:
    """Cut ids into lists that fit into one statement."""
    ids = list(values)
    return (ids[start : start + _IDS_PER_QUERY] for start in range(0, len(ids), _IDS_PER_QUERY))


def _find(connection: Connection, kind: Kind, condition: ColumnElement[bool]) -> Link | None:
    row = connection.execute(_links(kind).where(condition)).first()
    return None if row is None else _link(row)


def _links(kind: Kind) -> Any:
    columns = select(link.c.resource_id, link.c.sbe_id, link.c.source, link.c.row_created, link.c.removed)
    return columns.where(link.c.kind == kind.value)


def _link(row: Any) -> Link:
    return Link(row[0], row[1], row[2], row[3], row[4] is not None)
