"""The end of the receiver beside an Abilian SBE, which stays as it is. Import it only once Abilian SBE is started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from abilian.core.models.subjects import User
from sqlalchemy import func, inspect, or_, select
from sqlalchemy.engine import Connection

from sbe_scim.directory.sbe import tables
from sbe_scim.directory.sbe.accounts import NO_PASSWORD
from sbe_scim.directory.sbe.links import Kind
from sbe_scim.store.tables import metadata

_METADATA = (metadata, tables.metadata)


@dataclass(frozen=True, slots=True)
class Left:
    """What becomes Abilian SBE's own, as if it had been made by hand.

    ``no_password`` counts accounts that are open and have no local password, ``roles`` what people have by rules.
    """

    accounts: int
    no_password: int
    groups: int
    roles: int
    tables: tuple[str, ...]


def look(connection: Connection) -> Left:
    """What a removal would leave, and the tables that it would take away."""
    link = tables.link
    accounts = select(func.count()).select_from(link.join(User.__table__, User.id == link.c.sbe_id))
    accounts = accounts.where(link.c.kind == Kind.USER.value, link.c.removed.is_(None))
    passwordless = accounts.where(User.can_login, or_(User.password.is_(None), User.password == NO_PASSWORD))
    groups = select(func.count()).where(link.c.kind == Kind.GROUP.value, link.c.removed.is_(None))
    known = {name for one in _METADATA for name in one.tables}
    return Left(
        accounts=_count(connection, accounts),
        no_password=_count(connection, passwordless),
        groups=_count(connection, groups),
        roles=_count(connection, select(func.count()).select_from(tables.given)),
        tables=tuple(sorted(known.intersection(inspect(connection).get_table_names()))),
    )


def remove(connection: Connection) -> None:
    """Drop the receiver's tables; no row of Abilian SBE is written."""
    for one in _METADATA:
        one.drop_all(connection)


def _count(connection: Connection, query: Any) -> int:
    return int(connection.execute(query).scalar() or 0)
