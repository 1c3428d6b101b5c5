"""What the receiver says of itself (RFC 7643 §5 to §7, RFC 7644 §4, RFC 9728); generated, and open to everyone.

Who shows a token also learns how far its source has come in the database. Nobody else does: how often people change is
nobody's business, and what is open to everyone must not ask the database.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sbe_scim.config import SCIM_PATH, Settings
from sbe_scim.http.errors import METADATA_PATH, metadata_url
from sbe_scim.http.middleware import current
from sbe_scim.http.parameters import parameters
from sbe_scim.http.resources import Endpoint
from sbe_scim.http.responses import message
from sbe_scim.protocol import Forbidden, NotFound, Registry, list_response
from sbe_scim.service import Standing

_CONFIG_URN = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
_STANDING_URN = "urn:ietf:params:scim:schemas:extension:sbe-scim:2.0:ServiceProviderConfig"

#: How far the caller's source has come, where the caller is one.
AskStanding = Callable[[Request], Awaitable[Standing | None]]


def discovery_routes(settings: Settings, registry: Registry, standing: AskStanding) -> list[Route]:
    """Return the routes of the discovery endpoints and of the protected-resource metadata."""
    base = settings.base_url
    schemas = {schema.id: schema.to_resource(base) for schema in registry.schemas.values()}
    types = {kind.name: kind.to_resource(base) for kind in registry.resource_types}
    metadata_paths = {METADATA_PATH, METADATA_PATH + SCIM_PATH, metadata_url(base).partition(METADATA_PATH)[2]}
    paths = sorted({METADATA_PATH + path.removeprefix(METADATA_PATH) for path in metadata_paths})
    return [
        Route(f"{SCIM_PATH}/ServiceProviderConfig", _configuration(settings, standing)),
        *_collection("Schemas", schemas),
        *_collection("ResourceTypes", types),
        *(Route(path, _metadata(base)) for path in paths),
    ]


def service_provider_config(settings: Settings) -> dict[str, Any]:
    """Return what is supported (RFC 7643 §5, RFC 9865 §4)."""
    return {
        "schemas": [_CONFIG_URN],
        "patch": {"supported": True},
        "bulk": {"supported": True, "maxOperations": settings.bulk_limit, "maxPayloadSize": settings.body_limit},
        "filter": {"supported": True, "maxResults": settings.page_limit},
        "changePassword": {"supported": False},
        "sort": {"supported": True},
        "etag": {"supported": True},
        "pagination": {
            "cursor": True,
            "index": True,
            "defaultPaginationMethod": "index",
            "defaultPageSize": settings.page_size,
            "maxPageSize": settings.page_limit,
            "cursorTimeout": settings.cursor_timeout,
        },
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "OAuth 2.0 bearer token",
                "description": "A JWT access token of a registered issuer, or a static token of this receiver",
                "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
                "primary": True,
            }
        ],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": f"{settings.base_url}/ServiceProviderConfig",
        },
    }


def _configuration(settings: Settings, ask: AskStanding) -> Endpoint:
    public = service_provider_config(settings)

    async def endpoint(request: Request) -> Response:
        _begin(request)
        standing = await ask(request)
        if standing is None:
            return message(public)
        extension: dict[str, Any] = {
            "generationId": standing.generation_id,
            "highestChange": standing.highest_change,
        }
        if standing.shadow:
            extension["shadow"] = True
        return message({**public, "schemas": [_CONFIG_URN, _STANDING_URN], _STANDING_URN: extension})

    return endpoint


def _collection(endpoint: str, resources: dict[str, dict[str, Any]]) -> list[Route]:
    async def one(request: Request) -> Response:
        _begin(request)
        found = resources.get(request.path_params["id"])
        if found is None:
            raise NotFound(f"there is none of this name in /{endpoint}")
        return message(found)

    return [
        Route(f"{SCIM_PATH}/{endpoint}", _single(list_response(list(resources.values())))),
        Route(f"{SCIM_PATH}/{endpoint}/{{id}}", one),
    ]


def _single(body: dict[str, Any]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        _begin(request)
        return message(body)

    return endpoint


def _metadata(base_url: str) -> Endpoint:
    # No scopes and no issuers: tokens are not had by asking an authorization server for a scope, and a realm that
    # offers one for this resource offers it to every client and every person of the realm.
    body = {"resource": base_url, "bearer_methods_supported": ["header"]}

    async def endpoint(_request: Request) -> Response:
        return JSONResponse(body)

    return endpoint


def _begin(request: Request) -> None:
    current(request.scope).operation = "discover"
    if "filter" in parameters(request):
        # RFC 7644 §4: what is published is published whole.
        raise Forbidden("discovery endpoints cannot be filtered")
