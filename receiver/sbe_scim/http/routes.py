"""Which path leads to which endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sbe_scim import __version__
from sbe_scim.config import SCIM_PATH, Settings
from sbe_scim.http.bulk import BulkEndpoint
from sbe_scim.http.discovery import discovery_routes
from sbe_scim.http.resources import Endpoint, ResourceEndpoints
from sbe_scim.http.root import RootEndpoints
from sbe_scim.protocol import Registry

#: Codes of what is wrong beside the receiver; answered at once.
AskWarnings = Callable[[], list[str]]
#: What was found changed by hand, when last looked for; read from a few rows of the database.
AskDrift = Callable[[], dict[str, Any] | None]

_ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(
    settings: Settings,
    registry: Registry,
    endpoints: ResourceEndpoints,
    root: RootEndpoints,
    bulk: BulkEndpoint,
    warnings: AskWarnings | None = None,
    drift: AskDrift | None = None,
) -> list[Route]:
    """Return all routes, the busiest first.

    ``warnings`` and ``drift`` are told by the health check, and make nobody ill.
    """
    found = []
    for kind in registry.resource_types:
        path = f"{SCIM_PATH}/{kind.endpoint}"
        found += [
            Route(f"{path}/{{id}}", endpoints.item(kind), methods=["GET", "PUT", "PATCH", "DELETE"]),
            Route(path, endpoints.collection(kind), methods=["GET", "POST"]),
            Route(f"{path}/.search", endpoints.searching(kind), methods=["POST"]),
        ]
    found += [
        Route(f"{SCIM_PATH}/Bulk", bulk.endpoint, methods=["POST"]),
        Route(f"{SCIM_PATH}/.search", root.search, methods=["POST"]),
        Route(SCIM_PATH, root.list, methods=["GET"]),
        Route(f"{SCIM_PATH}/Me", root.me, methods=_ANY),
    ]
    found += discovery_routes(settings, registry, endpoints.standing)
    found.append(Route("/healthz", _health(endpoints, warnings, drift)))
    return found


def _health(endpoints: ResourceEndpoints, warnings: AskWarnings | None, drift: AskDrift | None) -> Endpoint:
    async def endpoint(_request: Request) -> Response:
        trouble, drifted = await endpoints.health(drift or (lambda: None))
        body: dict[str, Any] = {"status": trouble or "ok", "version": __version__}
        if warnings is not None:
            body["warnings"] = warnings()
        if drifted is not None:
            body["drift"] = drifted
        return JSONResponse(body, 503 if trouble else 200)

    return endpoint
