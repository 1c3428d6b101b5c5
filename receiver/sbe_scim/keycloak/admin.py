"""A client for the few parts of Keycloak's Admin REST API that an operator of the connector needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode

import httpx

from sbe_scim.keycloak.answers import is_told, json_components, json_object, json_objects, reason, unexpected
from sbe_scim.keycloak.errors import KeycloakError, UnclearError

#: Where commands look for the administrator's password.
PASSWORD_VARIABLE = "SBE_SCIM_KEYCLOAK_PASSWORD"  # noqa: S105 - the variable's name
PROVIDER_TYPE = "com.abilian.sbe.scim.endpoint.ScimEndpointProvider"
PROVIDER_ID = "sbe-scim"
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_MANAGER = "manage-realm"
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

    def realm(self, realm: str) -> dict[str, Any] | None:
        """The realm as Keycloak represents it; ``None`` where this administrator sees no such realm."""
        answer = self._request("GET", _path(realm))
        if answer.status_code == 404:
            return None
        return json_object(self._expect(answer, f"read realm {realm!r}"), f"realm {realm!r}")

    def realm_exists(self, realm: str) -> bool:
        """Whether this administrator sees such a realm."""
        return self.realm(realm) is not None

    def profile(self, realm: str) -> dict[str, Any]:
        """The realm's user profile: which attributes people may have."""
        answer = self._request("GET", _path(realm, "users", "profile"))
        what = "the realm's user profile"
        found = json_object(self._expect(answer, f"read {what}"), what)
        json_objects(found.get("attributes"), answer, what)
        return found

    def save_profile(self, realm: str, profile: Mapping[str, Any]) -> None:
        """Replace the realm's user profile."""
        answer = self._request("PUT", _path(realm, "users", "profile"), dict(profile))
        self._expect(answer, "save the realm's user profile")

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

    def check(self, realm: str, config: Mapping[str, str | Sequence[str]]) -> dict[str, Any]:
        """Let the Keycloak server itself try the receiver with this configuration; changes nothing."""
        answer = self._request("POST", _path(realm, "sbe-scim", "check"), dict(config))
        return json_object(self._expect(answer, "try the receiver"), "the result of the check")

    def begin_run(self, realm: str, name: str, *, dry_run: bool) -> str:
        """Ask for the reconciliation of the endpoint with this name; its id. It begins within some seconds."""
        answer = self._request("POST", _path(realm, "sbe-scim", "runs"), {"endpoint": name, "dryRun": dry_run})
        what = "the run's id"
        found = json_object(self._expect(answer, "reconcile the endpoint"), what).get("id")
        if not isinstance(found, str):
            raise unexpected(answer, what, "an object without one")
        return found

    def run(self, realm: str, identifier: str) -> dict[str, Any]:
        """How far a reconciliation is, and what it found: ``phase``, ``counts`` by action, ``items`` and the rest."""
        answer = self._request("GET", _path(realm, "sbe-scim", "runs", identifier))
        what = "the run"
        found = json_object(self._expect(answer, f"read {what}", _MANAGER), what)
        if not isinstance(found.get("phase"), str) or not isinstance(found.get("counts"), dict):
            raise unexpected(answer, what, "an object without its phase or its counts")
        return found

    def held(self, realm: str, name: str) -> list[dict[str, Any]]:
        """What the endpoint's safety valve holds: ``type``, ``id``, ``name``, ``cause`` and the rest."""
        return self._told(realm, "held", {"endpoint": name}, "read what is held")

    def decide_held(self, realm: str, name: str, decision: str) -> int:
        """``release`` or ``discard`` what the endpoint holds; how many losses that is."""
        return self._counted(realm, ("held", decision), {"endpoint": name}, f"{decision} what is held")

    def refused(self, realm: str, name: str) -> list[dict[str, Any]]:
        """Whom the receiver refused: ``type``, ``id``, ``name``, ``mail``, ``reason`` and the rest."""
        return self._told(realm, "refused", {"endpoint": name}, "read who was refused")

    def retry(self, realm: str, name: str, user: str | None) -> int:
        """Have one person, or all who were refused, tried again; how many that is."""
        return self._counted(realm, ("refused", "retry"), {"endpoint": name, "user": user}, "try again")

    def explain(self, realm: str, name: str, user: str) -> dict[str, Any]:
        """What is known of a person at the endpoint: ``inKeycloak``, ``scope``, ``held`` and the rest."""
        return self._person(realm, "explain", name, user)

    def preview(self, realm: str, name: str, user: str) -> dict[str, Any]:
        """``scope``, and the ``resource`` that would be sent of a person now."""
        return self._person(realm, "preview", name, user)

    def _person(self, realm: str, what: str, name: str, user: str) -> dict[str, Any]:
        query = urlencode({"endpoint": name, "user": user})
        answer = self._request("GET", f"{_path(realm, 'sbe-scim', 'people', what)}?{query}")
        return json_object(self._expect(answer, f"{what} a person", _MANAGER), what)

    def _told(self, realm: str, what: str, query: Mapping[str, str], action: str) -> list[dict[str, Any]]:
        answer = self._request("GET", f"{_path(realm, 'sbe-scim', what)}?{urlencode(query)}")
        found = json_object(self._expect(answer, action, _MANAGER), what)
        return json_objects(found.get(what), answer, what)

    def _counted(self, realm: str, segments: tuple[str, ...], body: Mapping[str, Any], action: str) -> int:
        answer = self._request("POST", _path(realm, "sbe-scim", *segments), dict(body))
        count = json_object(self._expect(answer, action), "a number").get("count")
        if not isinstance(count, int):
            raise unexpected(answer, "a number", "an object without one")
        return count

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

    def ask(
        self, method: str, realm: str, *segments: str, action: str, role: str, json: Any = None, query: str = ""
    ) -> httpx.Response:
        """Ask for something of a realm; ``action`` and ``role`` are for the error of who may not do it."""
        path = _path(realm, *segments)
        answer = self._request(method, f"{path}?{query}" if query else path, json)
        return self._expect(answer, action, role)

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
    def _expect(answer: httpx.Response, action: str, role: str | None = None) -> httpx.Response:
        if answer.is_success:
            return answer
        if answer.status_code == 403:
            reads = answer.request.method == "GET"
            role = role or ("view-realm (or manage-realm, to change something)" if reads else _MANAGER)
            raise KeycloakError(f"The administrator may not {action}: give them the realm-management role {role}.")
        kind = UnclearError if answer.status_code >= 500 else KeycloakError
        raise kind(f"Keycloak refused to {action}: {reason(answer)} (HTTP {answer.status_code}).")


def _path(realm: str, *segments: str) -> str:
    return "/".join(("/realms", *map(_segment, (realm, *segments))))


def _segment(name: str) -> str:
    return quote(name, safe="")
