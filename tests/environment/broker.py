"""Somebody who logs in by their browser, where needed through an identity provider."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin, urlsplit

import httpx

from tests.environment.admin import Admin, Server
from tests.environment.keycloak.base import Keycloak

PASSWORD = "a-Password-of-a-test-1"
_HOPS = 12


def create_upstream(admin: Admin, keycloak: Keycloak, upstream: str, downstream: str, **config: str) -> None:
    """Make ``upstream`` the identity provider of that alias of ``downstream``, and have its people's data followed."""
    secret = "secret-of-a-test"
    client = {
        "clientId": "downstream",
        "secret": secret,
        "redirectUris": [f"{keycloak.url}/realms/{downstream}/broker/upstream/endpoint*"],
        "standardFlowEnabled": True,
    }
    admin.request("POST", f"/{upstream}/clients", json=client)
    path = f"realms/{upstream}/protocol/openid-connect"
    # From a container the server reaches itself by another name, which is then the issuer: none is asked for.
    inside = f"http://{keycloak.receiver_host}:{urlsplit(keycloak.url).port}/{path}"
    provider = {
        "alias": "upstream",
        "providerId": "oidc",
        "enabled": True,
        "trustEmail": True,
        "config": {
            "clientId": "downstream",
            "clientSecret": secret,
            "clientAuthMethod": "client_secret_post",
            "authorizationUrl": f"{keycloak.url}/{path}/auth",
            "tokenUrl": f"{inside}/token",
            # It would refuse a token that was asked for under the server's other name; the ID token says the same.
            "disableUserInfo": "true",
            "jwksUrl": f"{inside}/certs",
            "useJwksUrl": "true",
            "validateSignature": "true",
            "defaultScope": "openid profile email",
            "syncMode": "FORCE",
            **config,
        },
    }
    admin.request("POST", f"/{downstream}/identity-provider/instances", json=provider)


def log_in(keycloak: Keycloak, realm: str, username: str, *, through: str = "", password: str = PASSWORD) -> None:
    """Log in to the account console; ``through`` is the alias of an identity provider."""
    home = f"{keycloak.url}/realms/{realm}/account/"
    query = {"client_id": "account-console", "response_type": "code", "scope": "openid", "redirect_uri": home,
             "code_challenge_method": "S256", "code_challenge": "x" * 43}  # fmt: skip
    if through:
        query["kc_idp_hint"] = through
    start = httpx.URL(f"{keycloak.url}/realms/{realm}/protocol/openid-connect/auth", params=query)
    answer = sign_in(keycloak, str(start), username, password, until=home)
    assert answer.is_redirect, f"log-in ended with {answer.status_code}: {answer.text[:300]}"


def sign_in(
    keycloak: Server, start: str, username: str, password: str = PASSWORD, *, until: str | None = None
) -> httpx.Response:
    """Follow ``start`` through the log-in form of Keycloak, to the first page elsewhere, or before ``until``."""
    # The cookies are marked Secure, and a client would not send them over plain http.
    cookies: dict[tuple[str, str], str] = {}
    with httpx.Client(timeout=30) as browser:
        request = browser.build_request("GET", start)
        for _ in range(_HOPS):
            sent = (f"{name}={value}" for (path, name), value in cookies.items() if request.url.path.startswith(path))
            request.headers["Cookie"] = "; ".join(sent)
            answer = browser.send(request)
            browser.cookies.clear()
            for line in answer.headers.get_list("set-cookie"):
                pair, _, attributes = line.partition(";")
                name, _, value = pair.partition("=")
                path = re.search(r"path=([^;]*)", attributes, re.IGNORECASE)
                cookies[(path.group(1) if path else "/", name)] = value
            if answer.is_redirect:
                target = urljoin(str(answer.url), answer.headers["location"])
                if until is not None and target.startswith(until):
                    return answer
                request = browser.build_request("GET", target)
                continue
            if not str(answer.url).startswith(keycloak.url):
                return answer
            form = re.search(r'<form[^>]*\baction="([^"]+)"', answer.text)
            assert answer.status_code == 200, f"log-in answered {answer.status_code}: {answer.text[:300]}"
            assert form is not None, f"no log-in form in {answer.text[:1000]}"
            request = browser.build_request(
                "POST", html.unescape(form.group(1)), data={"username": username, "password": password}
            )
        raise AssertionError("the log-in never ends")
