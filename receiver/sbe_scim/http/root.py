"""What is asked of no type of resources: searches through all of them, and ``/Me``."""

from __future__ import annotations

from typing import NoReturn

from starlette.requests import Request
from starlette.responses import Response

from sbe_scim.auth import READ
from sbe_scim.http.bodies import BodyReader, parse_object
from sbe_scim.http.callers import Callers
from sbe_scim.http.middleware import current
from sbe_scim.http.parameters import parameters
from sbe_scim.http.responses import text_response
from sbe_scim.http.threads import Threads
from sbe_scim.protocol import SEARCH_REQUEST_URN, Registry, Unsupported, read_message
from sbe_scim.service import Call, Query, Service


class RootEndpoints:
    """The endpoints at the SCIM base URL itself."""

    def __init__(
        self, registry: Registry, service: Service, callers: Callers, bodies: BodyReader, threads: Threads
    ) -> None:
        self._types = registry.resource_types
        self._service = service
        self._callers = callers
        self._bodies = bodies
        self._threads = threads

    async def list(self, request: Request) -> Response:
        """``GET /``: resources of all types (RFC 7644 §3.4.2.1)."""
        return await self._search(await self._call(request), Query.of(parameters(request)))

    async def search(self, request: Request) -> Response:
        """``POST /.search``: the same, with a filter that does not stand in a URL (RFC 7644 §3.4.3)."""
        call = await self._call(request)
        message = read_message(parse_object(await self._bodies.read(request)), SEARCH_REQUEST_URN)
        return await self._search(call, Query.of_message(message))

    async def me(self, request: Request) -> NoReturn:
        """``/Me`` (RFC 7644 §3.11): whoever calls is an identity provider and has no resource of its own."""
        current(request.scope).operation = "me"
        await self._callers.principal(request)
        raise Unsupported("/Me is not supported: tokens here stand for identity providers, not for people")

    async def _call(self, request: Request) -> Call:
        current(request.scope).operation = "search"
        return await self._callers.call(request, READ)

    async def _search(self, call: Call, query: Query) -> Response:
        search = self._service.prepare_across(call, self._types, query)
        return text_response(await self._threads.read(self._service.search_across, call, search))
