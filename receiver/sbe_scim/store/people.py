"""People as an operator names them: over all sources, with those who were deleted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from sbe_scim.protocol import default_registry, fold
from sbe_scim.store import tables

_KINDS = [kind.number for kind in default_registry().resource_types if kind.joins_groups]


@dataclass(frozen=True, slots=True)
class Person:
    """A user resource, live or deleted; times in microseconds since 1970, ``document`` is JSON."""

    pk: int
    id: str
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


_r = tables.resource.c
_columns = [tables.source.c.name if name == "source" else _r[name] for name in Person.__dataclass_fields__]
_people = select(*_columns).select_from(tables.resource.join(tables.source)).where(_r.type.in_(_KINDS)).order_by(_r.pk)


def find(connection: Connection, who: str) -> list[Person]:
    """Who has this SCIM id, user name, primary mail address or ``externalId``, oldest first."""
    key = fold(who)
    return _found(connection, or_(_r.id == who.lower(), _r.external_id == who, _r.key == key, _r.mail_key == key))


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


def _found(connection: Connection, condition: ColumnElement[bool]) -> list[Person]:
    rows: Any = connection.execute(_people.where(condition))
    return [Person(*row) for row in rows]
