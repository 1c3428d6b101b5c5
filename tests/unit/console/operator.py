"""A receiver, and an operator's browser, as far as it has cookies and follows links."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import TypeVar

import httpx
from sqlalchemy.engine import Connection

from sbe_scim.console.door import COOKIE
from sbe_scim.store import console_tokens, open_database
from sbe_scim.store.clock import now
from tests.unit.http.client import Receiver

Result = TypeVar("Result")
HOUR = 3_600_000_000
_CELL = re.compile(r"<(t[dh]) [^>]*>")
HOST = "receiver"
#: What a browser says of a form that it sends to where it has it from.
OWN = {"origin": f"http://{HOST}"}


class Operator:
    """Asks the console, and keeps what cookies it gives."""

    def __init__(self, scim: Receiver, language: str = "en") -> None:
        self._scim = scim
        self._language = language
        self.cookies: dict[str, str] = {}

    def within(self, work: Callable[[Connection], Result]) -> Result:
        """Do something to the database."""
        engine = open_database(self._scim.settings.database)
        with engine.begin() as connection:
            result = work(connection)
        engine.dispose()
        return result

    def token(self, lasts: int = HOUR) -> str:
        """A new token of the console."""
        return self.within(lambda connection: console_tokens.create(connection, now() + lasts))

    def get(self, path: str, **headers: str) -> httpx.Response:
        """GET below the console."""
        return self._ask("GET", path, None, headers)

    def head(self, path: str) -> httpx.Response:
        """HEAD below the console."""
        return self._ask("HEAD", path, None, {})

    def post(self, path: str, headers: dict[str, str] = OWN, /, **fields: str) -> httpx.Response:
        """Send a form."""
        return self._ask("POST", path, fields, headers)

    def sign_in(self) -> str:
        """Sign in with a new token; it is returned."""
        token = self.token()
        answer = self.post("sign-in", token=token)
        assert (answer.status_code, answer.headers["location"]) == (303, "sources")
        assert COOKIE in self.cookies
        return token

    def shows(self, path: str, **fields: str) -> str:
        """The text of a page, by POST where there are fields; cells of tables without their attributes."""
        answer = self.post(path, **fields) if fields else self.get(path)
        assert answer.status_code == 200, answer.text
        return html.unescape(_CELL.sub(r"<\1>", answer.text))

    def _ask(self, method: str, path: str, fields: dict[str, str] | None, headers: dict[str, str]) -> httpx.Response:
        sent = {"accept-language": self._language, **headers}
        if self.cookies:
            sent.setdefault("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._scim.app)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
                place = path if path.startswith("/") else f"/console/{path}"
                return await client.request(method, place, data=fields, headers=sent)

        answer: httpx.Response = self._scim.run(ask())
        for told in answer.headers.get_list("set-cookie"):
            name, _, value = told.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        self.cookies = {name: value for name, value in self.cookies.items() if value}
        return answer
