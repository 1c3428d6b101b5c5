"""What a source has lost between two moments, and has not got back."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection

from sbe_scim.protocol import default_registry
from sbe_scim.store import tables
from sbe_scim.store.guards import Span
from sbe_scim.store.tombstones import Found

_r = tables.resource.c
_c = tables.change.c
_f = tables.former_membership.c
_m = tables.membership.c
_group = tables.resource.alias("group_resource")
_PEOPLE = [kind.number for kind in default_registry().resource_types if kind.has_active]


def removed(connection: Connection, source: int, span: Span) -> list[tuple[int, Found]]:
    """Who was deleted, with the number of the type, the latest first: what ended with somebody is then there again
    before they are."""
    found = [tables.source.c.name if name == "source" else _r[name] for name in Found.__dataclass_fields__]
    query = select(_r.type, *found).select_from(tables.resource.join(tables.source))
    here = (_r.source == source, _r.deleted.between(span.begin, span.end))
    rows = connection.execute(query.where(*here).order_by(_r.deleted.desc(), _r.pk.desc()))
    return [(row[0], Found(*row[1:])) for row in rows]


def deactivated(connection: Connection, source: int, span: Span) -> list[tuple[int, str]]:
    """Who was deactivated and is still inactive: the numbers of their types, and ids."""
    changed = tables.change.join(tables.resource, _c.resource == _r.id)
    inactive = (_r.deleted.is_(None), _r.active.is_(False), _r.type.in_(_PEOPLE))
    said = (_c.source == source, _c.time.between(span.begin, span.end), _c.paths.contains('"active"'))
    query = select(_r.type, _r.id, _r.pk).select_from(changed).where(*said, *inactive).distinct().order_by(_r.pk)
    return [(row[0], row[1]) for row in connection.execute(query)]


def taken_out(connection: Connection, source: int, span: Span) -> dict[tuple[int, str], list[str]]:
    """Who was taken out of groups and is not back, all of whom still are: the ids of members by type and id of the
    group."""
    ended = tables.former_membership.join(_group, _f.group_pk == _group.c.pk).join(
        tables.resource, _f.member_pk == _r.pk
    )
    again = exists(select(_m.member_pk).where(_m.group_pk == _f.group_pk, _m.member_pk == _f.member_pk))
    here = (_group.c.source == source, _f.ended.between(span.begin, span.end))
    both = (_group.c.deleted.is_(None), _r.deleted.is_(None), ~again)
    query = select(_group.c.type, _group.c.id, _r.id).select_from(ended).where(*here, *both)
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for kind, group, member in connection.execute(query.order_by(_f.group_pk, _f.member_pk)):
        found[kind, group].append(member)
    return found
