"""What an operator installs beside Abilian SBE goes without a trace, and Abilian SBE stays with all that it has."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.environment.virtualenv import install_wheel, uninstall
from tests.sbe import environment
from tests.sbe.server import Account, SbeServer

#: What people make of their Abilian SBE by its pages.
_USE = """
import sys
from abilian.core.extensions import db
from abilian.core.models.subjects import Group, User
from abilian.sbe.apps.communities.models import Community
from abilian.sbe.app import create_app
from flask import g

with create_app().app_context():
    g.user = db.session.query(User).filter(User.email == "zoe@example.org").one()
    g.user.set_password("zoe-secret")
    db.session.add(User(email="hand@example.org", last_name="Byhand", password="hand-secret", can_login=True))
    community = Community(name="Projet", type="participative")
    db.session.add(community)
    db.session.flush()
    community.folder.create_document("Rapport")
    community.group = db.session.query(Group).filter(Group.name == "Achats").one()
    db.session.commit()
"""


@pytest.fixture
def sbe(tmp_path: Path) -> Iterator[SbeServer]:
    """Abilian SBE in a virtualenv in which the receiver's wheel is installed."""
    # Abilian SBE from the virtualenv of the tests, and the wheel for itself.
    python = environment.over(tmp_path / "venv")
    install_wheel(python, tmp_path)
    settings = {"PYTHONPATH": "", "FLASK_PLUGINS": '["sbe_scim.sbe_plugin"]'}
    server = SbeServer(tmp_path, settings=settings, python=python)
    server.start()
    yield server
    server.stop()


def rows(file: Path) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with closing(sqlite3.connect(file)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(database.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}


def test_it_goes_by_the_steps_of_the_page_and_people_and_content_stay(sbe: SbeServer, tmp_path: Path) -> None:
    sbe.receiver.command("source", "add", "agents")
    with sbe.receiver.client("agents") as scim:

        def post(endpoint: str, body: dict[str, object]) -> str:
            return str(scim.post(endpoint, json=body).raise_for_status().json()["id"])

        zoe, paul = (
            post("/Users", {"userName": name, "name": {"givenName": name.title(), "familyName": "Marchand"},
                            "emails": [{"value": f"{name}@example.org"}]})
            for name in ("zoe", "paul")
        )  # fmt: skip
        group = post("/Groups", {"displayName": "Achats"})
        used = sbe.run("python", "-c", _USE)
        assert used.returncode == 0, used.stderr
        for path, operation in (
            (f"/Groups/{group}", {"op": "add", "path": "members", "value": [{"value": zoe}]}),
            (f"/Users/{paul}", {"op": "replace", "path": "active", "value": False}),
        ):
            scim.patch(path, json={"Operations": [operation]}).raise_for_status()

    assert sbe.run("sbe-scim", "sbe", "remove", "--yes").returncode == 1, "the plugin is still loaded"
    sbe.stop()
    before = rows(tmp_path / "sbe.db")
    removed = sbe.run("sbe-scim", "sbe", "remove", "--yes", FLASK_PLUGINS="[]")
    assert removed.returncode == 0, removed.stderr
    assert "accounts     2\nno password  0\ngroups       1\n" in removed.stdout
    uninstall(tmp_path / "venv" / "bin" / "python", "abilian-sbe-scim")
    assert sbe.run("python", "-c", "import sbe_scim").returncode == 1

    after = rows(tmp_path / "sbe.db")
    assert not [name for name in after if name.startswith("scim")]
    # SQLite's own, of a table that was dropped.
    before["sqlite_sequence"] = [row for row in before["sqlite_sequence"] if not row[0].startswith("scim")]
    assert after == {name: held for name, held in before.items() if not name.startswith("scim")}

    sbe.show_pages(FLASK_PLUGINS="[]")
    admin = sbe.login()
    people = sbe.people(admin)
    assert all(name in people for name in ("Zoe Marchand", "Paul Marchand", "Byhand"))
    assert sbe.account(admin, "zoe@example.org") == Account("Zoe Marchand", True, "Achats")
    assert sbe.account(admin, "paul@example.org") == Account("Paul Marchand", False, "")
    assert sbe.login("hand@example.org", "hand-secret").get("/social/users/").status_code == 200
    person = sbe.login("zoe@example.org", "zoe-secret")
    assert "Rapport" in person.get("/communities/projet/docs/", follow_redirects=True).text
