"""What the pages show, read in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from sbe_scim.auth import openings
from sbe_scim.directory.sbe.comparisons import Comparison
from sbe_scim.journal import people, reader
from sbe_scim.journal.people import Refusal
from sbe_scim.journal.reader import Row
from sbe_scim.journal.remedies import Remedy, remedy
from sbe_scim.journal.remedy_texts import Words
from sbe_scim.protocol import default_registry
from sbe_scim.service.figures import Figures, FiguresReader, SourceState
from sbe_scim.store import Source, sources
from sbe_scim.store.clock import now, to_datetime
from sbe_scim.store.guards import Storm
from sbe_scim.store.people import Person

#: Requests of a timeline that are shown.
SHOWN = 200
_HOUR = 3_600_000_000
_PEOPLE, _GROUPS = (
    next(kind.name for kind in default_registry().resource_types if bool(kind.members) is of_groups)
    for of_groups in (False, True)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One source: how it is doing, what is refused and held of it, and what there is to warn of."""

    source: Source
    contact: datetime | None
    write: datetime | None
    people: int
    groups: int
    refused: int
    storm: Storm | None
    comparison: Comparison | None
    silent: bool
    #: Codes (:mod:`sbe_scim.auth.openings`).
    openings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a timeline; of a refusal, what it means."""

    row: Row
    told: Remedy | None
    #: The receiver's own text says why, in English.
    english: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """What there is of a person, and what was asked about them, the latest first; ``more``: not all is here."""

    resources: list[Person]
    steps: list[Step]
    more: bool


def standings(connection: Connection, silence_hours: int) -> list[Standing]:
    """All sources, by name; ``silence_hours``: after how long without a request one is silent, 0: never."""
    figures = FiguresReader().read(connection)
    return [_standing(one, figures, silence_hours) for one in figures.sources]


def one_source(
    connection: Connection, number: int, silence_hours: int, words: Words
) -> tuple[Standing, list[Refusal]] | None:
    """A source with who is refused of it now, the latest first; ``None`` where none has this number."""
    found = next((one for one in standings(connection, silence_hours) if one.source.id == number), None)
    return None if found is None else (found, people.refusals(connection, words, found.source.name))


def timeline(connection: Connection, who: str, words: Words) -> Timeline:
    """One person, by user name, mail address, ``externalId`` or SCIM id."""
    known = {one.name: one for one in sources.find_all(connection)}
    resources, rows = people.about(connection, who)
    steps = [_step(connection, row, known.get(row.source or ""), words) for row in rows[:SHOWN]]
    return Timeline(resources, steps, len(rows) > SHOWN)


def _step(connection: Connection, row: Row, source: Source | None, words: Words) -> Step:
    if row.status < 400:
        return Step(row, None, english=False)
    told = remedy(row, source, reader.holder(connection, row), words)
    return Step(row, told, english=(row.reason or "") not in words.by_code and row.detail is not None)


def _standing(one: SourceState, figures: Figures, silence_hours: int) -> Standing:
    source, beat = one.source, one.heartbeat
    late = beat.contact is not None and now() - beat.contact > silence_hours * _HOUR
    return Standing(
        source,
        _moment(beat.contact),
        _moment(beat.write),
        figures.resources[source.name, _PEOPLE],
        figures.resources[source.name, _GROUPS],
        figures.refused[source.name],
        one.storm,
        figures.drift.get(source.name),
        silent=bool(silence_hours) and source.enabled and late,
        openings=tuple(opening.code for opening in openings(source)),
    )


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else to_datetime(microseconds)
