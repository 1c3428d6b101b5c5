"""Bring the filterable values of stored resources in line with the declarations of today, a batch at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from sbe_scim.protocol import Registry, ResourceType
from sbe_scim.store import tables
from sbe_scim.store.index import index, path_number, schema_element
from sbe_scim.store.resources import IndexRow, live

_r = tables.resource.c
_a = tables.attr_value.c
_i = tables.indexing.c
_e = tables.extension.c


def reached(connection: Connection) -> int:
    """Return the pk of the last resource that was looked at; 0 at the beginning."""
    found: int | None = connection.execute(select(_i.pk)).scalar()
    return found or 0


def left(connection: Connection) -> int:
    """Return how many resources are still to be looked at."""
    behind = select(func.count()).select_from(tables.resource).where(live, _r.pk > reached(connection))
    found: int = connection.execute(behind).scalar() or 0
    return found


def step(connection: Connection, registry: Registry, count: int) -> tuple[int, int]:
    """Look at the next ``count`` resources; return how many there were, and how many values were wrong.

    They are locked: a request that changes one of them comes before or after. What is stored of attributes that are
    not declared any more stays.
    """
    after = reached(connection)
    query = select(_r.pk, _r.type, _r.document).where(live, _r.pk > after).order_by(_r.pk).limit(count)
    found = connection.execute(query.with_for_update()).fetchall()
    if not found:
        _finish(connection)
        return 0, 0
    stored: dict[int, set[IndexRow]] = {row[0]: set() for row in found}
    for row in connection.execute(select(tables.attr_value).where(_a.resource.in_(list(stored)))):
        stored[row[0]].add((row[1], row[2], row[3]))
    places = {kind.number: set(_places(kind)) for kind in registry.resource_types}
    wrong = 0
    for pk, number, document in found:
        wanted = index(registry.by_number(number), json.loads(document))
        surplus = [
            (path, element) for path, element, _ in stored[pk] - wanted if _is_ours(places[number], path, element)
        ]
        missing = wanted - stored[pk]
        for path, element in surplus:
            where = (_a.resource == pk, _a.path == path, _a.element == element)
            connection.execute(delete(tables.attr_value).where(*where))
        for path, element, value in missing:
            values = {"resource": pk, "path": path, "element": element, "value": value}
            connection.execute(insert(tables.attr_value).values(**values))
        wrong += len({*surplus, *((path, element) for path, element, _ in missing)})
    _note(connection, found[-1][0])
    return len(found), wrong


def begin_anew(connection: Connection) -> None:
    """Forget how far it had come: declarations have changed."""
    connection.execute(delete(tables.indexing))


def _note(connection: Connection, pk: int) -> None:
    if connection.execute(update(tables.indexing).values(pk=pk)).rowcount == 0:
        connection.execute(insert(tables.indexing).values(id=1, pk=pk))


def _finish(connection: Connection) -> None:
    begin_anew(connection)
    connection.execute(update(tables.extension).where(_e.served.is_(True)).values(unindexed="[]"))


_EACH = -1


def _places(kind: ResourceType) -> Iterator[tuple[int, int]]:
    """Where the values of a type are: path and element, which is ``_EACH`` but for URNs."""
    for path in kind.attribute_paths:
        for sub in path.attribute.sub_attributes or (None,):
            if path.attribute.name != "schemas":
                yield path_number(path.schema, path.attribute.name, sub and sub.name), _EACH
    for schema in kind.extensions:
        yield path_number(None, "schemas"), schema_element(schema.id)


def _is_ours(places: set[tuple[int, int]], path: int, element: int) -> bool:
    return (path, _EACH) in places or (path, element) in places
