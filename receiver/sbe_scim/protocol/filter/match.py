"""Whether a document, or one element of it, satisfies a filter.

``ne`` holds when one of the values differs, and when there is no value at all: the RFC leaves it open.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sbe_scim.protocol.filter.tree import And, Comparison, Filter, Not, Or, Present, ValuePath
from sbe_scim.protocol.schema.attributes import Attribute, AttributePath
from sbe_scim.protocol.values import instant


def matches(filter: Filter, document: Mapping[str, Any]) -> bool:
    """Tell whether a resource matches."""
    return _holds(filter, document, _document_values)


def matches_element(filter: Filter, element: Mapping[str, Any]) -> bool:
    """Tell whether one element of a multi-valued attribute satisfies the filter of a value path on it."""
    return _holds(filter, element, _element_values)


Values = Callable[[Mapping[str, Any], AttributePath], Sequence[Any]]


def _holds(node: Filter, subject: Mapping[str, Any], values: Values) -> bool:
    match node:
        case Comparison():
            return _compares(node, values(subject, node.path))
        case Present(path):
            return any(value not in ("", [], {}) for value in values(subject, path))
        case And(terms):
            return all(_holds(term, subject, values) for term in terms)
        case Or(terms):
            return any(_holds(term, subject, values) for term in terms)
        case Not(term):
            return not _holds(term, subject, values)
        case ValuePath(path, inner):
            return any(matches_element(inner, element) for element in values(subject, path))


def _document_values(document: Mapping[str, Any], path: AttributePath) -> Sequence[Any]:
    holder = document if path.schema is None else document.get(path.schema) or {}
    value = holder.get(path.attribute.name)
    if value is None:
        return ()
    elements = value if isinstance(value, list) else (value,)
    if path.sub is None:
        return elements
    return [element[path.sub.name] for element in elements if element.get(path.sub.name) is not None]


def _element_values(element: Mapping[str, Any], path: AttributePath) -> Sequence[Any]:
    value = element.get(path.leaf.name)
    return () if value is None else (value,)


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
    "co": lambda value, part: part in value,
    "sw": lambda value, part: value.startswith(part),
    "ew": lambda value, part: value.endswith(part),
}


def _compares(node: Comparison, values: Sequence[Any]) -> bool:
    if not values:
        return node.operator == "ne"
    leaf, compare = node.path.leaf, _OPERATORS[node.operator]
    expected = comparable(leaf, node.value, node.operator)
    return any(compare(comparable(leaf, value), expected) for value in values)


def comparable(attribute: Attribute, value: Any, operator: str = "eq") -> Any:
    """Return the form in which two values of ``attribute`` compare, or that in which an operator looks for one."""
    if attribute.type == "dateTime":
        return instant(value)
    if attribute.type == "decimal":
        return float(value)
    return attribute.folded(value, operator) if isinstance(value, str) else value
