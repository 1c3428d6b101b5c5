"""In which order the operations of a bulk are done: what an operation refers to comes before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sbe_scim.protocol.bulk import BulkOperation, makers

#: Operations that are done at once: one, or those of a circle.
Circle = Sequence[BulkOperation]


def in_order(operations: Sequence[BulkOperation]) -> Iterator[Circle]:
    """Yield the operations, those that refer to each other in a circle together.

    Apart from that the order is that of the request. This is Tarjan's algorithm, without recursion: a chain may be as
    long as the request.
    """
    known = makers(operations)
    found: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_: list[BulkOperation] = []
    closed: set[int] = set()

    def open_next(operation: BulkOperation) -> tuple[BulkOperation, Iterator[BulkOperation]]:
        found[operation.number] = lowest[operation.number] = len(found)
        open_.append(operation)
        names = dict.fromkeys(operation.names())
        return operation, (known[name] for name in names if name in known)

    for first in operations:
        way = [open_next(first)] if first.number not in found else []
        while way:
            operation, others = way[-1]
            number = operation.number
            other = next(others, None)
            if other is not None:
                if other.number not in found:
                    way.append(open_next(other))
                elif other.number not in closed:
                    lowest[number] = min(lowest[number], found[other.number])
                continue
            way.pop()
            if way:
                before = way[-1][0].number
                lowest[before] = min(lowest[before], lowest[number])
            if lowest[number] == found[number]:
                circle = [open_.pop()]
                while circle[-1] is not operation:
                    circle.append(open_.pop())
                closed.update(one.number for one in circle)
                yield circle


def is_circle(operations: Circle) -> bool:
    """Tell whether they refer to each other, or the one to itself."""
    own = {operation.bulk_id for operation in operations if operation.creates}
    return len(operations) > 1 or any(name in own for name in operations[0].names())
