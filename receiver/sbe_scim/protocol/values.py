"""How single values are checked and compared (RFC 7643 §2.3, RFC 7644 §3.4.2.2)."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from unicodedata import normalize

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_NUMBER = re.compile(r"(-?\d{1,20})(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)


def fold(text: str) -> str:
    """Return the form under which strings that are not ``caseExact`` are compared.

    Unicode full case folding, composed: a letter with its accent is one, however a client encodes it.
    """
    if text.isascii():
        return text.lower()
    return normalize("NFC", normalize("NFC", text).casefold())


def instant(text: str) -> int:
    """Return an xsd:dateTime as microseconds since 1970 UTC; without offset it is UTC. Raise ``ValueError``."""
    if not _DATE_TIME.fullmatch(text):
        raise ValueError("not a dateTime")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MICROSECOND


def storable(text: str) -> bool:
    """Tell whether every database can keep ``text``: no NUL, no half of a surrogate pair."""
    if "\x00" in text:
        return False
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def written_number(text: str) -> int | float | None:
    """Return the number that ``text`` writes as JSON does; ``None`` where it is none, or has very many digits."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    return int(text) if found.end(1) == len(text) else float(text)


def as_number(kind: str, value: object) -> int | float:
    """Return a JSON number as an ``integer`` of 64 bits or a ``decimal``; ``ValueError`` or ``OverflowError``."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")
    if kind == "decimal":
        # There is one zero.
        number = float(value) + 0.0
        if not math.isfinite(number):
            raise ValueError("not finite")
        return number
    if value != int(value) or not -(2**63) <= value < 2**63:
        raise ValueError("not an integer of 64 bits")
    return int(value)
