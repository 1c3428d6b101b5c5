"""The providers at which people sign in, as the receiver's database names them."""

from __future__ import annotations

from typing import Any

from sbe_scim.auth.openid.provider import Provider
from sbe_scim.directory.sbe import clients
from sbe_scim.directory.sbe.clients import Client
from sbe_scim.directory.sbe.sealed import Seal
from sbe_scim.keycloak.sign_in import CALLBACK
from sbe_scim.sbe_plugin.sessions import Sessions


class Providers:
    """Finds the provider of a source; one whose client has not changed is the same object, and keeps its metadata."""

    def __init__(self, sessions: Sessions, seal: Seal) -> None:
        self._sessions = sessions
        self._seal = seal
        self._made: dict[Client, Provider] = {}

    def clients(self) -> list[Client]:
        """The clients of all sources at which people sign in."""
        return clients.find_all(self._sessions.connection()) if self._sessions.has_tables() else []

    def client(self, source: str) -> Client | None:
        """The client of one source."""
        return next((client for client in self.clients() if client.source == source), None)

    def of(self, client: Client) -> Provider:
        """The provider that this is a client of."""
        made = self._made.get(client)
        if made is None:
            secret: Any = self._seal.open(client.client_secret) or ""
            made = Provider(client.issuer, client.jwks_url, client.client_id, secret, client.url + CALLBACK)
            self._made[client] = made
        return made
