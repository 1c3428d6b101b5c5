"""Somebody who signs in at Keycloak by a browser, where needed through another identity provider."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

import httpx

from sbe_scim.certify.provider import RefusedError

_HOPS = 12
_TIMEOUT = 30.0
_FORM = re.compile(r'<form[^>]*\baction="([^"]+)"')


def log_in(server: str, realm: str, username: str, password: str, *, through: str = "") -> None:
    """Log in to the account console of a realm; ``through`` is the alias of an identity provider.

    Raises :class:`RefusedError` where that does not end there.
    """
    home = f"{server}/realms/{realm}/account/"
    query = {"client_id": "account-console", "response_type": "code", "scope": "openid", "redirect_uri": home,
             "code_challenge_method": "S256", "code_challenge": "x" * 43}  # fmt: skip
    if through:
        query["kc_idp_hint"] = through
    start = httpx.URL(f"{server}/realms/{realm}/protocol/openid-connect/auth", params=query)
    answer = sign_in(server, str(start), username, password, until=home)
    if not answer.is_redirect:
        raise RefusedError(f"The sign-in ended with {answer.status_code}.")


def sign_in(server: str, start: str, username: str, password: str, *, until: str | None = None) -> httpx.Response:
    """Follow ``start`` through the log-in form of ``server``, to the first page elsewhere, or before ``until``."""
    # The cookies are marked Secure, and a client would not send them over plain http.
    cookies: dict[tuple[str, str], str] = {}
    with httpx.Client(timeout=_TIMEOUT) as browser:
        request = browser.build_request("GET", start)
        for _ in range(_HOPS):
            sent = (f"{name}={value}" for (path, name), value in cookies.items() if request.url.path.startswith(path))
            request.headers["Cookie"] = "; ".join(sent)
            try:
                answer = browser.send(request)
            except httpx.HTTPError as error:
                raise RefusedError(f"The sign-in is not answered ({type(error).__name__}).") from None
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
            if not str(answer.url).startswith(server):
                return answer
            form = _FORM.search(answer.text)
            if answer.status_code != 200 or form is None:
                raise RefusedError(f"The sign-in is answered {answer.status_code}, without a form.")
            request = browser.build_request(
                "POST", html.unescape(form.group(1)), data={"username": username, "password": password}
            )
        raise RefusedError("The sign-in never ends.")
