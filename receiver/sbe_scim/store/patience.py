"""How long work on the database waits for others: a request is refused while its client still listens."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from time import monotonic
from types import TracebackType

from sbe_scim.protocol import Unavailable
from sbe_scim.store.failures import Trouble

#: For what no request waits for (commands, the journal), in seconds.
UNHURRIED = 10.0

_until: ContextVar[float | None] = ContextVar("sbe_scim_until", default=None)


class waiting_until:
    """Lets the block wait for others no longer than to ``moment``, of :func:`time.monotonic`."""

    __slots__ = ("_moment", "_token")

    def __init__(self, moment: float) -> None:
        self._moment = moment

    def __enter__(self) -> None:
        self._token = _until.set(self._moment)

    def __exit__(self, _type: object, _error: object, _traceback: object) -> None:
        _until.reset(self._token)


def time_left() -> float:
    """How many seconds the work at hand may still wait."""
    until = _until.get()
    return UNHURRIED if until is None else max(0.0, until - monotonic())


class Turn:
    """One writer at a time, as a context manager; who has waited for long enough gets :class:`Unavailable`.

    SQLite has one writer and makes the others poll with growing pauses: they queue here instead.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=time_left()):
            raise Unavailable(Trouble.BUSY.value)

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._lock.release()
