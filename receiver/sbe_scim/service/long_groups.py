"""Groups with more members than one answer holds: they are read while they are sent."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from sbe_scim.store import members, nesting
from sbe_scim.store.resources import CHUNK
from sbe_scim.store.transactions import Transactions

#: A group of more members is read and sent piece by piece.
HELD = 1_000

#: Writes a member: its id, and what to show of it.
Reference = Callable[[str, str | None], str]


class TooLong(Exception):
    """What is to be shown has more members than are held at once."""


@dataclass(frozen=True, slots=True)
class LongGroup:
    """A group as it was when it was read: its members are known by their pks, and nothing else of them is held.

    Whoever leaves meanwhile, or is deleted, is still shown, for this version of the group had them.
    """

    before: str
    behind: str
    references: Sequence[Reference]
    #: In the order of ``references``.
    pks: Sequence[array[int]]

    def pieces(self, transactions: Transactions) -> Iterator[bytes]:
        """Yield it as JSON; each piece is read when it is asked for, in a transaction of its own."""
        yield self.before.encode()
        comma = ""
        for reference, pks in zip(self.references, self.pks, strict=True):
            for start in range(0, len(pks), CHUNK):
                with transactions.read() as transaction:
                    rows = members.named(transaction.connection, pks[start : start + CHUNK])
                yield (comma + ",".join(reference(id, display) for id, display in rows)).encode()
                comma = ","
        yield self.behind.encode()


def of_group(connection: Connection, group: int) -> Sequence[array[int]]:
    """Return the pks of the people and of the groups that are members of a group."""
    return members.in_order(connection, group), array("q", sorted(nesting.inner(connection, group)))
