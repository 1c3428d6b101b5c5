"""The plan of a hand-over: what becomes of each person and group of a source that another one takes over."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from sbe_scim.journal import reader
from sbe_scim.protocol import default_registry, fold, name_key
from sbe_scim.store import Source, hand_overs
from sbe_scim.store.resources import Resource

#: By what people are the same at both sources.
BY = ("mail", "user-name", "directory-id")

#: Somebody whom the new source's provider has sent, and who was refused, is the same.
MATCHED = "matched"
#: The new source's provider has not sent anybody who is the same yet.
WAITING = "waiting"
#: A group that both sources have: they become one.
BOTH = "both"
#: It is not clear, or there are two: an operator has to decide.
UNCLEAR = "unclear"
#: An operator has decided that the former source keeps it.
STAYS = "stays"
STATES = (MATCHED, WAITING, BOTH, UNCLEAR, STAYS)


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one resource; ``becomes`` is its ``externalId`` at the new source.

    ``twin`` is the id of the group there that is the same, ``why`` what is unclear.
    """

    id: str
    type: str
    version: int
    name: str
    mail: str | None
    external_id: str | None
    state: str
    becomes: str | None = None
    twin: str | None = None
    why: str | None = None

    @property
    def moves(self) -> bool:
        """Whether the new source gets it."""
        return self.state != STAYS


@dataclass(frozen=True, slots=True)
class Plan:
    """What one source hands over to another."""

    former: str
    to: str
    by: str
    lines: Sequence[Line]


def plan(connection: Connection, former: Source, to: Source, by: str) -> Plan:
    """Say what would become of everybody and everything of ``former``."""
    lines: list[Line] = []
    known = _known(connection, to, by)
    for kind in default_registry().resource_types:
        there = hand_overs.held(connection, to.id, kind.number)
        keys = {one.key: one for one in there}
        ids = {one.external_id: one for one in there if one.external_id is not None}
        for found in hand_overs.held(connection, former.id, kind.number):
            line = _line(kind.name, kind.key, found)
            if kind.members is None:
                lines.append(_person(found, line, known, ids, by))
            else:
                lines.append(_group(line, keys.get(found.key), ids, by))
    return Plan(former.name, to.name, by, _without_doubles(lines))


def _line(kind: str, key: str, found: Resource) -> Line:
    name = str(json.loads(found.document)[key])
    return Line(found.id, kind, found.version, name, found.mail_key, found.external_id, WAITING)


def _known(connection: Connection, to: Source, by: str) -> Mapping[str, set[str]]:
    """The ``externalId`` of those whom the new source's provider has sent and who are refused, by what they match."""
    known: dict[str, set[str]] = defaultdict(set)
    people = {kind.name for kind in default_registry().resource_types if kind.members is None}
    for refused in reader.refused(connection, to.name):
        row = refused.last
        if row.target_type not in people or row.external_id is None:
            continue
        told = {"mail": row.mail and fold(row.mail), "user-name": row.name and name_key(row.name)}
        matches = told.get(by, row.external_id)
        if matches:
            known[matches].add(row.external_id)
    return known


def _person(found: Resource, line: Line, known: Mapping[str, set[str]], there: Mapping[str, Resource], by: str) -> Line:
    if found.key != name_key(line.name):
        return replace(line, state=UNCLEAR, why="somebody else of the source has this user name but for its case")
    matches = {"mail": found.mail_key, "user-name": found.key, "directory-id": found.external_id}[by]
    ids = known.get(matches or "", set())
    if len(ids) > 1:
        return replace(line, state=UNCLEAR, why=f"{len(ids)} people of the new source match: {', '.join(sorted(ids))}")
    becomes = next(iter(ids), found.external_id if by == "directory-id" else None)
    if becomes is not None and becomes in there:
        return replace(line, state=UNCLEAR, why=f"the new source has them already, as {there[becomes].id}")
    return replace(line, state=MATCHED if ids else WAITING, becomes=becomes)


def _group(line: Line, twin: Resource | None, there: Mapping[str, Resource], by: str) -> Line:
    becomes = line.external_id if by == "directory-id" else None
    if twin is not None:
        return replace(line, state=BOTH, becomes=twin.external_id, twin=twin.id)
    if becomes is not None and becomes in there:
        return replace(line, state=UNCLEAR, why=f"the new source has it already, as {there[becomes].id}")
    return replace(line, becomes=becomes)


def _without_doubles(lines: Sequence[Line]) -> Sequence[Line]:
    """Nobody is two people."""
    times = Counter((line.type, line.becomes) for line in lines if line.becomes is not None)
    why = "somebody else of the source matches the same one"
    return [
        replace(line, state=UNCLEAR, becomes=None, why=why)
        if line.becomes is not None and times[line.type, line.becomes] > 1
        else line
        for line in lines
    ]


def undecided(plan: Plan) -> Iterator[Line]:
    """What an operator has to decide before the plan can be carried out."""
    return (line for line in plan.lines if line.state == UNCLEAR)
