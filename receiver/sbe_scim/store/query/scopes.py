"""Where the paths of a filter lead: columns of a resource, rows of values, related resources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import String, and_, cast, literal, not_, or_, select, union_all

from sbe_scim.protocol import AttributePath, Filter, Or, ResourceType
from sbe_scim.store import tables
from sbe_scim.store.index import KEY_ATTRIBUTE, key_scope
from sbe_scim.store.query.operands import (
    BooleanColumn,
    Condition,
    Constant,
    Operand,
    TextColumn,
    TimeColumn,
    Value,
    refuse,
)
from sbe_scim.store.query.rows import Translate, ValueRows, of_rows, some_element
from sbe_scim.store.query.selectivity import rank

_r = tables.resource.c
_m = tables.membership.c


@dataclass(frozen=True, slots=True)
class DocumentScope:
    """A whole resource of ``scim_resource``."""

    resource_type: ResourceType
    source: int
    translate: Translate
    #: Another condition has found few resources: look at their rows rather than for all rows that fit.
    few: bool = False

    def operand(self, path: AttributePath) -> Operand:
        """Return what stands at ``path``. Raises :class:`InvalidFilter`."""
        name = path.attribute.name
        if path.schema is not None:
            return ValueRows(path, self.few)
        if name in _RELATIONS:
            return RelatedValues(path, self)
        if name == "schemas":
            return Schemas(ValueRows(path, self.few), Constant(self.resource_type.schema.id, path.attribute))
        if name == KEY_ATTRIBUTE[self.resource_type.name]:
            here = _r.scope == key_scope(self.resource_type, self.source)
            return Key(TextColumn(_r.key, path.attribute), (here,))
        return self._column(path) or ValueRows(path, self.few)

    def element(self, path: AttributePath, inner: Filter) -> Condition:
        """Some element at ``path`` satisfies ``inner``."""
        if path.attribute.name in _RELATIONS:
            return self.related(path, lambda scope: self.translate(inner, scope))
        if path.attribute.name == "meta":
            return self.translate(inner, self)
        return some_element(path, inner, self.translate, self.few)

    def any_of(self, whole: Or, conditions: Sequence[Condition]) -> Condition:
        """One of ``conditions`` holds; what each finds by its index is put together, which ``OR`` would not do."""
        if self.few or rank(whole) is None:
            return or_(*conditions)
        found = select(_r.pk).where(*self._owned()).correlate(None)
        return _r.pk.in_(union_all(*(found.where(condition) for condition in conditions)))

    def narrowed(self) -> DocumentScope:
        """The same, for conditions on the few resources that another condition has found."""
        return replace(self, few=True)

    def related(self, path: AttributePath, condition: Callable[[RelatedScope], Condition] | None) -> Condition:
        """A related resource satisfies ``condition``; ``None``: there is one."""
        ours, theirs, other = _RELATIONS[path.attribute.name]
        query = select(ours)
        if condition is not None:
            related = tables.resource.alias()
            joined = tables.membership.join(related, related.c.pk == theirs)
            query = query.select_from(joined).where(condition(RelatedScope(related.c, other, self.source)))
        return of_rows(query, ours, self.few)

    def _owned(self) -> tuple[Condition, ...]:
        return _r.deleted.is_(None), _r.source == self.source, _r.type == self.resource_type.name

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
    """The key of a resource; ``here`` holds for all rows of a search and brings in the unique index."""

    column: TextColumn
    here: tuple[Condition, ...]

    def compare(self, operator: str, value: Value) -> Condition:
        """Compare with the folded key."""
        return and_(*self.here, self.column.compare(operator, value))

    def present(self) -> Condition:
        """A name is required, and more than blanks."""
        return self.column.present()


@dataclass(frozen=True, slots=True)
class Schemas:
    """The URNs of a resource; that of its type is in no row, because every resource has it."""

    extensions: ValueRows
    core: Constant

    def compare(self, operator: str, value: Value) -> Condition:
        """One of the URNs compares."""
        return or_(self.core.compare(operator, value), self.extensions.some(operator, value))

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
        condition = self.document.related(self.path, lambda scope: scope.operand(self.path).compare(operator, value))
        if operator == "ne":
            return or_(condition, not_(self.document.related(self.path, None)))
        return condition

    def present(self) -> Condition:
        """There is one: none of these attributes is ever empty."""
        return self.document.related(self.path, None)


@dataclass(frozen=True, slots=True)
class RelatedScope:
    """One related resource: the sub-attributes of an element of ``members`` or ``groups``.

    ``type_name`` and ``source`` are what all of them have; they bring in the index of keys.
    """

    related: Any
    type_name: str
    source: int

    def operand(self, path: AttributePath) -> Operand:
        """Return what stands at ``path``. Raises :class:`InvalidFilter`."""
        match str(path):
            case "members.value" | "groups.value":
                return TextColumn(self.related.id, path.leaf)
            case "groups.display":
                owned = (self.related.deleted.is_(None), self.related.type == self.type_name)
                return Key(TextColumn(self.related.key, path.leaf), (*owned, self.related.scope == self.source))
            case "members.type":
                return Constant("User", path.leaf)
            case "groups.type":
                return Constant("direct", path.leaf)
        raise refuse(path)

    def element(self, path: AttributePath, inner: Filter) -> Condition:
        """A reference holds no further elements."""
        raise refuse(path)

    def any_of(self, whole: Or, conditions: Sequence[Condition]) -> Condition:
        """One of ``conditions`` holds."""
        return or_(*conditions)

    def narrowed(self) -> RelatedScope:
        """The same: it is about one resource."""
        return self


#: Our pk, theirs, and their type.
_RELATIONS = {"members": (_m.group_pk, _m.member_pk, "User"), "groups": (_m.member_pk, _m.group_pk, "Group")}
