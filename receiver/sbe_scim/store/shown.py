"""Live resources as answers show them: a few of their columns, since to fetch columns is most of what a read costs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, exists, literal_column, select, type_coerce
from sqlalchemy.engine import Connection

from sbe_scim.store import tables
from sbe_scim.store.prepared import Prepared
from sbe_scim.store.resources import Resource, beside, live


class Shown(NamedTuple):
    """What is shown of a live resource; each field but the last is that of
    :class:`~sbe_scim.store.resources.Resource`.

    ``joined``: it is a member of a group, as far as that was asked.
    """

    pk: int
    id: str
    version: int
    created: int
    modified: int
    document: str
    joined: int


#: What can be shown.
Showable = Shown | Resource

_r = tables.resource.c
_columns = [_r[name] for name in Shown._fields[:-1]]
_m = tables.membership.c
_joined = exists(select(_m.group_pk).where(_m.member_pk == _r.pk).correlate(tables.resource))
#: Of many: whether each is a member costs more to ask than the memberships of all.
columns = [*_columns, literal_column("1")]


def _by(*names: str, also: Iterable[Any] = ()) -> Prepared:
    wanted = [*_columns, type_coerce(_joined, Integer)]
    return Prepared(select(*wanted).where(live, *(_r[name] == bindparam(name) for name in names), *also))


_by_id = _by("id", also=beside)
_by_key = _by("source", "type", "scope", "key")
_by_external_id = _by("source", "type", "external_id")


def may_be_joined(item: Showable) -> bool:
    """Tell whether there may be groups that this resource is a member of."""
    return isinstance(item, Resource) or bool(item.joined)


def get(connection: Connection, source: int, kind: int, resource_id: str) -> Shown | None:
    """Return the live resource of this source, if any."""
    return _one(connection, _by_id, {"id": resource_id, "source": source, "type": kind})


def get_by_key(connection: Connection, source: int, kind: int, scope: int, key: str) -> Shown | None:
    """Return the live resource of this source with this key, if any."""
    return _one(connection, _by_key, {"source": source, "type": kind, "scope": scope, "key": key})


def get_by_external_id(connection: Connection, source: int, kind: int, external_id: str) -> Shown | None:
    """Return the live resource of this source with this ``externalId``, if any."""
    return _one(connection, _by_external_id, {"source": source, "type": kind, "external_id": external_id})


def _one(connection: Connection, query: Prepared, values: dict[str, Any]) -> Shown | None:
    rows = query.rows(connection, values)
    return Shown._make(rows[0]) if rows else None
