"""Clients of a realm that may provision, as docs/credentials.md has them made."""

from __future__ import annotations

from typing import Any

from tests.environment.admin import Admin

SCOPE = "scim"


def create_client(admin: Admin, realm: str, client_id: str, audience: str, **representation: Any) -> str:
    """A confidential client with a service account, whose tokens are for ``audience`` with scope ``scim``; its id."""
    mapper = {
        "name": "audience",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-audience-mapper",
        "config": {"included.custom.audience": audience, "access.token.claim": "true"},
    }
    scope = {
        "name": SCOPE,
        "protocol": "openid-connect",
        "attributes": {"include.in.token.scope": "true"},
        "protocolMappers": [mapper],
    }
    admin.request("POST", f"/{realm}/client-scopes", json=scope)
    client = {
        "clientId": client_id,
        "protocol": "openid-connect",
        "publicClient": False,
        "serviceAccountsEnabled": True,
        "standardFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "optionalClientScopes": [SCOPE],
    }
    created = admin.request("POST", f"/{realm}/clients", json=client | representation)
    return created.headers["Location"].rsplit("/", 1)[1]


def rotate_keys(admin: Admin, realm: str) -> str:
    """Let a new RSA key sign from now on; those that signed so far stay published. The new key's id."""
    for provider in admin.request("GET", f"/{realm}/components", params={"type": _KEYS}).json():
        if provider["providerId"] == "rsa-generated":
            admin.configure(realm, provider["id"], {"active": "false"})
    config = {"priority": "500", "enabled": "true", "active": "true", "algorithm": "RS256", "keySize": "2048"}
    admin.create_component(realm, name="rotated", type=_KEYS, provider="rsa-generated", config=config)
    active: str = admin.request("GET", f"/{realm}/keys").json()["active"]["RS256"]
    return active


_KEYS = "org.keycloak.keys.KeyProvider"
