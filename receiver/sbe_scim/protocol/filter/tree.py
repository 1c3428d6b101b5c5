"""The syntax tree of a filter (RFC 7644 §3.4.2.2).

A comparison with ``null`` asks whether the attribute is assigned, which the RFC leaves open: the tree holds no
``null``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sbe_scim.protocol.schema.attributes import AttributePath


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


def primary(path: AttributePath, *, is_primary: bool, within: bool, differs: bool) -> Filter:
    """Whether an element is the primary one; it is not where it does not say so (RFC 7643 §2.4).

    ``within`` brackets one element is asked for. Elsewhere it is any of them, and ``ne`` holds where there is none.
    """
    one = Comparison(path, "eq" if is_primary else "ne", True)
    if within:
        return one
    elements = AttributePath(path.schema, path.attribute)
    some = one if is_primary else ValuePath(elements, one)
    return disjunction((some, Not(Present(elements)))) if differs else some


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
