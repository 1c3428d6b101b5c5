"""Which path leads to which endpoint."""

from __future__ import annotations

from starlette.routing import Route

from sbe_scim.config import SCIM_PATH, Settings
from sbe_scim.http.bulk import BulkEndpoint
from sbe_scim.http.discovery import discovery_routes
from sbe_scim.http.health import HealthEndpoints
from sbe_scim.http.metrics import MetricsEndpoint
from sbe_scim.http.resources import ResourceEndpoints
from sbe_scim.http.root import RootEndpoints
from sbe_scim.protocol import Registry

_ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(
    settings: Settings,
    registry: Registry,
    endpoints: ResourceEndpoints,
    root: RootEndpoints,
    bulk: BulkEndpoint,
    health: HealthEndpoints,
    metrics: MetricsEndpoint,
) -> list[Route]:
    """Return all routes, the busiest first."""
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
    found += [
        Route("/healthz", health.health),
        Route("/readyz", health.ready),
        Route("/metrics", metrics.endpoint),
    ]
    return found
