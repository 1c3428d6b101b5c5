"""Filters on memberships: attributes of the members of a group, and of the groups of a member."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, false, func, not_, or_, select, union_all
from sqlalchemy.sql.elements import AsBoolean, False_
from sqlalchemy.sql.operators import istrue

from sbe_scim.protocol import AttributePath, End, Filter, Or, ResourceType
from sbe_scim.store import tables
from sbe_scim.store.query.operands import Condition, Constant, Key, Operand, TextColumn, Value, refuse
from sbe_scim.store.query.rows import of_rows
from sbe_scim.store.query.scope import Element
from sbe_scim.store.query.sorting import by_no_index

_m = tables.membership.c
_n = tables.nesting.c


@dataclass(frozen=True, slots=True)
class RelatedValues:
    """``members.value``, ``groups.display``: an attribute of the resources at the other end of memberships."""

    path: AttributePath
    related: Related

    def compare(self, operator: str, value: Value) -> Condition:
        """One of the related resources compares; for ``ne`` also: there is none."""
        element = self.related.element()
        condition = element.holds([[scope.operand(self.path).compare(operator, value)] for scope in element.scopes])
        if operator == "ne":
            return or_(condition, not_(self.related.some()))
        return condition

    def present(self) -> Condition:
        """There is one: none of these attributes is ever empty."""
        return self.related.some()


@dataclass(frozen=True, slots=True)
class Related:
    """The resources at the other end of the memberships of a resource of ``resource_type``.

    ``nested``: there are groups in groups.
    """

    resource_type: ResourceType
    source: int
    few: bool
    nested: bool

    def some(self) -> Condition:
        """There is one. Who is in a group by another is in that one."""
        if not self.resource_type.member_types:
            return of_rows(select(_m.member_pk), _m.member_pk, self.few)
        people = of_rows(select(_m.group_pk), _m.group_pk, self.few)
        return or_(people, of_rows(select(_n.outer_pk), _n.outer_pk, self.few)) if self.nested else people

    def first(self, value: Callable[[RelatedScope], Any]) -> Any:
        """An expression of the one that is shown first; NULL where there is none.

        People come before groups; and who is in a group by another is in that one, which comes before.
        """
        scopes = self._scopes(2)
        if not self.resource_type.member_types:
            return _oldest(tables.membership, _m.member_pk, _m.group_pk, value(scopes[0]), scopes[0])
        person = _oldest(tables.membership, _m.group_pk, _m.member_pk, value(scopes[0]), scopes[0])
        return func.coalesce(person, _oldest(tables.nesting, _n.outer_pk, _n.inner_pk, value(scopes[1]), scopes[1]))

    def element(self, *terms: Filter) -> RelatedElement:
        """Return the question for one that satisfies ``terms``."""
        return RelatedElement(self._scopes(1 + self.nested), terms, bool(self.resource_type.member_types), self.few)

    def _scopes(self, count: int) -> tuple[RelatedScope, ...]:
        ends = self.resource_type.relation.ends[:count]
        return tuple(RelatedScope(tables.resource.alias().c, end, self.source) for end in ends)


def _oldest(table: Any, ours: Any, theirs: Any, value: Any, scope: RelatedScope) -> Any:
    other = scope.related.pk
    query = select(value).select_from(table.join(other.table, other == theirs))
    here = query.where(ours == tables.resource.c.pk).correlate(tables.resource)
    return here.order_by(theirs).limit(1).scalar_subquery()


@dataclass(frozen=True, slots=True)
class RelatedElement:
    """A related resource that satisfies something: a member of ``groups``, or a group of somebody."""

    scopes: tuple[RelatedScope, ...]
    terms: tuple[Filter, ...]
    groups: bool
    few: bool

    def holds(self, conditions: Sequence[Sequence[Condition]]) -> Condition:
        """One satisfies all of these."""
        ways = (_members, _inner_groups) if self.groups else (_own_groups, _groups_around)
        found = [
            way(scope.related, wanted)
            for way, scope, wanted in zip(ways, self.scopes, conditions, strict=False)
            # A term on the type may leave one way only.
            if not any(map(_never, wanted))
        ]
        if self.few or len(found) < 2:
            return or_(false(), *(of_rows(query, ours, self.few) for query, ours in found))
        return tables.resource.c.pk.in_(union_all(*(query for query, _ in found)))


def _never(condition: Condition) -> bool:
    """Tell whether a condition is the constant, alone or as what is left of a conjunction."""
    if isinstance(condition, AsBoolean) and condition.operator is istrue:
        condition = condition.element
    return isinstance(condition, False_)


def _members(other: Any, conditions: Sequence[Condition]) -> tuple[Any, Any]:
    joined = tables.membership.join(other.pk.table, other.pk == _m.member_pk)
    return select(_m.group_pk).select_from(joined).where(*conditions), _m.group_pk


def _inner_groups(other: Any, conditions: Sequence[Condition]) -> tuple[Any, Any]:
    joined = tables.nesting.join(other.pk.table, other.pk == _n.inner_pk)
    return select(_n.outer_pk).select_from(joined).where(*conditions), _n.outer_pk


def _own_groups(other: Any, conditions: Sequence[Condition]) -> tuple[Any, Any]:
    joined = tables.membership.join(other.pk.table, other.pk == _m.group_pk)
    return select(_m.member_pk).select_from(joined).where(*conditions), _m.member_pk


def _groups_around(other: Any, conditions: Sequence[Condition]) -> tuple[Any, Any]:
    """From the groups that satisfy the conditions down to those in them, whose members are not in the former itself."""
    edge = tables.nesting.alias().c
    joined = other.pk.table.join(edge.inner_pk.table, edge.outer_pk == other.pk)
    start = select(other.pk.label("top"), edge.inner_pk.label("pk")).select_from(joined).where(*conditions)
    down = start.cte(recursive=True)
    step = tables.nesting.alias().c
    down = down.union(
        select(down.c.top, step.inner_pk).select_from(step.inner_pk.table.join(down, step.outer_pk == down.c.pk))
    )
    own, below = tables.membership.alias().c, tables.membership.alias().c
    direct = exists(
        select(own.group_pk)
        .where(own.group_pk == down.c.top, own.member_pk == below.member_pk)
        .correlate(down, below.group_pk.table)
    )
    # Begun with the few groups: by an index of these SQLite would read all memberships there are.
    joined = below.group_pk.table.join(down, below.group_pk == by_no_index(down.c.pk))
    return select(below.member_pk).select_from(joined).where(not_(direct)), below.member_pk


@dataclass(frozen=True, slots=True)
class RelatedScope:
    """One related resource: the sub-attributes of an element of ``members`` or ``groups``.

    ``end`` says of which type all of them are; with their source it brings in the index of keys.
    """

    related: Any
    end: End
    source: int

    def operand(self, path: AttributePath) -> Operand:
        """Return what stands at ``path``. Raises :class:`InvalidFilter`."""
        match str(path):
            case "members.value" | "groups.value":
                return TextColumn(self.related.id, path.leaf)
            case "groups.display":
                owned = (self.related.deleted.is_(None), self.related.type == self.end.number)
                return Key(TextColumn(self.related.key, path.leaf), (*owned, self.related.scope == self.source))
            case "members.type" | "groups.type":
                return Constant(self.end.label, path.leaf)
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
