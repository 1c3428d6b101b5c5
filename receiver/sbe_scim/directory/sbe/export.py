"""What Abilian SBE holds of one person."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from abilian.core.extensions import db
from abilian.core.models.subjects import User
from sqlalchemy import or_, select

from sbe_scim.directory.sbe import links, tables
from sbe_scim.directory.sbe.links import Kind

_TABLE = User.__table__
#: Of no use to the person, and a secret.
_LEFT_OUT = frozenset({"password"})


def data(session: Any, user_id: str) -> dict[str, Any]:
    """The account of a SCIM user, and the rows of every table that refers to it; empty where there is none.

    Photos and other bytes are Base64; what somebody wrote is there by its row, with its name.
    """
    account = links.row_of(session, User, links.of_resource(session.connection(), Kind.USER, user_id))
    if account is None:
        return {}
    found = {"user": _rows(session, _TABLE, _TABLE.c.id == account.id)}
    for table in db.metadata.sorted_tables:
        ends = [reference.parent for reference in table.foreign_keys if reference.column is _TABLE.c.id]
        if ends and (rows := _rows(session, table, or_(*(end == account.id for end in ends)))):
            found[table.name] = rows
    held = tables.session
    browsers = select(held.c.started, held.c.source).where(held.c.sbe_id == account.id)
    found[held.name] = [dict(row._mapping) for row in session.connection().execute(browsers)]
    return found | {"groups": sorted(group.name for group in account.groups)}


def _rows(session: Any, table: Any, condition: Any) -> list[dict[str, Any]]:
    columns = [column for column in table.c if column.name not in _LEFT_OUT]
    return [dict(_values(row)) for row in session.execute(select(*columns).where(condition))]


def _values(row: Any) -> Iterator[tuple[str, Any]]:
    for name, value in row._mapping.items():
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, bytes):
            value = b64encode(value).decode()
        elif value is not None and not isinstance(value, (str, int, float, bool)):
            value = str(value)
        yield str(name), value
