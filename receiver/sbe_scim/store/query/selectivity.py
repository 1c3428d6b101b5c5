"""Which part of a filter finds few rows by an index: the one to enter the tables by.

Databases choose badly here. SQLite takes a value that everybody has (``type eq "work"``) for as good a way in as an
address, and reads every person of a source; so does PostgreSQL before it has looked at a table.
"""

from __future__ import annotations

from collections.abc import Sequence

from sbe_scim.protocol import And, AttributePath, Comparison, Filter, Or, ValuePath

#: Smaller is better: whether only the beginning of the value is known, then how many resources may share the value.
Rank = tuple[bool, int]

_UNIQUE = frozenset({"id", "externalId"})
_SHARED_BY_MANY = frozenset({"type", "schemas", "resourceType", "version"})


def rank(term: Filter) -> Rank | None:
    """How well a term narrows a search; ``None`` where it has no index or finds about everything."""
    match term:
        case Comparison():
            return _rank(term)
        case ValuePath(_, inner):
            return rank(inner)
        case And(terms):
            return min((found for found in map(rank, terms) if found is not None), default=None)
        case Or(terms):
            ranks = [rank(part) for part in terms]
            return max((found for found in ranks if found is not None), default=None) if None not in ranks else None
    return None


def way_in(terms: Sequence[Filter]) -> Filter | None:
    """The term that narrows a search most, if one does."""
    ranked = [(found, number) for number, term in enumerate(terms) if (found := rank(term)) is not None]
    return terms[min(ranked)[1]] if ranked else None


def _rank(term: Comparison) -> Rank | None:
    leaf = term.path.leaf
    if term.operator not in ("eq", "sw") or term.value == "" or leaf.type not in ("string", "reference", "binary"):
        return None
    if leaf.canonical_values or leaf.name in _SHARED_BY_MANY:
        return None
    return term.operator == "sw", _sharing(term.path)


def _sharing(path: AttributePath) -> int:
    if path.leaf.uniqueness != "none" or str(path) in _UNIQUE:
        return 0
    # A value is somebody's own, save that of a group, which all its members have.
    return 1 if path.leaf.name == "value" and path.attribute.name not in ("members", "groups") else 2
