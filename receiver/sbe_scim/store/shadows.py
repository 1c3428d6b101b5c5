"""Sources in shadow mode: what they write is recorded, and in nobody's way, until they go live.

Their people have names and mail addresses in a scope of their own (see :data:`sbe_scim.store.tables.resource`). Each
function works on the caller's connection, in its transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from sbe_scim.protocol import ResourceType
from sbe_scim.store import sources, tables, unique
from sbe_scim.store.clock import now
from sbe_scim.store.resources import Resource, columns, live
from sbe_scim.store.sources import Source, SourceError

_s = tables.source.c
_r = tables.resource.c
_other = tables.resource.alias("other")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody in the shadow whose name (``name_taken``), mail address (``mail_taken``) or unique value of an extension
    (``value_taken``) somebody else has by now."""

    found: Resource
    reason: str


def current(connection: Connection, source: Source, *, lock: bool = False) -> Source:
    """Return a source that was in shadow mode when it was last read as it is now; any other is returned as it is.

    ``lock`` keeps it so until the end of the transaction.
    """
    if source.shadow is None:
        return source
    query = select(_s.shadow, _s.applying).where(_s.id == source.id)
    row = connection.execute(query.with_for_update(read=True) if lock else query).first()
    return source if row is None else replace(source, shadow=row.shadow, applying=row.applying)


def begin(connection: Connection, name: str) -> Source:
    """Put a source in shadow mode. Raises :class:`SourceError` where it has, or may just be given, people or groups."""
    found = sources.require(connection, name)
    if found.shadow is not None:
        return found
    owned = select(_r.pk).where(_r.source == found.id, live).limit(1)
    if connection.execute(owned).first() is not None:
        raise SourceError(
            f"source {name!r} has people or groups, whose leavers would stay in: only one that has nobody can be in "
            "shadow mode"
        )
    heard = select(tables.contact.c.source).where(tables.contact.c.source == found.id)
    if found.enabled and connection.execute(heard).first() is not None:
        raise SourceError(f"source {name!r} is in use: disable it, and set it 5 seconds later")
    return _set(connection, found, now(), None)


def conflicts(connection: Connection, source: Source, kinds: Iterable[ResourceType]) -> list[Conflict]:
    """Return who cannot leave the shadow of a source, since somebody who is in none has their name or address, or what
    is unique in ``kinds``."""
    taken = or_(_other.c.key == _r.key, _other.c.mail_key == _r.mail_key)
    query = (
        select(*columns(), _other.c.key)
        .select_from(tables.resource.join(_other, (_other.c.type == _r.type) & taken))
        .where(live, _r.source == source.id, _r.scope < 0, _other.c.scope == 0, _other.c.deleted.is_(None))
        .order_by(_r.pk)
    )
    found: dict[int, Conflict] = {}
    for row in connection.execute(query):
        one = Resource(*row[:-1])
        if one.pk not in found or row[-1] == one.key:
            found[one.pk] = Conflict(one, "name_taken" if row[-1] == one.key else "mail_taken")
    for one in unique.taken(connection, source, kinds):
        found.setdefault(one.pk, Conflict(one, unique.VALUE_TAKEN))
    return list(found.values())


def leaving(connection: Connection, name: str) -> Source:
    """Return a source that is in shadow mode, or of which something is still to be applied; locked until the commit.

    Raises :class:`SourceError` for any other.
    """
    # Locked before it is read: who writes for it has either ended, or waits and sees that it is live.
    connection.execute(select(_s.id).where(_s.name == name).with_for_update()).first()
    found = sources.require(connection, name)
    if found.shadow is None and found.applying is None:
        raise SourceError(f"source {name!r} is not in shadow mode")
    return found


def leave(connection: Connection, source: Source, kinds: Iterable[ResourceType]) -> tuple[Source, list[Conflict]]:
    """Let a source, and all whom it has, out of the shadow; what was recorded is still to be applied.

    Where there are conflicts it stays, and they are returned with it. Raises :class:`SourceError`.
    """
    if there := conflicts(connection, source, kinds):
        return source, there
    mine = (_r.source == source.id, _r.scope < 0, live)
    try:
        connection.execute(update(tables.resource).where(*mine).values(scope=0))
    except IntegrityError:
        raise SourceError("somebody has just taken the name or address of one of its people: try again") from None
    return _set(connection, source, None, now()), []


def gone(connection: Connection, source: Source) -> list[Resource]:
    """Return whom and what a source has deleted since it is in shadow mode, in the order in which they were made."""
    query = select(*columns()).where(_r.source == source.id, _r.deleted >= source.shadow).order_by(_r.type, _r.pk)
    return [Resource(*row) for row in connection.execute(query)]


def applied(connection: Connection, source: Source) -> Source:
    """Take note that all that a source recorded in the shadow is applied."""
    return _set(connection, source, None, None)


def _set(connection: Connection, source: Source, shadow: int | None, applying: int | None) -> Source:
    connection.execute(update(tables.source).where(_s.id == source.id).values(shadow=shadow, applying=applying))
    return replace(source, shadow=shadow, applying=applying)
