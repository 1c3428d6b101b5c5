"""Whether a source may take an account of Abilian SBE, as an operator sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """Whether a source may take an account."""

    FREE = "free"
    #: Nobody but an operator who names it alone.
    ADMINISTRATOR = "administrator"
    #: The source would open it: only who names it may have that.
    CLOSED = "closed"
    #: An operator has said so, and the source has not come yet.
    WAITING = "waiting"
    #: It is the source's.
    LINKED = "linked"
    OTHER_SOURCE = "other_source"
    #: Closed when its person was removed; the same source opens it again by itself.
    REMOVED = "removed"
    #: Another account has the same address but for its case.
    TWIN = "twin"
    NO_MAIL = "no_mail"


#: Whom an operator can have adopted.
OPEN = frozenset({Verdict.FREE, Verdict.ADMINISTRATOR, Verdict.CLOSED})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account and its verdict; ``told`` says the same in words.

    ``roles`` are those that make an administrator, also by a group. ``content`` is how many documents, posts and the
    like it owns.
    """

    id: int
    created_at: datetime | None
    mail: str
    name: str
    enabled: bool
    last_active: datetime | None
    roles: tuple[str, ...]
    content: int
    verdict: Verdict
    told: str
