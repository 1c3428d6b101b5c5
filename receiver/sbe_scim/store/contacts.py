"""When each source was last heard of, and when it last changed something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from sbe_scim.store import tables

_c = tables.change.c
_heard = text(
    f"INSERT INTO {tables.contact.name} (source, latest)"  # noqa: S608 - constants
    f" SELECT id, :at FROM {tables.source.name} WHERE name = :name"
    " ON CONFLICT (source) DO UPDATE SET latest = excluded.latest WHERE excluded.latest > scim_contact.latest"
)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Of one source, in microseconds since 1970: its last request, and the last that changed something; ``None``:
    never."""

    contact: int | None
    write: int | None


def heard(connection: Connection, names: Mapping[str, int]) -> None:
    """Note when sources, by name, were last heard of; never earlier than is known."""
    for name in sorted(names):
        connection.execute(_heard, {"name": name, "at": names[name]})


def heartbeats(connection: Connection) -> dict[int, Heartbeat]:
    """The heartbeat of each source, by its number."""
    contacts = dict(map(tuple, connection.execute(select(tables.contact.c.source, tables.contact.c.latest))))
    found = {}
    for (source,) in connection.execute(select(tables.source.c.id)).fetchall():
        latest = select(_c.time).where(_c.source == source).order_by(_c.seq.desc()).limit(1)
        write = connection.execute(latest).scalar()
        known = [time for time in (contacts.get(source), write) if time is not None]
        found[source] = Heartbeat(max(known, default=None), write)
    return found
