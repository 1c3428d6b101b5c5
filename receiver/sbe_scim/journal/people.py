"""Who is refused, and what was asked about one person, as pages for people tell it, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from sbe_scim.journal import reader
from sbe_scim.journal.reader import Row
from sbe_scim.journal.remedies import remedy
from sbe_scim.journal.remedy_texts import Words
from sbe_scim.store import sources
from sbe_scim.store.clock import to_datetime
from sbe_scim.store.people import Person, find, same

#: Rows of each list that are shown.
MOST = 50


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody, or a group, that is refused now: since when, why, and what to do; times are aware of UTC.

    ``english``: why is the receiver's own text, which has no words in other languages.
    """

    who: str
    source: str
    since: datetime
    times: int
    why: str
    remedy: str
    english: bool


def refusals(connection: Connection, words: Words, source: str | None = None) -> list[Refusal]:
    """Who is refused now, of one source or of all, :data:`MOST` at most."""
    known = {one.name: one for one in sources.find_all(connection)}
    found: list[Refusal] = []
    for one in reversed(reader.refused(connection, source)[-MOST:]):
        row = one.last
        told = remedy(row, known.get(row.source or ""), reader.holder(connection, row), words)
        english = (row.reason or "") not in words.by_code and row.detail is not None
        since = to_datetime(one.since)
        found.append(Refusal(called(row), row.source or "", since, one.times, told.why, told.remedy, english))
    return found


def about(connection: Connection, who: str) -> tuple[list[Person], list[Row]]:
    """Whoever has this user name, mail address, ``externalId`` or SCIM id, and all that was asked about them."""
    matched = same(connection, find(connection, who))
    return matched, reader.of_people(connection, who, matched)[::-1]


def called(row: Row) -> str:
    """Whom a refused create was about."""
    return f"{row.name or row.external_id or '?'}" + (f" <{row.mail}>" if row.mail and row.mail != row.name else "")
