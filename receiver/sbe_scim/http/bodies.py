"""Read a request's body: bounded in size and time, JSON, an object."""

from __future__ import annotations

import asyncio
import resource
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from starlette.requests import Request

from sbe_scim.http.responses import SCIM_JSON
from sbe_scim.protocol import (
    InvalidSyntax,
    InvalidValue,
    PayloadTooLarge,
    RequestTimeout,
    UnsupportedCoding,
    UnsupportedMediaType,
)
from sbe_scim.protocol.json_text import parse_json
from sbe_scim.protocol.values import storable

_ACCEPTED = (SCIM_JSON, "application/json")
#: Bodies that are waited for at the same time, and the part of the process's descriptors that they may hold.
MOST_AWAITED = 256
_SHARE = 4
_FORM = "application/x-www-form-urlencoded"
#: Bytes of a form of a page.
LARGEST_FORM = 8_192
_MOST_FIELDS = 10


class BodyReader:
    """Reads bodies of at most ``limit`` bytes that come within ``seconds``.

    Of more than ``most`` that have not come yet the oldest is given up: who is slow waits at the expense of nobody.
    """

    def __init__(self, limit: int, seconds: float, most: int | None = None) -> None:
        self._limit = limit
        self._seconds = seconds
        self._most = _affordable() if most is None else most
        # The oldest first.
        self._awaited: dict[asyncio.Timeout, None] = {}

    async def read(self, request: Request, limit: int | None = None) -> bytes:
        """Return what was sent, which says that it is JSON; to be read by :func:`parse_object`. ``limit``: another one.

        Raises :class:`UnsupportedMediaType` or :class:`UnsupportedCoding` (415), :class:`InvalidSyntax` (400),
        :class:`PayloadTooLarge` (413), :class:`RequestTimeout` (408).
        """
        media_type = request.headers.get("content-type", SCIM_JSON).partition(";")[0].strip().lower()
        if media_type not in _ACCEPTED:
            raise UnsupportedMediaType(f"the Content-Type must be {' or '.join(_ACCEPTED)}")
        codings = ",".join(request.headers.getlist("content-encoding")).split(",")
        if any(coding.strip().lower() not in ("", "identity") for coding in codings):
            raise UnsupportedCoding("the body must be sent without a Content-Encoding")
        if request.method == "PUT" and "content-range" in request.headers:
            # What is left out of a part would be cleared (RFC 9110 §14.5).
            raise InvalidSyntax("a PUT must hold the whole resource: Content-Range is not supported")
        length = request.headers.get("content-length", "")
        limit = limit or self._limit
        if length.isdigit() and int(length) > limit:
            _too_large(limit)
        return await self._in_time(request, limit)

    async def form(self, request: Request) -> dict[str, str]:
        """Return the fields of a form of a page; of one that comes twice, the last.

        Raises :class:`UnsupportedMediaType` (415), :class:`PayloadTooLarge` (413), :class:`RequestTimeout` (408),
        :class:`InvalidSyntax` (400).
        """
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            raise UnsupportedMediaType(f"the Content-Type must be {_FORM}")
        body = await self._in_time(request, LARGEST_FORM)
        try:
            return dict(parse_qsl(body.decode("ascii"), max_num_fields=_MOST_FIELDS))
        except ValueError:
            raise InvalidSyntax("the body is no form") from None

    async def _in_time(self, request: Request, limit: int) -> bytes:
        try:
            async with asyncio.timeout(self._seconds) as patience:
                self._await(patience)
                try:
                    return await _all(request, limit)
                finally:
                    self._awaited.pop(patience, None)
        except TimeoutError:
            raise RequestTimeout("the body did not come in time") from None

    def _await(self, patience: asyncio.Timeout) -> None:
        if len(self._awaited) >= self._most:
            oldest = next(iter(self._awaited))
            del self._awaited[oldest]
            if not oldest.expired():
                oldest.reschedule(0)
        self._awaited[patience] = None


async def _all(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> NoReturn:
    raise PayloadTooLarge(f"the body is larger than {limit} bytes")


def parse_object(body: bytes) -> dict[str, Any]:
    """Parse strictly: UTF-8, no NaN, no member twice, one object.

    Raises :class:`InvalidSyntax` or :class:`InvalidValue`.
    """
    try:
        text = body.decode("utf-8")
        value = parse_json(text)
    except ValueError:
        raise InvalidSyntax("the body is not valid JSON in UTF-8") from None
    if not isinstance(value, dict):
        raise InvalidSyntax("the body must be a JSON object")
    # Only escapes can bring them in; most bodies have none.
    if "\\u" in text and _holds_unstorable(value):
        raise InvalidValue("a string holds U+0000 or half of a surrogate pair, which is no text")
    return value


def _holds_unstorable(body: Any) -> bool:
    waiting = [body]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.keys()
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and not storable(value):
            return True
    return False


def _affordable() -> int:
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_AWAITED if descriptors == resource.RLIM_INFINITY else max(1, min(MOST_AWAITED, descriptors // _SHARE))
