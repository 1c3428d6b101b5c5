"""What PostgreSQL's planner knows of the receiver's tables.

Of a table that was never analysed it takes any two conditions for as good as a unique one, and reads all people of a
source for one of them. It analyses tables by itself, a minute late: a first sync may be over by then.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from sqlalchemy import Text, bindparam, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from sbe_scim.store.tables import metadata
from sbe_scim.store.transactions import Transactions

_log = logging.getLogger(__name__)

#: Between two looks, in seconds.
_BETWEEN = 5.0
#: Tables of fewer bytes (of people, some three hundred) are read quickly whatever the plan.
_LEAST = 100_000
# Before PostgreSQL 14, a table that was never analysed has 0 rows there, and so has one that is empty.
_unknown = text(
    "SELECT relname, pg_relation_size(oid) AS size FROM pg_class"
    " WHERE oid = ANY (SELECT to_regclass(name) FROM unnest(:names) AS given (name))"
    " AND (reltuples < 0 OR reltuples = 0 AND relpages = 0 AND pg_relation_size(oid) > 0) ORDER BY relname"
).bindparams(bindparam("names", type_=postgresql.ARRAY(Text)))


def unknown(connection: Connection) -> list[str]:
    """Return the names of the receiver's tables that were never analysed; none as long as all of them are small.

    An empty one counts too: it is taken to have a thousand rows, which is why others are read whole to be joined to it.
    """
    if connection.dialect.name != "postgresql":
        return []
    rows = connection.execute(_unknown, {"names": list(metadata.tables)}).fetchall()
    return [row.relname for row in rows] if any(row.size >= _LEAST for row in rows) else []


def analyse(connection: Connection, table: str) -> None:
    """Let PostgreSQL look at a sample of a table, unless somebody else does so at this moment."""
    connection.execute(text(f"ANALYZE (SKIP_LOCKED) {table}"))


class Statistics:
    """Analyses the receiver's tables once they are no longer small, by whoever calls :meth:`run` now and then."""

    def __init__(self, transactions: Transactions, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._transactions = transactions
        self._clock = clock
        self._next = float("-inf")

    def run(self) -> None:
        """Do it where it is time to."""
        if self._clock() < self._next:
            return
        self._next = self._clock() + _BETWEEN
        try:
            with self._transactions.read() as transaction:
                names = unknown(transaction.connection)
            for name in names:
                with self._transactions.write() as transaction:
                    analyse(transaction.connection, name)
        except Exception as error:
            # Requests are only slower without it.
            _log.warning("tables could not be analysed", extra={"error": type(error).__name__})
