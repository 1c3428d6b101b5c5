"""What happens to the servers: they are killed, they stop for a while, their clocks are set."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Sequence
from random import Random

from tests.environment.clock import Clock
from tests.environment.keycloak import LocalKeycloak
from tests.environment.postgres import LocalPostgres
from tests.environment.receiver import ReceiverProcess

#: Seconds ahead or behind: the receiver refuses tokens of servers that are a minute off, which is not looked for here.
_FURTHEST = 25


class Accidents:
    """One after the other; the seed decides which, and when."""

    def __init__(
        self,
        nodes: Sequence[LocalKeycloak],
        receiver: ReceiverProcess,
        database: LocalPostgres,
        clocks: Sequence[Clock],
        random: Random,
    ) -> None:
        self.made: Counter[str] = Counter()
        self._nodes = nodes
        self._receiver = receiver
        self._database = database
        self._clocks = clocks
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
        for clock in self._clocks:
            clock.set(0)

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
        self._random.choice(self._clocks).set(self._random.randint(-_FURTHEST, _FURTHEST))
