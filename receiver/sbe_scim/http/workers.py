"""The threads on which the synchronous service runs, beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sbe_scim.protocol import Unavailable

Result = TypeVar("Result")

#: Some may wait for the keys of a slow issuer: more than :data:`~sbe_scim.auth.keys.MOST_WAITING`, for the others.
_VERIFIERS = 32


class Workers:
    """Threads for reads, for writes and for the verification of tokens.

    With an ``embedded`` database (SQLite) there is one thread for writes, because there is one writer anyhow and
    waiting threads would only contend for the interpreter; and short reads stay on the event loop, because they cost
    less than handing them over.
    """

    def __init__(self, concurrency: int, *, embedded: bool) -> None:
        """``concurrency`` is how many transactions the directory allows at the same time."""
        self._embedded = embedded
        self._readers = ThreadPoolExecutor(concurrency, "scim-read")
        self._writers = ThreadPoolExecutor(1, "scim-write") if embedded else self._readers
        # Threads are started when they are needed, and waiting for keys is no work.
        self._verifiers = ThreadPoolExecutor(_VERIFIERS, "scim-auth")
        self._checker = ThreadPoolExecutor(1, "scim-health")

    async def read(self, function: Callable[..., Result], *arguments: Any, short: bool = False) -> Result:
        """Call a function that reads; ``short``: at most a few rows by an index. Raises :class:`Unavailable`."""
        if short and self._embedded:
            with _Refusals():
                return function(*arguments)
        return await self._call(self._readers, function, arguments)

    async def write(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Call a function that writes. Raises :class:`Unavailable`."""
        return await self._call(self._writers, function, arguments)

    async def verify(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Call a function that verifies a token. Raises :class:`Unavailable`."""
        return await self._call(self._verifiers, function, arguments)

    async def check(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Call a function that asks how the database is, on a thread of its own. Raises :class:`Unavailable`."""
        return await self._call(self._checker, function, arguments)

    def close(self) -> None:
        """Wait for what is under way and end the threads."""
        for executor in (self._checker, self._verifiers, self._writers, self._readers):
            executor.shutdown()

    async def _call(self, executor: Executor, function: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
        with _Refusals():
            return await asyncio.get_running_loop().run_in_executor(executor, function, *arguments)


class _Refusals:
    """Turns the trouble of a database that is down, busy or deadlocked into a 503: another try may do."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, OperationalError | PoolTimeout):
            raise Unavailable("the database does not answer or is busy; try again") from None
