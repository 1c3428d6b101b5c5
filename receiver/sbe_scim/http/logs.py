"""Structured logs: one JSON object per line on stderr."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from typing import Any

from sbe_scim.store.clock import to_the_second

_log = logging.getLogger(__name__)
_all = logging.getLogger("sbe_scim")
_access = logging.getLogger("sbe_scim.access")
_encode = json.JSONEncoder(default=str).encode

#: A line about a request is written at most so late, in seconds.
LATEST = 0.05
#: Lines that wait at most.
_MOST = 1_000
#: Between two lines about the same trouble of the event loop, in seconds.
_BETWEEN = 1.0
#: Attributes of every log record; what else a record carries came by ``extra`` and is printed.
_USUAL = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, and what the caller put into ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """Make the line. Exceptions are left out: their texts quote data; callers log their types."""
        facts = {name: value for name, value in record.__dict__.items() if name not in _USUAL}
        return _line(record.created, record.levelname.lower(), record.name, record.getMessage(), facts)


class Lines(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes to stderr, as :class:`JsonFormatter` says.

    On an event loop, lines about requests are gathered for a moment: each write of its own would cost more than to make
    the line. Any other line is written at once, behind those that wait; nothing waits at the end of the process.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self._waiting: list[str] = []
        # Where they are to be written. A loop may have been closed before it did.
        self._loop: asyncio.AbstractEventLoop | None = None

    def gather(self, line: str) -> None:
        """Take a line that is made already; where nobody takes it, no request fails for that."""
        with self.lock or nullcontext():
            self._waiting.append(line)
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                self.flush()
                return
            if len(self._waiting) >= _MOST:
                self.flush()
            elif self._loop is not loop:
                self._loop = loop
                loop.call_later(LATEST, self.flush)

    def flush(self) -> None:
        """Write what waits."""
        with self.lock or nullcontext(), suppress(OSError, ValueError):
            waiting, self._waiting, self._loop = self._waiting, [], None
            self.stream.write("".join(waiting))
            super().flush()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, behind the lines that wait."""
        self.flush()
        super().emit(record)


def log_request(facts: Mapping[str, Any]) -> None:
    """Log a request that has ended."""
    if not _access.isEnabledFor(logging.INFO):
        return
    lines = _lines()
    if lines is not None:
        lines.gather(_line(time.time(), "info", _access.name, "request", facts) + "\n")
        return
    # Made here, because Logger.info() looks for its caller in the stack at every request.
    record = logging.LogRecord(_access.name, logging.INFO, __file__, 0, "request", None, None)
    record.__dict__.update(facts)
    _access.handle(record)


def _lines() -> Lines | None:
    """Who writes, where nobody else listens: there is no need of a record, which costs several times its line."""
    if _access.handlers or _access.filters or _all.propagate or not _access.propagate or len(_all.handlers) != 1:
        return None
    (only,) = _all.handlers
    return only if isinstance(only, Lines) and not only.filters else None


def _line(moment: float, level: str, logger: str, message: str, facts: Mapping[str, Any]) -> str:
    seconds, rest = divmod(int(moment * 1000), 1000)
    when = f"{to_the_second(seconds)}.{rest:03}+00:00"
    return _encode({"time": when, "level": level, "logger": logger, "message": message, **facts})


def configure_logging(level: str) -> None:
    """Send the receiver's own logs to stderr; loggers of others are left as they are."""
    _all.setLevel(level.upper())
    if not _all.handlers:
        _all.addHandler(Lines())
        _all.propagate = False


class LoopTrouble:
    """What the event loop cannot hand to anybody (no descriptor is left, a connection failed), a line each.

    The loop's own way is a stack trace each time: a hundred in a second while no descriptor is left.
    """

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], float] = {}

    def __call__(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Log it, unless it was told a moment ago; of an exception only its type, as its text may quote data."""
        kind = str(context.get("message")), type(context.get("exception")).__name__
        moment = time.monotonic()
        if moment >= self._told.get(kind, float("-inf")) + _BETWEEN:
            self._told[kind] = moment
            _log.error("trouble in the event loop", extra={"what": kind[0], "error": kind[1]})
