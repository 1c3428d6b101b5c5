"""Read a request's body: bounded, JSON, an object."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from starlette.requests import Request

from sbe_scim.http.responses import SCIM_JSON
from sbe_scim.protocol import InvalidSyntax, InvalidValue, PayloadTooLarge, UnsupportedMediaType
from sbe_scim.protocol.values import storable

_ACCEPTED = (SCIM_JSON, "application/json")


async def read_object(request: Request, limit: int) -> dict[str, Any]:
    """Return the JSON object that was sent.

    Raises :class:`UnsupportedMediaType` (415), :class:`PayloadTooLarge` (413) above ``limit`` bytes,
    :class:`InvalidSyntax` or :class:`InvalidValue` (400).
    """
    media_type = request.headers.get("content-type", SCIM_JSON).partition(";")[0].strip().lower()
    if media_type not in _ACCEPTED:
        raise UnsupportedMediaType(f"the Content-Type must be {' or '.join(_ACCEPTED)}")
    return parse_object(await _read(request, limit))


async def _read(request: Request, limit: int) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        _too_large(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            _too_large(limit)
    return bytes(body)


def parse_object(body: bytes) -> dict[str, Any]:
    """Parse strictly: UTF-8, no NaN, one object."""
    try:
        text = body.decode("utf-8")
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
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


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError


def _too_large(limit: int) -> NoReturn:
    raise PayloadTooLarge(f"the body is larger than {limit} bytes")
