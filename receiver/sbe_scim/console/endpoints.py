"""What is asked of the console, and its answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import TypeVar

from sqlalchemy.engine import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sbe_scim.config import CONSOLE_PATH, Settings
from sbe_scim.console import door, person, reading, sources
from sbe_scim.console.answers import HEADERS, away, failed, shown
from sbe_scim.console.language import Language, language
from sbe_scim.console.sign_in import SignIn
from sbe_scim.http.bodies import BodyReader
from sbe_scim.http.errors import RETRY_AFTER
from sbe_scim.http.middleware import current
from sbe_scim.http.threads import Threads
from sbe_scim.protocol import ScimError, Unavailable
from sbe_scim.store.transactions import Transactions

Result = TypeVar("Result")
Answer = Callable[[Request, Language], Awaitable[Response]]

_LANGUAGE = "sbe_scim_console_language"
_YEAR = 31_536_000
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
        self._door = SignIn(settings, transactions, bodies, threads)

    def routes(self) -> list[Route]:
        """All of them; links are relative, so that a proxy may have them below another path."""

        def route(path: str, answer: Answer, *methods: str) -> Route:
            return Route(f"{CONSOLE_PATH}/{path}", self._answering(answer), methods=list(methods))

        return [
            Route(CONSOLE_PATH, self._front),
            Route(f"{CONSOLE_PATH}/style.css", self._style),
            route(sources.ALL, self._sources, "GET"),
            route(sources.ONE, self._source, "GET"),
            route(person.PATH, self._person, "GET", "POST"),
            route(door.PATH, self._door.by_token, "GET", "POST"),
            route(door.START, self._door.leave, "GET"),
            route(door.CALLBACK, self._door.come_back, "GET"),
            route("sign-out", self._door.out, "POST"),
        ]

    async def _front(self, request: Request) -> Response:
        current(request.scope).operation = "console"
        await self._require_open()
        # What a browser shows of a path tells where relative links lead from there.
        raw = request.scope.get("raw_path") or b""
        return away("sources" if raw.endswith(b"/") else "console/sources")

    async def _style(self, request: Request) -> Response:
        current(request.scope).operation = "console"
        await self._require_open()
        return Response(_STYLE, headers={**HEADERS, "cache-control": "max-age=3600"}, media_type="text/css")

    def _answering(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        """What all pages have in common: the language, who may send a form, and errors as pages."""

        async def endpoint(request: Request) -> Response:
            current(request.scope).operation = "console"
            chosen = request.query_params.get("language")
            spoken = language(chosen or request.cookies.get(_LANGUAGE), request.headers.get("accept-language", ""))
            try:
                await self._require_open()
                if request.method == "POST" and not door.is_from_here(request):
                    return failed(403, "forbidden", spoken)
                response = await answer(request, spoken)
            except _SignedOut:
                return away(door.PATH)
            except Unavailable:
                return failed(503, "unavailable", spoken, {"retry-after": RETRY_AFTER})
            except ScimError as problem:
                return failed(problem.status, "bad_form", spoken)
            if chosen:
                self._remember(response, spoken)
            return response

        return endpoint

    async def _sources(self, request: Request, spoken: Language) -> Response:
        found = await self._read(request, lambda connection: reading.standings(connection, self._silence))
        return shown(sources.all_sources(found, self._silence, spoken), spoken)

    async def _source(self, request: Request, spoken: Language) -> Response:
        told = request.query_params.get("id", "")
        number = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
        found = await self._read(
            request, lambda connection: reading.one_source(connection, number, self._silence, spoken.remedies)
        )
        if found is None:
            return failed(404, "no_page", spoken)
        return shown(sources.one_source(*found, self._silence, spoken), spoken)

    async def _person(self, request: Request, spoken: Language) -> Response:
        if request.method != "POST":
            await self._read(request, lambda _connection: None)
            return shown(person.one_person("", None, spoken), spoken)
        form = await self._bodies.form(request)
        chosen = form.get("language")
        if chosen:
            spoken = language(chosen, "")
        who = "".join(filter(str.isprintable, form.get("who", ""))).strip()
        found = await self._read(
            request, lambda connection: reading.timeline(connection, who, spoken.remedies) if who else None
        )
        response = shown(person.one_person(who, found, spoken), spoken)
        if chosen:
            self._remember(response, spoken)
        return response

    def _remember(self, response: Response, spoken: Language) -> None:
        response.set_cookie(
            _LANGUAGE, spoken.code, max_age=_YEAR, path=None, secure=self._door.secure, httponly=True, samesite="strict"
        )

    async def _read(self, request: Request, function: Callable[[Connection], Result]) -> Result:
        """Read something for somebody who is signed in. Raises :class:`_SignedOut`, :class:`Unavailable`."""

        def read() -> Result:
            with self._transactions.read() as transaction:
                if not self._door.is_signed_in(transaction.connection, request):
                    raise _SignedOut
                return function(transaction.connection)

        return await self._threads.read(read)

    async def _require_open(self) -> None:
        """Where nobody could sign in there is no console."""

        def is_open() -> bool:
            with self._transactions.read() as transaction:
                return self._door.is_open(transaction.connection)

        if not await self._threads.read(is_open):
            raise HTTPException(404)
