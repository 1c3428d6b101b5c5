"""What one source hands over to another: its live resources, moved row by row in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, union_all
from sqlalchemy.engine import Connection

from sbe_scim.protocol import ResourceType
from sbe_scim.protocol.json_text import write_json
from sbe_scim.store import changes, tables
from sbe_scim.store.index import key_scope
from sbe_scim.store.resources import Resource, chunks, columns, live, put

_EXTERNAL_ID = "externalId"
_r = tables.resource.c
_holder = tables.resource.alias("holder")
_part = tables.resource.alias("part")


@dataclass(frozen=True, slots=True)
class Move:
    """A live resource, and the ``externalId`` that it is to have at its new source."""

    found: Resource
    external_id: str | None


def held(connection: Connection, source: int, kind: int, *, lock: bool = False) -> list[Resource]:
    """Return the live resources of a source and type, oldest first; ``lock`` keeps others from changing them."""
    query = select(*columns()).where(live, _r.source == source, _r.type == kind).order_by(_r.pk)
    return [Resource(*row) for row in connection.execute(query.with_for_update() if lock else query)]


def move(connection: Connection, kind: ResourceType, moves: Sequence[Move], to: int, at: int, request_id: str) -> None:
    """Make resources of one type those of the source with the number ``to``; each is in its next version then.

    To be counted by :func:`~sbe_scim.store.counting.move`. Raises :class:`IntegrityError` where a name or an
    ``externalId`` is taken there.
    """
    for chunk in chunks(moves):
        put(connection, [_row(kind, one, to, at) for one in chunk])
        changes.add_moved(connection, [one.found.pk for one in chunk], [_EXTERNAL_ID], at, request_id)


def _row(kind: ResourceType, one: Move, to: int, at: int) -> dict[str, Any]:
    document = json.loads(one.found.document)
    document.pop(_EXTERNAL_ID, None)
    if one.external_id is not None:
        document[_EXTERNAL_ID] = one.external_id
    return {
        "where_pk": one.found.pk,
        "source": to,
        "scope": key_scope(kind, to),
        "external_id": one.external_id,
        "version": one.found.version + 1,
        "modified": max(at, one.found.modified),
        "document": write_json(document),
    }


def crossing(connection: Connection, sources: Collection[int], most: int) -> list[tuple[str, str, str, str]]:
    """Return memberships in groups of these sources whose member is of another: name and id of group and member."""
    pairs = union_all(
        *(
            select(_holder.c.display, _holder.c.id, _part.c.display, _part.c.id)
            .select_from(table.join(_holder, outer == _holder.c.pk).join(_part, inner == _part.c.pk))
            .where(_holder.c.source.in_(sources), _holder.c.source != _part.c.source)
            for table, outer, inner in (
                (tables.membership, tables.membership.c.group_pk, tables.membership.c.member_pk),
                (tables.nesting, tables.nesting.c.outer_pk, tables.nesting.c.inner_pk),
            )
        )
    )
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(pairs.limit(most))]
