"""Another realm, by which people of the one that is certified sign in: the provider of their organization."""

from __future__ import annotations

import secrets
from typing import Any

from sbe_scim.certify import browser
from sbe_scim.certify.admin import Realm
from sbe_scim.certify.provider import Person, RefusedError

#: Of the identity provider.
ALIAS = "upstream"
_CLIENT = "downstream"
#: Where the addresses of its people are.
_DOMAIN = "example.org"


class Upstream:
    """An identity provider of a realm; its people's data are followed at each sign-in.

    Every method raises :class:`RefusedError`.
    """

    def __init__(self, realm: Realm, inside: str) -> None:
        """Make it for ``realm``; ``inside`` is the server's URL as the server itself reaches it."""
        self._below = realm
        self._realm = realm.beside(f"{realm.name}-upstream")
        self._password = secrets.token_urlsafe(16)
        self._ids: dict[str, str] = {}
        self._organization = ""
        self._realm.make({"enabled": True, "editUsernameAllowed": True})
        secret = secrets.token_urlsafe(16)
        self._realm.send("POST", "/clients", client(secret, f"{realm.server}/realms/{realm.name}"))
        at = f"/realms/{self._realm.name}/protocol/openid-connect"
        made = provider(secret, f"{realm.server}{at}", f"{inside}{at}")
        realm.send("POST", "/identity-provider/instances", made)

    def remove(self) -> None:
        """Remove the other realm with everybody in it."""
        self._realm.send("DELETE", "")
        self._realm.close()

    def sign_in(self, person: Person) -> None:
        """Let them sign in as they are there, where they are made or changed first."""
        user = {"username": person.login, "email": person.mail, "firstName": person.given, "lastName": person.family}
        if person.key in self._ids:
            path = f"/users/{self._ids[person.key]}"
            self._realm.send("PUT", path, {**self._realm.get(path), **user})
        else:
            credentials = [{"type": "password", "value": self._password, "temporary": False}]
            made = self._realm.add("/users", {**user, "enabled": True, "credentials": credentials})
            self._ids[person.key] = made
        browser.log_in(self._below.server, self._below.name, person.login, self._password, through=ALIAS)

    def organize(self) -> None:
        """Have it be the identity provider of an organization, whose member whoever signs in anew becomes."""
        if self._organization:
            return
        name = self._realm.name
        body = {"name": name, "alias": name, "domains": [{"name": _DOMAIN}]}
        self._organization = self._below.add("/organizations", body)
        self._below.send("POST", f"/organizations/{self._organization}/identity-providers", ALIAS)

    def switch_organization(self, enabled: bool) -> None:
        """Enable or disable that organization."""
        if not self._organization:
            raise RefusedError("Nobody has signed in by way of an organization.")
        path = f"/organizations/{self._organization}"
        self._below.send("PUT", path, {**self._below.get(path), "enabled": enabled})


def client(secret: str, below: str) -> dict[str, Any]:
    """The client by which the realm ``below`` (its URL) signs people in at the other one."""
    return {
        "clientId": _CLIENT,
        "secret": secret,
        "redirectUris": [f"{below}/broker/{ALIAS}/endpoint*"],
        "standardFlowEnabled": True,
    }


def provider(secret: str, outside: str, inside: str) -> dict[str, Any]:
    """The other realm as an identity provider: its OpenID Connect endpoints' URL for browsers, and for the server."""
    return {
        "alias": ALIAS,
        "providerId": "oidc",
        "enabled": True,
        "trustEmail": True,
        "config": {
            "clientId": _CLIENT,
            "clientSecret": secret,
            "clientAuthMethod": "client_secret_post",
            "authorizationUrl": f"{outside}/auth",
            "tokenUrl": f"{inside}/token",
            # It would refuse a token that was asked for under the server's other name; the ID token says the same.
            "disableUserInfo": "true",
            "jwksUrl": f"{inside}/certs",
            "useJwksUrl": "true",
            "validateSignature": "true",
            "defaultScope": "openid profile email",
            "syncMode": "FORCE",
        },
    }
