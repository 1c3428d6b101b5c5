"""Filters: their syntax tree, and whether a document matches (RFC 7644 §3.4.2.2).

Two points that the RFC leaves open. ``ne`` holds when one of the values differs, and when there is no value at all. A
comparison with ``null`` asks whether the attribute is assigned, so that the tree holds no ``null``.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sbe_scim.protocol.attributes import Attribute, AttributePath
from sbe_scim.protocol.values import fold, instant


@dataclass(frozen=True, slots=True)
class Comparison:
    """``operator`` is one of eq, ne, co, sw, ew, gt, ge, lt, le; ``value`` has the type of the path's leaf.

    A dateTime is kept as its text; :func:`~sbe_scim.protocol.values.instant` reads it without fail.
    """

    path: AttributePath
    operator: str
    value: str | bool | int | float

    def __str__(self) -> str:
        return _text(self, str)


@dataclass(frozen=True, slots=True)
class Present:
    """The attribute has a value (``pr``)."""

    path: AttributePath

    def __str__(self) -> str:
        return _text(self, str)


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more terms hold; none of them is an ``And``."""

    terms: tuple[Filter, ...]

    def __str__(self) -> str:
        return _text(self, str)


@dataclass(frozen=True, slots=True)
class Or:
    """One of two or more terms holds; none of them is an ``Or``."""

    terms: tuple[Filter, ...]

    def __str__(self) -> str:
        return _text(self, str)


@dataclass(frozen=True, slots=True)
class Not:
    """The term does not hold."""

    term: Filter

    def __str__(self) -> str:
        return _text(self, str)


@dataclass(frozen=True, slots=True)
class ValuePath:
    """One element of ``path`` satisfies ``filter`` as a whole, whose paths lead to sub-attributes of ``path``."""

    path: AttributePath
    filter: Filter

    def __str__(self) -> str:
        return _text(self, str)


Filter = Comparison | Present | And | Or | Not | ValuePath


def conjunction(terms: Sequence[Filter]) -> Filter:
    """Return the one term, or an ``And`` of all that has no ``And`` in it."""
    flat = [part for term in terms for part in (term.terms if isinstance(term, And) else (term,))]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def disjunction(terms: Sequence[Filter]) -> Filter:
    """Return the one term, or an ``Or`` of all that has no ``Or`` in it."""
    flat = [part for term in terms for part in (term.terms if isinstance(term, Or) else (term,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


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
    expected = comparable(leaf, node.value)
    return any(compare(comparable(leaf, value), expected) for value in values)


def comparable(attribute: Attribute, value: Any) -> Any:
    """Return the form in which two values of ``attribute`` compare."""
    if attribute.type == "dateTime":
        return instant(value)
    if isinstance(value, str) and not attribute.case_exact:
        return fold(value)
    return value


def _text(node: Filter, name: Callable[[AttributePath], str]) -> str:
    match node:
        case Comparison(path, op, value):
            return f"{name(path)} {op} {json.dumps(value, ensure_ascii=False)}"
        case Present(path):
            return f"{name(path)} pr"
        case And(terms):
            return " and ".join(_grouped(term, name) for term in terms)
        case Or(terms):
            return " or ".join(_text(term, name) for term in terms)
        case Not(term):
            return f"not ({_text(term, name)})"
        case ValuePath(path, inner):
            return f"{name(path)}[{_text(inner, lambda part: part.leaf.name)}]"


def _grouped(term: Filter, name: Callable[[AttributePath], str]) -> str:
    text = _text(term, name)
    return f"({text})" if isinstance(term, Or) else text
