"""What happens to the servers: they are killed, they stop for a while, the database's clock is set."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from tests.environment import debian
from tests.environment.keycloak import LocalKeycloak
from tests.environment.postgres import LocalPostgres
from tests.environment.receiver import ReceiverProcess

#: Seconds: the receiver refuses tokens of servers that are a minute off, and that is not what is looked for here.
_FURTHEST = 25


class Clock:
    """The wall clock of PostgreSQL, set while it runs by Debian's ``libfaketime`` (under which no JVM starts)."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set(0)

    def set(self, seconds: int) -> None:
        """So far ahead of the machine's, or behind it."""
        # Read whole or not at all.
        written = self._file.with_suffix(".new")
        written.write_text(f"{seconds:+d}s\n")
        written.replace(self._file)

    def environment(self) -> Mapping[str, str]:
        """Variables of the process. What measures time, and does not tell it, goes on as it did."""
        return {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def _library() -> Path:
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found and debian.can_install():
        debian.install("libfaketime")
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        raise RuntimeError("libfaketime is not installed (Debian: apt-get install libfaketime)")
    return found[-1]


class Accidents:
    """One after the other; the seed decides which, and when."""

    def __init__(
        self,
        nodes: Sequence[LocalKeycloak],
        receiver: ReceiverProcess,
        database: LocalPostgres,
        clock: Clock,
        random: Random,
    ) -> None:
        self.made: Counter[str] = Counter()
        self._nodes = nodes
        self._receiver = receiver
        self._database = database
        self._clock = clock
        self._random = random

    def happen(self, stop: threading.Event) -> None:
        """Until told to stop; then everything runs, with the right time."""
        accidents = [
            ("node killed", self._kill_node, 3),
            ("node paused", self._pause_node, 3),
            ("receiver killed", self._kill_receiver, 3),
            ("database killed", self._kill_database, 2),
            ("clock set", self._set_clock, 3),
        ]
        while not stop.wait(self._random.uniform(0.5, 5)):
            ((name, accident),) = self._random.choices(
                [(name, accident) for name, accident, _ in accidents], [weight for _, _, weight in accidents]
            )
            accident(stop)
            self.made[name] += 1
        self._clock.set(0)

    def _kill_node(self, stop: threading.Event) -> None:
        node = self._random.choice(self._nodes)
        node.kill()
        stop.wait(self._random.uniform(0, 3))
        node.start()

    def _pause_node(self, stop: threading.Event) -> None:
        """As a virtual machine that is moved; longer than a lease at times, never as long as the grace."""
        node = self._random.choice(self._nodes)
        group = node.pid
        os.killpg(group, signal.SIGSTOP)
        stop.wait(self._random.choice([self._random.uniform(0, 3), self._random.uniform(0, 22)]))
        os.killpg(group, signal.SIGCONT)

    def _kill_receiver(self, stop: threading.Event) -> None:
        self._receiver.kill()
        stop.wait(self._random.choice([0, self._random.uniform(0, 10)]))
        self._receiver.start()

    def _kill_database(self, _: threading.Event) -> None:
        self._database.crash()

    def _set_clock(self, _: threading.Event) -> None:
        self._clock.set(self._random.randint(-_FURTHEST, _FURTHEST))
