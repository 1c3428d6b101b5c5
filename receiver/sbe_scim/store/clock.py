"""Time as the store keeps it: whole microseconds since 1970 UTC."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> int:
    """Microseconds since 1970 UTC."""
    return time.time_ns() // 1000


def to_datetime(microseconds: int) -> datetime:
    """Exact inverse of the stored form (no float in between)."""
    return _EPOCH + timedelta(microseconds=microseconds)


def to_scim(microseconds: int) -> str:
    """The dateTime of RFC 7643 §2.3.5, always with six digits and ``Z``."""
    return to_datetime(microseconds).isoformat(timespec="microseconds").replace("+00:00", "Z")
