"""Who may look: operators with a session, and what is asked from the console's own pages."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from sbe_scim.console.language import Language
from sbe_scim.console.markup import joined, tag
from sbe_scim.console.page import Page, field

#: Tokens that may be tried, or sign-ins at the provider begun or ended, in a row at a process; then so many a minute.
MOST_AT_ONCE = 10
A_MINUTE = 20
COOKIE = "sbe_scim_console"
#: What the provider said of who has the session, by which it knows whom to sign out.
_ID_TOKEN = "sbe_scim_console_id_token"  # noqa: S105 - a name
_ATTEMPT = "sbe_scim_console_attempt_"
#: Relative to the console's, as are those of the sign-in at the provider.
PATH = "sign-in"
START, CALLBACK = "openid", "openid-callback"
_STATE = re.compile(r"[\w-]{1,64}", re.ASCII)
# Browsers keep no cookie above 4,096 bytes.
_LARGEST_COOKIE = 3_800


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


def keep_attempt(response: Response, state: str, kept: str, seconds: int, *, secure: bool) -> None:
    """Have the browser remember a sign-in that is under way, or, after no ``seconds``, forget it."""
    # Lax: it has to come with the browser that comes back from the provider.
    response.set_cookie(
        _ATTEMPT + state, kept, max_age=seconds, path=None, secure=secure, httponly=True, samesite="lax"
    )


def attempt(request: Request, state: str) -> str:
    """What this browser remembers of the sign-in of this state; nothing where no such state is ever made."""
    return request.cookies.get(_ATTEMPT + state, "") if _STATE.fullmatch(state) else ""


def keep_id_token(response: Response, id_token: str, seconds: int, *, secure: bool) -> None:
    """Have the browser keep what signs out at the provider, where it can, or, after no ``seconds``, forget it."""
    if len(id_token) <= _LARGEST_COOKIE:
        response.set_cookie(
            _ID_TOKEN, id_token, max_age=seconds, path=None, secure=secure, httponly=True, samesite="strict"
        )


def id_token(request: Request) -> str | None:
    """What was kept so."""
    return request.cookies.get(_ID_TOKEN)


def begin(response: Response, session: str, seconds: int, *, secure: bool) -> None:
    """Have the browser keep a session; without a path the cookie is for the console alone, wherever a proxy has it."""
    response.set_cookie(COOKIE, session, max_age=seconds, path=None, secure=secure, httponly=True, samesite="strict")


def end(response: Response, *, secure: bool) -> None:
    """Have the browser forget it."""
    begin(response, "", 0, secure=secure)


def sign_in_page(
    language: Language, wrong: str = "", *, provider: str = "", failed: str = "", sign_out: str = ""
) -> Page:
    """The form for a token, below the way to the provider where there is one: what is ``wrong`` with the token, why a
    sign-in there ``failed``, and where to ``sign_out`` there."""
    words = language.words
    form = tag(
        "form",
        field("token", words["token"], kind="password", more=words["sign_in_more"], wrong=wrong),
        tag("button", words["sign_in"], type="submit"),
        action=PATH,
        method="post",
        class_="asks",
    )
    there = tag("a", words["sign_in_with"].format(provider=provider), href=START, class_="button")
    above = (
        tag("p", failed, class_="wrong", role="alert") if failed else "",
        tag("p", tag("a", words["another_account"].format(provider=provider), href=sign_out)) if sign_out else "",
        tag("p", there, class_="way") if provider else "",
        tag("h2", words["by_token"]) if provider else "",
    )
    return Page(PATH, words["sign_in"], joined(*above, form), {}, wrong=bool(wrong or failed))


def onward_page(title: str, label: str, target: str) -> Page:
    """A page that leads on at once. A redirect would not do: a browser that comes from the provider would not send the
    session's cookie there, and a form of the console may lead to no other site."""
    return Page(PATH, title, tag("p", tag("a", label, href=target)), {}, onward=target)
