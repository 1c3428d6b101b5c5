"""What the page tells, read in the transaction of the request's models; times are aware of UTC."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from sbe_scim.directory.sbe import comparisons, links
from sbe_scim.directory.sbe.comparisons import Comparison
from sbe_scim.directory.sbe.links import Kind
from sbe_scim.directory.sbe.tables import block
from sbe_scim.journal import people, reader
from sbe_scim.journal.people import MOST
from sbe_scim.journal.reader import Row
from sbe_scim.protocol import default_registry
from sbe_scim.store import Source, contacts, counting, guards, sources, tables
from sbe_scim.store.clock import now, to_datetime

#: How far back it is looked for requests that changed nothing, and for repairs.
_WEEK = 7 * 86_400_000_000

_j = tables.journal.c


@dataclass(frozen=True, slots=True)
class Standing:
    """One source: how many people and groups it has here, when it was last heard of, and of how many its storm guard
    holds the loss, since when."""

    source: Source
    people: int
    groups: int
    last: datetime | None
    held: int
    held_since: datetime | None

    @property
    def recorded(self) -> list[tuple[str, datetime]]:
        """``shadow`` or ``applying``, and since when: nothing of what it sent is applied, or not all."""
        states = {"shadow": self.source.shadow, "applying": self.source.applying}
        return [(word, to_datetime(since)) for word, since in states.items() if since is not None]


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the journal."""

    time: datetime
    operation: str
    status: int
    source: str
    what: str


def standings(connection: Connection) -> list[Standing]:
    """All sources."""
    users, groups = (
        next(kind.number for kind in default_registry().resource_types if bool(kind.members) is of_groups)
        for of_groups in (False, True)
    )
    storms, beats = guards.storms(connection), contacts.heartbeats(connection)
    return [
        Standing(
            source,
            counting.count(connection, source.id, users),
            counting.count(connection, source.id, groups),
            _last(connection, source, beats[source.id].contact),
            storm.resources if storm else 0,
            to_datetime(storm.since) if storm else None,
        )
        for source in sources.find_all(connection)
        for storm in (storms.get(source.id),)
    ]


def closed_by_hand(connection: Connection) -> list[int]:
    """Ids of accounts of SCIM users that somebody has closed here, as far as that was noticed; the latest first."""
    query = select(block.c.sbe_id).order_by(block.c.noticed.desc()).limit(MOST)
    ids = [row[0] for row in connection.execute(query)]
    governed = {id for id, link in links.by_row(connection, Kind.USER).items() if not link.removed} if ids else set()
    return [id for id in ids if id in governed]


def repaired(connection: Connection) -> list[Event]:
    """What was brought back to what SCIM had said, in the last week; the latest first."""
    query = select(_j.seq).where(_j.time > now() - _WEEK, _j.operation == "drift").order_by(_j.time.desc()).limit(MOST)
    return list(_events(reader.of_seqs(connection, [row[0] for row in connection.execute(query)])))[::-1]


def compared(connection: Connection) -> list[tuple[datetime, Comparison]]:
    """The latest comparison of each source with what SCIM said, with its time, by name."""
    return [(to_datetime(one.time), one) for _, one in sorted(comparisons.latest(connection).items())]


def history(connection: Connection, who: str) -> list[Event]:
    """What was asked about somebody, by user name, mail address, ``externalId`` or SCIM id; the latest first."""
    return list(_events(people.about(connection, who)[1]))


def _last(connection: Connection, source: Source, heard: int | None) -> datetime | None:
    asked = select(func.max(_j.time)).where(_j.time > now() - _WEEK, _j.source == source.name)
    # What a process has heard in its last seconds is in the journal before it is written down.
    times = [time for time in (heard, connection.execute(asked).scalar()) if time is not None]
    return to_datetime(max(times)) if times else None


def _events(rows: list[Row]) -> Iterator[Event]:
    for row in rows:
        what = row.detail or ", ".join(json.loads(row.changed or "[]"))
        about = f"{row.target_type or ''} {row.target_id or people.called(row)}".strip()
        yield Event(
            to_datetime(row.time), row.operation, row.status, row.source or "", f"{about}: {what}" if what else about
        )
