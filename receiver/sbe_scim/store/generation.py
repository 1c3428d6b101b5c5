"""The generation id: which database this is."""

from __future__ import annotations

import uuid

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from sbe_scim.store import tables
from sbe_scim.store.prepared import Prepared

_id = Prepared(select(tables.generation.c.id))


def begin(connection: Connection) -> None:
    """Give a database that has none its id."""
    connection.execute(insert(tables.generation).values(id=str(uuid.uuid4())))


def current(connection: Connection) -> str:
    """Return the id, a UUID."""
    ((found,),) = _id.rows(connection)
    return str(found)
