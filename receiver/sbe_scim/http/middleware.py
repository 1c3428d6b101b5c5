"""The outermost layer: request id, access log, journal row, and no request without a SCIM answer."""

from __future__ import annotations

import logging
import traceback
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sbe_scim.http import exchange as exchanges
from sbe_scim.http import targets
from sbe_scim.http.responses import plain_error
from sbe_scim.journal import Exchange, Journal

_access = logging.getLogger("sbe_scim.access")
_log = logging.getLogger(__name__)


class RequestMiddleware:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp, *, journal: Journal, scim_path: str) -> None:
        self._app = app
        self._journal = journal
        self._scim_path = scim_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = exchanges.begin(scope, _header(scope, b"x-request-id"))
        answered = False

        async def send_with_id(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                exchange.status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", exchange.request_id.encode())]
            await send(message)

        try:
            if await _refused(scope, receive, send_with_id):
                return
            await self._app(scope, receive, send_with_id)
        except ClientDisconnect:
            exchange.detail = "the client went away before its request was complete"
        except Exception as error:
            # The text of an exception may quote what was sent; where it was raised does not.
            _log.error("unexpected error", extra={"request_id": exchange.request_id, **_whereabouts(error)})
            exchange.failed()
            if not answered:
                response = plain_error(500, f"internal error; the log has it under request id {exchange.request_id}")
                await response(scope, receive, send_with_id)
        finally:
            self._record(scope["path"], exchange)

    def _record(self, path: str, exchange: Exchange) -> None:
        if _access.isEnabledFor(logging.INFO):
            # Made here, because Logger.info() looks for its caller in the stack at every request.
            record = logging.LogRecord(_access.name, logging.INFO, __file__, 0, "request", None, None)
            record.__dict__.update(exchange.log_fields())
            _access.handle(record)
        if not exchange.journalled and path.startswith(self._scim_path):
            exchange.changed = ()
            if exchange.source is None:
                self._journal.count(exchange.entry())
            else:
                self._journal.gather(exchange.entry())


async def _refused(scope: Scope, receive: Receive, send: Send) -> bool:
    """Refuse a request whose target or framing nobody should guess at; tell whether it was."""
    try:
        targets.settle(scope)
        _check_framing(scope)
    except ValueError as error:
        exchanges.current(scope).detail = str(error)
        await plain_error(400, str(error), {"connection": "close"})(scope, receive, send)
        return True
    path = scope["path"]
    if len(path) > 1 and path.endswith("/"):
        scope["path"] = path.rstrip("/") or "/"
    return False


def _check_framing(scope: Scope) -> None:
    """RFC 9112 §6.1: what could be read in two ways may be an attempt to smuggle a second request in."""
    if scope["http_version"].startswith("1") and _header(scope, b"transfer-encoding") is not None:
        if _header(scope, b"content-length") is not None:
            raise ValueError("Content-Length and Transfer-Encoding must not be sent together")
        if scope["http_version"] == "1.0":
            raise ValueError("HTTP/1.0 has no Transfer-Encoding")


def _header(scope: Scope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


def _whereabouts(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return {
        "error": type(error).__name__,
        "at": [f"{frame.filename.rsplit('sbe_scim/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames],
    }
