"""A real Abilian SBE with the receiver beside it: two processes over one database."""

from __future__ import annotations

import html
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.environment.ports import free_ports
from tests.environment.process import LocalServer
from tests.environment.receiver import ReceiverProcess
from tests.sbe import environment

ADMIN = "admin@example.org"
PASSWORD = "only-for-tests"
_START_DEADLINE = 60.0
_PEOPLE = "/social/users/dt_json?iDisplayStart=0&iDisplayLength=500&sEcho=1"


@dataclass(frozen=True)
class Account:
    """A row of the administration's list of users; ``groups`` are names in one string."""

    name: str
    can_login: bool
    groups: str


class SbeServer(LocalServer):
    """Abilian SBE under gunicorn on ``url``, and ``receiver``; files and SQLite database in ``home``.

    ``host`` is the name by which browsers and Keycloak know it; ``settings`` are variables of its own. ``python`` is of
    the virtualenv that both run in.
    """

    def __init__(
        self,
        home: Path,
        database: str | None = None,
        *,
        host: str = "127.0.0.1",
        settings: dict[str, str] | None = None,
        python: Path = environment.PYTHON,
    ) -> None:
        super().__init__(home / "sbe.log")
        (self.port,) = free_ports(1)
        self.url = f"http://{host}:{self.port}"
        self.database = database or f"sqlite:///{home / 'sbe.db'}"
        self.variables = environment.variables(home, self.database, f"{host}:{self.port}") | (settings or {})
        self._home = home
        self._python = python
        self.receiver = self.another_receiver()

    def another_receiver(self, **settings: str) -> ReceiverProcess:
        """A receiver beside it, with these variables more; it is not started."""
        return ReceiverProcess(
            self.database,
            log=self._home / "receiver.log",
            python=str(self._python),
            environment={**self.variables, "SBE_SCIM_DIRECTORY": "sbe", **settings},
        )

    def start(self) -> None:
        """Fill the database and start both; waits until both answer."""
        environment.ensure()
        # It was there before the plugin.
        environment.initialise(self.variables | {"FLASK_PLUGINS": "[]"}, ADMIN, PASSWORD)
        try:
            self.show_pages()
            self.receiver.start()
        except BaseException:
            self.stop()
            raise

    def show_pages(self, **settings: str) -> None:
        """Start Abilian SBE alone, with these variables more, on the database that is there; waits until it answers."""
        self.launch(
            [str(self._python), "-m", "gunicorn", "abilian.wsgi:app", "-b", f"0.0.0.0:{self.port}", "--threads", "4"],
            self._shows_its_form,
            deadline=_START_DEADLINE,
            environment=self.variables | settings,
        )

    def run(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the virtualenv with the variables of both, and these more."""
        program = str(self._python.with_name(command[0]))
        variables = os.environ | self.variables | {"SBE_SCIM_DIRECTORY": "sbe"} | settings
        return subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False, env=variables)

    def _shows_its_form(self) -> bool:
        host = self.url.removeprefix("http://")
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.port}/user/login?local=1", headers={"Host": host}, timeout=10)
        except httpx.TransportError:
            return False
        return answer.status_code == 200

    def stop(self) -> None:
        """Stop both."""
        try:
            self.receiver.stop()
        finally:
            super().stop()

    def login(self, email: str = ADMIN, password: str = PASSWORD) -> httpx.Client:
        """A browser with a session."""
        # Lists come as HTML to who does not ask for JSON.
        browser = httpx.Client(base_url=self.url, timeout=30, headers={"Accept": "application/json"})
        answer = browser.post("/user/login", data={"email": email, "password": password})
        assert answer.status_code == 302, answer.text
        return browser

    def people(self, browser: httpx.Client) -> str:
        """The rows of the page of people, as its script gets them."""
        rows = browser.get(_PEOPLE).raise_for_status().json()["aaData"]
        return html.unescape(" ".join(cell for row in rows for cell in row))

    def account(self, browser: httpx.Client, email: str) -> Account | None:
        """What the administration's list of users says of someone."""
        rows = browser.get("/admin/users/users", params={"iDisplayLength": 2, "sSearch": email})
        found = rows.raise_for_status().json()["aaData"]
        if not found:
            return None
        (row,) = found
        return Account(_text(row[1]), row[3] != "", _text(row[4]))


def _text(cell: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", cell)).strip()
