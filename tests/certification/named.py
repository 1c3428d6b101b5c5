"""Servers of a test, as ``sbe-scim certify keycloak`` is told of them."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.environment.keycloak import Keycloak
from tests.environment.receiver import ReceiverProcess


def options(keycloak: Keycloak, receiver: ReceiverProcess) -> list[str]:
    """The command's options; Keycloak may be in a container, and reach itself and the receiver by the machine alone."""
    return [
        *("--server", keycloak.url, "--admin-user", keycloak.admin_user),
        *("--listen", keycloak.receiver_host),
        *("--inside", f"http://{keycloak.receiver_host}:{urlsplit(keycloak.url).port}"),
        *("--receiver", receiver.base_url, "--database", receiver.database),
    ]
