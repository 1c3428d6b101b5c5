"""What the search index of Abilian SBE has missed is found, told, and mended; nothing else is written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from abilian.core.models.subjects import User
from abilian.sbe.apps.communities.models import Community
from abilian.sbe.apps.forum.models import Thread
from abilian.services import index_service
from abilian.wsgi import app
from flask import g
from starlette.testclient import TestClient

from sbe_scim.app import Ports, create_app
from sbe_scim.cli import main
from sbe_scim.config import Settings
from sbe_scim.directory.sbe import SbeTransactions, search
from sbe_scim.directory.sbe.errors import SbeError
from sbe_scim.service.search_watch import SearchWatch
from tests.sbe.inside.support import ADMIN, MakeGroup, MakeUser, Sbe, Scim


@contextmanager
def nobody_indexes() -> Iterator[None]:
    """What the block commits is lost to the index, as where Redis loses it."""
    Sbe().indexed()
    with mock.patch.object(sys.modules["abilian.services.indexing.service"], "index_update", return_value=None):
        yield


@pytest.fixture
def reindex(sbe: Sbe, ports: Ports, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """``sbe-scim sbe reindex``, once the worker is through: its code, and what it did by type."""
    monkeypatch.setattr(sys.modules["sbe_scim.directory.sbe.host"], "start", lambda: host(ports))

    def command(*options: str) -> tuple[int, dict[str, dict[str, int]]]:
        sbe.indexed()
        code = main(("sbe", "reindex", "--json", *options))
        return code, {row.pop("type"): row for row in json.loads(capsys.readouterr().out)}

    return command


def host(ports: Ports) -> Any:
    assert isinstance(ports.transactions, SbeTransactions)
    return ports.transactions.host


def differing(rows: dict[str, dict[str, int]]) -> dict[str, tuple[int, int, int]]:
    """By type: missing, stale, gone, where there is any."""
    counted = {name: (row["missing"], row["stale"], row["gone"]) for name, row in rows.items()}
    return {name: counts for name, counts in counted.items() if any(counts)}


def found(sbe: Sbe, words: str, *, by: tuple[str, str] = ADMIN) -> set[str]:
    """What somebody finds in Abilian SBE."""
    sbe.indexed()
    answer = sbe.login(*by).get("/search/live", query_string={"q": words}, headers={"Accept": "application/json"})
    return {hit["name"] for hits in answer.json["results"].values() for hit in hits}


def test_who_was_missed_is_indexed_and_nobody_else(
    sbe: Sbe, scim: Scim, user: MakeUser, reindex: Any, ports: Ports
) -> None:
    scim.user_saved(user("known@example.org", name={"givenName": "Ada", "familyName": "Knownby"}))
    with nobody_indexes():
        scim.user_saved(user("missed@example.org", name={"givenName": "Zoé", "familyName": "Missedby"}))
    assert found(sbe, "Missedby") == set()

    assert reindex("--dry-run") == (1, mock.ANY)
    assert found(sbe, "Missedby") == set()
    with mock.patch.object(search, "mend", wraps=search.mend) as mend:
        code, rows = reindex()
    assert (code, differing(rows)) == (0, {"User": (1, 0, 0)})
    ((_, _, differences), _) = mend.call_args
    assert len(differences) == 1
    assert (found(sbe, "Missedby"), found(sbe, "Knownby")) == ({"Zoé Missedby"}, {"Ada Knownby"})
    code, rows = reindex("--dry-run")
    assert (code, differing(rows)) == (0, {})


def test_who_was_renamed_is_found_by_the_new_name_only_and_who_is_gone_not_at_all(
    sbe: Sbe, scim: Scim, user: MakeUser, reindex: Any
) -> None:
    person = user("renamed@example.org", name={"givenName": "Zoé", "familyName": "Beforehand"})
    scim.user_saved(person)
    gone = user("gone@example.org", name={"givenName": "Zoé", "familyName": "Vanishing"})
    scim.user_saved(gone)
    with nobody_indexes():
        named = {"givenName": "Zoé", "familyName": "Afterwards"}
        scim.user_saved(user("renamed@example.org", id=person.id, name=named))
        sbe.delete("gone@example.org")
    assert reindex("--people") == (0, {"User": {"rows": mock.ANY, "missing": 0, "stale": 1, "gone": 1, "broken": 0}})
    assert found(sbe, "Afterwards") == {"Zoé Afterwards"}
    assert found(sbe, "Beforehand") == found(sbe, "Vanishing") == set()
    assert differing(reindex("--dry-run")[1]) == {}


def test_a_document_that_is_there_twice_becomes_one(sbe: Sbe, scim: Scim, user: MakeUser, reindex: Any) -> None:
    scim.user_saved(user("twice@example.org", name={"givenName": "Zoé", "familyName": "Twofold"}))
    sbe.indexed()
    with sbe.models() as session, index_service.index().writer() as writer:
        row = session.query(User).filter(User.email == "twice@example.org").one()
        writer.add_document(**index_service.get_document(row))
        key = row.object_key
    assert differing(reindex()[1]) == {"User": (0, 1, 0)}
    with app.app_context(), index_service.index().searcher() as searcher:
        assert len(list(searcher.documents(object_key=key))) == 1


def test_what_a_community_holds_is_found_by_who_joined_while_nobody_indexed(
    sbe: Sbe, scim: Scim, user: MakeUser, group: MakeGroup, reindex: Any
) -> None:
    person, team = user("joins@example.org"), group("Searchers")
    scim.user_saved(person)
    scim.group_saved(team)
    sbe.community("Searchers", "Searchers")
    sbe.set_password("joins@example.org", "joins-secret")
    with sbe.models() as session:
        community = session.query(Community).filter(Community.name == "Searchers").one()
        g.user = session.query(User).filter(User.email == ADMIN[0]).one()
        community.folder.create_document("Rapport trimestriel")
        session.add(Thread(title="Discussion trimestrielle", community=community))
    with nobody_indexes():
        scim.members_changed(team.id, [person.id], [])
    code, rows = reindex()
    assert code == 0
    assert differing(rows).keys() >= {"Community", "Document", "Folder", "Thread"}
    assert found(sbe, "Rapport", by=("joins@example.org", "joins-secret")) == {"Rapport trimestriel"}
    assert differing(reindex("--dry-run")[1]) == {}


def test_another_writer_is_waited_for_and_what_it_wrote_stays(
    sbe: Sbe, scim: Scim, user: MakeUser, ports: Ports
) -> None:
    with nobody_indexes():
        scim.user_saved(user("waits@example.org", name={"givenName": "Zoé", "familyName": "Waiting"}))
    with app.app_context():
        other = index_service.index().writer()
    (batch,) = [found for _, found in search.differences(host(ports), User) if found]
    with mock.patch.object(search, "_LOCK_PATIENCE", 0.0), pytest.raises(SbeError, match="another process"):
        search.mend(host(ports), User, batch)
    mending = threading.Thread(target=search.mend, args=(host(ports), User, batch))
    mending.start()
    other.add_document(object_key="other:1", object_type="other", name="Whatelse")
    other.commit()
    mending.join()
    assert found(sbe, "Waiting") == {"Zoé Waiting"}
    with app.app_context(), index_service.index().writer() as writer:
        assert len(list(writer.searcher().documents(object_key="other:1"))) == 1
        writer.delete_by_term("object_key", "other:1")


def test_a_row_of_which_no_document_can_be_made_is_told_and_hides_no_other(
    scim: Scim, user: MakeUser, reindex: Any, sbe: Sbe
) -> None:
    with nobody_indexes():
        for name in ("Unsound", "Healthy"):
            scim.user_saved(user(f"{name}@example.org", name={"givenName": "Zoé", "familyName": name}))
    real = index_service.get_document

    def fragile(row: Any, adapter: Any = None) -> Any:
        if getattr(row, "last_name", "") == "Unsound":
            raise ValueError
        return real(row, adapter)

    with mock.patch.object(index_service, "get_document", fragile):
        code, rows = reindex("--people")
    assert (code, rows["User"]["broken"], rows["User"]["missing"]) == (1, 1, 1)
    assert found(sbe, "Healthy") == {"Zoé Healthy"}
    assert reindex("--people")[0] == 0


def test_the_health_check_warns_while_somebody_is_not_found_and_stays_200(
    sbe: Sbe, scim: Scim, user: MakeUser, reindex: Any, ports: Ports
) -> None:
    watch = SearchWatch(host(ports))
    with nobody_indexes():
        scim.user_saved(user("unfound@example.org"))
    watch.look()
    assert watch.warnings() == [], "a worker has some minutes"
    with sbe.models() as session:
        row = session.query(User).filter(User.email == "unfound@example.org")
        row.update({"created_at": datetime.utcnow() - timedelta(minutes=10)})
    watch.look()
    app_ = create_app(Settings(directory="sbe"), ports, warnings=watch.warnings)
    answer = TestClient(app_).get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.json()["warnings"] == ["index_behind"]
    reindex("--people")
    watch.look()
    assert TestClient(app_).get("/healthz").json()["warnings"] == []


def test_a_folder_that_cannot_be_written_is_one_line() -> None:
    command = [sys.executable, "-m", "sbe_scim", "sbe", "reindex"]
    variables = os.environ | {"FLASK_WHOOSH_BASE": "/proc/whoosh"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("Error: the search index: /proc/whoosh")
    assert "Traceback" not in done.stderr
