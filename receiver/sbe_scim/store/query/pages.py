"""Find resources by the statements that are asked most: pages in the order of creation, and unique values."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from sbe_scim.protocol import Comparison, ResourceType
from sbe_scim.store import counting, shown, tables
from sbe_scim.store.index import comparable, key_scope
from sbe_scim.store.prepared import Prepared
from sbe_scim.store.resources import Resource, columns, live
from sbe_scim.store.shown import Shown

_r = tables.resource.c
_owned = (live, _r.source == bindparam("source"), _r.type == bindparam("type"))
_following = Prepared(
    select(*columns()).where(*_owned, _r.pk > bindparam("pk")).order_by(_r.pk).limit(bindparam("count"))
)
_from_position = Prepared(
    select(*shown.columns)
    .where(
        *_owned,
        # What is left of the position is counted on the index alone; rows are read from there on.
        _r.pk
        >= select(_r.pk)
        .where(*_owned, _r.pk >= bindparam("pk"))
        .order_by(_r.pk)
        .limit(1)
        .offset(bindparam("skip"))
        .scalar_subquery(),
    )
    .order_by(_r.pk)
    .limit(bindparam("count"))
)


def following(connection: Connection, source: int, kind: int, pk: int, count: int) -> list[Resource]:
    """Return the page behind the resource with this pk."""
    values = {"source": source, "type": kind, "pk": pk, "count": count}
    return [Resource(*row) for row in _following.each(connection, values)]


def from_position(connection: Connection, source: int, kind: int, skip: int, count: int) -> Iterator[Shown]:
    """Yield the page behind the first ``skip`` resources."""
    pk, within = counting.position(connection, source, kind, skip)
    values = {"source": source, "type": kind, "pk": pk, "skip": within, "count": count}
    return map(Shown._make, _from_position.each(connection, values))


def lookup(
    connection: Connection, source: int, space: int, resource_type: ResourceType, condition: Comparison
) -> list[Shown]:
    """Return the one resource, if any, that a filter for which :func:`is_lookup` holds looks up."""
    name, value = str(condition.path), comparable(condition.path.leaf, condition.value)
    if name == "id":
        found = shown.get(connection, source, resource_type.number, value)
    elif name == "externalId":
        found = shown.get_by_external_id(connection, source, resource_type.number, value)
    else:
        scope = key_scope(resource_type, source, space)
        found = shown.get_by_key(connection, source, resource_type.number, scope, value)
    return [] if found is None else [found]
