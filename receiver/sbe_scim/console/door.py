"""Who may look: operators with a session, and what is asked from the console's own pages."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from sbe_scim.console.language import Language
from sbe_scim.console.markup import tag
from sbe_scim.console.page import Page, field

#: Tokens that may be tried one after the other at a process, and how many a minute then.
MOST_AT_ONCE = 10
A_MINUTE = 20
COOKIE = "sbe_scim_console"
#: Relative to the console's.
PATH = "sign-in"


class Attempts:
    """How often tokens are tried: a bucket of :data:`MOST_AT_ONCE` that fills by :data:`A_MINUTE`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left = float(MOST_AT_ONCE)
        self._at = clock()

    def take(self) -> int:
        """Take one; 0, or the seconds until there is one again."""
        now = self._clock()
        self._left = min(float(MOST_AT_ONCE), self._left + (now - self._at) * A_MINUTE / 60)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0
        return math.ceil((1 - self._left) * 60 / A_MINUTE)


def is_from_here(request: Request) -> bool:
    """Tell whether a form was sent from a page of the same origin: every browser says so in one of two headers."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin, host = request.headers.get("origin", ""), request.headers.get("host", "")
    return host != "" and origin.partition("://")[2] == host


def begin(response: Response, session: str, seconds: int, *, secure: bool) -> None:
    """Have the browser keep a session; without a path the cookie is for the console alone, wherever a proxy has it."""
    response.set_cookie(COOKIE, session, max_age=seconds, path=None, secure=secure, httponly=True, samesite="strict")


def end(response: Response, *, secure: bool) -> None:
    """Have the browser forget it."""
    begin(response, "", 0, secure=secure)


def sign_in_page(language: Language, wrong: str = "") -> Page:
    """The form for a token."""
    words = language.words
    form = tag(
        "form",
        field("token", words["token"], kind="password", more=words["sign_in_more"], wrong=wrong),
        tag("button", words["sign_in"], type="submit"),
        action=PATH,
        method="post",
        class_="asks",
    )
    return Page(PATH, words["sign_in"], form, {}, wrong=wrong != "")
