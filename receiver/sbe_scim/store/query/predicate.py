"""Filters (RFC 7644 §3.4.2.2) to SQL. What cannot be answered exactly is refused, never guessed.

The meaning is that of :func:`sbe_scim.protocol.matches`. No condition here ever evaluates to NULL, so that ``not`` is
its exact opposite.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeGuard

from sqlalchemy import and_, not_

from sbe_scim.protocol import And, AttributePath, Comparison, Filter, Not, Or, Present, ResourceType, ValuePath
from sbe_scim.store.index import KEY_ATTRIBUTE
from sbe_scim.store.query.operands import Condition, Operand
from sbe_scim.store.query.scopes import DocumentScope
from sbe_scim.store.query.selectivity import way_in


class Scope(Protocol):
    """What the paths of a filter lead to: attributes of a resource, or sub-attributes of one element."""

    def operand(self, path: AttributePath) -> Operand:
        """Return what stands at ``path``."""

    def element(self, path: AttributePath, inner: Filter) -> Condition:
        """Some element at ``path`` satisfies ``inner``."""

    def any_of(self, whole: Or, conditions: Sequence[Condition]) -> Condition:
        """One of ``conditions`` holds, which are the terms of ``whole``."""

    def narrowed(self) -> Scope:
        """The same, for conditions on the few resources that another condition has found."""


def predicate(condition: Filter, resource_type: ResourceType, source: int) -> Condition:
    """Return the SQL condition on ``scim_resource``. Raises :class:`InvalidFilter` where SQL has no exact answer."""
    return translate(condition, DocumentScope(resource_type, source, translate))


def translate(condition: Filter, scope: Scope) -> Condition:
    """Return the SQL condition for a filter whose paths are read in ``scope``."""
    match condition:
        case And(terms):
            entry = way_in(terms)
            rest = scope if entry is None else scope.narrowed()
            return and_(*(translate(term, scope if term is entry else rest) for term in terms))
        case Or(terms):
            return scope.any_of(condition, [translate(term, scope) for term in terms])
        case Not(term):
            return not_(translate(term, scope))
        case Present(path):
            return scope.operand(path).present()
        case Comparison(path, operator, value):
            return scope.operand(path).compare(operator, value)
        case ValuePath(path, inner):
            return scope.element(path, inner)


def is_lookup(condition: Filter | None, resource_type: ResourceType) -> TypeGuard[Comparison]:
    """Tell whether the filter looks up one resource by a unique value."""
    if not isinstance(condition, Comparison) or condition.operator != "eq":
        return False
    return str(condition.path) in (KEY_ATTRIBUTE[resource_type.name], "externalId", "id")
