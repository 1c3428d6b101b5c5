"""The threads on which the synchronous service runs, beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from sbe_scim.http.writer import SharedWriter
from sbe_scim.store.patience import waiting_until
from sbe_scim.store.refusing import Busy, Refusing
from sbe_scim.store.transactions import TakesLong, Transactions

Result = TypeVar("Result")

#: How long a request may wait for others, in seconds: clients give up after 8 (the connector) or more, and what they
#: send again is only more to wait for.
PATIENCE = 5.0
#: The same for the health check, whose callers are less patient.
CHECK_PATIENCE = 2.0

#: Some may wait for the keys of a slow issuer: more than :data:`~sbe_scim.auth.keys.MOST_WAITING`, for the others.
_VERIFIERS = 32


class Threads:
    """Threads for reads, for writes and for the verification of tokens.

    With an embedded database (SQLite) there is one thread for writes, because there is one writer anyhow: those that
    wait for it share a commit. And short reads stay on the event loop, because they cost less than handing them over,
    and less than to take turns with it at each row.
    On any database, creates of a bulk share commits on a thread of their own.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._readers = ThreadPoolExecutor(transactions.concurrency, "scim-read")
        self._writer = SharedWriter(transactions) if transactions.embedded else None
        self._bulks = self._writer or SharedWriter(transactions)
        # Threads are started when they are needed, and waiting for keys is no work.
        self._verifiers = ThreadPoolExecutor(_VERIFIERS, "scim-auth")
        self._checker = ThreadPoolExecutor(1, "scim-health")
        self._closed = False

    @property
    def closed(self) -> bool:
        """The process is about to end."""
        return self._closed

    async def read(self, function: Callable[..., Result], *arguments: Any, short: bool = False) -> Result:
        """Call a function that reads; ``short``: at most a few rows by an index. Raises :class:`Unavailable`.

        What is short may be called twice: a database that is locked is waited for on a thread, never on the event loop.
        """
        if short and self._writer is not None:
            with suppress(Busy), Refusing(), waiting_until(0):
                return function(*arguments)
        return await self._call(self._readers, function, arguments, PATIENCE)

    async def read_brief(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Call a function that reads what is short most times. Raises :class:`Unavailable`.

        On the event loop it is called with ``brief=True``: it raises :class:`TakesLong` for what is not, which is read
        on a thread then.
        """
        if self._writer is not None:
            with suppress(Busy, TakesLong), Refusing(), waiting_until(0):
                return function(*arguments, brief=True)
        return await self._call(self._readers, function, arguments, PATIENCE)

    async def write(self, function: Callable[..., Result], *arguments: Any, long: bool = False) -> Result:
        """Call a function that writes; ``long``: it may take so long that it shares no commit.

        Raises :class:`Unavailable`.
        """
        if self._writer is None:
            return await self._call(self._readers, function, arguments, PATIENCE)
        return await self.write_with(function, *arguments, long=long)

    async def write_with(self, function: Callable[..., Result], *arguments: Any, long: bool = False) -> Result:
        """Call a function that writes, whose commit those share who wait for the same at the same time.

        Raises :class:`Unavailable`.
        """
        with Refusing():
            result: Result = await self._bulks.call(partial(function, *arguments), PATIENCE, alone=long)
        return result

    async def verify(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Call a function that verifies a token. Raises :class:`Unavailable`."""
        return await self._call(self._verifiers, function, arguments, PATIENCE)

    async def check(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Call a function that asks how the database is, on a thread of its own. Raises :class:`Unavailable`."""
        return await self._call(self._checker, function, arguments, CHECK_PATIENCE)

    def close(self) -> None:
        """Wait for what is under way and end the threads."""
        self._closed = True
        self._bulks.close()
        for executor in (self._checker, self._verifiers, self._readers):
            executor.shutdown()

    async def _call(
        self,
        executor: Executor,
        function: Callable[..., Result],
        arguments: tuple[Any, ...],
        patience: float,
    ) -> Result:
        """Call a function on a thread, for whose turn and for others' locks it waits ``patience`` seconds at most."""
        until = monotonic() + patience

        def call() -> Result:
            with waiting_until(until):
                return function(*arguments)

        future = executor.submit(call)
        # Does nothing once it has begun.
        timer = asyncio.get_running_loop().call_later(patience, future.cancel)
        try:
            with Refusing():
                return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if future.cancelled() and not (task and task.cancelling()):
                raise Busy from None
            raise
        finally:
            timer.cancel()
