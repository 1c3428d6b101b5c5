"""From the attribute that a list is sorted by to its values in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case, exists, literal, true

from sbe_scim.protocol import AttributePath, InvalidFilter, InvalidValue, Order, ResourceType, fold
from sbe_scim.store import tables
from sbe_scim.store.index import key_scope, path_number
from sbe_scim.store.query.documents import DocumentScope, Schemas
from sbe_scim.store.query.operands import BooleanColumn, Constant, Key, Operand, TextColumn, TimeColumn
from sbe_scim.store.query.related import RelatedScope, RelatedValues
from sbe_scim.store.query.rows import ValueRows
from sbe_scim.store.query.sorting import SortKey, Walk, by_code_point
from sbe_scim.store.tables import indexed_prefix

_r = tables.resource.c
#: By creation.
UNSORTED = SortKey()


def sort_key(order: Order | None, resource_type: ResourceType, source: int, space: int) -> SortKey:
    """Return what resources are sorted by. Raises :class:`InvalidValue` where the database does not have it exactly."""
    if order is None:
        return UNSORTED
    path, scope = order.path, DocumentScope(resource_type, source, space)
    if str(path) in ("id", "meta.location"):
        # The URL of a resource ends in its id, and begins as all of its type do. Ids are all of one form, which every
        # collation sorts by code point.
        lead = "" if path.leaf.name == "id" else f"{resource_type.endpoint}/"
        return SortKey(_r.id, walk=Walk(_r.id, _r.pk, true(), true(), unique=True, led=True), alike=lead)
    try:
        operand = scope.operand(path)
        if isinstance(operand, RelatedValues):
            return _of_first(operand)
        if isinstance(operand, ValueRows):
            return _of_rows(operand.path)
    except InvalidFilter:
        raise InvalidValue(f"sorting by {path} is not supported") from None
    if isinstance(operand, Key):
        here = _r.scope == key_scope(resource_type, source, space)
        return SortKey(_r.key, walk=Walk(_r.key, _r.pk, here, here, unique=True))
    if str(path) == "externalId":
        given = _r.external_id.isnot(None)
        walk = Walk(_r.external_id, _r.pk, given, _r.external_id.is_(None), unique=True)
        return SortKey(_r.external_id, nullable=True, walk=walk)
    if isinstance(operand, Schemas):
        return SortKey(alike=fold(resource_type.schema.id))
    if isinstance(operand, Constant):
        return SortKey(alike=fold(operand.value))
    return SortKey(_value(operand))


def _of_rows(path: AttributePath) -> SortKey:
    """The value of element 0, which is the primary one, else the first."""
    number = path_number(path.schema, path.attribute.name, path.sub and path.sub.name)
    table = tables.attr_value.alias()
    rows = table.c
    at = and_(rows.path == number, rows.element == 0)
    value = indexed_prefix(rows)

    def some(resource: Any) -> Any:
        return table.join(resource, resource.c.pk == rows.resource)

    def all_(resource: Any) -> Any:
        return resource.outerjoin(table, and_(rows.resource == resource.c.pk, at))

    inner = tables.attr_value.alias().c
    none = ~exists().where(inner.resource == _r.pk, inner.path == number, inner.element == 0)
    return SortKey(value, nullable=True, join=all_, walk=Walk(value, rows.resource, at, none, some, led=True))


def _of_first(operand: RelatedValues) -> SortKey:
    """The value of the member, or group, that is shown first."""
    path, related = operand.path, operand.related

    def value(scope: RelatedScope) -> Any:
        if path.sub is not None and path.sub.name == "$ref":
            # URLs begin alike, and end so.
            return by_code_point(literal(f"{scope.end.endpoint}/") + scope.related.id)
        found = _value(scope.operand(path))
        # What all of one end have, their type.
        return literal(fold(scope.end.label)) if found is None else found

    return SortKey(related.first(value), nullable=True)


def _value(operand: Operand) -> Any:
    """The value of an operand, by code point or number; ``None`` where it is everybody's."""
    match operand:
        case Key(column):
            return _value(column)
        case TextColumn(column):
            return by_code_point(column)
        case TimeColumn(column):
            return column
        case BooleanColumn(column):
            return case((column, 1), else_=0)
    return None
