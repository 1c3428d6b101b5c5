"""Write a small database by a release's own program, as SQL for SQLite and for PostgreSQL.

``python -m tests.unit.store.releases.make PYTHON COMMIT NUMBER``: ``PYTHON`` has the release installed (a virtualenv
of a checkout of ``COMMIT``), ``NUMBER`` is its schema version. The files ``schema-NUMBER.DIALECT.sql`` beside this
module are what migrations are tested on; they are made once, and never again by another release. Only commands and
SCIM requests are used, so that any release can be asked.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.environment.ports import free_ports
from tests.environment.postgres import LocalPostgres, create_database, url
from tests.environment.waiting import until

HERE = Path(__file__).parent
SCHEMAS = "urn:ietf:params:scim:schemas:"
USER = f"{SCHEMAS}core:2.0:User"
ENTERPRISE = f"{SCHEMAS}extension:enterprise:2.0:User"
FRENCH = f"{SCHEMAS}extension:fr-administration:2.0:User"
GROUP = f"{SCHEMAS}core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Release:
    """A release's commands on one database."""

    def __init__(self, python: str, database: str) -> None:
        self._python = python
        self._environment = {**os.environ, "SBE_SCIM_DATABASE": database}

    def run(self, *words: str) -> str:
        """Run a command and return what it printed."""
        command = [self._python, "-m", "sbe_scim", *words]
        done = subprocess.run(command, env=self._environment, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Run the receiver; gives its SCIM base URL."""
        (port,) = free_ports(1)
        command = [self._python, "-m", "sbe_scim", "serve", "--port", str(port), "--log-level", "error"]
        process = subprocess.Popen(command, env=self._environment)
        try:
            until(lambda: answers(port), what="answer of the receiver", deadline=30)
            yield f"http://127.0.0.1:{port}/scim/v2"
        finally:
            process.terminate()
            process.wait(30)


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).is_success
    except httpx.TransportError:
        return False


class Client:
    """SCIM requests of one source; the answer of each is what the caller expects."""

    def __init__(self, base_url: str, token: str) -> None:
        headers = {"authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=30, trust_env=False)

    def send(self, method: str, path: str, body: Any = None, status: int = 200) -> str:
        """Send a request and return the id of the resource that was answered, if any."""
        answer = self._http.request(method, path, json=body)
        assert answer.status_code == status, (method, path, answer.text)
        return str(answer.json().get("id", "")) if answer.content else ""

    def user(self, name: str, /, **more: Any) -> str:
        return self.send("POST", "/Users", {"schemas": [USER], "userName": name, **more}, 201)

    def group(self, name: str, /, *members: str, **more: Any) -> str:
        values = [{"value": member} for member in members]
        return self.send("POST", "/Groups", {"schemas": [GROUP], "displayName": name, "members": values, **more}, 201)

    def patch(self, path: str, *operations: dict[str, Any], status: int = 200) -> None:
        self.send("PATCH", path, {"schemas": [PATCH], "Operations": operations}, status)

    def close(self) -> None:
        self._http.close()


def staff(client: Client) -> None:
    """A realm with everything that a row can be."""
    ann = client.user(
        "Ann.Éluard",
        externalId="e-ann",
        displayName="Ann Éluard",
        name={"givenName": "Ann", "familyName": "Éluard"},
        emails=[
            {"value": "ann@home.example.org", "type": "home"},
            {"value": "ann@other.example.org", "type": "other"},
            {"value": "Ann@Work.example.org", "type": "work", "primary": True},
        ],
        phoneNumbers=[{"value": "+33 1 00", "type": "work"}, {"value": "+33 6 00", "type": "mobile", "primary": True}],
        roles=[{"value": "editor"}, {"value": "reader"}],
        **{ENTERPRISE: {"department": "DSI", "employeeNumber": "007"}, FRENCH: {"siret": "13002526500013"}},
    )
    bob = client.user(
        "bob",
        externalId="e-bob",
        emails=[{"value": "bob@home.example.org"}, {"value": "b@w.example.org", "type": "work"}],
    )
    carol = client.user("carol", externalId="e-carol", displayName="Carol", emails=[{"value": "carol@example.org"}])
    dave = client.user("dave", externalId="e-dave", displayName="Dave", title="agent")
    erin = client.user("erin", displayName="Erin")
    councillors = client.group("Élus", ann, bob, carol, dave, externalId="g-elus")
    client.group("Agents", ann, carol)
    client.group("Personne")
    gone = client.group("Anciens", ann, erin)
    client.patch(f"/Users/{bob}", {"op": "replace", "path": "active", "value": False})
    client.patch(f"/Groups/{councillors}", {"op": "remove", "path": f'members[value eq "{dave}"]'})
    client.patch(f"/Groups/{councillors}", {"op": "add", "path": "members", "value": [{"value": erin}]})
    client.patch(f"/Groups/{councillors}", {"op": "replace", "path": "displayName", "value": "Élus du conseil"})
    client.patch(f"/Users/{ann}", {"op": "add", "path": "roles", "value": [{"value": "chief", "primary": True}]})
    client.send("DELETE", f"/Users/{carol}", status=204)
    client.send("DELETE", f"/Groups/{gone}", status=204)
    client.send("POST", "/Users", {"schemas": [USER], "userName": "ann.éluard"}, 409)
    client.patch(f"/Users/{dave}", {"op": "replace", "path": "nothing[", "value": 1}, status=400)
    client.send("GET", '/Users?filter=userName eq "dave"')
    client.send("GET", f"/Users/{carol}", status=404)


def partners(client: Client) -> None:
    """Another source, with a group of the same name and people who came and went."""
    zoe = client.user("zoe", externalId="e-ann", emails=[{"value": "zoe@example.org", "type": "work"}], title="agent")
    gone = client.user("yan")
    client.group("Élus", zoe, gone)
    client.send("DELETE", f"/Users/{gone}", status=204)


def alike(client: Client) -> None:
    """People and groups whose names were several until schema 6 made them one."""
    for name in ("Straße", "yves", "yves ", "yv\u200bes", "\uff59ves", "two  words", "zo\u00eb\u00a0k"):
        client.user(name, externalId=f"e-{name}")
    client.patch(f"/Users/{client.user('y v e s ')}", {"op": "replace", "path": "active", "value": False})
    client.send("DELETE", f"/Users/{client.user('yves  ')}", status=204)
    for name in ("Mairie\u3000centrale", "Mairie centrale"):
        client.group(name)


def fill(release: Release, number: int) -> None:
    """Make sources and tokens, and let their clients write."""
    issuer = "https://sso.example.org/realms/staff"
    trust = ("--issuer", issuer, "--audience", "https://scim.example.org/scim/v2", "--azp", "web", "--azp", "batch")
    release.run("source", "add", "staff", "--dialect", "keycloak", *trust)
    release.run("source", "add", "partners", "--dialect", "okta", "--strictness", "rfc")
    release.run("source", "add", "former")
    tokens = [release.run("token", "create", name) for name in ("staff", "partners")]
    release.run("token", "create", "former", "--expires", "90d")
    with release.serving() as base_url:
        for token, work in zip(tokens, (staff, partners), strict=True):
            client = Client(base_url, token)
            work(client)
            if work is partners and number == 5:
                alike(client)
            client.close()
    release.run("source", "disable", "former")


def dump_sqlite(file: Path) -> list[str]:
    """The statements that make the database again."""
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


def dump_postgresql(database: str) -> list[str]:
    """The same of PostgreSQL, without what depends on the server or on psql."""
    command = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", "--no-comments", database]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    kept = [
        line
        for line in text.splitlines()
        if line and not line.startswith(("--", "\\", "SET ", "SELECT pg_catalog.set_config"))
    ]
    return [line.replace("public.", "") for line in kept]


def write(name: str, commit: str, statements: list[str]) -> None:
    header = [
        f"-- Written by the receiver of commit {commit} through tests/unit/store/releases/make.py; never edited.",
        "-- What it holds is made up: people, addresses, tokens.",
    ]
    (HERE / name).write_text("\n".join([*header, *statements]) + "\n", encoding="utf-8")


def main() -> None:
    python, commit, number = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "release.db"
        fill(Release(python, f"sqlite:///{file}"), int(number))
        write(f"schema-{number}.sqlite.sql", commit, dump_sqlite(file))
        server = LocalPostgres(Path(folder) / "postgres.log")
        server.start()
        try:
            create_database(server, "release")
            fill(Release(python, url(server, "release")), int(number))
            write(f"schema-{number}.postgresql.sql", commit, dump_postgresql(url(server, "release")))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
