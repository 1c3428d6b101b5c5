"""An exported journal, as far as it is judged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

#: The form of the export that is read.
FORM = 1
#: How request ids of the certification's own requests begin.
OWN = "certify-"
_WRITES = frozenset({"create", "replace", "patch", "delete"})
_SECOND = 1_000_000


class RecordError(ValueError):
    """What was given is no exported journal."""


@dataclass(frozen=True, slots=True)
class Row:
    """One request; ``time`` in microseconds since 1970. Nobody is named in it."""

    seq: int
    time: int
    request_id: str
    source: str | None
    operation: str
    target_type: str | None
    target_id: str | None
    status: int
    scim_type: str | None = None
    reason: str | None = None
    dropped: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    effect: str | None = None
    members_added: int = 0
    members_removed: int = 0
    features: tuple[str, ...] = ()

    @property
    def own(self) -> bool:
        """Whether the certification itself asked."""
        return self.request_id.startswith(OWN)

    @property
    def accepted(self) -> bool:
        """Whether the receiver did it."""
        return self.status < 400

    @property
    def write(self) -> bool:
        """Whether it was to change something."""
        return self.operation in _WRITES

    def line(self) -> str:
        """It as a line of an export, without whatever may name somebody."""
        told = {name: getattr(self, name) for name in _NAMES}
        return json.dumps(told | {"time": moment(self.time)}, ensure_ascii=False)


_NAMES = tuple(Row.__dataclass_fields__)
_LISTS = frozenset({"dropped", "changed", "features"})
_COUNTS = frozenset({"members_added", "members_removed"})


@dataclass(frozen=True, slots=True)
class Record:
    """A journal: the version of the ``receiver`` that wrote it, and its rows by time."""

    receiver: str
    rows: tuple[Row, ...]

    def of(self, source: str) -> Record:
        """Only what this source asked, and nobody at all."""
        return Record(self.receiver, tuple(row for row in self.rows if row.source in (source, None)))

    def lines(self) -> Iterator[str]:
        """An export of it, without whatever may name somebody."""
        yield json.dumps({"journal": FORM, "receiver": self.receiver})
        yield from (row.line() for row in self.rows)


def read(lines: Iterable[str]) -> Record:
    """Read an export. Raises :class:`RecordError`, which names the line."""
    found = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not found:
        raise RecordError("the journal is empty: not even its first line is there")
    header = _object(*found[0])
    if header.get("journal") != FORM:
        raise RecordError(f'line 1 is not the head of an exported journal: {{"journal": {FORM}, …}} is expected')
    rows = sorted((_row(*one) for one in found[1:]), key=lambda row: (row.time, row.seq))
    return Record(str(header.get("receiver", "")), tuple(rows))


def moment(microseconds: int) -> str:
    """A time as the export writes it (RFC 3339)."""
    whole, rest = divmod(microseconds, _SECOND)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest:06d}Z"


def _row(number: int, line: str) -> Row:
    said = _object(number, line)
    try:
        values = {name: said[name] for name in _NAMES if said.get(name) is not None}
        values |= {name: tuple(map(str, values[name])) for name in _LISTS & values.keys()}
        values |= {name: int(values[name]) for name in _COUNTS & values.keys()}
        values |= {"time": _microseconds(said["time"]), "seq": int(said["seq"]), "status": int(said["status"])}
        return Row(**{"source": None, "target_type": None, "target_id": None} | values)
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(f"line {number} is no row of an exported journal ({type(error).__name__})") from None


def _object(number: int, line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise RecordError(f"line {number} is no JSON object")
    return said


def _microseconds(text: str) -> int:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return round(at.replace(microsecond=0).timestamp()) * _SECOND + at.microsecond
