"""Time as the store keeps it: whole microseconds since 1970 UTC."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> int:
    """Microseconds since 1970 UTC."""
    return time.time_ns() // 1000


def to_datetime(microseconds: int) -> datetime:
    """Exact inverse of the stored form (no float in between)."""
    return _EPOCH + timedelta(microseconds=microseconds)


def to_scim(microseconds: int) -> str:
    """The dateTime of RFC 7643 §2.3.5, always with six digits and ``Z``."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return f"{to_the_second(seconds)}.{rest:06}Z"


def to_text(microseconds: int) -> str:
    """A moment as sentences for people have it, to the second."""
    return f"{to_the_second(microseconds // 1_000_000)}Z"


@lru_cache(maxsize=4096)
def to_the_second(seconds: int) -> str:
    """The same without fraction and zone; ``seconds`` since 1970. Pages show the same moments again and again."""
    return (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()
