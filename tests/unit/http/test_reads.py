"""What only reads waits for nobody who writes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from sbe_scim.app import create_app
from sbe_scim.config import Settings
from sbe_scim.http import threads as http_threads
from sbe_scim.service.lists import Lists
from sbe_scim.service.text import Text
from sbe_scim.store import migrate, open_database, patience, sources, tokens
from sbe_scim.store.database import reading
from tests.environment.waiting import until
from tests.unit.auth.issuer import issuer
from tests.unit.http.client import SCIM_JSON, Receiver, receiver
from tests.unit.rig import user_body

#: Much shorter than what waits for the other writer would wait here.
pytestmark = pytest.mark.timeout(120)
SEARCH = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 1}


@pytest.fixture
def scim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver that waits for another writer as long as the other writes."""
    for name in ("PATIENCE", "CHECK_PATIENCE"):
        monkeypatch.setattr(http_threads, name, 3_600)
    with receiver(tmp_path) as running:
        yield running


@contextmanager
def another_writer(folder: Path) -> Iterator[None]:
    """Another program's transaction, which holds the write lock all the time."""
    with closing(sqlite3.connect(folder / "receiver.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def last_use(scim: Receiver) -> int | None:
    engine = open_database(scim.settings.database)
    try:
        with reading(engine) as connection:
            (token,) = tokens.find_all(connection)
            return token.last_used
    finally:
        engine.dispose()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/Users/{id}", None, 200),
        ("GET", "/Users", None, 200),
        ("GET", "/Users?filter=userName%20eq%20%22ann%22", None, 200),
        ("GET", "/Groups", None, 200),
        ("POST", "/Users/.search", SEARCH, 200),
        ("GET", "/Users/00000000-0000-0000-0000-000000000000", None, 404),
        ("GET", "/Users?filter=nonsense", None, 400),
        ("GET", "/Schemas", None, 200),
        ("GET", "/healthz", None, 200),
    ],
)
def test_a_read_by_a_token_that_was_never_seen_is_answered_while_another_program_writes(
    scim: Receiver, tmp_path: Path, method: str, path: str, body: Any, status: int
) -> None:
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        fresh = tokens.create(connection, sources.require(connection, "staff").id)
    engine.dispose()
    user = scim.created("/Users", user_body("ann"))
    headers = {"authorization": f"Bearer {fresh}", "content-type": SCIM_JSON}
    with another_writer(tmp_path):
        answer = scim.request(method, path.format(id=user["id"]), body, headers=headers)
    assert answer.status_code == status, answer.text


def test_a_small_page_that_is_long_is_read_on_a_thread(scim: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    readers: list[str] = []
    page = Lists.page

    def noted(*arguments: Any, **more: Any) -> Text:
        readers.append(threading.current_thread().name.partition("_")[0])
        return page(*arguments, **more)

    monkeypatch.setattr(Lists, "page", noted)
    loop = threading.current_thread().name
    scim.created("/Users", user_body("ann"))
    assert scim.get("/Users").json()["totalResults"] == 1
    assert readers == [loop]
    for number in range(5):
        scim.created("/Users", user_body(f"long{number}", title="x" * 60_000))
    found = scim.get("/Users").json()["Resources"]
    assert [len(one.get("title", "")) for one in found] == [0, *[60_000] * 5]
    assert readers[1:] == [loop, "scim-read"]


def test_a_read_by_a_jwt_is_answered_while_another_program_writes(scim: Receiver, tmp_path: Path) -> None:
    with issuer() as realm:
        engine = open_database(scim.settings.database)
        with engine.begin() as connection:
            sources.add(connection, "realm", issuer=realm.name, jwks_url=realm.jwks_url)
        engine.dispose()
        with another_writer(tmp_path):
            assert scim.get("/Users", headers={"authorization": f"Bearer {realm.token()}"}).status_code == 200


def test_the_use_of_a_token_is_noted_when_the_other_program_is_done(scim: Receiver, tmp_path: Path) -> None:
    with another_writer(tmp_path):
        assert scim.get("/Users").status_code == 200
        assert last_use(scim) is None
    assert until(lambda: last_use(scim), what="the last use")


def test_a_receiver_starts_on_its_database_while_another_program_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "UNHURRIED", 0.01)
    settings = Settings(database=f"sqlite:///{tmp_path}/receiver.db")
    engine = open_database(settings.database)
    migrate(engine)
    engine.dispose()
    with another_writer(tmp_path):
        create_app(settings)
