"""Accounts that an administrator of Abilian SBE has closed: that stands until they open it, whatever SCIM says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from sbe_scim.directory.sbe.links import created
from sbe_scim.directory.sbe.tables import block
from sbe_scim.store.clock import now
from sbe_scim.store.tables import resource


def stands(connection: Connection, account: Any) -> bool:
    """Whether a closed account was closed by hand, as far as that has been noticed."""
    mine = select(block.c.sbe_id).where(block.c.sbe_id == account.id, block.c.row_created == created(account))
    return connection.execute(mine).first() is not None


def is_new(connection: Connection, account: Any, resource_id: str) -> bool:
    """Whether an account is closed whose SCIM user, live or just deleted, is active."""
    if account.can_login or account.deleted_at is not None:
        return False
    return bool(connection.execute(select(resource.c.active).where(resource.c.id == resource_id)).scalar())


def note(connection: Connection, account: Any) -> None:
    """Notice that an account was closed by hand."""
    if not stands(connection, account):
        lift(connection, account)
        values = {"sbe_id": account.id, "row_created": created(account), "noticed": now()}
        connection.execute(insert(block).values(**values))


def lift(connection: Connection, account: Any) -> None:
    """Forget that an account was closed by hand."""
    connection.execute(delete(block).where(block.c.sbe_id == account.id))
