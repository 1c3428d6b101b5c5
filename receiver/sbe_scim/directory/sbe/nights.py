"""Which nights somebody has taken: what is done once a night is done by one process."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from sbe_scim.directory.sbe.tables import night

#: Days for which it is kept who came first.
_KEPT = 7


def claim(connection: Connection, day: int) -> bool:
    """Take a night, by the ordinal of its day; whether nobody has yet.

    Raises :class:`~sqlalchemy.exc.IntegrityError` where somebody takes it at the same time.
    """
    if connection.execute(select(night.c.day).where(night.c.day == day)).first() is not None:
        return False
    connection.execute(insert(night).values(day=day))
    connection.execute(delete(night).where(night.c.day < day - _KEPT))
    return True
