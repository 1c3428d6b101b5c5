"""One filter on resources of several types (RFC 7644 §3.4.2.1): what a type does not have, has no value in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sbe_scim.protocol.filter.parser import parse_filter
from sbe_scim.protocol.filter.tree import (
    And,
    Comparison,
    Filter,
    Not,
    Or,
    Present,
    ValuePath,
    conjunction,
    disjunction,
)
from sbe_scim.protocol.policy import Naming
from sbe_scim.protocol.schema.attributes import AttributePath
from sbe_scim.protocol.schema.registry import ResourceType


def parse_filter_across(
    text: str,
    resource_types: Sequence[ResourceType],
    naming: Naming | None = None,
    *,
    string_booleans: bool = False,
    unquoted: bool = False,
) -> list[Filter | bool]:
    """Return what the filter comes to for each type: a filter of its own, or that all or none of them match.

    Raises as :func:`parse_filter` does, for an attribute that no type has too.
    """
    trees = (
        parse_filter(text, kind, naming, resource_types, string_booleans=string_booleans, unquoted=unquoted)
        for kind in resource_types
    )
    return [_reduced(tree, kind) for tree, kind in zip(trees, resource_types, strict=True)]


def _reduced(tree: Filter, kind: ResourceType) -> Filter | bool:
    match tree:
        case And(terms):
            return _joined(terms, kind, conjunction, neutral=True)
        case Or(terms):
            return _joined(terms, kind, disjunction, neutral=False)
        case Not(term):
            inner = _reduced(term, kind)
            return not inner if isinstance(inner, bool) else Not(inner)
        case Comparison(path, operator, _):
            return tree if _has(kind, path) else operator == "ne"
        case Present(path) | ValuePath(path, _):
            return tree if _has(kind, path) else False


def _joined(
    terms: Sequence[Filter], kind: ResourceType, join: Callable[[Sequence[Filter]], Filter], *, neutral: bool
) -> Filter | bool:
    reduced = [_reduced(term, kind) for term in terms]
    if (not neutral) in reduced:
        return not neutral
    left = [term for term in reduced if not isinstance(term, bool)]
    return join(left) if left else neutral


def _has(kind: ResourceType, path: AttributePath) -> bool:
    return kind.path(str(path)) is not None
