"""The outermost layer: request id, access log, journal row, and no request without a SCIM answer."""

from __future__ import annotations

import logging
import re
import traceback
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sbe_scim.http import heads
from sbe_scim.http.accepted import in_accepted_type
from sbe_scim.http.logs import log_request
from sbe_scim.http.responses import CutShort, plain_error
from sbe_scim.journal import Arrival, Entry, Journal, Meter
from sbe_scim.protocol import RateLimited, ScimError
from sbe_scim.service import Outcome

_log = logging.getLogger(__name__)


_KEY = "sbe_scim.request"
_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


@dataclass(slots=True)
class RequestScope:
    """What the HTTP layer knows of the request at hand: it becomes the line in the log, and a row of the journal
    where the service has not written one."""

    arrival: Arrival
    operation: str = "unknown"
    source: str | None = None
    target_type: str | None = None
    target_id: str | None = None
    status: int = 0
    scim_type: str | None = None
    detail: str | None = None
    reason: str | None = None
    #: The row is in the journal already, by the transaction of the change or of the refusal.
    journalled: bool = False

    def settle(self, outcome: Outcome) -> None:
        """Take note of a write that was done or refused, and journalled."""
        self.status, self.target_id, self.journalled = outcome.status, outcome.id, True

    def fail(self) -> None:
        """Note that the request ended in an unexpected error, whatever was to be answered."""
        made = self.journalled and self.status < 400
        self.detail = "internal error after the change was made" if made else "internal error"
        self.status, self.scim_type, self.reason, self.journalled = 500, None, None, False

    def cut(self, problem: ScimError) -> None:
        """Note that the answer was begun and could not be ended."""
        self.status, self.scim_type, self.reason = problem.status, problem.scim_type, problem.reason
        self.detail = f"the answer had begun and was cut short: {problem.detail}"

    def entry(self) -> Entry:
        """The journal's row."""
        return Entry(
            self.arrival.time,
            self.arrival.duration,
            self.arrival.request_id,
            self.operation,
            self.status,
            self.source,
            self.target_type,
            self.target_id,
            self.scim_type,
            self.detail,
            reason=self.reason,
        )

    def log_fields(self) -> dict[str, Any]:
        """What the access log says; nothing in it is about a person."""
        return {
            "request_id": self.arrival.request_id,
            "operation": self.operation,
            "source": self.source,
            "target_type": self.target_type,
            "target_id": self.target_id,
            "status": self.status,
            "scim_type": self.scim_type,
            "detail": self.detail,
            "reason": self.reason,
            "duration_us": self.arrival.duration,
        }


def current(scope: Scope) -> RequestScope:
    """Return what is known of this request."""
    request: RequestScope = scope[_KEY]
    return request


def _begin(scope: Scope) -> RequestScope:
    """Start a request; the caller's request id is kept when it is a sane one."""
    offered = _header(scope, b"x-request-id")
    sane = offered is not None and _SANE_ID.fullmatch(offered)
    request = scope[_KEY] = RequestScope(Arrival(offered) if offered is not None and sane else Arrival())
    return request


class RequestMiddleware:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp, *, journal: Journal, meter: Meter, scim_path: str) -> None:
        self._app = app
        self._journal = journal
        self._meter = meter
        self._scim_path = scim_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _begin(scope)
        answered = False

        async def send_with_id(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                request.status = message["status"]
                headers = in_accepted_type(message["headers"], scope["headers"])
                message["headers"] = [*headers, (b"x-request-id", request.arrival.request_id.encode())]
            await send(message)

        try:
            if await _refused(scope, receive, send_with_id):
                return
            await self._app(scope, receive, send_with_id)
        except ClientDisconnect:
            request.detail = "the client went away before its request was complete"
        except CutShort as cut:
            request.cut(cut.problem)
            if not scope["http_version"].startswith("1"):
                # In HTTP/1 the server closes the connection. Here nothing else ends the stream, and half an object is
                # no JSON.
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except Exception as error:
            log_unexpected(error, request.arrival.request_id)
            request.fail()
            if not answered:
                response = plain_error(500, internal_error(request.arrival.request_id))
                await response(scope, receive, send_with_id)
        finally:
            self._record(scope["path"], request)

    def _record(self, path: str, request: RequestScope) -> None:
        log_request(request.log_fields())
        if not path.startswith(self._scim_path):
            return
        self._meter.count(request.source, request.operation, request.status, request.reason, request.arrival)
        if not request.journalled:
            if request.source is None or request.status == RateLimited.status:
                self._journal.count(request.entry())
            else:
                self._journal.gather(request.entry())


async def _refused(scope: Scope, receive: Receive, send: Send) -> bool:
    """Refuse a request whose head nobody should guess at; tell whether it was."""
    try:
        heads.settle(scope)
    except heads.BadHead as error:
        current(scope).detail = str(error)
        await plain_error(error.status, str(error), {"connection": "close"})(scope, receive, send)
        return True
    return False


def _header(scope: Scope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


def internal_error(request_id: str) -> str:
    """What a client is told of an error of the program."""
    return f"internal error; the log has it under request id {request_id}"


def log_unexpected(error: BaseException, request_id: str) -> None:
    """Log an error of the program: where it was raised, not its text, which may quote what was sent."""
    _log.error("unexpected error", extra={"request_id": request_id, **_whereabouts(error)})


def _whereabouts(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return {
        "error": type(error).__name__,
        "at": [f"{frame.filename.rsplit('sbe_scim/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames],
    }
