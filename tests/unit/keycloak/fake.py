"""A Keycloak that answers the Admin API from memory, for tests of the operator's commands."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from sbe_scim.keycloak import KeycloakAdmin
from tests.unit.keycloak.fake_clients import FakeClients

ISSUER = "https://sso.example.org/realms/agents"
CERTS = "/protocol/openid-connect/certs"
JWKS = f"{ISSUER}{CERTS}"


@dataclass
class FakeKeycloak:
    """Realm ``agents`` on a server with the connector.

    ``checks`` are the answers to come of its check, ``runs`` those about a reconciliation that was ``asked`` for.
    ``held`` is what the safety valve holds, ``refused`` whom the receiver refused, ``person`` what is told of anybody,
    ``commands`` what was posted about the endpoint's state.
    ``people`` are its users.
    ``odd`` has answers of its own for paths that end so. After a write whose method is ``lost`` the connection breaks,
    done or (``undone``) not; ``down``: from then on it is gone. ``profile`` and ``locales`` say what people may have.
    """

    installed: bool = True
    issuer: str = ISSUER
    checks: list[dict[str, Any]] = field(default_factory=lambda: [{"ok": True, "stage": "done", "detail": ""}])
    components: dict[str, dict[str, Any]] = field(default_factory=dict)
    logins: int = 0
    accepted_token: str | None = None
    checked: list[dict[str, Any]] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    endpoints: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    person: dict[str, Any] = field(default_factory=dict)
    people: list[dict[str, Any]] = field(default_factory=list)
    commands: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    odd: dict[str, httpx.Response] = field(default_factory=dict)
    lost: str | None = None
    undone: bool = False
    down: bool = False
    paths: list[str] = field(default_factory=list)
    profile: dict[str, Any] = field(default_factory=lambda: {"attributes": [], "unmanagedAttributePolicy": "ENABLED"})
    locales: tuple[str, ...] = ("fr",)
    clients: FakeClients = field(default_factory=FakeClients)

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.paths.append(request.url.raw_path.decode())
        if self.down and self.lost in self.writes:
            raise httpx.ConnectError("connection refused")
        if odd := next((answer for end, answer in self.odd.items() if path.endswith(end)), None):
            return odd
        if path.endswith("/openid-connect/token"):
            return self._login(request)
        if path == "/realms/agents/.well-known/openid-configuration":
            return httpx.Response(200, json={"issuer": self.issuer, "jwks_uri": f"{self.issuer}{CERTS}"})
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
            locales = {"internationalizationEnabled": bool(self.locales), "supportedLocales": list(self.locales)}
            return httpx.Response(200, json={"realm": "agents", **locales})
        if path == "agents/users/profile":
            return self._profile(request)
        if path == "agents/users":
            mail = request.url.params["email"]
            return httpx.Response(200, json=[one for one in self.people if one["email"] == mail])
        if path.startswith("agents/sbe-scim/"):
            return self._connector(request, path)
        if path.startswith("agents/clients"):
            return self.clients.answer(request, path.removeprefix("agents/clients"))
        if request.method == "GET":
            return httpx.Response(200, json=list(self.components.values()))
        return self._write(request, path)

    def _profile(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            self.profile = json.loads(request.content)
        return httpx.Response(200, json=self.profile)

    def _connector(self, request: httpx.Request, path: str) -> httpx.Response:
        if not self.installed:
            return httpx.Response(404, json={"error": "HTTP 404 Not Found"})
        if path.endswith("status"):
            return httpx.Response(200, json={"version": "1", "endpoints": self.endpoints})
        if path.endswith(("/held", "/refused")):
            return httpx.Response(200, json={"held": self.held, "refused": self.refused})
        if path.endswith(("/explain", "/preview")):
            return httpx.Response(200, json=self.person)
        if "/held/" in path or "/refused/" in path:
            self.commands.append((path.removeprefix("agents/sbe-scim/"), json.loads(request.content)))
            return httpx.Response(200, json={"count": len(self.held if "/held/" in path else self.refused)})
        if "/runs/" in path:
            return httpx.Response(200, json=self.runs.pop(0))
        if path.endswith("runs"):
            self.asked.append(json.loads(request.content))
            return httpx.Response(202, json={"id": "run-1"})
        self.checked.append(json.loads(request.content))
        return httpx.Response(200, json=self.checks.pop(0) if len(self.checks) > 1 else self.checks[0])

    def _write(self, request: httpx.Request, path: str) -> httpx.Response:
        self.writes.append(request.method)
        if self.lost == request.method and self.undone:
            raise httpx.ReadError("connection reset")
        identifier = path.rpartition("/")[2] if request.method != "POST" else f"c{len(self.components)}"
        if request.method == "DELETE":
            del self.components[identifier]
        else:
            self.components[identifier] = {**json.loads(request.content), "id": identifier}
        if self.lost == request.method:
            raise httpx.ReadError("connection reset")
        return httpx.Response(201 if request.method == "POST" else 204)


def admin(server: FakeKeycloak, password: str = "right") -> KeycloakAdmin:
    """A session with this server."""
    return KeycloakAdmin("https://sso.example.org/", "admin", password, transport=server.transport())
