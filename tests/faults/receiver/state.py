"""What a receiver's database holds, and whether its parts say the same."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from sbe_scim.protocol import default_registry
from sbe_scim.store import tables
from sbe_scim.store.index import index

#: What requests may write without a change, a moment later too: the journal tells of them, of a token when it was used,
#: of a source when it was last heard of, and of all how many there were.
_NOTES = (tables.journal, tables.token, tables.contact, tables.metric)


def digest(connection: Connection) -> str:
    """One text for all that is kept of people and groups: documents, versions, members, counters, changes."""
    seen = hashlib.sha256()
    for table in tables.metadata.sorted_tables:
        if table not in _NOTES:
            for row in connection.execute(select(table).order_by(*(table.primary_key or table.columns))):
                seen.update(repr((table.name, *row)).encode())
    return seen.hexdigest()


def live(connection: Connection) -> dict[str, int]:
    """How many users and groups there are."""
    columns = tables.resource.c
    counted = select(columns.type, func.count()).where(columns.deleted.is_(None)).group_by(columns.type)
    registry = default_registry()
    found = {registry.by_number(row[0]).name: row[1] for row in connection.execute(counted)}
    return {"User": 0, "Group": 0} | found


def journalled(connection: Connection) -> set[str]:
    """The requests that succeeded, as the journal says."""
    columns = tables.journal.c
    return set(connection.execute(select(columns.request_id).where(columns.status.between(200, 299))).scalars())


def faults(connection: Connection) -> list[str]:
    """What is half done: rows that contradict each other."""
    rows = connection.execute(select(tables.resource).where(tables.resource.c.deleted.is_(None))).all()
    return [
        *_wrong_index(connection, rows),
        *_wrong_members(connection, {row.pk for row in rows}),
        *_wrong_counters(connection, rows),
        *_wrong_versions(connection, rows),
        *_without_journal(connection),
    ]


def _wrong_index(connection: Connection, rows: Any) -> list[str]:
    registry = default_registry()
    columns = tables.attr_value.c
    kept: dict[int, set[tuple[int, int, str]]] = {}
    for row in connection.execute(select(columns.resource, columns.path, columns.element, columns.value)):
        kept.setdefault(row[0], set()).add((row[1], row[2], row[3]))
    wrong = [
        f"{row.type} {row.id}: filters see something else than its document says"
        for row in rows
        if kept.pop(row.pk, set()) != index(registry.by_number(row.type), json.loads(row.document))
    ]
    return wrong + [f"values without a resource: {pk}" for pk in kept]


def _wrong_members(connection: Connection, pks: set[int]) -> list[str]:
    pairs = connection.execute(select(tables.membership.c.group_pk, tables.membership.c.member_pk))
    return [f"membership {tuple(pair)} of somebody who is gone" for pair in pairs if not pks.issuperset(pair)]


def _wrong_counters(connection: Connection, rows: Any) -> list[str]:
    there = Counter((row.source, row.type) for row in rows)
    columns = tables.counter.c
    said: Counter[tuple[int, int]] = Counter()
    for source, kind, count in connection.execute(select(columns.source, columns.type, columns.live)):
        said[source, kind] += count
    return [] if +said == there else [f"counters say {dict(said)}, there are {dict(there)}"]


def _wrong_versions(connection: Connection, rows: Any) -> list[str]:
    """Each version of a resource has one row, in their order."""
    columns = tables.change.c
    told: dict[str, list[int]] = {}
    for resource, version in connection.execute(select(columns.resource, columns.version).order_by(columns.seq)):
        told.setdefault(resource, []).append(version)
    return [
        f"{row.type} {row.id}: version {row.version}, and changes tell of {told.get(row.id, [])}"
        for row in rows
        if told.get(row.id) != list(range(1, row.version + 1))
    ]


def _without_journal(connection: Connection) -> list[str]:
    changes = set(connection.execute(select(tables.change.c.request_id)).scalars())
    return [f"a change without a row in the journal: {request}" for request in changes - journalled(connection)]
