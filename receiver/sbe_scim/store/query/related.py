"""Filters on memberships: attributes of the members of a group, and of the groups of a member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import not_, or_, select

from sbe_scim.protocol import AttributePath, Filter, Or, Relation, ResourceType
from sbe_scim.store import tables
from sbe_scim.store.query.operands import Condition, Constant, Key, Operand, TextColumn, Value, refuse
from sbe_scim.store.query.rows import of_rows
from sbe_scim.store.query.scope import Element

_m = tables.membership.c


@dataclass(frozen=True, slots=True)
class RelatedValues:
    """``members.value``, ``groups.display``: an attribute of the resources at the other end of memberships."""

    path: AttributePath
    related: Related

    def compare(self, operator: str, value: Value) -> Condition:
        """One of the related resources compares; for ``ne`` also: there is none."""
        element = self.related.element()
        condition = element.holds([element.scope.operand(self.path).compare(operator, value)])
        if operator == "ne":
            return or_(condition, not_(self.related.some()))
        return condition

    def present(self) -> Condition:
        """There is one: none of these attributes is ever empty."""
        return self.related.some()


@dataclass(frozen=True, slots=True)
class Related:
    """The resources at the other end of the memberships of a resource of ``resource_type``."""

    resource_type: ResourceType
    source: int
    few: bool

    def some(self) -> Condition:
        """There is one."""
        ours, _ = self._ends()
        return of_rows(select(ours), ours, self.few)

    def first(self, value: Any, scope: RelatedScope) -> Any:
        """An expression of the oldest one, which ``scope`` is about; NULL where there is none."""
        ours, theirs = self._ends()
        other = scope.related.pk
        query = select(value).select_from(tables.membership.join(other.table, other == theirs))
        here = query.where(ours == tables.resource.c.pk).correlate(tables.resource)
        return here.order_by(theirs).limit(1).scalar_subquery()

    def element(self, *terms: Filter) -> RelatedElement:
        """Return the question for one that satisfies ``terms``."""
        other = tables.resource.alias()
        ours, theirs = self._ends()
        query = select(ours).select_from(tables.membership.join(other, other.c.pk == theirs))
        scope = RelatedScope(other.c, self.resource_type.relation, self.source)
        return RelatedElement(scope, terms, query, ours, self.few)

    def _ends(self) -> tuple[Any, Any]:
        """Our pk and theirs: a group is at the one end, its members are at the other."""
        return (_m.group_pk, _m.member_pk) if self.resource_type.member_types else (_m.member_pk, _m.group_pk)


@dataclass(frozen=True, slots=True)
class RelatedElement:
    """A related resource that satisfies something; ``query`` finds ``ours``, the pk of the resource that it is of."""

    scope: RelatedScope
    terms: tuple[Filter, ...]
    query: Any
    ours: Any
    few: bool

    def holds(self, conditions: Sequence[Condition]) -> Condition:
        """One satisfies all of these."""
        return of_rows(self.query.where(*conditions), self.ours, self.few)


@dataclass(frozen=True, slots=True)
class RelatedScope:
    """One related resource: the sub-attributes of an element of ``members`` or ``groups``.

    ``relation`` says of which type all of them are; with their source it brings in the index of keys.
    """

    related: Any
    relation: Relation
    source: int

    def operand(self, path: AttributePath) -> Operand:
        """Return what stands at ``path``. Raises :class:`InvalidFilter`."""
        match str(path):
            case "members.value" | "groups.value":
                return TextColumn(self.related.id, path.leaf)
            case "groups.display":
                owned = (self.related.deleted.is_(None), self.related.type == self.relation.number)
                return Key(TextColumn(self.related.key, path.leaf), (*owned, self.related.scope == self.source))
            case "members.type" | "groups.type":
                return Constant(self.relation.label, path.leaf)
        raise refuse(path)

    def element(self, path: AttributePath, inner: Filter) -> Element:
        """A reference holds no further elements."""
        raise refuse(path)

    def any_of(self, whole: Or, conditions: Sequence[Condition]) -> Condition:
        """One of ``conditions`` holds."""
        return or_(*conditions)

    def narrowed(self) -> RelatedScope:
        """The same: it is about one resource."""
        return self
