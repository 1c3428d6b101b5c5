"""What is asked of the console, and its answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from typing import TypeVar

from sqlalchemy.engine import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sbe_scim.auth import operators
from sbe_scim.config import Settings
from sbe_scim.console import door, person, reading, sources
from sbe_scim.console.door import Attempts
from sbe_scim.console.language import Language, language
from sbe_scim.console.markup import tag
from sbe_scim.console.page import Page, whole
from sbe_scim.http.bodies import BodyReader
from sbe_scim.http.errors import RETRY_AFTER
from sbe_scim.http.middleware import current
from sbe_scim.http.threads import Threads
from sbe_scim.protocol import ScimError, Unavailable
from sbe_scim.store import console_tokens
from sbe_scim.store.clock import now
from sbe_scim.store.transactions import Transactions

PATH = "/console"
Result = TypeVar("Result")
Answer = Callable[[Request, Language], Awaitable[Response]]

_LANGUAGE = "sbe_scim_console_language"
_YEAR = 31_536_000
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # With no-referrer a form would come without its origin.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_STYLE = (files("sbe_scim.console") / "style.css").read_text("utf-8")


class _SignedOut(Exception):
    """There is no session, or it is over."""


class ConsoleEndpoints:
    """The pages of one process."""

    def __init__(self, settings: Settings, transactions: Transactions, bodies: BodyReader, threads: Threads) -> None:
        self._transactions = transactions
        self._bodies = bodies
        self._threads = threads
        self._silence = settings.silence_hours
        self._secure = settings.base_url.startswith("https:")
        self._attempts = Attempts()

    def routes(self) -> list[Route]:
        """All of them; links are relative, so that a proxy may have them below another path."""

        def route(path: str, answer: Answer, *methods: str) -> Route:
            return Route(f"{PATH}/{path}", self._answering(answer), methods=list(methods))

        return [
            Route(PATH, self._front),
            Route(f"{PATH}/style.css", self._style),
            route(sources.ALL, self._sources, "GET"),
            route(sources.ONE, self._source, "GET"),
            route(person.PATH, self._person, "GET", "POST"),
            route(door.PATH, self._sign_in, "GET", "POST"),
            route("sign-out", self._sign_out, "POST"),
        ]

    async def _front(self, request: Request) -> Response:
        current(request.scope).operation = "console"
        await self._require_open()
        # What a browser shows of a path tells where relative links lead from there.
        raw = request.scope.get("raw_path") or b""
        return _away("sources" if raw.endswith(b"/") else "console/sources")

    async def _style(self, request: Request) -> Response:
        current(request.scope).operation = "console"
        await self._require_open()
        return Response(_STYLE, headers={**_HEADERS, "cache-control": "max-age=3600"}, media_type="text/css")

    def _answering(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        """What all pages have in common: the language, who may send a form, and errors as pages."""

        async def endpoint(request: Request) -> Response:
            current(request.scope).operation = "console"
            chosen = request.query_params.get("language")
            spoken = language(chosen or request.cookies.get(_LANGUAGE), request.headers.get("accept-language", ""))
            try:
                await self._require_open()
                if request.method == "POST" and not door.is_from_here(request):
                    return _error(403, "forbidden", spoken)
                response = await answer(request, spoken)
            except _SignedOut:
                return _away(door.PATH)
            except Unavailable:
                return _error(503, "unavailable", spoken, {"retry-after": RETRY_AFTER})
            except ScimError as problem:
                return _error(problem.status, "bad_form", spoken)
            if chosen:
                self._remember(response, spoken)
            return response

        return endpoint

    async def _sources(self, request: Request, spoken: Language) -> Response:
        found = await self._read(request, lambda connection: reading.standings(connection, self._silence))
        return _shown(sources.all_sources(found, self._silence, spoken), spoken)

    async def _source(self, request: Request, spoken: Language) -> Response:
        told = request.query_params.get("id", "")
        number = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
        found = await self._read(
            request, lambda connection: reading.one_source(connection, number, self._silence, spoken.remedies)
        )
        if found is None:
            return _error(404, "no_page", spoken)
        return _shown(sources.one_source(*found, self._silence, spoken), spoken)

    async def _person(self, request: Request, spoken: Language) -> Response:
        if request.method != "POST":
            await self._read(request, lambda _connection: None)
            return _shown(person.one_person("", None, spoken), spoken)
        form = await self._bodies.form(request)
        chosen = form.get("language")
        if chosen:
            spoken = language(chosen, "")
        who = "".join(filter(str.isprintable, form.get("who", ""))).strip()
        found = await self._read(
            request, lambda connection: reading.timeline(connection, who, spoken.remedies) if who else None
        )
        response = _shown(person.one_person(who, found, spoken), spoken)
        if chosen:
            self._remember(response, spoken)
        return response

    async def _sign_in(self, request: Request, spoken: Language) -> Response:
        if request.method != "POST":
            return _shown(door.sign_in_page(spoken), spoken, signed_in=False)
        wait = self._attempts.take()
        if wait:
            page = door.sign_in_page(spoken, spoken.words["often"].format(seconds=wait))
            return _shown(page, spoken, 429, {"retry-after": str(wait)}, signed_in=False)
        secret = (await self._bodies.form(request)).get("token", "").strip()
        session = await self._threads.read(self._begin, secret)
        if session is None:
            return _shown(door.sign_in_page(spoken, spoken.words["wrong"]), spoken, 401, signed_in=False)
        response = _away(sources.ALL)
        door.begin(response, *session, secure=self._secure)
        return response

    async def _sign_out(self, _request: Request, _spoken: Language) -> Response:
        response = _away(door.PATH)
        door.end(response, secure=self._secure)
        return response

    def _remember(self, response: Response, spoken: Language) -> None:
        response.set_cookie(
            _LANGUAGE, spoken.code, max_age=_YEAR, path=None, secure=self._secure, httponly=True, samesite="strict"
        )

    def _begin(self, secret: str) -> tuple[str, int] | None:
        with self._transactions.read() as transaction:
            return operators.sign_in(transaction.connection, secret, now())

    async def _read(self, request: Request, function: Callable[[Connection], Result]) -> Result:
        """Read something for somebody who is signed in. Raises :class:`_SignedOut`, :class:`Unavailable`."""
        session = request.cookies.get(door.COOKIE)

        def read() -> Result:
            with self._transactions.read() as transaction:
                if not operators.is_signed_in(transaction.connection, session, now()):
                    raise _SignedOut
                return function(transaction.connection)

        return await self._threads.read(read)

    async def _require_open(self) -> None:
        """Without a token by which somebody could sign in there is no console."""

        def is_open() -> bool:
            with self._transactions.read() as transaction:
                return console_tokens.any_valid(transaction.connection, now())

        if not await self._threads.read(is_open):
            raise HTTPException(404)


def _shown(
    page: Page,
    spoken: Language,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    signed_in: bool = True,
) -> Response:
    told = whole(page, spoken, signed_in=signed_in)
    return Response(told, status, {**_HEADERS, **(headers or {})}, "text/html; charset=utf-8")


def _error(status: int, key: str, spoken: Language, headers: Mapping[str, str] | None = None) -> Response:
    page = Page(sources.ALL, spoken.words["error"], tag("p", spoken.words[key]), {})
    return _shown(page, spoken, status, headers, signed_in=False)


def _away(place: str) -> Response:
    return RedirectResponse(place, 303, _HEADERS)
