"""The one thread that writes to the embedded database: requests that wait share a commit."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any

from sbe_scim.store.patience import waiting_until
from sbe_scim.store.refusing import Busy
from sbe_scim.store.transactions import TakesLong, Transactions

#: A commit waits no longer than so for requests that come behind the first, in seconds, and for no more of them.
LONGEST = 0.05
MOST = 64


class _Job:
    """A request on its way to the writer and back. Only the event loop touches ``answer``."""

    def __init__(self, function: Callable[[], Any], until: float, alone: bool) -> None:
        self.function = function
        self.until = until
        self.alone = alone
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self.function()
        except BaseException as error:
            self.error = error

    def settle(self) -> None:
        if self.answer.done():
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)


class SharedWriter:
    """Runs functions that write, in their order.

    Each is done in a transaction of its own while nobody waits. Else those that wait are done in one, each in a
    savepoint (:meth:`Transactions.write` within :meth:`Transactions.write`), and nobody is answered before its commit,
    which fails for all or for none.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._guard = threading.Condition()
        self._waiting: deque[_Job] = deque()
        self._closed = False
        self._thread: threading.Thread | None = None

    async def call(self, function: Callable[[], Any], patience: float, *, alone: bool = False) -> Any:
        """Call a function that writes, and return what it returns.

        Raises :class:`Busy` when its turn has not come after ``patience`` seconds. What takes long is done ``alone``,
        so that nobody's answer waits for it who came before.
        """
        job = _Job(function, monotonic() + patience, alone)
        self._add(job)
        timer = asyncio.get_running_loop().call_later(patience, self._give_up, job)
        try:
            return await job.answer
        except asyncio.CancelledError:
            self._withdraw(job)
            raise
        finally:
            timer.cancel()

    def close(self) -> None:
        """Do what waits, and end the thread."""
        with self._guard:
            self._closed = True
            self._guard.notify()
        if self._thread is not None:
            self._thread.join()

    def _add(self, job: _Job) -> None:
        with self._guard:
            if self._closed:
                raise RuntimeError("the writer is closed")
            self._waiting.append(job)
            self._guard.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="scim-write", daemon=True)
                self._thread.start()

    def _give_up(self, job: _Job) -> None:
        if self._withdraw(job) and not job.answer.done():
            job.answer.set_exception(Busy())

    def _withdraw(self, job: _Job) -> bool:
        """Take back a job; tell whether it had not begun."""
        with self._guard, suppress(ValueError):
            self._waiting.remove(job)
            return True
        return False

    def _run(self) -> None:
        while (first := self._first()) is not None:
            done = [first]
            try:
                with waiting_until(first.until):
                    self._do(done)
            except BaseException as error:
                for job in done:
                    job.error = error
            if isinstance(done[-1].error, TakesLong):
                self._do_alone(done.pop())
            # A loop that has ended has nobody left who waits.
            with suppress(RuntimeError):
                first.answer.get_loop().call_soon_threadsafe(_settle, done)

    def _do(self, done: list[_Job]) -> None:
        """Do a job and, where others wait, those behind it, which are added to ``done``."""
        job: _Job | None = done[0]
        if done[0].alone or not self._waiting:
            done[0].run()
            return
        end = monotonic() + LONGEST
        with self._transactions.write():
            while job is not None:
                job.run()
                # Whatever has gone wrong, those behind it begin anew.
                job = None if job.error or len(done) == MOST or monotonic() > end else self._next()
                if job is not None:
                    done.append(job)

    def _do_alone(self, job: _Job) -> None:
        """Put a job that turned out to be long before all others again, to be done by itself."""
        job.alone, job.error = True, None
        with self._guard:
            self._waiting.appendleft(job)

    def _first(self) -> _Job | None:
        """Wait for a job; ``None`` when there will be none."""
        with self._guard:
            while not self._waiting and not self._closed:
                self._guard.wait()
            return self._waiting.popleft() if self._waiting else None

    def _next(self) -> _Job | None:
        """The next job that may be done together with others, if it is there already."""
        with self._guard:
            return self._waiting.popleft() if self._waiting and not self._waiting[0].alone else None


def _settle(done: list[_Job]) -> None:
    for job in done:
        job.settle()
