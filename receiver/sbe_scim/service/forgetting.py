"""Leave nothing of who was deleted but an id, once nobody can restore them any more."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from sbe_scim.journal import Arrival, Journal
from sbe_scim.service.persons import erased
from sbe_scim.store import people

#: People of whom one transaction takes care: whoever writes waits for it.
BATCH = 200


def forget(connection: Connection, before: int, most: int) -> int:
    """Erase tombstones of people who were deleted ``before``, at most so many, and tell the journal; return how many.

    Their accounts stay as they are: closed, with a name beside what they wrote. Two processes never take the same ones.
    """
    arrival = Arrival()
    found = people.deleted(connection, before, most)
    for person in found:
        people.anonymise(connection, person)
    Journal.write(connection, [erased(arrival, person) for person in found])
    return len(found)
