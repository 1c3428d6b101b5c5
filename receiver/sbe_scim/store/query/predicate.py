"""Filters (RFC 7644 §3.4.2.2) to SQL. What cannot be answered exactly is refused, never guessed.

The meaning is that of :func:`sbe_scim.protocol.matches`. No condition here ever evaluates to NULL, so that ``not`` is
its exact opposite.
"""

from __future__ import annotations

from typing import TypeGuard

from sqlalchemy import and_, not_

from sbe_scim.protocol import And, Comparison, Filter, Not, Or, Present, ResourceType, ValuePath
from sbe_scim.store.query.documents import DocumentScope
from sbe_scim.store.query.operands import Condition
from sbe_scim.store.query.scope import Scope
from sbe_scim.store.query.selectivity import way_in


def predicate(
    condition: Filter, resource_type: ResourceType, source: int, *, space: int = 0, nested: bool = False
) -> Condition:
    """Return the SQL condition on ``scim_resource``. Raises :class:`InvalidFilter` where SQL has no exact answer.

    ``nested``: there are groups in groups. Where there are none, databases find better ways.
    """
    return translate(condition, DocumentScope(resource_type, source, space, nested=nested))


def is_about(condition: Filter, attribute: str) -> bool:
    """Tell whether a filter asks for an attribute of this name."""
    match condition:
        case And(terms) | Or(terms):
            return any(is_about(term, attribute) for term in terms)
        case Not(term):
            return is_about(term, attribute)
    return condition.path.attribute.name == attribute


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
            element = scope.element(path, inner)
            return element.holds([[translate(term, one) for term in element.terms] for one in element.scopes])


def is_lookup(condition: Filter | None, resource_type: ResourceType) -> TypeGuard[Comparison]:
    """Tell whether the filter looks up one resource by a unique value."""
    if not isinstance(condition, Comparison) or condition.operator != "eq":
        return False
    return str(condition.path) in (resource_type.key, "externalId", "id")
