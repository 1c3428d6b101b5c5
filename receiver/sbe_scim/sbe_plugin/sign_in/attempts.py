"""Sign-ins that are under way in one browser, in its signed cookie."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from sbe_scim.sbe_plugin.sign_in.provider import Attempt

_KEY = "scim_attempts"
#: How long a person may take at the provider, in seconds, and in how many windows at once.
LONGEST = 1800
MOST = 4


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt, at the provider of which source, and where it leads."""

    attempt: Attempt
    source: str
    target: str


def remember(cookie: MutableMapping[str, Any], begun: Begun) -> None:
    """Remember an attempt; the oldest of too many is forgotten."""
    kept = [row for row in cookie.get(_KEY, []) if row[0] > time.time() - LONGEST]
    attempt = begun.attempt
    row = [int(time.time()), attempt.state, attempt.nonce, attempt.verifier, begun.source, begun.target]
    cookie[_KEY] = [*kept, row][-MOST:]


def take(cookie: MutableMapping[str, Any], state: str) -> Begun | None:
    """The attempt of this state, once; ``None`` for what this browser did not begin, or too long ago."""
    rows = cookie.get(_KEY, [])
    found = next((row for row in rows if row[1] == state), None)
    if found is None:
        return None
    cookie[_KEY] = [row for row in rows if row is not found]
    begun, _state, nonce, verifier, source, target = found
    return Begun(Attempt(state, nonce, verifier), source, target) if begun > time.time() - LONGEST else None
