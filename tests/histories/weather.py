"""What the network does to requests: mostly nothing, at times anything."""

from __future__ import annotations

import threading
import time
from collections import Counter
from random import Random

from tests.environment.proxy import Answer, Cut, Delay, Fault, Garble, Late, LoseAnswer, Repeat

#: Seconds. The connector waits 8 for an answer, and a minute until nothing that it sent can still arrive.
_LONGEST = 15.0
#: How probably a request meets a fault, of one stretch of the weather; where none gets through, the endpoint is away.
_CHANCES = (0.0, 0.05, 0.1, 0.2, 0.2, 0.4, 0.4, 0.95)
#: How often each fault is chosen: those that stop the whole endpoint would else leave few requests to meet the others.
_KINDS = {
    "delay": 3,
    "lose": 3,
    "late": 3,
    "repeat": 3,
    "garbled": 2,
    "cut": 1,
    "busy": 1,
    "broken": 1,
    "portal": 1,
}
_NO_SCIM = (
    b"",
    b"<html><title>Sign in to the network</title></html>",
    b"[]",
    b"null",
    b'{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "',
    b'{"id": 7, "meta": {"version": ["W/1"]}}',
)


class Weather:
    """A plan for a proxy; the seed decides about each request, in the order in which they come."""

    def __init__(self, random: Random) -> None:
        self.made: Counter[str] = Counter()
        self._random = random
        self._lock = threading.Lock()
        self._fair = False
        self._until = 0.0
        self._requests = 0
        self._chance = 0.0

    def clear_up(self) -> None:
        """No fault from now on."""
        with self._lock:
            self._fair = True

    def plan(self, method: str, path: str) -> Fault | None:
        """The fault of this request."""
        with self._lock:
            if self._fair:
                return None
            if time.monotonic() > self._until or not self._requests:
                self._until = time.monotonic() + self._random.uniform(0.5, 4)
                # Many come at once after an outage: they are not all to meet the same weather.
                self._requests = self._random.randint(5, 40)
                self._chance = self._random.choice(_CHANCES)
            self._requests -= 1
            if self._random.random() > self._chance:
                return None
            fault = self._fault()
            self.made[type(fault).__name__] += 1
            return fault

    def _fault(self) -> Fault:
        random = self._random
        (kind,) = random.choices(list(_KINDS), list(_KINDS.values()))
        # Short ones meet the request that comes next, long ones outlive their sender's patience.
        seconds = random.choice([random.uniform(0, 0.5), random.uniform(0, _LONGEST)])
        match kind:
            case "delay":
                return Delay(seconds)
            case "cut":
                return Cut()
            case "lose":
                return LoseAnswer()
            case "late":
                return Late(seconds)
            case "repeat":
                return Repeat(seconds)
            case "busy":
                return Answer(429, (("Retry-After", random.choice(["0", "1", "3"])),))
            case "broken":
                return Answer(random.choice([500, 502, 503, 504]), body=random.choice(_NO_SCIM))
            case "garbled":
                return Garble(random.choice(_NO_SCIM))
            case _:
                return Answer(200, (("Content-Type", "text/html"),), random.choice(_NO_SCIM))
