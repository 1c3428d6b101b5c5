"""Resources as rows: read, write, count. Every statement is built once, so that SQLAlchemy compiles it once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, case, delete, insert, select, text, union_all, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from sbe_scim.store import tables
from sbe_scim.store.failures import UniqueRule
from sbe_scim.store.prepared import Prepared, Together

#: One indexed value: number of the path, number of the element, comparable text.
IndexRow = tuple[int, int, str]

#: What must be unique among live resources, and what a client is told when its value is taken.
UNIQUE = tuple(
    UniqueRule(
        index, tuple(f"scim_resource.{column}" for column in columns.split()), f"another resource has {what}", reason
    )
    for index, columns, what, reason in (
        ("scim_resource_key", "type scope key", "this userName or displayName", "name_taken"),
        ("scim_resource_mail", "type mail_key scope", "this primary mail address (emails)", "mail_taken"),
        ("scim_resource_external_id", "source type external_id", "this externalId", "external_id_taken"),
    )
)

# SQLite before 3.32 allows 999 parameters in a statement.
CHUNK = 500


class Resource(NamedTuple):
    """One live resource; times in microseconds since 1970, ``document`` is JSON without what the server computes.

    ``type`` is the number of its resource type.
    """

    pk: int
    id: str
    type: int
    source: int
    scope: int
    key: str
    mail_key: str | None
    external_id: str | None
    display: str | None
    active: bool
    version: int
    created: int
    modified: int
    document: str


_r = tables.resource.c
_columns = [_r[name] for name in Resource._fields]
live = _r.deleted.is_(None)

_select = select(*_columns).where(live)
# Compared as they are, they would lead a planner through all users of the source: SQLite for any two ids, PostgreSQL as
# long as it has not analysed the table.
beside = (_r.source + 0 == bindparam("source"), _r.type + 0 == bindparam("type"))
_one_by_id = _select.where(_r.id == bindparam("id"), *beside)
_by_id, _by_id_locked = Prepared(_one_by_id), Prepared(_one_by_id.with_for_update())
_of_type = _select.where(_r.type == bindparam("type"))
# Three queries in one, rather than one with `or`: SQLite would read the whole table for that.
_rivals = Prepared(
    union_all(
        _of_type.where(_r.scope == bindparam("scope"), _r.key == bindparam("key")),
        _of_type.where(_r.mail_key == bindparam("mail_key"), _r.scope == bindparam("scope")),
        _of_type.where(_r.source == bindparam("source"), _r.external_id == bindparam("external_id")),
    )
)
_by_key = Prepared(
    _select.where(
        _r.source == bindparam("source"),
        _r.type == bindparam("type"),
        _r.scope == bindparam("scope"),
        _r.key == bindparam("key"),
    )
)
_by_external_id = Prepared(
    _select.where(
        _r.source == bindparam("source"), _r.type == bindparam("type"), _r.external_id == bindparam("external_id")
    )
)
_by_mail = Prepared(
    _select.where(_r.source == bindparam("source"), _r.type == bindparam("type"), _r.mail_key == bindparam("mail_key"))
)
_insert = Prepared(insert(tables.resource))
_insert_free = Prepared(postgresql.insert(tables.resource).on_conflict_do_nothing().returning(_r.pk))
_update = Prepared(update(tables.resource).where(_r.pk == bindparam("where_pk")))
_insert_values = Prepared(insert(tables.attr_value))
_insert_all_values = Prepared(
    text(
        f"INSERT INTO {tables.attr_value.name} (resource, path, element, value)"  # noqa: S608 - a constant
        " SELECT :resource, path, element, value"
        " FROM unnest(CAST(:paths AS bigint[]), CAST(:elements AS integer[]), CAST(:texts AS text[]))"
        " AS given (path, element, value)"
    ).bindparams(bindparam("resource", type_=BigInteger))
)
_a = tables.attr_value.c
_delete_values = Prepared(
    delete(tables.attr_value).where(
        _a.resource == bindparam("where_resource"),
        _a.path == bindparam("where_path"),
        _a.element == bindparam("where_element"),
    )
)
_delete_all_values = Prepared(delete(tables.attr_value).where(_a.resource == bindparam("where_resource")))


def columns() -> Sequence[Any]:
    """The columns of :class:`Resource`, in its order."""
    return _columns


def get(connection: Connection, source: int, kind: int, resource_id: str, *, lock: bool = False) -> Resource | None:
    """Return the live resource of this source, if any; ``lock`` keeps others from changing it meanwhile."""
    return _one(connection, _by_id_locked if lock else _by_id, {"id": resource_id, "source": source, "type": kind})


def get_by_key(connection: Connection, source: int, kind: int, scope: int, key: str) -> Resource | None:
    """Return the live resource of this source with this key, if any."""
    return _one(connection, _by_key, {"source": source, "type": kind, "scope": scope, "key": key})


def get_by_external_id(connection: Connection, source: int, kind: int, external_id: str) -> Resource | None:
    """Return the live resource of this source with this ``externalId``, if any."""
    return _one(connection, _by_external_id, {"source": source, "type": kind, "external_id": external_id})


def get_by_mail(connection: Connection, source: int, kind: int, mail_key: str) -> Resource | None:
    """Return the live resource of this source with this primary mail address, if any."""
    return _one(connection, _by_mail, {"source": source, "type": kind, "mail_key": mail_key})


def _one(connection: Connection, query: Prepared, values: dict[str, Any]) -> Resource | None:
    rows = query.rows(connection, values)
    return Resource(*rows[0]) if rows else None


def following(connection: Connection, source: int, kind: int, after: int) -> list[Resource]:
    """Return the next live resources of a source and type whose pk is higher than ``after``, a batch at a time."""
    query = _select.where(_r.source == source, _r.type == kind, _r.pk > after).order_by(_r.pk).limit(CHUNK)
    return [Resource(*row) for row in connection.execute(query)]


def rivals(connection: Connection, values: Mapping[str, Any]) -> list[Resource]:
    """Return the live resources of any source that hold one of the values that must be unique.

    Who is in the shadow meets whoever is not, too; nobody else meets them.
    """
    wanted = {name: values[name] for name in ("type", "scope", "key", "mail_key", "source", "external_id")}
    found = [Resource(*row) for row in _rivals.rows(connection, wanted)]
    if wanted["scope"] < 0:
        found += [Resource(*row) for row in _rivals.rows(connection, wanted | {"scope": 0, "external_id": None})]
    return found


def add(connection: Connection, together: Together, values: dict[str, Any], index: Collection[IndexRow]) -> Resource:
    """Insert a resource, and its filterable values ``together`` with others.

    To be counted by :func:`~sbe_scim.store.counting.move`.
    """
    added = Resource(pk=_insert.insert(connection, values), **values)
    _add_values(connection, together, added.pk, index)
    return added


def finds_out(connection: Connection, values: Mapping[str, Any]) -> bool:
    """Tell whether the row of a new resource finds out itself that it has no :func:`rivals` (:func:`add_free`).

    SQLite is asked for rivals for next to nothing, and who is in the shadow has some that no index knows.
    """
    return connection.dialect.name == "postgresql" and values["scope"] >= 0


def add_free(
    connection: Connection, together: Together, values: dict[str, Any], index: Collection[IndexRow]
) -> Resource | None:
    """As :func:`add`, where the row :func:`finds_out`; ``None``, and nothing is done, where it has rivals."""
    rows = _insert_free.rows(connection, values)
    if not rows:
        return None
    added = Resource(pk=rows[0][0], **values)
    _add_values(connection, together, added.pk, index)
    return added


def save(
    connection: Connection,
    together: Together,
    found: Resource,
    values: dict[str, Any],
    old: set[IndexRow],
    new: set[IndexRow],
) -> Resource:
    """Change columns of a resource, and those of its filterable values that differ; return what it is now.

    New values, or all that changes where nothing but the version does, is written ``together`` with others.
    """
    if "document" in values:
        _update.run(connection, values | {"where_pk": found.pk})
    else:
        together.add(_update, values | {"where_pk": found.pk})
    gone = [
        {"where_resource": found.pk, "where_path": path, "where_element": element} for path, element, _ in old - new
    ]
    if gone:
        _delete_values.run_each(connection, gone)
    _add_values(connection, together, found.pk, new - old)
    return found._replace(**values)


def bury(connection: Connection, found: Resource, at: int) -> Resource:
    """Leave a tombstone, a version of its own: the resource is gone for everyone, its name is free, its document stays.

    To be counted by :func:`~sbe_scim.store.counting.move`.
    """
    version = found.version + 1
    _update.run(connection, {"version": version, "deleted": at, "modified": at, "where_pk": found.pk})
    _delete_all_values.run(connection, {"where_resource": found.pk})
    return found._replace(version=version, modified=at)


def buried(connection: Connection, pk: int) -> tuple[Resource, int] | None:
    """Return the resource that was deleted and has this pk, locked, and when that was; ``None`` where it is live."""
    query = select(*_columns, _r.deleted).where(_r.pk == pk, _r.deleted.isnot(None)).with_for_update()
    row = connection.execute(query).first()
    return None if row is None else (Resource(*row[:-1]), row[-1])


def revive(
    connection: Connection, together: Together, found: Resource, values: dict[str, Any], index: Collection[IndexRow]
) -> Resource:
    """Make a resource live again that was deleted, with these columns, as :func:`add` makes one."""
    _update.run(connection, values | {"deleted": None, "where_pk": found.pk})
    _add_values(connection, together, found.pk, index)
    return found._replace(**values)


def touch(connection: Connection, pks: Collection[int], at: int) -> None:
    """Give these resources a new version. A clock that was set back does not set back their time."""
    later = case((_r.modified > at, _r.modified), else_=at)
    for chunk in chunks(pks):
        values = {"version": _r.version + 1, "modified": later}
        connection.execute(update(tables.resource).where(_r.pk.in_(chunk)).values(**values))


def put(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change columns of resources: each row has the ``where_pk`` of one, and all have the same columns."""
    _update.run_each(connection, rows)


def chunks(pks: Collection[Any]) -> Iterable[list[Any]]:
    """Cut a list to what one statement may carry."""
    items = list(pks)
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def _add_values(connection: Connection, together: Together, pk: int, index: Collection[IndexRow]) -> None:
    if not index:
        return
    if connection.dialect.name == "postgresql":
        paths, elements, texts = map(list, zip(*index, strict=True))
        together.add(_insert_all_values, {"resource": pk, "paths": paths, "elements": elements, "texts": texts})
        return
    rows = [{"resource": pk, "path": path, "element": element, "value": value} for path, element, value in index]
    _insert_values.run_each(connection, rows)
