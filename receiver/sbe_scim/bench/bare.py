"""What any server needs at least: Starlette, and one answer as long as that of a person."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_ANSWER = b'{"id":"' + b"x" * 1_100 + b'"}'


async def _answer(_: Request) -> Response:
    return Response(_ANSWER, media_type="application/scim+json")


app = Starlette(routes=[Route("/{path:path}", _answer)])
