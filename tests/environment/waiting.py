"""Waiting for a condition by asking again, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")
DEADLINE = 30.0
POLL = 0.02


def until(
    read: Callable[[], Seen],
    expected: Callable[[Seen], object] = bool,
    *,
    what: str = "condition",
    deadline: float = DEADLINE,
    poll: float = POLL,
) -> Seen:
    """Call ``read`` until ``expected`` holds for its answer and return that; fail after ``deadline`` seconds."""
    end = time.monotonic() + deadline
    while True:
        seen = read()
        if expected(seen):
            return seen
        if time.monotonic() > end:
            raise AssertionError(f"{what} not met within {deadline:.0f} s; last seen: {seen!r}")
        time.sleep(poll)
