"""Find resources by the statements that are asked most: pages in the order of creation, and unique values."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from sbe_scim.protocol import Comparison, ResourceType
from sbe_scim.store import counting, tables
from sbe_scim.store.index import comparable, key_scope
from sbe_scim.store.prepared import Prepared
from sbe_scim.store.resources import Resource, columns, get, get_by_external_id, get_by_key, live

_r = tables.resource.c
_owned = (live, _r.source == bindparam("source"), _r.type == bindparam("type"))
_page = select(*columns()).where(*_owned).order_by(_r.pk).limit(bindparam("count"))
_following = Prepared(_page.where(_r.pk > bindparam("pk")))
_from_position = Prepared(
    _page.where(
        # What is left of the position is counted on the index alone; rows are read from there on.
        _r.pk
        >= select(_r.pk)
        .where(*_owned, _r.pk >= bindparam("pk"))
        .order_by(_r.pk)
        .limit(1)
        .offset(bindparam("skip"))
        .scalar_subquery()
    )
)


def following(connection: Connection, source: int, kind: int, pk: int, count: int) -> list[Resource]:
    """Return the page behind the resource with this pk."""
    values = {"source": source, "type": kind, "pk": pk, "count": count}
    return [Resource(*row) for row in _following.each(connection, values)]


def from_position(connection: Connection, source: int, kind: int, skip: int, count: int) -> list[Resource]:
    """Return the page behind the first ``skip`` resources."""
    pk, within = counting.position(connection, source, kind, skip)
    values = {"source": source, "type": kind, "pk": pk, "skip": within, "count": count}
    return [Resource(*row) for row in _from_position.each(connection, values)]


def lookup(
    connection: Connection, source: int, space: int, resource_type: ResourceType, condition: Comparison
) -> list[Resource]:
    """Return the one resource, if any, that a filter for which :func:`is_lookup` holds looks up."""
    name, value = str(condition.path), comparable(condition.path.leaf, condition.value)
    if name == "id":
        found = get(connection, source, resource_type.number, value)
    elif name == "externalId":
        found = get_by_external_id(connection, source, resource_type.number, value)
    else:
        found = get_by_key(connection, source, resource_type.number, key_scope(resource_type, source, space), value)
    return [] if found is None else [found]
