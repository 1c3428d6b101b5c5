"""Conditions on the rows of ``scim_attr_value``: on the values at a path, and on those of one element together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, not_, or_, select

from sbe_scim.protocol import And, AttributePath, Comparison, Filter, Or
from sbe_scim.store import tables
from sbe_scim.store.index import comparable, path_number
from sbe_scim.store.query.comparison import compare
from sbe_scim.store.query.operands import Condition, Operand, Value, refuse
from sbe_scim.store.query.scope import Element
from sbe_scim.store.query.selectivity import way_in
from sbe_scim.store.tables import indexed_prefix

_r = tables.resource.c


@dataclass(frozen=True, slots=True)
class ValueRows:
    """The rows of ``scim_attr_value`` at a path; of all its sub-attributes where the path ends in a complex one."""

    path: AttributePath
    few: bool

    def compare(self, operator: str, value: Value) -> Condition:
        """One of the values compares; for ``ne`` also: there is none."""
        condition = self.some(operator, value)
        if operator == "ne":
            return or_(condition, not_(self._some()))
        return condition

    def some(self, operator: str, value: Value) -> Condition:
        """One of the values compares."""
        return self._some(_compares(tables.attr_value.c, self.path, operator, value))

    def present(self) -> Condition:
        """There is a value that is not empty."""
        if self.path.leaf.type == "complex":
            return self._some()
        return self._some(tables.attr_value.c.value != "")

    def _some(self, *conditions: Condition) -> Condition:
        rows = tables.attr_value.c
        query = select(rows.resource).where(rows.path.in_(_numbers(self.path)), *conditions)
        return of_rows(query, rows.resource, self.few)


@dataclass(frozen=True, slots=True)
class ElementScope:
    """One element of a multi-valued attribute: the rows that share its resource and number with ``anchor``."""

    anchor: Any

    def operand(self, path: AttributePath) -> Operand:
        """Return the sub-attribute at ``path``."""
        return ElementValue(path, self.anchor)

    def element(self, path: AttributePath, inner: Filter) -> Element:
        """An element holds no further elements."""
        raise refuse(path)

    def any_of(self, whole: Or, conditions: Sequence[Condition]) -> Condition:
        """One of ``conditions`` holds."""
        return or_(*conditions)

    def narrowed(self) -> ElementScope:
        """The same: it is about one element."""
        return self


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
        found = select(rows.path).where(
            rows.resource == self.anchor.resource,
            rows.element == self.anchor.element,
            rows.path.in_(_numbers(self.path)),
            condition(rows),
        )
        return there_is(found.correlate(self.anchor.resource.table))


@dataclass(frozen=True, slots=True)
class RowElement:
    """An element of rows; the comparison that narrows most is its way in, by the index on values."""

    scope: ElementScope
    terms: tuple[Filter, ...]
    way: Condition
    few: bool

    @classmethod
    def of(cls, path: AttributePath, inner: Filter, few: bool) -> RowElement:
        """The question for an element at ``path`` that satisfies ``inner``."""
        anchor = tables.attr_value.alias().c
        terms = inner.terms if isinstance(inner, And) else (inner,)
        entry = way_in([term for term in terms if all(isinstance(part, Comparison) for part in _alternatives(term))])
        if entry is None:
            return cls(ElementScope(anchor), (inner,), anchor.path.in_(_numbers(path)), few)
        ways = [
            and_(anchor.path.in_(_numbers(part.path)), _compares(anchor, part.path, part.operator, part.value))
            for part in _alternatives(entry)
            if isinstance(part, Comparison)
        ]
        return cls(ElementScope(anchor), tuple(term for term in terms if term is not entry), or_(*ways), few)

    @property
    def scopes(self) -> tuple[ElementScope, ...]:
        """The one of the element."""
        return (self.scope,)

    def holds(self, conditions: Sequence[Sequence[Condition]]) -> Condition:
        """Some element satisfies all of these."""
        anchor = self.scope.anchor
        return of_rows(select(anchor.resource).where(self.way, *conditions[0]), anchor.resource, self.few)


def _alternatives(term: Filter) -> tuple[Filter, ...]:
    return term.terms if isinstance(term, Or) else (term,)


def of_rows(query: Any, resource: Any, few: bool) -> Condition:
    """One of the rows of ``query``, whose column ``resource`` is a pk, belongs to the resource.

    ``few``: ask for each of few resources. Else find the rows first, by the index on what they hold.
    """
    if few:
        return there_is(query.where(resource == _r.pk).correlate(tables.resource))
    return _r.pk.in_(query)


def there_is(query: Any) -> Condition:
    """The query has a row. Of EXISTS PostgreSQL makes a join, and may begin it with what everybody has."""
    condition: Condition = query.limit(1).scalar_subquery().isnot(None)
    return condition


def _compares(rows: Any, path: AttributePath, operator: str, value: Value) -> Condition:
    return compare(rows.value, operator, comparable(path.leaf, value, operator), prefix=indexed_prefix(rows))


def _numbers(path: AttributePath) -> list[int]:
    if path.leaf.type != "complex":
        return [path_number(path.schema, path.attribute.name, path.sub and path.sub.name)]
    return [path_number(path.schema, path.attribute.name, sub.name) for sub in path.attribute.sub_attributes]
