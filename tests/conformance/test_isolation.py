"""What is another source's is to a source as what nobody has: in every answer, and in the work that it costs.

The one thing that shows is 409 for a user name or an address that is taken, which names nobody.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from sbe_scim.store import open_database, sources, tokens
from tests.unit.http.client import Receiver, receiver
from tests.unit.rig import ENTERPRISE_URN, group_body, patch_body, user_body

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


class Things(NamedTuple):
    """What requests are about: ids, names, and a cursor of a list."""

    user: str
    group: str
    name: str
    external_id: str
    team: str
    cursor: str


class Asked(NamedTuple):
    """A request about somebody's things; ``own`` is a group of the source that asks, ``me`` one of its people."""

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] | None = None


Request = Callable[[Things, str, str], Asked]


def _filtered(endpoint: str, text: str, more: str = "") -> Asked:
    return Asked("GET", f"{endpoint}?filter={httpx.QueryParams({'f': text})!s}".replace("f=", "", 1) + more)


def _bulk(*operations: dict[str, Any]) -> Asked:
    return Asked("POST", "/Bulk", {"schemas": [BULK], "Operations": list(operations)})


def _member(op: str, value: str) -> dict[str, Any]:
    return patch_body({"op": op, "path": "members", "value": [{"value": value}]})


OFF = patch_body({"op": "replace", "path": "active", "value": False})
NAMED = patch_body({"op": "replace", "path": "displayName", "value": "x"})

REQUESTS: dict[str, Request] = {
    "get": lambda it, own, me: Asked("GET", f"/Users/{it.user}"),
    "get group": lambda it, own, me: Asked("GET", f"/Groups/{it.group}"),
    "get group without members": lambda it, own, me: Asked("GET", f"/Groups/{it.group}?excludedAttributes=members"),
    "get as another type": lambda it, own, me: Asked("GET", f"/Groups/{it.user}"),
    "get attributes": lambda it, own, me: Asked("GET", f"/Users/{it.user}?attributes=userName"),
    "get if changed": lambda it, own, me: Asked("GET", f"/Users/{it.user}", None, {"if-none-match": 'W/"1"'}),
    "get if it matches": lambda it, own, me: Asked("GET", f"/Users/{it.user}", None, {"if-match": 'W/"1"'}),
    "put": lambda it, own, me: Asked("PUT", f"/Users/{it.user}", user_body("new")),
    "put if": lambda it, own, me: Asked("PUT", f"/Users/{it.user}", user_body("new"), {"if-match": 'W/"7"'}),
    "put group": lambda it, own, me: Asked("PUT", f"/Groups/{it.group}", group_body("new", me)),
    "put what is wrong": lambda it, own, me: Asked("PUT", f"/Users/{it.user}", {"schemas": []}),
    "patch": lambda it, own, me: Asked("PATCH", f"/Users/{it.user}", OFF),
    "patch if": lambda it, own, me: Asked("PATCH", f"/Users/{it.user}", OFF, {"if-match": 'W/"7"'}),
    "patch what is wrong": lambda it, own, me: Asked(
        "PATCH", f"/Users/{it.user}", patch_body({"op": "replace", "path": "nope.x"})
    ),
    "patch group": lambda it, own, me: Asked("PATCH", f"/Groups/{it.group}", NAMED),
    "join a group": lambda it, own, me: Asked("PATCH", f"/Groups/{it.group}", _member("add", me)),
    "empty a group": lambda it, own, me: Asked(
        "PATCH", f"/Groups/{it.group}", patch_body({"op": "remove", "path": "members"})
    ),
    "delete": lambda it, own, me: Asked("DELETE", f"/Users/{it.user}"),
    "delete if": lambda it, own, me: Asked("DELETE", f"/Users/{it.user}", None, {"if-match": 'W/"7"'}),
    "delete group": lambda it, own, me: Asked("DELETE", f"/Groups/{it.group}"),
    "post to": lambda it, own, me: Asked("POST", f"/Users/{it.user}", user_body("new")),
    "create with a member": lambda it, own, me: Asked("POST", "/Groups", group_body("new", it.user)),
    "create with a group as member": lambda it, own, me: Asked("POST", "/Groups", group_body("new", it.group)),
    "create with a member of a type": lambda it, own, me: Asked(
        "POST", "/Groups", group_body("new") | {"members": [{"value": it.user, "type": "Group"}]}
    ),
    "put a member": lambda it, own, me: Asked("PUT", f"/Groups/{own}", group_body("own", me, it.user)),
    "add a member": lambda it, own, me: Asked("PATCH", f"/Groups/{own}", _member("add", it.user)),
    "add a group": lambda it, own, me: Asked("PATCH", f"/Groups/{own}", _member("add", it.group)),
    "add a member by externalId": lambda it, own, me: Asked("PATCH", f"/Groups/{own}", _member("add", it.external_id)),
    "add a member by user name": lambda it, own, me: Asked("PATCH", f"/Groups/{own}", _member("add", it.name)),
    "add a member by address": lambda it, own, me: Asked(
        "PATCH", f"/Groups/{own}", _member("add", f"{it.name}@example.org")
    ),
    "remove a member by user name": lambda it, own, me: Asked("PATCH", f"/Groups/{own}", _member("remove", it.name)),
    "remove a member": lambda it, own, me: Asked("PATCH", f"/Groups/{own}", _member("remove", it.user)),
    "remove a member by path": lambda it, own, me: Asked(
        "PATCH", f"/Groups/{own}", patch_body({"op": "remove", "path": f'members[value eq "{it.user}"]'})
    ),
    "filter by id": lambda it, own, me: _filtered("/Users", f'id eq "{it.user}"'),
    "filter by name": lambda it, own, me: _filtered("/Users", f'userName eq "{it.name}"'),
    "filter by the beginning of a name": lambda it, own, me: _filtered("/Users", f'userName sw "{it.name[:9]}"'),
    "filter by externalId": lambda it, own, me: _filtered("/Users", f'externalId eq "{it.external_id}"'),
    "filter by address": lambda it, own, me: _filtered("/Users", f'emails.value eq "{it.name}@example.org"'),
    "filter by group": lambda it, own, me: _filtered("/Users", f'groups.value eq "{it.group}"'),
    "filter by the name of a group": lambda it, own, me: _filtered("/Users", f'groups.display eq "{it.team}"'),
    "filter by manager": lambda it, own, me: _filtered("/Users", f'{ENTERPRISE_URN}:manager.value eq "{it.user}"'),
    "filter of groups": lambda it, own, me: _filtered("/Groups", f'displayName eq "{it.team}"'),
    "filter by member": lambda it, own, me: _filtered("/Groups", f'members.value eq "{it.user}"'),
    "filter by who is not": lambda it, own, me: _filtered("/Users", f'not (id eq "{it.user}")', "&sortBy=userName"),
    "filter by the version of": lambda it, own, me: _filtered("/Users", f'id eq "{it.user}" and meta.version pr'),
    "sorted behind": lambda it, own, me: _filtered("/Users", f'userName ge "{it.name}"', "&sortBy=userName&count=1"),
    "search": lambda it, own, me: Asked(
        "POST", "/Users/.search", {"schemas": [SEARCH], "filter": f'id eq "{it.user}"'}
    ),
    "search of all types": lambda it, own, me: Asked(
        "POST", "/.search", {"schemas": [SEARCH], "filter": f'id eq "{it.user}" or id eq "{it.group}"'}
    ),
    "list of all types": lambda it, own, me: _filtered("/", f'id eq "{it.group}"'),
    "cursor": lambda it, own, me: Asked("GET", f"/Users?count=1&cursor={it.cursor}"),
    "bulk": lambda it, own, me: _bulk(
        {"method": "PATCH", "path": f"/Users/{it.user}", "data": OFF},
        {"method": "PUT", "path": f"/Users/{it.user}", "data": user_body("new"), "version": 'W/"1"'},
        {"method": "DELETE", "path": f"/Groups/{it.group}"},
    ),
    "bulk of members": lambda it, own, me: _bulk(
        {"method": "POST", "path": "/Groups", "bulkId": "a", "data": group_body("new", it.user)},
        {"method": "PATCH", "path": f"/Groups/{own}", "data": _member("add", it.group)},
    ),
    "bulk by bulkId": lambda it, own, me: _bulk(
        {"method": "POST", "path": "/Groups", "bulkId": it.group, "data": group_body("new", f"bulkId:{it.user}")},
    ),
    # The last: it changes somebody.
    "a manager": lambda it, own, me: Asked(
        "PATCH",
        f"/Users/{me}",
        patch_body({"op": "add", "path": f"{ENTERPRISE_URN}:manager", "value": {"value": it.user}}),
    ),
}


class Watched(NamedTuple):
    """A receiver, what its database was asked, and the things of another source and of nobody."""

    scim: Receiver
    statements: list[str]
    own: str
    me: str
    others: Things
    nobodys: Things

    def ask(self, request: Request, things: Things) -> tuple[Any, list[str]]:
        """Send a request; returns what its answer told, and what was asked of the database for it."""
        del self.statements[:]
        asked = request(things, self.own, self.me)
        answer = self.scim.request(asked.method, asked.path, asked.body, headers=asked.headers)
        # What is read again of tokens and sources comes at times of its own.
        work = [text for text in self.statements if _WORK.match(text) and _ABOUT.search(text)]
        return _told(answer, things), [_VALUE.sub("?", text) for text in work]


_WORK = re.compile("SELECT|INSERT|UPDATE|DELETE|WITH")
_ABOUT = re.compile("scim_(resource|attr_value|.*membership|nesting|counter|segment|change|held)")
_VALUE = re.compile(r"'(?:[^']|'')*'|\b\d+\b")
_VERSION = re.compile(r'W/\\?"\d+\\?"|"lastModified":"[^"]*"')


@pytest.fixture(params=["generic", "people", "nextcloud"])
def watched(tmp_path: Path, database_url: str, request: pytest.FixtureRequest) -> Iterator[Watched]:
    statements: list[str] = []
    with _watching(statements), receiver(tmp_path, database=database_url) as scim:
        engine = open_database(scim.settings.database)
        with engine.begin() as connection:
            staff = scim.token
            # Some name members by other things than ids.
            sources.change(connection, "staff", dialect=request.param)
            scim.token = tokens.create(connection, sources.add(connection, "other").id)
        engine.dispose()
        others = _made(scim, "jane.roe")
        scim.token = staff
        me = scim.created("/Users", user_body("me"))["id"]
        own = scim.created("/Groups", group_body("own", me))["id"]
        cursor = others.cursor[:-4] + ("AAAA" if others.cursor[-4:] != "AAAA" else "BBBB")
        nobodys = Things(str(uuid4()), str(uuid4()), "jane.doe", "e-jane.doe", "team of jane.doe", cursor)
        yield Watched(scim, statements, own, me, others, nobodys)


def _made(scim: Receiver, name: str) -> Things:
    """Somebody in a group, who is another's manager, and a list that goes on."""
    more = {"externalId": f"e-{name}", "emails": [{"value": f"{name}@example.org"}]}
    user = scim.created("/Users", user_body(name, **more))["id"]
    scim.created("/Users", user_body(f"{name}.two", **{ENTERPRISE_URN: {"manager": {"value": user}}}))
    team = f"team of {name}"
    group = scim.created("/Groups", group_body(team, user, externalId=f"g-{name}"))["id"]
    cursor = scim.get("/Users?count=1&cursor").json()["nextCursor"]
    return Things(user, group, name, f"e-{name}", team, cursor)


@contextmanager
def _watching(statements: list[str]) -> Iterator[None]:
    """Note what SQLite is asked for requests; PostgreSQL's drivers have no such place."""

    def note(statement: str) -> None:
        # What is gathered is written, and what is old is looked for, beside all requests.
        if threading.current_thread().name != "scim-journal":
            statements.append(statement)

    def watch(dbapi_connection: Any, *_: object) -> None:
        if hasattr(dbapi_connection, "set_trace_callback"):
            dbapi_connection.set_trace_callback(note)

    event.listen(Pool, "connect", watch)
    try:
        yield
    finally:
        event.remove(Pool, "connect", watch)


def _told(answer: httpx.Response, things: Things) -> tuple[int, dict[str, str], str]:
    """An answer, but for the request's id and for versions, and with words for what the request itself has named."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("x-request-id", "content-length")}
    text = answer.text
    for name, value in things._asdict().items():
        text = text.replace(value, f"<{name}>")
    return (
        answer.status_code,
        {name: _VERSION.sub("", value) for name, value in headers.items()},
        _VERSION.sub("", text),
    )


def test_what_another_source_has_is_answered_as_what_nobody_has_and_at_the_same_cost(watched: Watched) -> None:
    different: dict[str, Any] = {}
    worked = 0
    for name, request in REQUESTS.items():
        # Once before: what a request changes of the source's own, it has to change in both.
        watched.ask(request, watched.others)
        nobody, others = watched.ask(request, watched.nobodys), watched.ask(request, watched.others)
        assert watched.others.name not in str(others), name
        worked += len(others[1])
        if others != nobody:
            different[name] = (others, nobody)
    assert different == {}
    assert worked > len(REQUESTS) or watched.scim.settings.database.startswith("postgresql")


def test_a_taken_name_or_address_names_nobody(watched: Watched) -> None:
    mail = [{"value": f"{watched.others.name}@example.org"}]
    for body in (user_body(watched.others.name.upper()), user_body("new", emails=mail)):
        answer = watched.scim.post("/Users", body)
        assert answer.status_code == 409
        assert "other" not in answer.text.replace("another", "")
        assert watched.others.user not in answer.text
    # An externalId and the name of a group are a source's own.
    assert watched.scim.post("/Users", user_body("new", externalId=watched.others.external_id)).status_code == 201
    assert watched.scim.post("/Groups", group_body(watched.others.team)).status_code == 201
