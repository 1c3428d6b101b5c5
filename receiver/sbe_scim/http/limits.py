"""The rate of each source: requests above it are refused before anything is done for them.

A process draws several requests at once from the bucket in the database (:mod:`sbe_scim.store.allowances`), and spends
them by itself. What it has not spent after :data:`KEPT` seconds is lost, so that in any ``T`` seconds no more than
``rate * (T + BURST + KEPT)`` requests are let through, whatever the number of processes
(``KEPT`` grows by the time that a draw takes).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Coroutine

from sbe_scim.http.threads import Threads
from sbe_scim.protocol import RateLimited
from sbe_scim.store import Source, allowances
from sbe_scim.store.allowances import Drawn
from sbe_scim.store.transactions import Transactions

#: How long requests that were drawn may be spent, in seconds.
KEPT = 1.0
#: The largest part of a second's worth that is drawn at once: a busy process asks the database so often a second.
DRAWS = 8


class Limiter:
    """The rates of one process, on its event loop."""

    def __init__(
        self, transactions: Transactions, threads: Threads, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._transactions = transactions
        self._threads = threads
        self._clock = clock
        self._shares: dict[int, _Share] = {}

    async def take(self, source: Source) -> None:
        """Let one request of a source through.

        Raises :class:`RateLimited` (429), :class:`Unavailable` where the database cannot be asked.
        """
        if source.rate is None:
            return
        share = self._shares.get(source.id)
        if share is None or share.rate != source.rate:
            share = self._shares[source.id] = _Share(source.rate)
        while not share.spend(self._clock()):
            await share.drawn_once(lambda: self._refill(source, share))

    async def _refill(self, source: Source, share: _Share) -> None:
        size = share.size(self._clock())
        share.fill(await self._threads.write(self._draw, source.id, share.rate, size), self._clock())

    def _draw(self, source: int, rate: int, most: int) -> Drawn:
        with self._transactions.write() as transaction:
            return allowances.draw(transaction.connection, source, rate, most)


class _Share:
    """What a process has drawn of the rate of one source."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._drawing: asyncio.Task[None] | None = None
        self._waiting = 0
        self._left = 0
        self._size = 0
        self._drawn = float("-inf")
        self._refused_until = float("-inf")

    def spend(self, now: float) -> bool:
        """Spend one request, if one is left. Raises :class:`RateLimited` while none can be had."""
        if self._left and now < self._drawn + KEPT:
            self._left -= 1
            return True
        if now < self._refused_until:
            raise RateLimited(max(1, math.ceil(self._refused_until - now)))
        return False

    async def drawn_once(self, draw: Callable[[], Coroutine[None, None, None]]) -> None:
        """Draw, or wait for a draw that is under way; whatever becomes of it becomes of all who wait."""
        if self._drawing is None or self._drawing.done():
            self._drawing = asyncio.get_running_loop().create_task(draw())
            # Nobody may be left to hear of it.
            self._drawing.add_done_callback(lambda task: task.cancelled() or task.exception())
        self._waiting += 1
        try:
            # Who goes away must not take the others' draw along.
            await asyncio.shield(self._drawing)
        finally:
            self._waiting -= 1

    def size(self, now: float) -> int:
        """How many to draw: as many as will be spent while they are kept, as far as the last draw and those who wait
        tell."""
        age = now - self._drawn
        if self._left:
            self._size -= self._left
        elif age < KEPT / 2:
            self._size *= 2
        self._size = max(1, min(max(self._size, self._waiting), self.rate // DRAWS))
        return self._size

    def fill(self, drawn: Drawn, now: float) -> None:
        """Take what was drawn."""
        self._left, self._drawn = drawn.requests, now
        if not drawn.requests:
            self._refused_until = now + drawn.wait / 1_000_000
