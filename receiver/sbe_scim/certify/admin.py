"""One realm of Keycloak, by its Admin API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from sbe_scim.certify.provider import RefusedError

_TIMEOUT = 60.0


class Realm:
    """A realm, changed by an administrator of the realm ``master``; every method raises :class:`RefusedError`."""

    def __init__(self, server: str, user: str, password: str, name: str) -> None:
        """``server`` is the URL below which ``/realms`` and ``/admin`` stand."""
        self.server = server.rstrip("/")
        self.name = name
        self._administrator = user, password
        self._login = {"grant_type": "password", "client_id": "admin-cli", "username": user, "password": password}
        self._http = httpx.Client(timeout=_TIMEOUT)
        self._token = ""

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def beside(self, name: str) -> Realm:
        """Another realm of the server."""
        return Realm(self.server, *self._administrator, name)

    def at(self, server: str) -> Realm:
        """The same realm by another node, with this URL."""
        return Realm(server, *self._administrator, self.name)

    def version(self) -> str:
        """The server's version; empty where this administrator may not see it."""
        said = self._asked("GET", f"{self.server}/admin/serverinfo").json()
        return str((said.get("systemInfo") or {}).get("version", ""))

    def make(self, representation: Mapping[str, Any]) -> None:
        """Make the realm."""
        self._asked("POST", f"{self.server}/admin/realms", {**representation, "realm": self.name})

    def discovery(self) -> Mapping[str, Any]:
        """What it publishes of itself (OpenID Connect Discovery)."""
        said: Mapping[str, Any] = self._asked(
            "GET", f"{self.server}/realms/{self.name}/.well-known/openid-configuration"
        ).json()
        return said

    def has(self, path: str) -> bool:
        """Whether the realm knows such things, as far as this administrator may see."""
        try:
            self.send("GET", path)
        except RefusedError:
            return False
        return True

    def get(self, path: str) -> Any:
        """What stands at ``path`` below the realm."""
        return self.send("GET", path).json()

    def add(self, path: str, body: object) -> str:
        """Make something; its id."""
        return self.send("POST", path, body).headers["Location"].rsplit("/", 1)[1]

    def send(self, method: str, path: str, body: object = None) -> httpx.Response:
        """One request below the realm."""
        return self._asked(method, f"{self.server}/admin/realms/{self.name}{path}", body)

    def _asked(self, method: str, url: str, body: object = None) -> httpx.Response:
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
            url = f"{self.server}/realms/master/protocol/openid-connect/token"
            answer = self._http.post(url, data=self._login)
            if answer.is_error:
                raise RefusedError(f"Keycloak refuses the administrator ({answer.status_code}).")
            self._token = answer.json()["access_token"]
        return {"Authorization": f"Bearer {self._token}"}
