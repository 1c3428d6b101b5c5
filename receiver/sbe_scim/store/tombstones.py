"""Resources that were deleted, as an operator names them: over all sources."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection

from sbe_scim.protocol import fold, name_key
from sbe_scim.store import tables


@dataclass(frozen=True, slots=True)
class Found:
    """A resource, and when it was deleted, in microseconds since 1970; ``None`` where it is live."""

    pk: int
    id: str
    source: str
    external_id: str | None
    deleted: int | None

    @property
    def identity(self) -> tuple[str, str]:
        """What several resources of one person have in common: source and ``externalId``."""
        return self.source, self.external_id or self.id


_r = tables.resource.c
_columns = [tables.source.c.name if name == "source" else _r[name] for name in Found.__dataclass_fields__]
_select = select(*_columns).select_from(tables.resource.join(tables.source)).order_by(_r.pk)


def find(connection: Connection, kind: int, who: str) -> list[Found]:
    """The resources of the type with this number, deleted or live, that have or had this SCIM id, name, primary mail
    address or ``externalId``, oldest first."""
    known = or_(_r.id == who.lower(), _r.external_id == who, _r.key == name_key(who), _r.mail_key == fold(who))
    return [Found(*row) for row in connection.execute(_select.where(_r.type == kind, known))]


def is_erased(id: str, key: str) -> bool:
    """Tell whether nothing is left of a deleted resource but its id: its name is :func:`erased_name`."""
    return key == erased_name(id)


def erased_name(id: str) -> str:
    """The name of somebody of whom nothing else is left."""
    return f"erased-{id}"
