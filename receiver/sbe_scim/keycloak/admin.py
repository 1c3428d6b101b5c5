"""A client for the few parts of Keycloak's Admin REST API that an operator of the connector needs."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

PROVIDER_TYPE = "com.abilian.sbe.scim.endpoint.ScimEndpointProvider"
PROVIDER_ID = "sbe-scim"
TIMEOUT = httpx.Timeout(30.0, connect=10.0)


class KeycloakError(Exception):
    """Keycloak refused or could not be asked; the message says what to do next."""


class KeycloakAdmin:
    """One administrator's session with one Keycloak server.

    ``server`` is the URL below which ``/realms`` and ``/admin`` stand. The access token is asked for at the first
    request and again when Keycloak no longer accepts it (its default life is one minute).
    """

    def __init__(
        self,
        server: str,
        user: str,
        password: str,
        *,
        realm: str = "master",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.server = server.rstrip("/")
        self._user = user
        self._password = password
        self._realm = realm
        self._token: str | None = None
        self._http = httpx.Client(timeout=TIMEOUT, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def login(self) -> None:
        """Ask for an access token; raises :class:`KeycloakError` that tells a wrong URL from a wrong password."""
        answer = self._send(
            "POST",
            f"{self.server}/realms/{quote(self._realm)}/protocol/openid-connect/token",
            data={
                "grant_type": "password",
                "client_id": "admin-cli",
                "username": self._user,
                "password": self._password,
            },
        )
        if answer.status_code in {400, 401}:
            raise KeycloakError(
                f"Keycloak refused the login of administrator {self._user!r} in realm {self._realm!r}: "
                "check --admin-user, --admin-realm and SBE_SCIM_KEYCLOAK_PASSWORD."
            )
        token = _json(answer).get("access_token") if answer.is_success else None
        if not isinstance(token, str):
            raise KeycloakError(
                f"{self.server} does not answer like a Keycloak server (HTTP {answer.status_code} at its token "
                "endpoint): check --server; it is the address without /realms or /admin."
            )
        self._token = token

    def discovery(self, realm: str) -> dict[str, Any]:
        """The realm's OpenID Connect discovery document: ``issuer``, ``jwks_uri`` and the rest."""
        answer = self._send("GET", f"{self.server}/realms/{quote(realm)}/.well-known/openid-configuration")
        return _json(self._expect(answer, f"read the OpenID configuration of realm {realm!r}"))

    def realm_exists(self, realm: str) -> bool:
        return self.request("GET", f"/realms/{quote(realm)}", absent_ok=True) is not None

    def status(self, realm: str) -> dict[str, Any] | None:
        """What the connector says of its endpoints in this realm; ``None`` where the connector is not installed."""
        found: dict[str, Any] | None = self.request("GET", f"/realms/{quote(realm)}/sbe-scim/status", absent_ok=True)
        return found

    def check(self, realm: str, config: Mapping[str, str]) -> dict[str, Any]:
        """Let the Keycloak server itself try the receiver with this configuration; changes nothing."""
        found: dict[str, Any] = self.request("POST", f"/realms/{quote(realm)}/sbe-scim/check", json=dict(config))
        return found

    def endpoints(self, realm: str) -> list[dict[str, Any]]:
        """The connector's components of this realm, as Keycloak represents components."""
        found: list[dict[str, Any]] = self.request("GET", f"/realms/{quote(realm)}/components?type={PROVIDER_TYPE}")
        return found

    def save_endpoint(self, realm: str, component: Mapping[str, Any]) -> None:
        """Create the component, or update it when it carries an ``id``."""
        path = f"/realms/{quote(realm)}/components"
        if identifier := component.get("id"):
            self.request("PUT", f"{path}/{quote(identifier)}", json=dict(component))
        else:
            self.request("POST", path, json=dict(component))

    def remove_endpoint(self, realm: str, identifier: str) -> None:
        self.request("DELETE", f"/realms/{quote(realm)}/components/{quote(identifier)}")

    def request(self, method: str, path: str, *, json: Any = None, absent_ok: bool = False) -> Any:
        """Send one request below ``/admin`` and return its JSON (``None`` for an empty or, if allowed, absent one)."""
        if self._token is None:
            self.login()
        answer = self._authorized(method, path, json)
        if answer.status_code == 401:
            self.login()
            answer = self._authorized(method, path, json)
        if absent_ok and answer.status_code == 404:
            return None
        self._expect(answer, f"{method} {path.partition('?')[0]}")
        return answer.json() if answer.content else None

    def _authorized(self, method: str, path: str, json: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._send(method, f"{self.server}/admin{path}", json=json, headers=headers)

    def _send(self, method: str, url: str, **options: Any) -> httpx.Response:
        try:
            return self._http.request(method, url, **options)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise KeycloakError(
                f"Keycloak at {self.server} could not be reached ({error or type(error).__name__}): "
                "check --server and that the server is running."
            ) from error

    @staticmethod
    def _expect(answer: httpx.Response, action: str) -> httpx.Response:
        if answer.is_success:
            return answer
        if answer.status_code == 403:
            raise KeycloakError(
                f"The administrator may not {action}: give them the realm-management role manage-realm."
            )
        reason = _json(answer)
        said = reason.get("errorMessage") or reason.get("error_description") or reason.get("error") or "no reason given"
        raise KeycloakError(f"Keycloak refused to {action}: {said} (HTTP {answer.status_code}).")


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
