"""People as an operator names them: over all sources, with those who were deleted."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, delete, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from sbe_scim.protocol import default_registry, fold, name_key
from sbe_scim.store import tables
from sbe_scim.store.tombstones import erased_name

_KINDS = [kind.number for kind in default_registry().resource_types if kind.joins_groups]


@dataclass(frozen=True, slots=True)
class Person:
    """A user resource, live or deleted; times in microseconds since 1970, ``document`` is JSON."""

    pk: int
    id: str
    type: int
    source: str
    external_id: str | None
    active: bool
    created: int
    modified: int
    deleted: int | None
    document: str

    @property
    def identity(self) -> tuple[str, str | None]:
        """What several resources of one person have in common: source and ``externalId``."""
        return self.source, self.external_id

    @property
    def parsed(self) -> dict[str, Any]:
        """The document."""
        parsed: dict[str, Any] = json.loads(self.document)
        return parsed

    @property
    def user_name(self) -> str:
        """The ``userName``."""
        return str(self.parsed["userName"])

    @property
    def state(self) -> str:
        """``active``, ``inactive`` or ``deleted``."""
        return "deleted" if self.deleted is not None else "active" if self.active else "inactive"


_r = tables.resource.c
_columns = [tables.source.c.name if name == "source" else _r[name] for name in Person.__dataclass_fields__]
_people = select(*_columns).select_from(tables.resource.join(tables.source)).where(_r.type.in_(_KINDS)).order_by(_r.pk)


_long_deleted = (
    _people.where(_r.deleted.isnot(None), _r.deleted < bindparam("before"), _r.display.isnot(None))
    .order_by(None)
    .order_by(_r.deleted)
    .limit(bindparam("most"))
    .with_for_update(of=tables.resource, skip_locked=True)
)


def find(connection: Connection, who: str) -> list[Person]:
    """Who has this SCIM id, user name, primary mail address or ``externalId``, oldest first."""
    known = (_r.id == who.lower(), _r.external_id == who, _r.key == name_key(who), _r.mail_key == fold(who))
    return _found(connection, or_(*known))


def of_identities(connection: Connection, identities: Collection[tuple[str, str | None]]) -> list[Person]:
    """The resources of these sources and ``externalId``, oldest first."""
    known = [(source, external_id) for source, external_id in identities if external_id is not None]
    if not known:
        return []
    source = tables.source.c.name
    return _found(connection, or_(*(and_(source == name, _r.external_id == external) for name, external in known)))


def same(connection: Connection, people: Collection[Person]) -> list[Person]:
    """These, and whatever else was made of the same people, oldest first."""
    found = {person.pk: person for person in people}
    found.update((person.pk, person) for person in of_identities(connection, {one.identity for one in people}))
    return [found[pk] for pk in sorted(found)]


def deleted(connection: Connection, before: int, most: int) -> list[Person]:
    """People who were deleted before this moment and are not erased, the longest first, at most so many; locked.

    Whom somebody else has locked is left out.
    """
    rows: Any = connection.execute(_long_deleted, {"before": before, "most": most})
    return [Person(*row) for row in rows]


def anonymise(connection: Connection, person: Person) -> None:
    """Leave of a deleted person a tombstone that says nothing of them; its id and its changes stay."""
    name = erased_name(person.id)
    document = json.dumps({"schemas": person.parsed["schemas"][:1], "userName": name, "active": False})
    nothing = {"mail_key": None, "external_id": None, "display": None, "active": False}
    here = (_r.pk == person.pk, _r.deleted.isnot(None))
    connection.execute(update(tables.resource).where(*here).values(key=name, document=document, **nothing))
    former = tables.former_membership
    connection.execute(delete(former).where(former.c.member_pk == person.pk))


def groups(connection: Connection, person: Person) -> list[dict[str, Any]]:
    """Groups that somebody is in or was in: id, name, and when they came and left (``None``: they have not)."""
    now, former = tables.membership, tables.former_membership
    found: list[dict[str, Any]] = []
    for table, ended in ((now, None), (former, former.c.ended)):
        columns = [_r.id, _r.display, table.c.added, *([] if ended is None else [ended])]
        here = select(*columns).select_from(tables.resource.join(table, table.c.group_pk == _r.pk))
        rows = connection.execute(here.where(table.c.member_pk == person.pk).order_by(_r.pk))
        found += [dict(zip(("id", "display", "added", "ended"), (*row, None), strict=False)) for row in rows]
    return found


def changes(connection: Connection, person: Person) -> list[dict[str, Any]]:
    """The log of changes of a resource, oldest first."""
    _c = tables.change.c
    columns = select(_c.time, _c.kind, _c.version, _c.paths, _c.request_id)
    rows = connection.execute(columns.where(_c.resource == person.id).order_by(_c.seq))
    return [dict(row._mapping) | {"paths": json.loads(row.paths)} for row in rows]


def _found(connection: Connection, condition: ColumnElement[bool]) -> list[Person]:
    rows: Any = connection.execute(_people.where(condition))
    return [Person(*row) for row in rows]
