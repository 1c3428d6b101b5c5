"""What is known of people by SCIM and has no column in Abilian SBE."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select

from sbe_scim.directory.sbe.links import Kind, batches, created
from sbe_scim.directory.sbe.tables import link
from sbe_scim.store import tables

_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@dataclass(frozen=True, slots=True)
class Details:
    """Of one person; what is not known is empty."""

    department: str = ""
    title: str = ""
    phones: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class People:
    """Reads details in the transaction of the request's models."""

    def __init__(self, db: Any) -> None:
        self._db = db
        self._has_tables = False

    def details(self, accounts: Collection[Any]) -> dict[int, Details]:
        """Details by the id of the account, of those that come by SCIM."""
        connection = self._db.session.connection()
        if not self._has_tables:
            self._has_tables = all(inspect(connection).has_table(name) for name in (link.name, tables.resource.name))
            if not self._has_tables:
                return {}
        columns = select(link.c.sbe_id, link.c.row_created, tables.resource.c.document).join(
            tables.resource, tables.resource.c.id == link.c.resource_id
        )
        live = (link.c.kind == Kind.USER.value, link.c.removed.is_(None), tables.resource.c.deleted.is_(None))
        found: dict[int, Details] = {}
        made = {account.id: created(account) for account in accounts}
        for ids in batches(made):
            rows = connection.execute(columns.where(*live, link.c.sbe_id.in_(ids)))
            # An id of a row that was deleted by hand may be another one's by now.
            found.update((row[0], _details(json.loads(row[2]))) for row in rows if row[1] == made[row[0]])
        return found


def _details(document: Mapping[str, Any]) -> Details:
    return Details(
        department=document.get(_ENTERPRISE, {}).get("department", ""),
        title=document.get("title", ""),
        phones=tuple(phone["value"] for phone in document.get("phoneNumbers", ()) if phone.get("value")),
        roles=tuple(role.get("display") or role["value"] for role in document.get("roles", ()) if role.get("value")),
    )
