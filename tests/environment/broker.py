"""Somebody who logs in by their browser, where needed through an identity provider."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from sbe_scim.certify import browser
from sbe_scim.certify.upstream import client, provider
from tests.environment.admin import Admin, Server
from tests.environment.keycloak.base import Keycloak

PASSWORD = "a-Password-of-a-test-1"


def create_upstream(admin: Admin, keycloak: Keycloak, upstream: str, downstream: str, **config: str) -> None:
    """Make ``upstream`` the identity provider of that alias of ``downstream``, and have its people's data followed."""
    secret = "secret-of-a-test"
    at = f"realms/{upstream}/protocol/openid-connect"
    # From a container the server reaches itself by another name, which is then the issuer: none is asked for.
    inside = f"http://{keycloak.receiver_host}:{urlsplit(keycloak.url).port}/{at}"
    admin.request("POST", f"/{upstream}/clients", json=client(secret, f"{keycloak.url}/realms/{downstream}"))
    made = provider(secret, f"{keycloak.url}/{at}", inside)
    made["config"] |= config
    admin.request("POST", f"/{downstream}/identity-provider/instances", json=made)


def log_in(keycloak: Keycloak, realm: str, username: str, *, through: str = "", password: str = PASSWORD) -> None:
    """Log in to the account console; ``through`` is the alias of an identity provider."""
    browser.log_in(keycloak.url, realm, username, password, through=through)


def sign_in(
    keycloak: Server, start: str, username: str, password: str = PASSWORD, *, until: str | None = None
) -> httpx.Response:
    """Follow ``start`` through the log-in form of Keycloak, to the first page elsewhere, or before ``until``."""
    return browser.sign_in(keycloak.url, start, username, password, until=until)
