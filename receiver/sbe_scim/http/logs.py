"""Structured logs: one JSON object per line on stderr."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from datetime import UTC, datetime
from typing import Any

_log = logging.getLogger(__name__)

#: Between two lines about the same trouble of the event loop, in seconds.
_BETWEEN = 1.0
#: Attributes of every log record; what else a record carries came by ``extra`` and is printed.
_USUAL = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, and what the caller put into ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """Make the line. Exceptions are left out: their texts quote data; callers log their types."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update((name, value) for name, value in record.__dict__.items() if name not in _USUAL)
        return json.dumps(line, default=str)


def configure_logging(level: str) -> None:
    """Send the receiver's own logs to stderr; loggers of others are left as they are."""
    logger = logging.getLogger("sbe_scim")
    logger.setLevel(level.upper())
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(JsonFormatter())
        logger.addHandler(handler)
        logger.propagate = False


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
