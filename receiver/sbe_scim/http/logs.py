"""Structured logs: one JSON object per line on stderr."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

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
