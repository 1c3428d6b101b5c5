"""Where the paths of a filter lead in a whole resource: to its columns, to rows of values, to related resources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import String, and_, cast, literal, or_, select, union_all

from sbe_scim.protocol import AttributePath, Filter, Or, ResourceType
from sbe_scim.store import tables
from sbe_scim.store.index import key_scope
from sbe_scim.store.query.operands import (
    BooleanColumn,
    Condition,
    Constant,
    Key,
    Operand,
    TextColumn,
    TimeColumn,
    Value,
    refuse,
)
from sbe_scim.store.query.related import Related, RelatedValues
from sbe_scim.store.query.rows import RowElement, ValueRows
from sbe_scim.store.query.scope import Element, Scope
from sbe_scim.store.query.selectivity import rank

_r = tables.resource.c


@dataclass(frozen=True, slots=True)
class DocumentScope:
    """A whole resource of ``scim_resource``."""

    resource_type: ResourceType
    source: int
    #: Where the source's names that are unique on the whole server are.
    space: int = 0
    #: Another condition has found few resources: look at their rows rather than for all rows that fit.
    few: bool = False
    #: There are groups in groups.
    nested: bool = False

    def operand(self, path: AttributePath) -> Operand:
        """Return what stands at ``path``. Raises :class:`InvalidFilter`."""
        name = path.attribute.name
        if path.schema is not None:
            return ValueRows(path, self.few)
        if name == self.resource_type.relation.attribute:
            return RelatedValues(path, self._related())
        if name == "schemas":
            return Schemas(self.resource_type, ValueRows(path, self.few))
        if name == self.resource_type.key:
            here = _r.scope == key_scope(self.resource_type, self.source, self.space)
            return Key(TextColumn(_r.key, path.attribute), (here,))
        return self._column(path) or ValueRows(path, self.few)

    def element(self, path: AttributePath, inner: Filter) -> Element:
        """Return the question for an element at ``path`` that satisfies ``inner``."""
        if path.attribute.name == self.resource_type.relation.attribute:
            return self._related().element(inner)
        if path.attribute.name == "meta":
            return Part(self, (inner,))
        return RowElement.of(path, inner, self.few)

    def any_of(self, whole: Or, conditions: Sequence[Condition]) -> Condition:
        """One of ``conditions`` holds; what each finds by its index is put together, which ``OR`` would not do."""
        if self.few or rank(whole) is None:
            return or_(*conditions)
        found = select(_r.pk).where(*self._owned()).correlate(None)
        return _r.pk.in_(union_all(*(found.where(condition) for condition in conditions)))

    def narrowed(self) -> DocumentScope:
        """The same, for conditions on the few resources that another condition has found."""
        return replace(self, few=True)

    def _related(self) -> Related:
        return Related(self.resource_type, self.source, self.few, self.nested)

    def _owned(self) -> tuple[Condition, ...]:
        return _r.deleted.is_(None), _r.source == self.source, _r.type == self.resource_type.number

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
class Part:
    """A part of the resource itself, such as ``meta``: its paths are read where the resource's are."""

    scope: Scope
    terms: tuple[Filter, ...]

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The one of the resource."""
        return (self.scope,)

    def holds(self, conditions: Sequence[Sequence[Condition]]) -> Condition:
        """All of these hold."""
        return and_(*conditions[0])


@dataclass(frozen=True, slots=True)
class Schemas:
    """The URNs of a resource: that of its type is in no row, because every resource has it, and rows may hold one that
    is not declared any more."""

    resource_type: ResourceType
    rows: ValueRows

    def compare(self, operator: str, value: Value) -> Condition:
        """One of the URNs compares."""
        urns = [schema.id for schema in self.resource_type.extensions]
        held = [self.rows.some("eq", urn) for urn in urns if self._decided(urn, operator, value)]
        core = self._constant(self.resource_type.schema.id).compare(operator, value)
        return or_(core, *held)

    def present(self) -> Condition:
        """Always."""
        return self._constant(self.resource_type.schema.id).present()

    def _constant(self, urn: str) -> Constant:
        return Constant(urn, self.rows.path.attribute)

    def _decided(self, urn: str, operator: str, value: Value) -> bool:
        return self._constant(urn).holds(operator, value)
