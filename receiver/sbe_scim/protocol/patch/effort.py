"""A bound on what one request may cost: a small body can ask for many comparisons."""

from __future__ import annotations

from sbe_scim.protocol.errors import InvalidValue
from sbe_scim.protocol.filter.tree import And, Filter, Not, Or, ValuePath

#: Comparisons of one PATCH: about a second of work, and twenty looks through a group of 100,000.
MAX_COMPARISONS = 2_000_000


class Effort:
    """Counts the comparisons of one request."""

    def __init__(self) -> None:
        self._left = MAX_COMPARISONS

    def spend(self, comparisons: int) -> None:
        """Count ``comparisons`` before they are made; raise ``InvalidValue`` when they are too many."""
        self._left -= comparisons
        if self._left < 0:
            raise InvalidValue(f"the operations need more than {MAX_COMPARISONS} comparisons; send them in parts")


def size(filter: Filter) -> int:
    """Return how many comparisons the filter makes on one subject."""
    match filter:
        case And(terms) | Or(terms):
            return sum(size(term) for term in terms)
        case Not(term) | ValuePath(_, term):
            return size(term)
    return 1
