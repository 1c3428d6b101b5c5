"""A small client of Keycloak's Admin API."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

Representation = dict[str, Any]
Config = Mapping[str, str | list[str]]
ENDPOINT_TYPE = "com.abilian.sbe.scim.endpoint.ScimEndpointProvider"
ENDPOINT_ID = "sbe-scim"
_RENEW_BEFORE = 20.0


class Server(Protocol):
    """Where the Admin API is and who may use it."""

    @property
    def url(self) -> str:
        """Without a slash at the end."""

    @property
    def admin_user(self) -> str:
        """An administrator of the master realm."""

    @property
    def admin_password(self) -> str:
        """The administrator's password."""


class AdminError(Exception):
    """The Admin API refused a request; ``status`` and ``body`` say why."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.body = response.text
        super().__init__(f"{response.request.method} {response.request.url.path}: {self.status} {self.body[:500]}")


@dataclass(frozen=True)
class RealmAdministrator:
    """Somebody of a realm who administers it, as :class:`Server` describes the server's own administrator."""

    url: str
    admin_user: str
    admin_password: str
    admin_realm: str


class _Login(httpx.Auth):
    """The administrator's token, renewed before it expires."""

    requires_response_body = True

    def __init__(self, keycloak: Server | RealmAdministrator) -> None:
        self._keycloak = keycloak
        self._realm = keycloak.admin_realm if isinstance(keycloak, RealmAdministrator) else "master"
        self._token = ""
        self._until = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        renewed = time.monotonic() > self._until - _RENEW_BEFORE
        if renewed:
            yield from self._renew()
        response = yield self._authorised(request)
        if response.status_code == 401 and not renewed:
            # The server's clock was set.
            yield from self._renew()
            yield self._authorised(request)

    def _authorised(self, request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def _renew(self) -> Generator[httpx.Request, httpx.Response, None]:
        asked = time.monotonic()
        response = yield self._token_request()
        if response.status_code != 200:
            raise AdminError(response)
        answer = response.json()
        self._token, self._until = answer["access_token"], asked + answer["expires_in"]

    def _token_request(self) -> httpx.Request:
        return httpx.Request(
            "POST",
            f"{self._keycloak.url}/realms/{self._realm}/protocol/openid-connect/token",
            data={
                "grant_type": "password",
                "client_id": "admin-cli",
                "username": self._keycloak.admin_user,
                "password": self._keycloak.admin_password,
            },
        )


class Admin:
    """Every method raises :class:`AdminError` when Keycloak refuses; ids are Keycloak's."""

    def __init__(self, keycloak: Server | RealmAdministrator, *, timeout: float = 60) -> None:
        self._keycloak = keycloak
        self.http = httpx.Client(base_url=f"{keycloak.url}/admin/realms", auth=_Login(keycloak), timeout=timeout)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send to ``/admin/realms`` + ``path`` and check the status."""
        response = self.http.request(method, path, **options)
        if response.is_error:
            raise AdminError(response)
        return response

    def _created(self, path: str, body: Representation) -> str:
        return self.request("POST", path, json=body).headers["Location"].rsplit("/", 1)[1]

    # Realms

    def create_realm(self, realm: str, **representation: Any) -> None:
        """An enabled realm whose people may have any attribute."""
        self.request("POST", "", json={"realm": realm, "enabled": True, **representation})
        self.allow_attributes(realm)

    def allow_attributes(self, realm: str) -> None:
        """Let administrators set attributes that the realm's user profile does not declare."""
        profile = self.request("GET", f"/{realm}/users/profile").json()
        profile["unmanagedAttributePolicy"] = "ADMIN_EDIT"
        self.request("PUT", f"/{realm}/users/profile", json=profile)

    def delete_realm(self, realm: str, *, missing_ok: bool = False) -> None:
        """Delete it with everything in it."""
        response = self.http.delete(f"/{realm}")
        if response.is_error and not (missing_ok and response.status_code == 404):
            raise AdminError(response)

    def partial_import(self, realm: str, **content: Any) -> Representation:
        """Import users, groups … into an existing realm; what Keycloak says it did."""
        answer: Representation = self.request("POST", f"/{realm}/partialImport", json=content).json()
        return answer

    def make_administrator(self, realm: str, *roles: str) -> RealmAdministrator:
        """Somebody of the realm with these roles of its client ``realm-management``."""
        name, password = "chef", "chef-password"
        user = self.create_user(
            realm,
            username=name,
            email="chef@example.org",
            firstName="Chef",
            lastName="Fée",
            credentials=[{"type": "password", "value": password, "temporary": False}],
        )
        (client,) = self.request("GET", f"/{realm}/clients", params={"clientId": "realm-management"}).json()
        given = [self.request("GET", f"/{realm}/clients/{client['id']}/roles/{role}").json() for role in roles]
        self.request("POST", f"/{realm}/users/{user}/role-mappings/clients/{client['id']}", json=given)
        return RealmAdministrator(self._keycloak.url, name, password, realm)

    # Users

    def create_user(self, realm: str, **representation: Any) -> str:
        """Create an enabled user; its id."""
        return self._created(f"/{realm}/users", {"enabled": True, **representation})

    def user(self, realm: str, user_id: str) -> Representation:
        """The user as it is now."""
        found: Representation = self.request("GET", f"/{realm}/users/{user_id}").json()
        return found

    def users(self, realm: str, **query: Any) -> list[Representation]:
        """The users that match."""
        found: list[Representation] = self.request("GET", f"/{realm}/users", params=query).json()
        return found

    def set_password(self, realm: str, user_id: str, password: str) -> None:
        """Give somebody a password that they need not change."""
        credential = {"type": "password", "value": password, "temporary": False}
        self.request("PUT", f"/{realm}/users/{user_id}/reset-password", json=credential)

    def update_user(self, realm: str, user_id: str, **changes: Any) -> None:
        """Change these members of the user's representation and keep the others."""
        self.request("PUT", f"/{realm}/users/{user_id}", json={**self.user(realm, user_id), **changes})

    def delete_user(self, realm: str, user_id: str) -> None:
        """Delete the user."""
        self.request("DELETE", f"/{realm}/users/{user_id}")

    # Groups and roles

    def create_group(self, realm: str, name: str, **representation: Any) -> str:
        """Create a group at the top; its id."""
        return self._created(f"/{realm}/groups", {"name": name, **representation})

    def create_subgroup(self, realm: str, parent_id: str, name: str) -> str:
        """Create a group below another; its id."""
        child: Representation = self.request(
            "POST", f"/{realm}/groups/{parent_id}/children", json={"name": name}
        ).json()
        return str(child["id"])

    def rename_group(self, realm: str, group_id: str, name: str) -> None:
        """Give the group another name."""
        group = self.request("GET", f"/{realm}/groups/{group_id}").json()
        self.request("PUT", f"/{realm}/groups/{group_id}", json={**group, "name": name})

    def move_group(self, realm: str, group_id: str, parent_id: str | None) -> None:
        """Put the group below ``parent_id``, or at the top."""
        group = self.request("GET", f"/{realm}/groups/{group_id}").json()
        path = f"/{realm}/groups/{parent_id}/children" if parent_id else f"/{realm}/groups"
        self.request("POST", path, json={"id": group_id, "name": group["name"]})

    def delete_group(self, realm: str, group_id: str) -> None:
        """Delete the group and the groups below it."""
        self.request("DELETE", f"/{realm}/groups/{group_id}")

    def join(self, realm: str, user_id: str, group_id: str) -> None:
        """Make the user a member of the group."""
        self.request("PUT", f"/{realm}/users/{user_id}/groups/{group_id}")

    def leave(self, realm: str, user_id: str, group_id: str) -> None:
        """Take the user out of the group."""
        self.request("DELETE", f"/{realm}/users/{user_id}/groups/{group_id}")

    def create_realm_role(self, realm: str, name: str) -> None:
        """Create a realm role."""
        self.request("POST", f"/{realm}/roles", json={"name": name})

    def assign_realm_role(self, realm: str, user_id: str, name: str) -> None:
        """Give the user a realm role."""
        role = self.request("GET", f"/{realm}/roles/{name}").json()
        self.request("POST", f"/{realm}/users/{user_id}/role-mappings/realm", json=[role])

    # The connector

    def enable_scim(
        self, realm: str, url: str, issuer: str | None = None, *, name: str = ENDPOINT_ID, config: Config | None = None
    ) -> str:
        """Create an endpoint that pushes to ``url``; its id. ``config`` has further keys of the component."""
        values: Config = {"url": url, "issuer": issuer or f"{self._keycloak.url}/realms/{realm}", **(config or {})}
        return self._created(
            f"/{realm}/components",
            {
                "name": name,
                "providerType": ENDPOINT_TYPE,
                "providerId": ENDPOINT_ID,
                "config": {key: value if isinstance(value, list) else [value] for key, value in values.items()},
            },
        )

    def create_component(
        self, realm: str, *, name: str, type: str, provider: str, config: Config, parent: str | None = None
    ) -> str:
        """Create a component of the realm, or of another component; its id."""
        values = {key: value if isinstance(value, list) else [value] for key, value in config.items()}
        component = {"name": name, "providerType": type, "providerId": provider, "config": values}
        return self._created(f"/{realm}/components", component | ({"parentId": parent} if parent else {}))

    def component(self, realm: str, component_id: str) -> Representation:
        """A component as the Admin API shows it, with secrets masked."""
        found: Representation = self.request("GET", f"/{realm}/components/{component_id}").json()
        return found

    def configure(self, realm: str, component_id: str, config: Config) -> None:
        """Change these keys of a component's configuration."""
        component = self.component(realm, component_id)
        component["config"] |= {key: value if isinstance(value, list) else [value] for key, value in config.items()}
        self.request("PUT", f"/{realm}/components/{component_id}", json=component)

    def delete_component(self, realm: str, component_id: str) -> None:
        """Remove a component."""
        self.request("DELETE", f"/{realm}/components/{component_id}")

    def scim_status(self, realm: str) -> list[Representation]:
        """What the connector says of each endpoint of the realm."""
        endpoints: list[Representation] = self.request("GET", f"/{realm}/sbe-scim/status").json()["endpoints"]
        return endpoints

    def scim_check(self, realm: str, **config: str) -> Representation:
        """Let Keycloak try a configuration; nothing is changed."""
        answer: Representation = self.request("POST", f"/{realm}/sbe-scim/check", json=config).json()
        return answer

    def reconcile(self, realm: str, *, dry_run: bool = False) -> str:
        """Ask for a run of the realm's endpoint; its id."""
        body = {"endpoint": ENDPOINT_ID, "dryRun": dry_run}
        identifier: str = self.request("POST", f"/{realm}/sbe-scim/runs", json=body).json()["id"]
        return identifier

    def run(self, realm: str, run_id: str) -> Representation:
        """How far a run is, and what it found."""
        found: Representation = self.request("GET", f"/{realm}/sbe-scim/runs/{run_id}").json()
        return found

    def held(self, realm: str) -> list[Representation]:
        """What the safety valve of the realm's endpoint holds."""
        query = {"endpoint": ENDPOINT_ID}
        held: list[Representation] = self.request("GET", f"/{realm}/sbe-scim/held", params=query).json()["held"]
        return held

    def release(self, realm: str) -> int:
        """Send what is held; how many losses that is."""
        return self._decided(realm, "release")

    def discard(self, realm: str) -> int:
        """Forget what is held; how many losses that is."""
        return self._decided(realm, "discard")

    def _decided(self, realm: str, decision: str) -> int:
        body = {"endpoint": ENDPOINT_ID}
        count: int = self.request("POST", f"/{realm}/sbe-scim/held/{decision}", json=body).json()["count"]
        return count

    # The test's own provider

    def create_group_like_a_mapper(self, realm: str, name: str) -> None:
        """Make a group in a session that is in no realm, as LDAP mappers do."""
        self.request("POST", f"/{realm}/sbe-scim-faults/groups/{name}")

    def sql(self, realm: str, statement: str) -> list[list[Any]]:
        """Run one statement in Keycloak's database (with the faults' JAR); its rows."""
        rows: list[list[Any]] = self.request(
            "POST", f"/{realm}/sbe-scim-faults/sql", content=statement, headers={"Content-Type": "text/plain"}
        ).json()
        return rows
