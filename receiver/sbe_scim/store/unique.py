"""Values of extensions that no two resources may have at the same time, of whatever source.

The rows of values say who has one; what a source in shadow mode has is in the way of its own resources alone. On
PostgreSQL a lock on the value itself makes two requests that bring the same one come one after the other, and one on
all values lets none come while a source leaves the shadow; on SQLite there is one writer anyhow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2b

from sqlalchemy import BigInteger, and_, bindparam, func, or_, select
from sqlalchemy.engine import Connection

from sbe_scim.protocol import AttributePath, ResourceType, Uniqueness
from sbe_scim.store import tables
from sbe_scim.store.index import path_number
from sbe_scim.store.prepared import Prepared
from sbe_scim.store.resources import IndexRow, Resource, columns, live
from sbe_scim.store.sources import Source
from sbe_scim.store.tables import INDEXED_PREFIX, indexed_prefix

_a = tables.attr_value.c
_r = tables.resource.c
_lock = Prepared(select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger))))
_lock_shared = Prepared(select(func.pg_advisory_xact_lock_shared(bindparam("number", type_=BigInteger))))
#: Of all values together.
_ALL = 0
_held = Prepared(
    select(_a.resource)
    .select_from(tables.attr_value.join(tables.resource, _a.resource == _r.pk))
    .where(
        _a.path == bindparam("path"),
        indexed_prefix(_a) == bindparam("prefix"),
        _a.value == bindparam("value"),
        _a.resource != bindparam("pk"),
        or_(_r.scope >= 0, _r.source == bindparam("source")),
    )
    .limit(1)
)


#: The code of such a refusal.
VALUE_TAKEN = "value_taken"


def claim(
    connection: Connection,
    kind: ResourceType,
    source: Source,
    new: Iterable[IndexRow],
    old: Iterable[IndexRow] = (),
    pk: int = 0,
) -> bool:
    """Keep the values that the resource of ``source`` with this pk is about to have, and did not have, from all others
    till the commit; tell whether there are any. Raises :class:`Uniqueness` where another resource has one."""
    paths = unique_paths(kind)
    if not paths:
        return False
    had = {(path, value) for path, _, value in old}
    wanted = sorted({(path, value) for path, _, value in new if path in paths} - had)
    if wanted and connection.dialect.name == "postgresql":
        _lock_shared.rows(connection, {"number": _ALL})
        for number in sorted(_number(path, value) for path, value in wanted):
            _lock.rows(connection, {"number": number})
    for path, value in wanted:
        values = {"path": path, "prefix": value[:INDEXED_PREFIX], "value": value, "pk": pk, "source": source.id}
        if _held.rows(connection, values):
            raise Uniqueness(f"another resource has this {paths[path]}", reason=VALUE_TAKEN)
    return bool(wanted)


def taken(connection: Connection, source: Source, kinds: Iterable[ResourceType]) -> list[Resource]:
    """Return who of a source in shadow mode has a value by now that somebody has who is in none; nobody gets another
    one till the commit."""
    declaring = [kind for kind in kinds if unique_paths(kind)]
    if declaring and connection.dialect.name == "postgresql":
        _lock.rows(connection, {"number": _ALL})
    mine, theirs = tables.attr_value.alias("mine"), tables.attr_value.alias("theirs")
    other = tables.resource.alias("other")
    same = (
        mine.c.path == theirs.c.path,
        indexed_prefix(mine.c) == indexed_prefix(theirs.c),
        mine.c.value == theirs.c.value,
    )
    found: dict[int, Resource] = {}
    for kind in declaring:
        query = (
            select(*columns())
            .select_from(
                tables.resource.join(mine, mine.c.resource == _r.pk)
                .join(theirs, and_(*same))
                .join(other, other.c.pk == theirs.c.resource)
            )
            .where(_r.source == source.id, _r.scope < 0, live, other.c.scope >= 0)
            .where(_r.type == kind.number, mine.c.path.in_(list(unique_paths(kind))))
            .order_by(_r.pk)
        )
        found.update((row[0], Resource(*row)) for row in connection.execute(query))
    return list(found.values())


def twice(connection: Connection, number: int) -> bool:
    """Tell whether two resources have the same value at a path, given by its number."""
    rows = select(_a.value).where(_a.path == number).group_by(_a.value)
    return connection.execute(rows.having(func.count(_a.resource.distinct()) > 1).limit(1)).first() is not None


@cache
def unique_paths(kind: ResourceType) -> Mapping[int, AttributePath]:
    """The unique attributes of extensions, by the numbers of their paths."""
    found = (path for path in kind.paths.values() if path.schema is not None and path.leaf.uniqueness != "none")
    return {path_number(path.schema, path.attribute.name, path.sub and path.sub.name): path for path in found}


def _number(path: int, value: str) -> int:
    return int.from_bytes(blake2b(f"{path}:{value}".encode(), digest_size=8).digest(), "big", signed=True)
