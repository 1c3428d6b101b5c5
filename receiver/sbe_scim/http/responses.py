"""SCIM responses (RFC 7644 §3.1, §3.12)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

from starlette.responses import Response, StreamingResponse

from sbe_scim.protocol import ERROR_URN, ScimError
from sbe_scim.protocol.json_text import write_json
from sbe_scim.service.text import Text, drained

SCIM_JSON = "application/scim+json"

#: Names what was sent and not kept, where a request succeeds without it.
DROPPED = "scim-dropped"
#: Characters of names in that header; servers and proxies refuse long ones.
_LONGEST = 1_000
#: A page of a hundred people has two pieces: to send them one by one costs more than to join them.
_AT_ONCE = 4


class CutShort(Exception):
    """An answer that has begun cannot be ended."""

    def __init__(self, problem: ScimError) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def dropped(names: Sequence[str]) -> dict[str, str]:
    """The header that tells a client what of its request was dropped: names of attributes, never values."""
    if not names:
        return {}
    told: list[str] = []
    for name in names:
        if len(", ".join([*told, name])) > _LONGEST:
            break
        told.append(name)
    left = len(names) - len(told)
    return {DROPPED: ", ".join([*told, *([f"({left} more)"] if left else [])])}


def scim_response(body: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response with a SCIM message or resource; ``body`` is JSON text."""
    return Response(body, status, headers, SCIM_JSON)


def text_response(text: Text, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response with what the service wrote; a long one is sent piece by piece, and let go of as it is sent."""
    pieces = text.pieces()
    if len(pieces) <= _AT_ONCE:
        return Response(pieces[0] if len(pieces) == 1 else b"".join(pieces), status, headers, SCIM_JSON)

    async def sent() -> AsyncIterator[bytes]:
        for piece in drained(pieces):
            yield piece

    length = {"content-length": str(sum(map(len, pieces)))}
    return StreamingResponse(sent(), status, {**(headers or {}), **length}, SCIM_JSON)


def pieces_response(ask: Callable[[], Awaitable[bytes | None]], headers: Mapping[str, str]) -> Response:
    """A response whose pieces are asked for while it is sent, until there is none. How long it is, nobody knows before.

    What is refused in the middle of it raises :class:`CutShort`.
    """

    async def sent() -> AsyncIterator[bytes]:
        try:
            while (piece := await ask()) is not None:
                yield piece
        except ScimError as problem:
            raise CutShort(problem) from None

    return StreamingResponse(sent(), 200, headers, SCIM_JSON)


def message(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response with a SCIM message given as a mapping."""
    return scim_response(write_json(body), status, headers)


def error(problem: ScimError, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a refused request."""
    return message(problem.to_message(), problem.status, headers)


def plain_error(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error that HTTP knows and SCIM has no word for (405, 500)."""
    return message({"schemas": [ERROR_URN], "status": str(status), "detail": detail}, status, headers)
