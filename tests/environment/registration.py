"""A person who registers by Keycloak's own pages."""

from __future__ import annotations

import html
import re

import httpx

from tests.environment.keycloak.base import Keycloak

_PASSWORD = "a-Password-of-a-test-1"


def register(keycloak: Keycloak, realm: str, username: str, email: str, *, first: str, last: str) -> None:
    """Fill in the realm's registration form, which must be allowed."""
    home = f"{keycloak.url}/realms/{realm}/account/"
    query = {"client_id": "account-console", "response_type": "code", "scope": "openid", "redirect_uri": home,
             "code_challenge_method": "S256", "code_challenge": "x" * 43}  # fmt: skip
    with httpx.Client(timeout=30) as browser:
        page = browser.get(f"{keycloak.url}/realms/{realm}/protocol/openid-connect/registrations", params=query)
        action = re.search(r'<form[^>]*\baction="([^"]+)"', page.raise_for_status().text)
        assert action is not None, "no registration form"
        form = {
            "username": username,
            "email": email,
            "firstName": first,
            "lastName": last,
            "password": _PASSWORD,
            "password-confirm": _PASSWORD,
        }
        # The cookies are marked Secure, and a client would not send them over plain http.
        cookies = "; ".join(cookie.split(";", 1)[0] for cookie in page.headers.get_list("set-cookie"))
        browser.cookies.clear()
        answer = browser.post(html.unescape(action.group(1)), data=form, headers={"Cookie": cookies})
        assert answer.status_code == 302, f"registration answered {answer.status_code}"
