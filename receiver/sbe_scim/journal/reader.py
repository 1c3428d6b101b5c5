"""Read the journal: what happened to one person, and who is refused now. Functions over a connection that only reads.

Names are compared as SCIM compares them (see :func:`~sbe_scim.protocol.name_key`), which no database does alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection

from sbe_scim.protocol import default_registry, fold, name_key
from sbe_scim.store import people, tables
from sbe_scim.store.people import Person
from sbe_scim.store.resources import chunks


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the journal (see :class:`~sbe_scim.journal.entry.Entry`); lists are JSON, ``None`` where empty."""

    seq: int
    time: int
    source: str | None
    operation: str
    target_type: str | None
    target_id: str | None
    status: int
    scim_type: str | None
    reason: str | None
    detail: str | None
    dropped: str | None
    changed: str | None
    request_id: str
    external_id: str | None
    name: str | None
    mail: str | None
    duration: int
    effect: str | None
    members_added: int | None
    members_removed: int | None
    features: str | None

    def names(self, who: str) -> bool:
        """Tell whether ``who`` is the name, address or ``externalId`` of whom a refused create was about."""
        named = name_key(who) == name_key(self.name or "") or fold(who) == fold(self.mail or "")
        return named or self.external_id == who

    @property
    def called(self) -> str:
        """The name of whom a refused create was about, else the mail address, as they are compared."""
        return name_key(self.name) if self.name else fold(self.mail or "")

    @property
    def identity(self) -> tuple[str | None, str | None, str]:
        """Source, type and name of whom a refused create was about, by ``externalId`` where there is one."""
        known = f"e{self.external_id}" if self.external_id else f"n{self.called}"
        return self.source, self.target_type, known


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody, or a group, whose create is refused: the ``last`` time, how often, and since when (microseconds)."""

    last: Row
    since: int
    times: int


_j = tables.journal.c
_select = select(*(_j[name] for name in Row.__dataclass_fields__)).order_by(_j.seq)
_named = _select.where(_j.name.isnot(None))
_sources = select(tables.source.c.name)
_TYPES = {kind.number: kind.name for kind in default_registry().resource_types}
_PEOPLE = [kind.name for kind in default_registry().resource_types if kind.joins_groups]


def refused(connection: Connection, source: str | None = None) -> list[Refused]:
    """Who is refused now, of one source or of all that there are: whom no accepted request has been about since.

    The latest last.
    """
    found: dict[tuple[str | None, str | None, str], Refused] = {}
    for row in _rows(connection, _named.where(_j.source.in_(_sources) if source is None else _j.source == source)):
        before = found.pop(row.identity, None)
        found[row.identity] = replace(before, last=row, times=before.times + 1) if before else Refused(row, row.time, 1)
    accepted = _accepted(connection, [one.last for one in found.values()])
    return [one for identity, one in found.items() if accepted.get(identity, 0) < one.last.time]


def of_people(connection: Connection, who: str, found: Iterable[Person]) -> list[Row]:
    """The rows about these people, and about whoever was refused under this name; newest last."""
    resources = list(found)
    identities = {person.identity for person in resources if person.external_id is not None}
    rows = refused_people(connection)
    named = {row.seq: row for row in rows if row.names(who)}
    identities.update((row.source, row.external_id) for row in named.values() if row.source and row.external_id)
    named.update((row.seq, row) for row in rows if (row.source, row.external_id) in identities)
    resources += people.of_identities(connection, identities)
    named.update((row.seq, row) for row in of_ids(connection, {person.id for person in resources}))
    return [named[seq] for seq in sorted(named)]


def refused_people(connection: Connection) -> list[Row]:
    """The rows that name a person, oldest first."""
    return list(_rows(connection, _named.where(_j.target_type.in_(_PEOPLE))))


def of_ids(connection: Connection, ids: Collection[str]) -> list[Row]:
    """The rows about the resources with these SCIM ids."""
    return [row for chunk in chunks(ids) for row in _rows(connection, _select.where(_j.target_id.in_(chunk)))]


def of_seqs(connection: Connection, seqs: Collection[int]) -> list[Row]:
    """The rows with these numbers, oldest first."""
    return [row for chunk in chunks(sorted(seqs)) for row in _rows(connection, _select.where(_j.seq.in_(chunk)))]


def holder(connection: Connection, row: Row) -> Person | None:
    """The live person who has the name or the address for which ``row`` was refused.

    Who is in the shadow of another source is in nobody's way.
    """
    wanted = {"name_taken": row.name, "mail_taken": row.mail}.get(row.reason or "")
    if not wanted or row.target_type not in _PEOPLE:
        return None
    query = select(tables.source.c.name).where(tables.source.c.shadow.isnot(None), tables.source.c.name != row.source)
    elsewhere = set(connection.execute(query).scalars())
    found = people.find(connection, wanted)
    return next((one for one in found if one.deleted is None and one.source not in elsewhere), None)


def _accepted(connection: Connection, rows: list[Row]) -> dict[tuple[str | None, str | None, str], float]:
    """Until when those of ``rows`` were known who have been a resource: for ever where they still are."""
    until: dict[tuple[str | None, str | None, str], float] = {}
    table, source = tables.resource.c, tables.source.c.name
    columns = select(source, table.type, table.external_id, table.key, table.deleted)
    for chunk in chunks(rows):
        external_ids = [row.external_id for row in chunk if row.external_id]
        keys = [name_key(row.name) for row in chunk if row.name and not row.external_id]
        here = or_(table.external_id.in_(external_ids), table.key.in_(keys))
        for name, kind, external_id, key, deleted in connection.execute(
            columns.select_from(tables.resource.join(tables.source)).where(here)
        ):
            for known in (f"e{external_id}", f"n{key}"):
                identity = name, _TYPES[kind], known
                until[identity] = max(until.get(identity, 0), float("inf") if deleted is None else deleted)
    return until


def _rows(connection: Connection, query: Any) -> Iterator[Row]:
    return (Row(*row) for row in connection.execute(query))
