"""The log of requests: one line each, whoever else listens."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
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


def _nobody_else_listens() -> None:
    """Not even pytest, whose handlers come when the test begins."""
    logging.getLogger("sbe_scim").handlers[1:] = []


def _numbers(stream: StringIO) -> list[object]:
    return [json.loads(line).get("number", "warning") for line in stream.getvalue().splitlines()]


async def _written(stream: StringIO) -> None:
    async with asyncio.timeout(10):
        while not stream.getvalue():
            await asyncio.sleep(0)


def test_lines_about_requests_are_written_together_a_moment_later(stream: StringIO) -> None:
    _nobody_else_listens()

    async def serve() -> list[object]:
        for number in range(3):
            log_request({"number": number})
        before = _numbers(stream)
        await _written(stream)
        return before

    assert asyncio.run(serve()) == []
    assert _numbers(stream) == [0, 1, 2]


def test_a_line_of_another_kind_is_written_at_once_behind_those_that_wait(stream: StringIO) -> None:
    _nobody_else_listens()

    async def serve() -> list[object]:
        log_request({"number": 0})
        logging.getLogger("sbe_scim.journal").warning("rows wait")
        log_request({"number": 1})
        return _numbers(stream)

    assert asyncio.run(serve()) == [0, "warning"]


def test_no_more_than_a_thousand_lines_wait(stream: StringIO) -> None:
    _nobody_else_listens()

    async def serve() -> list[object]:
        for number in range(1_001):
            log_request({"number": number})
        return _numbers(stream)

    assert asyncio.run(serve()) == list(range(1_000))


def test_lines_of_an_event_loop_that_has_ended_are_written_by_the_next(stream: StringIO) -> None:
    _nobody_else_listens()

    async def ends(number: int) -> None:
        log_request({"number": number})

    async def goes_on(number: int) -> None:
        log_request({"number": number})
        await _written(stream)

    asyncio.run(ends(0))
    assert _numbers(stream) == []
    asyncio.run(goes_on(1))
    assert _numbers(stream) == [0, 1]


_ENDING = """
import asyncio
from sbe_scim.http.logs import configure_logging, log_request
configure_logging("info")
async def serve(): log_request({"number": 7})
asyncio.run(serve())
"""


def test_nothing_waits_beyond_the_end_of_the_process() -> None:
    ended = subprocess.run([sys.executable, "-c", _ENDING], capture_output=True, text=True, check=True)
    assert json.loads(ended.stderr)["number"] == 7
