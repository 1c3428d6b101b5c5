"""The clients of a realm, from memory."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class FakeClients:
    """``by_id`` are the clients, each with the secret ``secret-of-ID``; ``scopes`` and ``mappers`` are those of all.

    ``forbidden``: the administrator may not see them.
    """

    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    scopes: list[str] = field(default_factory=lambda: ["basic", "roles"])
    mappers: list[dict[str, Any]] = field(default_factory=list)
    forbidden: bool = False

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        """Answer what is asked below ``/clients``."""
        if self.forbidden:
            return httpx.Response(403, json={"error": "HTTP 403 Forbidden"})
        identifier, _, rest = path.removeprefix("/").partition("/")
        if request.method == "POST":
            self.by_id[f"id-{len(self.by_id)}"] = json.loads(request.content)
            return httpx.Response(201)
        if request.method == "PUT":
            self.by_id[identifier] = json.loads(request.content)
            return httpx.Response(204)
        if request.method == "DELETE":
            del self.by_id[identifier]
            return httpx.Response(204)
        if rest == "client-secret":
            return httpx.Response(200, json={"type": "secret", "value": f"secret-of-{identifier}"})
        if rest == "default-client-scopes":
            return httpx.Response(200, json=[{"id": name, "name": name} for name in self.scopes])
        if rest == "evaluate-scopes/protocol-mappers":
            return httpx.Response(200, json=self.mappers)
        wanted = request.url.params.get("clientId")
        listed = [{**client, "id": id} for id, client in self.by_id.items() if wanted in (None, client["clientId"])]
        return httpx.Response(200, json=listed)
