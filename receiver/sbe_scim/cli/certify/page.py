"""A page of this machine that tells somebody what to do, and where they say that it is done."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

import click

from sbe_scim.certify.module import Module
from sbe_scim.certify.text import Text, tied
from sbe_scim.cli.certify.asking import Asker

#: How long the last page waits to be seen, and how often Ctrl-C is looked for meanwhile, in seconds.
_LAST = 5.0
_LOOK = 0.5
#: Bytes of an answer.
_LARGEST = 1_000

_ASKED = Text("Asked for on {url}", "Demandé sur {url}")
_TITLE = Text("Certification of an identity provider", "Certification d'un fournisseur d'identité")
_TO_DO = Text("What to do now", "Ce qu'il faut faire maintenant")
_WATCHING = Text(
    "Nothing: the receiver is watched. This page asks again by itself.",
    "Rien : le récepteur est observé. Cette page se renouvelle d'elle-même.",
)
_OVER = Text("Nothing any more: the report is in the terminal.", "Plus rien : le rapport est dans le terminal.")
_DONE = Text("It is done", "C'est fait")
_NOT_HERE = Text("It cannot be done here", "C'est impossible ici")
_MODULES = Text("Modules", "Modules")
_STATES = {
    "": Text("to come", "à venir"),
    "now": Text("under way", "en cours"),
    "done": Text("played", "joué"),
    "interrupted": Text("interrupted", "interrompu"),
}
_NOT_PLAYED = Text("not played", "non joué")
_STATE = Text("{module}: {state}", "{module} : {state}")
_STYLE = (
    "body{margin:0 auto;max-width:50rem;padding:1.5rem;font:1rem/1.5 Marianne,'Liberation Sans',Arial,sans-serif;"
    "color:#161616;background:#fff}main p{padding:.5rem 1rem;border-left:.5rem solid #000091;background:#f6f6f6}"
    "button{margin:0 1rem 1rem 0;padding:.5rem 1rem;font:inherit}ol{list-style:none;padding:0}"
    "li{border-bottom:1px solid #ddd}li[aria-current]{font-weight:bold}"
)
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
}


class LocalPage(Asker):
    """Listens on this machine alone, below a path that only the terminal tells: it shows a token."""

    def __init__(self, language: str, modules: Mapping[str, Module]) -> None:
        self._language = language
        self._titles = {name: module.title.told(language) for name, module in modules.items()}
        self._states = dict.fromkeys(modules, "")
        self._turn = Condition()
        self._question = ""
        self._number = 0
        self._may_skip = False
        self._answer: bool | None = None
        self._over = False
        self._seen = Event()
        self._path = f"/{secrets.token_urlsafe(16)}/"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = Thread(target=self._server.serve_forever, name="certify-page", daemon=True)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{self._host}{self._path}"

    @property
    def _host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        with self._turn:
            self._over = True
        if error is None and self._number:
            self._seen.wait(_LAST)
        self._server.shutdown()
        self._server.server_close()

    def ask(self, what: str, *, may_skip: bool = True) -> bool:
        """Wait for a button."""
        with self._turn:
            self._question, self._may_skip, self._answer = what, may_skip, None
            self._number += 1
            click.echo(f"\n{_ASKED.fill(url=self.url).told(self._language)}", err=True)
            while self._answer is None:
                self._turn.wait(_LOOK)
            self._question = ""
            return self._answer

    def begin(self, name: str, module: Module) -> None:
        """Show that it is under way."""
        click.echo(f"\n{name} {module.title.told(self._language)}", err=True)
        self._states[name] = "now"

    def end(self, name: str, ended: str) -> None:
        """Show how it ended."""
        self._states[name] = ended

    def serves(self, host: str | None, path: str) -> bool:
        """Tell whether a request is for it: a name that others have pointed at this machine is not."""
        return host == self._host and secrets.compare_digest(path.encode(), self._path.encode())

    def take(self, number: str, done: bool) -> None:
        """Take an answer to the question with this number; one to another, as a second click gives, is none."""
        with self._turn:
            if self._question and number == str(self._number) and (done or self._may_skip):
                self._answer = done
                self._question = ""
                self._turn.notify_all()

    def html(self) -> str:
        """The page as it is now."""
        with self._turn:
            question, over = self._question, self._over
            buttons = self._buttons() if question else ""
        if over:
            self._seen.set()
        told = question or (_OVER if over else _WATCHING).told(self._language)
        lines = "".join(f"<p>{escape(tied(line.strip(), self._language))}</p>" for line in told.splitlines())
        again = "" if question or over else '<meta http-equiv="refresh" content="2">'
        title = _TITLE.told(self._language)
        return (
            f'<!DOCTYPE html><html lang="{self._language}"><head><meta charset="utf-8">{again}<title>{title}</title>'
            f"<style>{_STYLE}</style></head><body><h1>{title}</h1><main><h2>{_TO_DO.told(self._language)}</h2>"
            f"{lines}{buttons}</main><h2>{_MODULES.told(self._language)}</h2><ol>{self._listed()}</ol></body></html>"
        )

    def _buttons(self) -> str:
        choices = [("done", _DONE), *([("not", _NOT_HERE)] if self._may_skip else [])]
        made = "".join(
            f'<button name="answer" value="{value}">{text.told(self._language)}</button>' for value, text in choices
        )
        return f'<form method="post"><input type="hidden" name="number" value="{self._number}">{made}</form>'

    def _listed(self) -> str:
        return "".join(self._line(name, state) for name, state in self._states.items())

    def _line(self, name: str, state: str) -> str:
        text = _STATE.fill(module=f"{name} {self._titles[name]}", state=_STATES.get(state, _NOT_PLAYED))
        current = " aria-current=step" if state == "now" else ""
        return f"<li{current}>{escape(tied(text.told(self._language), self._language))}</li>"


def _handler(page: LocalPage) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self._is_for_it():
                self._answered(200, page.html())

        def do_POST(self) -> None:
            if not self._is_for_it():
                return
            length = self.headers.get("content-length", "")
            size = int(length) if length.isdecimal() else _LARGEST + 1
            if size > _LARGEST:
                self._answered(413, "")
                return
            sent = parse_qs(self.rfile.read(size).decode("ascii", "replace"))
            page.take(sent.get("number", [""])[0], sent.get("answer") == ["done"])
            self._answered(303, "", {"Location": self.path})

        def log_message(self, format: str, *arguments: object) -> None:
            """The terminal is for the certification."""

        def _is_for_it(self) -> bool:
            found = page.serves(self.headers.get("host"), self.path)
            if not found:
                self._answered(404, "")
            return found

        def _answered(self, status: int, text: str, more: Mapping[str, str] | None = None) -> None:
            body = text.encode()
            self.send_response(status)
            for name, value in {**_HEADERS, **(more or {}), "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler
