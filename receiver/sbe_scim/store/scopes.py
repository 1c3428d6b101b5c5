"""Where the paths of a filter lead: columns of a resource, rows of values, related resources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, and_, cast, exists, literal, not_, or_, select

from sbe_scim.protocol import And, AttributePath, Comparison, Filter, ResourceType
from sbe_scim.store import tables
from sbe_scim.store.comparison import compare
from sbe_scim.store.index import KEY_ATTRIBUTE, comparable, key_scope, path_number
from sbe_scim.store.operands import (
    BooleanColumn,
    Condition,
    Constant,
    Operand,
    TextColumn,
    TimeColumn,
    Value,
    refuse,
)
from sbe_scim.store.tables import indexed_prefix

Translate = Callable[[Filter, Any], Condition]

_r = tables.resource.c
_m = tables.membership.c


@dataclass(frozen=True, slots=True)
class DocumentScope:
    """A whole resource of ``scim_resource``."""

    resource_type: ResourceType
    source: int
    translate: Translate

    def operand(self, path: AttributePath) -> Operand:
        """Return what stands at ``path``. Raises :class:`InvalidFilter`."""
        name = path.attribute.name
        if path.schema is not None:
            return ValueRows(path)
        if name in _RELATIONS:
            return RelatedValues(path, self)
        if name == "schemas":
            return Schemas(path, Constant(self.resource_type.schema.id, path.attribute))
        if name == KEY_ATTRIBUTE[self.resource_type.name]:
            return Key(TextColumn(_r.key, path.attribute), key_scope(self.resource_type, self.source))
        return self._column(path) or ValueRows(path)

    def element(self, path: AttributePath, inner: Filter) -> Condition:
        """Some element at ``path`` satisfies ``inner``."""
        if path.attribute.name in _RELATIONS:
            return _related(path, lambda scope: self.translate(inner, scope))
        if path.attribute.name == "meta":
            return self.translate(inner, self)
        return _some_element(path, inner, self.translate)

    def _column(self, path: AttributePath) -> Operand | None:
        leaf = path.leaf
        match str(path):
            case "id":
                return TextColumn(_r.id, leaf)
            case "externalId":
                return TextColumn(_r.external_id, leaf, nullable=True)
            case "active":
                return BooleanColumn(_r.active)
            case "meta" | "meta.resourceType":
                return Constant(self.resource_type.name, leaf)
            case "meta.created":
                return TimeColumn(_r.created)
            case "meta.lastModified":
                return TimeColumn(_r.modified)
            case "meta.version":
                return TextColumn(literal('W/"') + cast(_r.version, String) + literal('"'), leaf)
            case "meta.location":
                raise refuse(path)
        return None


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a resource; ``scope`` is the same in all rows of a search and brings in the unique index."""

    column: TextColumn
    scope: int

    def compare(self, operator: str, value: Value) -> Condition:
        """Compare with the folded key."""
        return and_(_r.scope == self.scope, self.column.compare(operator, value))

    def present(self) -> Condition:
        """A name is required, and more than blanks."""
        return self.column.present()


@dataclass(frozen=True, slots=True)
class ValueRows:
    """The rows of ``scim_attr_value`` at a path; of all its sub-attributes where the path ends in a complex one."""

    path: AttributePath

    def compare(self, operator: str, value: Value) -> Condition:
        """One of the values compares; for ``ne`` also: there is none."""
        condition = self._some(_compares(tables.attr_value.c, self.path, operator, value))
        if operator == "ne":
            return or_(condition, not_(self._some()))
        return condition

    def present(self) -> Condition:
        """There is a value that is not empty."""
        if self.path.leaf.type == "complex":
            return self._some()
        return self._some(tables.attr_value.c.value != "")

    def _some(self, *conditions: Condition) -> Condition:
        rows = tables.attr_value.c
        return _r.pk.in_(select(rows.resource).where(rows.path.in_(_numbers(self.path)), *conditions))


@dataclass(frozen=True, slots=True)
class Schemas:
    """The URNs of a resource; that of its type is in no row, because every resource has it."""

    path: AttributePath
    core: Constant

    def compare(self, operator: str, value: Value) -> Condition:
        """One of the URNs compares."""
        rows = tables.attr_value.c
        extension = and_(rows.path.in_(_numbers(self.path)), _compares(rows, self.path, operator, value))
        return or_(self.core.compare(operator, value), _r.pk.in_(select(rows.resource).where(extension)))

    def present(self) -> Condition:
        """Always."""
        return self.core.present()


@dataclass(frozen=True, slots=True)
class RelatedValues:
    """``members.value``, ``groups.display``: an attribute of the resources at the other end of memberships."""

    path: AttributePath
    document: DocumentScope

    def compare(self, operator: str, value: Value) -> Condition:
        """One of the related resources compares; for ``ne`` also: there is none."""
        condition = _related(self.path, lambda scope: scope.operand(self.path).compare(operator, value))
        if operator == "ne":
            return or_(condition, not_(_related(self.path, None)))
        return condition

    def present(self) -> Condition:
        """There is one: none of these attributes is ever empty."""
        return _related(self.path, None)


@dataclass(frozen=True, slots=True)
class RelatedScope:
    """One related resource: the sub-attributes of an element of ``members`` or ``groups``."""

    related: Any

    def operand(self, path: AttributePath) -> Operand:
        """Return what stands at ``path``. Raises :class:`InvalidFilter`."""
        match str(path):
            case "members.value" | "groups.value":
                return TextColumn(self.related.id, path.leaf)
            case "groups.display":
                return TextColumn(self.related.key, path.leaf)
            case "members.type":
                return Constant("User", path.leaf)
            case "groups.type":
                return Constant("direct", path.leaf)
        raise refuse(path)

    def element(self, path: AttributePath, inner: Filter) -> Condition:
        """A reference holds no further elements."""
        raise refuse(path)


@dataclass(frozen=True, slots=True)
class ElementScope:
    """One element of a multi-valued attribute: the rows that share its resource and number with ``anchor``."""

    anchor: Any

    def operand(self, path: AttributePath) -> Operand:
        """Return the sub-attribute at ``path``."""
        return ElementValue(path, self.anchor)

    def element(self, path: AttributePath, inner: Filter) -> Condition:
        """An element holds no further elements."""
        raise refuse(path)


@dataclass(frozen=True, slots=True)
class ElementValue:
    """A sub-attribute of the element that ``anchor`` belongs to."""

    path: AttributePath
    anchor: Any

    def compare(self, operator: str, value: Value) -> Condition:
        """The value compares; for ``ne`` also: there is none."""
        if operator == "ne":
            return not_(self._some(lambda rows: _compares(rows, self.path, "eq", value)))
        return self._some(lambda rows: _compares(rows, self.path, operator, value))

    def present(self) -> Condition:
        """There is a value that is not empty."""
        return self._some(lambda rows: rows.value != "")

    def _some(self, condition: Callable[[Any], Condition]) -> Condition:
        rows = tables.attr_value.alias().c
        return exists().where(
            rows.resource == self.anchor.resource,
            rows.element == self.anchor.element,
            rows.path.in_(_numbers(self.path)),
            condition(rows),
        )


def _some_element(path: AttributePath, inner: Filter, translate: Translate) -> Condition:
    """An element of rows satisfies ``inner``; a comparison that must hold serves as the way in, by its index."""
    anchor = tables.attr_value.alias().c
    terms = inner.terms if isinstance(inner, And) else (inner,)
    entry = next((term for term in terms if isinstance(term, Comparison) and term.operator in ("eq", "sw")), None)
    scope = ElementScope(anchor)
    if entry is None:
        conditions = [anchor.path.in_(_numbers(path)), translate(inner, scope)]
    else:
        conditions = [
            anchor.path.in_(_numbers(entry.path)),
            _compares(anchor, entry.path, entry.operator, entry.value),
            *(translate(term, scope) for term in terms if term is not entry),
        ]
    return _r.pk.in_(select(anchor.resource).where(*conditions))


def _related(path: AttributePath, condition: Callable[[RelatedScope], Condition] | None) -> Condition:
    """A related resource satisfies ``condition``; ``None``: there is one."""
    ours, theirs = _RELATIONS[path.attribute.name]
    query = select(ours)
    if condition is not None:
        related = tables.resource.alias()
        joined = tables.membership.join(related, related.c.pk == theirs)
        query = query.select_from(joined).where(condition(RelatedScope(related.c)))
    return _r.pk.in_(query)


def _compares(rows: Any, path: AttributePath, operator: str, value: Value) -> Condition:
    if path.leaf.type in ("integer", "decimal"):
        # Rows hold text, whose order is not that of numbers.
        raise refuse(path)
    return compare(rows.value, operator, comparable(path.leaf, value), prefix=indexed_prefix(rows))


def _numbers(path: AttributePath) -> list[int]:
    if path.leaf.type != "complex":
        return [path_number(path.schema, path.attribute.name, path.sub and path.sub.name)]
    return [path_number(path.schema, path.attribute.name, sub.name) for sub in path.attribute.sub_attributes]


_RELATIONS = {"members": (_m.group_pk, _m.member_pk), "groups": (_m.member_pk, _m.group_pk)}
