"""The log of requests: one line each, whoever else listens."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from sbe_scim.http.logs import Lines, configure_logging, log_request

FACTS = {"request_id": "r", "operation": "get", "source": "équipe", "status": 200, "detail": None, "duration_us": 7}


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What is written to stderr, by the handler that the receiver adds where there is none."""
    written = StringIO()
    logger = logging.getLogger("sbe_scim")
    level, handlers, propagate = logger.level, logger.handlers[:], logger.propagate
    logger.handlers.clear()
    monkeypatch.setattr("sys.stderr", written)
    configure_logging("info")
    yield written
    logger.handlers[:], logger.propagate = handlers, propagate
    logger.setLevel(level)


class Listener(logging.Handler):
    """Somebody else's."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def test_the_line_is_the_same_when_somebody_else_listens(stream: StringIO) -> None:
    log_request(FACTS)
    listener = Listener()
    logging.getLogger("sbe_scim").addHandler(listener)
    log_request(FACTS)
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first.pop("time")[:16] == second.pop("time")[:16]
    assert list(first.items()) == list(second.items())
    assert first == {"level": "info", "logger": "sbe_scim.access", "message": "request", **FACTS}
    assert [record.__dict__["source"] for record in listener.records] == ["équipe"]


@pytest.mark.parametrize("name", ["sbe_scim", "sbe_scim.access"])
def test_a_filter_sees_each_line(stream: StringIO, name: str) -> None:
    logger = logging.getLogger(name)
    keep = logging.Filter("none.of.ours")
    handler = logging.getLogger("sbe_scim").handlers[0]
    target = handler if name == "sbe_scim" else logger
    target.addFilter(keep)
    log_request(FACTS)
    target.removeFilter(keep)
    assert stream.getvalue() == ""


def test_requests_are_not_logged_where_only_warnings_are_wanted(stream: StringIO) -> None:
    configure_logging("warning")
    log_request(FACTS)
    assert stream.getvalue() == ""


def test_a_request_does_not_fail_where_nobody_takes_its_line(stream: StringIO) -> None:
    stream.close()
    log_request(FACTS)
    assert isinstance(logging.getLogger("sbe_scim").handlers[0], Lines)
