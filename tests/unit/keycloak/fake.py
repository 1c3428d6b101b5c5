"""A Keycloak that answers the Admin API from memory, for tests of the operator's commands."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

ISSUER = "https://sso.example.org/realms/agents"
JWKS = f"{ISSUER}/protocol/openid-connect/certs"


@dataclass
class FakeKeycloak:
    """Realm ``agents`` on a server with the connector; ``checks`` are the answers to come of its check."""

    installed: bool = True
    checks: list[dict[str, Any]] = field(default_factory=lambda: [{"ok": True, "stage": "done", "detail": ""}])
    components: dict[str, dict[str, Any]] = field(default_factory=dict)
    logins: int = 0
    accepted_token: str | None = None
    checked: list[dict[str, Any]] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/openid-connect/token"):
            return self._login(request)
        if path == "/realms/agents/.well-known/openid-configuration":
            return httpx.Response(200, json={"issuer": ISSUER, "jwks_uri": JWKS})
        if request.headers.get("Authorization") != f"Bearer {self.accepted_token}":
            return httpx.Response(401, json={"error": "HTTP 401 Unauthorized"})
        return self._admin(request, path.removeprefix("/admin/realms/"))

    def _login(self, request: httpx.Request) -> httpx.Response:
        if b"password=right" not in request.content:
            return httpx.Response(401, json={"error": "invalid_grant"})
        self.logins += 1
        self.accepted_token = f"token-{self.logins}"
        return httpx.Response(200, json={"access_token": self.accepted_token})

    def _admin(self, request: httpx.Request, path: str) -> httpx.Response:
        if not path.startswith("agents"):
            return httpx.Response(404, json={"error": "Realm not found."})
        if path == "agents":
            return httpx.Response(200, json={"realm": "agents"})
        if path.startswith("agents/sbe-scim/"):
            return self._connector(request, path)
        if request.method == "GET":
            return httpx.Response(200, json=list(self.components.values()))
        return self._write(request, path)

    def _connector(self, request: httpx.Request, path: str) -> httpx.Response:
        if not self.installed:
            return httpx.Response(404, json={"error": "HTTP 404 Not Found"})
        if path.endswith("status"):
            return httpx.Response(200, json={"version": "1", "endpoints": []})
        self.checked.append(json.loads(request.content))
        return httpx.Response(200, json=self.checks.pop(0) if len(self.checks) > 1 else self.checks[0])

    def _write(self, request: httpx.Request, path: str) -> httpx.Response:
        self.writes.append(request.method)
        identifier = path.rpartition("/")[2] if request.method != "POST" else f"c{len(self.components)}"
        if request.method == "DELETE":
            del self.components[identifier]
        else:
            self.components[identifier] = {**json.loads(request.content), "id": identifier}
        return httpx.Response(201 if request.method == "POST" else 204)
