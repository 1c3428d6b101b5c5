"""Faults of a run, made by the proxy of the tests."""

from __future__ import annotations

import time
from collections.abc import Iterable
from threading import Lock

from sbe_scim.certify.run import Asked
from tests.environment.proxy import Answer, Fault, FaultProxy, LoseAnswer


class ProxyFaults:
    """What goes wrong between a provider and the receiver behind ``proxy``."""

    def __init__(self, proxy: FaultProxy) -> None:
        self._proxy = proxy
        self._lock = Lock()
        self._asked: list[Asked] = []
        self._since = 0.0

    def refuse(self, status: int, retry_after: int | None = None) -> None:
        """Answer everything so from now on."""
        headers = (("Retry-After", str(retry_after)),) if retry_after is not None else ()
        self._begin(lambda _: Answer(status, headers), status)

    def lose_answer(self, method: str) -> None:
        """Lose the answer of the next request of this method."""
        left = [method]

        def plan(asked: str) -> Fault | None:
            if asked in left:
                left.remove(asked)
                return LoseAnswer()
            return None

        self._begin(plan, 0)

    def calm(self) -> None:
        """Let everything pass."""
        self._proxy.plan(lambda method, path: None)

    def met(self) -> int:
        """How many requests have met the fault."""
        return len(self._asked)

    def asked(self) -> Iterable[Asked]:
        """What has met it."""
        return list(self._asked)

    def _begin(self, plan: object, status: int) -> None:
        assert callable(plan)
        with self._lock:
            self._asked, self._since = [], time.monotonic()

        def decide(method: str, path: str) -> Fault | None:
            with self._lock:
                fault: Fault | None = plan(method)
                if fault is not None:
                    after = round((time.monotonic() - self._since) * 1000)
                    self._asked.append(Asked(after, method, status))
            return fault

        self._proxy.plan(decide)
