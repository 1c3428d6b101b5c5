"""Play with a realm of Keycloak by its Admin API. Nothing here knows the connector: any that pushes SCIM will do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from sbe_scim.certify.provider import Group, Person, RefusedError

_TIMEOUT = 60.0
_REALM = {"enabled": True, "editUsernameAllowed": True}


class KeycloakProvider:
    """A realm, changed by an administrator of the realm ``master``; raises :class:`RefusedError`."""

    can = frozenset(
        {"create", "change", "disable", "enable", "delete"}
        | {"create_group", "rename_group", "delete_group", "join", "leave"}
    )

    def __init__(self, server: str, user: str, password: str, realm: str) -> None:
        """``server`` is the URL below which ``/realms`` and ``/admin`` stand."""
        self._server = server.rstrip("/")
        self._login = {"grant_type": "password", "client_id": "admin-cli", "username": user, "password": password}
        self._realm = realm
        self._http = httpx.Client(timeout=_TIMEOUT)
        self._token = ""
        self._ids: dict[str, str] = {}

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def version(self) -> str:
        """The server's version; empty where this administrator may not see it."""
        said = self._asked("GET", f"{self._server}/admin/serverinfo").json()
        return str((said.get("systemInfo") or {}).get("version", ""))

    def make_realm(self) -> None:
        """Make the realm. People may have another login in it, which is no default."""
        self._asked("POST", f"{self._server}/admin/realms", _REALM | {"realm": self._realm})

    def delete_realm(self) -> None:
        """Delete the realm with everybody in it."""
        self._send("DELETE", "")

    def create(self, person: Person) -> None:
        """Make a user."""
        self._made(person.key, self._send("POST", "/users", {**_user(person), "enabled": True}))

    def change(self, person: Person) -> None:
        """Change the user."""
        self._update(person, _user(person))

    def disable(self, person: Person) -> None:
        """Disable the user."""
        self._update(person, {"enabled": False})

    def enable(self, person: Person) -> None:
        """Enable the user."""
        self._update(person, {"enabled": True})

    def delete(self, person: Person) -> None:
        """Delete the user."""
        self._send("DELETE", f"/users/{self._ids[person.key]}")

    def create_group(self, group: Group) -> None:
        """Make a group at the top."""
        self._made(group.key, self._send("POST", "/groups", {"name": group.name}))

    def rename_group(self, group: Group) -> None:
        """Rename the group."""
        path = f"/groups/{self._ids[group.key]}"
        self._send("PUT", path, {**self._send("GET", path).json(), "name": group.name})

    def delete_group(self, group: Group) -> None:
        """Delete the group."""
        self._send("DELETE", f"/groups/{self._ids[group.key]}")

    def join(self, person: Person, group: Group) -> None:
        """Make the user a member."""
        self._send("PUT", f"/users/{self._ids[person.key]}/groups/{self._ids[group.key]}")

    def leave(self, person: Person, group: Group) -> None:
        """Take the user out of the group."""
        self._send("DELETE", f"/users/{self._ids[person.key]}/groups/{self._ids[group.key]}")

    def unassign(self, person: Person) -> None:
        """Not known: a realm is provisioned whole."""
        raise NotImplementedError

    def nest(self, inner: Group, outer: Group) -> None:
        """Not known yet."""
        raise NotImplementedError

    def manage(self, person: Person, manager: Person | None) -> None:
        """Not known: an attribute is text, and says nothing of who is meant."""
        raise NotImplementedError

    def place(self, person: Person, siret: str, unit: str) -> None:
        """Not known yet."""
        raise NotImplementedError

    def renew(self) -> None:
        """Not known yet."""
        raise NotImplementedError

    def restart(self) -> None:
        """Not known: the server is not ours."""
        raise NotImplementedError

    def settled(self) -> bool:
        """Never: it is judged by what arrives."""
        return False

    def _update(self, person: Person, changes: Mapping[str, Any]) -> None:
        path = f"/users/{self._ids[person.key]}"
        self._send("PUT", path, {**self._send("GET", path).json(), **changes})

    def _made(self, key: str, answer: httpx.Response) -> None:
        self._ids[key] = answer.headers["Location"].rsplit("/", 1)[1]

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        return self._asked(method, f"{self._server}/admin/realms/{self._realm}{path}", body)

    def _asked(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        try:
            answer = self._http.request(method, url, json=body, headers=self._signed())
            if answer.status_code == 401:
                self._token = ""
                answer = self._http.request(method, url, json=body, headers=self._signed())
        except httpx.HTTPError as error:
            raise RefusedError(f"Keycloak does not answer ({type(error).__name__}).") from None
        if answer.is_error:
            raise RefusedError(f"Keycloak answers {answer.status_code} to {method} {httpx.URL(url).path}.")
        return answer

    def _signed(self) -> Mapping[str, str]:
        if not self._token:
            url = f"{self._server}/realms/master/protocol/openid-connect/token"
            answer = self._http.post(url, data=self._login)
            if answer.is_error:
                raise RefusedError(f"Keycloak refuses the administrator ({answer.status_code}).")
            self._token = str(answer.json()["access_token"])
        return {"Authorization": f"Bearer {self._token}"}


def _user(person: Person) -> Mapping[str, Any]:
    attributes = {"title": person.title, "department": person.department}
    return {
        "username": person.login,
        "firstName": person.given,
        "lastName": person.family,
        "email": person.mail,
        "attributes": {name: [value] for name, value in attributes.items() if value},
    }
