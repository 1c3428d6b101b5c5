"""Which SCIM resource is which row of Abilian SBE: one table of the receiver's in Abilian SBE's database.

It has no foreign key: ``flask dropdb`` of an Abilian SBE that does not know the table must keep working.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from sbe_scim.store.clock import now

metadata = MetaData()

link = Table(
    "scim_sbe_link",
    metadata,
    Column("resource_id", String(36), primary_key=True),
    Column("kind", String(5), nullable=False),
    Column("sbe_id", Integer, nullable=False),
    Column("source", String(100), nullable=False),
    # Microseconds since 1970 UTC.
    Column("created", BigInteger, nullable=False),
    Column("removed", BigInteger),
    UniqueConstraint("kind", "sbe_id", name="scim_sbe_link_account"),
)

# Any fixed number: it only has to differ from other programs' advisory locks in the same database.
_ADVISORY_LOCK = 7_643_7645
_IDS_PER_QUERY = 500
_Id = TypeVar("_Id", str, int)


class Kind(StrEnum):
    """Which table of Abilian SBE ``sbe_id`` is a key of."""

    USER = "user"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Link:
    """A SCIM resource and its row in Abilian SBE; ``removed`` when SCIM has deleted the resource."""

    resource_id: str
    sbe_id: int
    source: str
    removed: bool


def create_table(connection: Connection) -> None:
    """Create the table where it is missing; safe when several processes start at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    metadata.create_all(connection)


def of_resource(connection: Connection, kind: Kind, resource_id: str) -> Link | None:
    """The link of a SCIM resource."""
    return _find(connection, kind, link.c.resource_id == resource_id)


def of_row(connection: Connection, kind: Kind, sbe_id: int) -> Link | None:
    """The link of a row of Abilian SBE."""
    return _find(connection, kind, link.c.sbe_id == sbe_id)


def live(connection: Connection, kind: Kind, resource_ids: Collection[str]) -> dict[str, int]:
    """Ids in Abilian SBE by SCIM id, without removed and unknown ones."""
    columns = select(link.c.resource_id, link.c.sbe_id).where(link.c.kind == kind.value, link.c.removed.is_(None))
    found: dict[str, int] = {}
    for ids in batches(resource_ids):
        found.update((row[0], row[1]) for row in connection.execute(columns.where(link.c.resource_id.in_(ids))))
    return found


def set_link(connection: Connection, kind: Kind, resource_id: str, sbe_id: int, source: str) -> None:
    """Make this the one live link of the resource and of the row."""
    here = (link.c.kind == kind.value) & ((link.c.resource_id == resource_id) | (link.c.sbe_id == sbe_id))
    connection.execute(delete(link).where(here))
    connection.execute(
        insert(link).values(
            resource_id=resource_id, kind=kind.value, sbe_id=sbe_id, source=source, created=now(), removed=None
        )
    )


def remove(connection: Connection, kind: Kind, resource_id: str, *, forget: bool = False) -> None:
    """Mark the link as removed, or delete it where the row of Abilian SBE is gone (``forget``)."""
    here = (link.c.kind == kind.value) & (link.c.resource_id == resource_id)
    connection.execute(delete(link).where(here) if forget else update(link).where(here).values(removed=now()))


def batches(values: Iterable[_Id]) -> Iterator[list[_Id]]:
    """Cut ids into lists that fit into one statement."""
    ids = list(values)
    return (ids[start : start + _IDS_PER_QUERY] for start in range(0, len(ids), _IDS_PER_QUERY))


def _find(connection: Connection, kind: Kind, condition: ColumnElement[bool]) -> Link | None:
    columns = select(link.c.resource_id, link.c.sbe_id, link.c.source, link.c.removed)
    row = connection.execute(columns.where(link.c.kind == kind.value, condition)).first()
    return None if row is None else Link(row[0], row[1], row[2], row[3] is not None)
