"""A client for the few parts of Keycloak's Admin REST API that an operator of the connector needs."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from sbe_scim.keycloak.answers import is_told, json_components, json_object, json_objects, reason, unexpected
from sbe_scim.keycloak.errors import KeycloakError, UnclearError

#: Where commands look for the administrator's password.
PASSWORD_VARIABLE = "SBE_SCIM_KEYCLOAK_PASSWORD"  # noqa: S105 - the variable's name
PROVIDER_TYPE = "com.abilian.sbe.scim.endpoint.ScimEndpointProvider"
PROVIDER_ID = "sbe-scim"
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
#: Errors after which Keycloak has surely not seen the request.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)


class KeycloakAdmin:
    """One administrator's session with one Keycloak server.

    ``server`` is the URL below which ``/realms`` and ``/admin`` stand. The access token is asked for at the first
    request and again when Keycloak no longer accepts it (its default life is one minute). Every method raises
    :class:`KeycloakError`, also for an answer that no Keycloak with the connector would give.
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
        """Ask for an access token; the error tells a wrong URL from a wrong realm and from a wrong password."""
        answer = self._send(
            "POST",
            f"{self.server}/realms/{_segment(self._realm)}/protocol/openid-connect/token",
            data={
                "grant_type": "password",
                "client_id": "admin-cli",
                "username": self._user,
                "password": self._password,
            },
        )
        if not answer.is_success:
            raise KeycloakError(self._login_refused(answer))
        token = json_object(answer, "an access token").get("access_token")
        if not isinstance(token, str):
            raise unexpected(answer, "an access token", "an object without one")
        self._token = token

    def _login_refused(self, answer: httpx.Response) -> str:
        said = reason(answer)
        if answer.status_code == 404:
            return (
                f"There is no realm {self._realm!r} to log in to at {self.server} (HTTP 404: {said}): check "
                "--admin-realm, and --server, which is the address without /realms or /admin."
            )
        if answer.status_code not in {400, 401}:
            return (
                f"{self.server} does not answer like a Keycloak server (HTTP {answer.status_code} at its token "
                "endpoint): check --server; it is the address without /realms or /admin."
            )
        if "not fully set up" in said.lower():
            return (
                f"Administrator {self._user!r} has something to do before Keycloak lets them in ({said}): log in once "
                f"in a browser at {self.server}/admin/{_segment(self._realm)}/console/ and do what is asked there."
            )
        return (
            f"Keycloak refused the login of administrator {self._user!r} in realm {self._realm!r} ({said}): "
            f"check --admin-user, --admin-realm and {PASSWORD_VARIABLE}."
        )

    def discovery(self, realm: str) -> dict[str, Any]:
        """The realm's OpenID Connect discovery document: ``issuer``, ``jwks_uri`` and the rest."""
        answer = self._send("GET", f"{self.server}/realms/{_segment(realm)}/.well-known/openid-configuration")
        what = f"the OpenID configuration of realm {realm!r}"
        return json_object(self._expect(answer, f"read {what}"), what)

    def realm_exists(self, realm: str) -> bool:
        """Whether this administrator sees such a realm."""
        answer = self._request("GET", _path(realm))
        if answer.status_code == 404:
            return False
        json_object(self._expect(answer, f"read realm {realm!r}"), f"realm {realm!r}")
        return True

    def status(self, realm: str) -> list[dict[str, Any]] | None:
        """What the connector says of its endpoints in this realm; ``None`` where the connector is not installed.

        One that is switched off says so itself: :class:`KeycloakError`.
        """
        answer = self._request("GET", _path(realm, "sbe-scim", "status"))
        if answer.status_code == 404 and not is_told(answer):
            return None
        what = "the connector's status"
        found = json_object(self._expect(answer, f"read {what}"), what)
        endpoints = json_objects(found.get("endpoints"), answer, what)
        if not all(isinstance(endpoint.get("enabled"), bool) for endpoint in endpoints):
            raise unexpected(answer, what, "an endpoint that is neither enabled nor disabled")
        return endpoints

    def check(self, realm: str, config: Mapping[str, str]) -> dict[str, Any]:
        """Let the Keycloak server itself try the receiver with this configuration; changes nothing."""
        answer = self._request("POST", _path(realm, "sbe-scim", "check"), dict(config))
        return json_object(self._expect(answer, "try the receiver"), "the result of the check")

    def endpoints(self, realm: str) -> list[dict[str, Any]]:
        """The connector's components of this realm, as Keycloak represents components."""
        answer = self._request("GET", f"{_path(realm, 'components')}?type={PROVIDER_TYPE}")
        return json_components(self._expect(answer, "list the components"), "the list of components")

    def save_endpoint(self, realm: str, component: Mapping[str, Any]) -> None:
        """Create the component, or update it when it carries an ``id``.

        Raises :class:`UnclearError` where Keycloak may have done it all the same.
        """
        if identifier := component.get("id"):
            answer = self._request("PUT", _path(realm, "components", identifier), dict(component))
        else:
            answer = self._request("POST", _path(realm, "components"), dict(component))
        self._expect(answer, f"save component {component.get('name')!r}")

    def remove_endpoint(self, realm: str, identifier: str) -> None:
        """Remove the component with this id."""
        self._expect(self._request("DELETE", _path(realm, "components", identifier)), "remove the component")

    def _request(self, method: str, path: str, json: Any = None) -> httpx.Response:
        if self._token is None:
            self.login()
        answer = self._authorized(method, path, json)
        if answer.status_code == 401:
            self.login()
            answer = self._authorized(method, path, json)
        return answer

    def _authorized(self, method: str, path: str, json: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._send(method, f"{self.server}/admin{path}", json=json, headers=headers)

    def _send(self, method: str, url: str, **options: Any) -> httpx.Response:
        try:
            return self._http.request(method, url, **options)
        except _UNSENT as error:
            raise KeycloakError(
                f"Keycloak at {self.server} could not be reached ({error or type(error).__name__}): "
                "check --server and that the server is running."
            ) from error
        except httpx.HTTPError as error:
            raise UnclearError(
                f"Keycloak at {self.server} was asked, but its answer did not arrive ({error or type(error).__name__})."
            ) from error

    @staticmethod
    def _expect(answer: httpx.Response, action: str) -> httpx.Response:
        if answer.is_success:
            return answer
        if answer.status_code == 403:
            reads = answer.request.method == "GET"
            role = "view-realm (or manage-realm, to change something)" if reads else "manage-realm"
            raise KeycloakError(f"The administrator may not {action}: give them the realm-management role {role}.")
        kind = UnclearError if answer.status_code >= 500 else KeycloakError
        raise kind(f"Keycloak refused to {action}: {reason(answer)} (HTTP {answer.status_code}).")


def _path(realm: str, *segments: str) -> str:
    return "/".join(("/realms", *map(_segment, (realm, *segments))))


def _segment(name: str) -> str:
    return quote(name, safe="")
