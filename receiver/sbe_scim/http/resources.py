"""From an HTTP request to a call of the service, and back: authentication, threads, conditions, status codes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sbe_scim.auth import READ, WRITE
from sbe_scim.config import Settings
from sbe_scim.http.bodies import BodyReader, parse_object
from sbe_scim.http.callers import Callers
from sbe_scim.http.conditions import Conditions
from sbe_scim.http.middleware import current
from sbe_scim.http.parameters import parameters
from sbe_scim.http.responses import dropped, pieces_response, text_response
from sbe_scim.http.threads import Threads
from sbe_scim.protocol import (
    SEARCH_REQUEST_URN,
    Forbidden,
    NotFound,
    Projection,
    ResourceType,
    Unauthorized,
    read_message,
)
from sbe_scim.service import Call, Outcome, Query, Service, Standing, Target

Endpoint = Callable[[Request], Awaitable[Response]]

#: A body of more bytes, such as that of a group of some hundred members, is applied by itself: no other request's
#: answer waits for its commit.
LONG = 32_768


class ResourceEndpoints:
    """The endpoints of resources."""

    def __init__(
        self, settings: Settings, service: Service, callers: Callers, bodies: BodyReader, threads: Threads
    ) -> None:
        self._group_limit = max(settings.body_limit, settings.group_body_limit)
        self._service = service
        self._callers = callers
        self._bodies = bodies
        self._threads = threads

    def collection(self, resource_type: ResourceType) -> Endpoint:
        """``/Users`` and its like: POST creates, GET lists."""

        async def endpoint(request: Request) -> Response:
            if request.method == "POST":
                return await self._create(request, resource_type)
            call = await self._call(request, READ, "search", resource_type)
            return await self._search(call, resource_type, Query.of(parameters(request)))

        return endpoint

    def searching(self, resource_type: ResourceType) -> Endpoint:
        """``POST /Users/.search``: a list whose filter does not stand in a URL (RFC 7644 §3.4.3)."""

        async def endpoint(request: Request) -> Response:
            call = await self._call(request, READ, "search", resource_type)
            body = parse_object(await self._bodies.read(request))
            message = read_message(body, SEARCH_REQUEST_URN)
            return await self._search(call, resource_type, Query.of_message(message))

        return endpoint

    def item(self, resource_type: ResourceType) -> Endpoint:
        """``/Users/{id}`` and its like."""
        methods = {"PUT": self._change, "PATCH": self._change, "DELETE": self._delete}

        async def endpoint(request: Request) -> Response:
            return await methods.get(request.method, self._get)(request, resource_type)

        return endpoint

    async def standing(self, request: Request) -> Standing | None:
        """How far the caller's source has come; ``None`` where no token is sent, or none that is taken.

        Raises :class:`Unavailable` where the token or the database cannot be asked.
        """
        if "authorization" not in request.headers:
            return None
        try:
            principal = await self._callers.principal(request)
        except (Unauthorized, Forbidden):
            return None
        return await self._threads.read(self._service.standing, principal.source, short=True)

    async def _create(self, request: Request, resource_type: ResourceType) -> Response:
        call = await self._call(request, WRITE, "create", resource_type)
        body, long = await self._sent(request, resource_type)
        target = Target(resource_type, _projection(request, resource_type, call))
        outcome = await self._write(request, self._service.create, call, target, body, long=long)
        return self._answer(resource_type, outcome)

    async def _change(self, request: Request, resource_type: ResourceType) -> Response:
        operation, method = (
            ("replace", self._service.replace) if request.method == "PUT" else ("patch", self._service.patch)
        )
        call = await self._call(request, WRITE, operation, resource_type)
        body, long = await self._sent(request, resource_type)
        allow = Conditions.of_request(request.headers).allow
        target = Target(resource_type, _projection(request, resource_type, call), request.path_params["id"], allow)
        return self._answer(resource_type, await self._write(request, method, call, target, body, long=long))

    async def _delete(self, request: Request, resource_type: ResourceType) -> Response:
        call = await self._call(request, WRITE, "delete", resource_type)
        allow = Conditions.of_request(request.headers).allow
        target = Target(resource_type, _parsed_projection(None, None, resource_type), request.path_params["id"], allow)
        # A group may end for a hundred thousand members at once.
        long = resource_type.members is not None
        outcome = await self._write(request, self._service.delete, call, target, long=long)
        return Response(status_code=204) if outcome.text is None else text_response(outcome.text)

    async def _sent(self, request: Request, resource_type: ResourceType) -> tuple[dict[str, Any], bool]:
        """The body, and whether it is long work to apply it."""
        content = await self._bodies.read(request, None if resource_type.members is None else self._group_limit)
        if len(content) <= LONG:
            return parse_object(content), False
        # A hundred thousand members would keep everybody else waiting.
        return await asyncio.to_thread(parse_object, content), True

    async def _write(self, request: Request, method: Callable[..., Outcome], *arguments: Any, long: bool) -> Outcome:
        """Call a method of the service that writes. Raises what it refused."""
        outcome = await self._threads.write(method, *arguments, long=long)
        current(request.scope).settle(outcome)
        if outcome.refusal is not None:
            raise outcome.refusal
        return outcome

    async def _get(self, request: Request, resource_type: ResourceType) -> Response:
        call = await self._call(request, READ, "get", resource_type)
        projection = _projection(request, resource_type, call)
        conditions = Conditions.of_request(request.headers)
        target = Target(resource_type, projection, request.path_params["id"], conditions.matches)
        short = not _shows_members(resource_type, projection)
        outcome = await self._threads.read(self._service.get, call, target, conditions.unchanged, short=short)
        if outcome.pieces is None:
            return self._answer(resource_type, outcome)
        pieces = iter(()) if request.method == "HEAD" else outcome.pieces
        ask = partial(self._threads.read, next, pieces, None)
        return pieces_response(ask, self._headers(resource_type, outcome))

    async def _search(self, call: Call, resource_type: ResourceType, query: Query) -> Response:
        search = self._service.prepare(call, resource_type, query)
        many = _shows_members(resource_type, search.projection)
        if search.is_small and not many:
            return text_response(await self._threads.read_brief(self._service.search, call, search))
        short = search.lookup is not None and not many
        return text_response(await self._threads.read(self._service.search, call, search, short=short))

    async def _call(self, request: Request, scope: str, operation: str, resource_type: ResourceType) -> Call:
        known = current(request.scope)
        known.operation = operation
        known.target_type = resource_type.name
        resource_id = request.path_params.get("id")
        if resource_id is not None:
            if not self._service.is_id(resource_id):
                await self._callers.principal(request)
                raise NotFound(f"no {resource_type.name} has this id")
            known.target_id = resource_id
        return await self._callers.call(request, scope)

    def _answer(self, resource_type: ResourceType, outcome: Outcome) -> Response:
        headers = self._headers(resource_type, outcome)
        if outcome.text is None:
            return Response(status_code=outcome.status, headers=headers)
        return text_response(outcome.text, outcome.status, headers)

    def _headers(self, resource_type: ResourceType, outcome: Outcome) -> dict[str, str]:
        location = self._service.location(resource_type, str(outcome.id))
        return {"location": location, "etag": f'W/"{outcome.version}"'} | dropped(outcome.dropped)


def _projection(request: Request, resource_type: ResourceType, call: Call) -> Projection:
    if not request.scope["query_string"]:
        return _parsed_projection(None, None, resource_type)
    given, naming = parameters(request), call.policy.naming
    only, without = given.get("attributes"), given.get("excludedAttributes")
    if naming.has_names and (only or without):
        return Projection.parse(only, without, resource_type, naming)
    return _parsed_projection(only, without, resource_type)


@lru_cache(maxsize=256)
def _parsed_projection(attributes: str | None, excluded: str | None, resource_type: ResourceType) -> Projection:
    return Projection.parse(attributes, excluded, resource_type)


def _shows_members(resource_type: ResourceType, projection: Projection) -> bool:
    """Tell whether an answer may hold a hundred thousand members."""
    return resource_type.members is not None and projection.includes("members")
