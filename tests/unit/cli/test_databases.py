"""Which database a command opens, and what it says when it cannot."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from sbe_scim.directory.sbe.beside import load_settings
from sbe_scim.options import SettingsError
from sbe_scim.store import database as store
from sbe_scim.store import patience
from tests.environment.ports import free_ports
from tests.unit.cli.running import Run, rows

SBE = "FLASK_SQLALCHEMY_DATABASE_URI"


@pytest.fixture
def beside_sbe(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The database file of an Abilian SBE whose variables are set, as the receiver's are."""
    monkeypatch.delenv("SBE_SCIM_DATABASE")
    monkeypatch.setenv("SBE_SCIM_DIRECTORY", "sbe")
    monkeypatch.setenv(SBE, f"sqlite:///{folder}/sbe.db")
    return folder / "sbe.db"


@pytest.mark.parametrize(
    "command", ["source list", "source show x", "source disable x", "token list", "token revoke x"]
)
def test_a_command_that_needs_a_database_makes_none(run: Run, folder: Path, command: str) -> None:
    outcome = run(*command.split())
    assert (outcome.code, outcome.out) == (1, "")
    assert f"no database at {folder}/receiver.db" in outcome.err
    assert list(folder.iterdir()) == []


def test_a_database_that_is_not_a_receivers_stays_as_it_is(run: Run, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "receiver.db")) as other:
        other.execute("CREATE TABLE theirs (x)")
    outcome = run("source", "list")
    assert outcome.code == 1
    assert "no tables of a receiver" in outcome.err
    with closing(sqlite3.connect(folder / "receiver.db")) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_a_new_database_is_told(run: Run, folder: Path) -> None:
    assert f"{folder}/receiver.db" in run("source", "add", "staff").err
    assert f"{folder}/receiver.db" not in run("source", "add", "guests").err


def test_beside_abilian_sbe_its_database_is_the_default(run: Run, folder: Path, beside_sbe: Path) -> None:
    sqlite3.connect(beside_sbe).close()
    assert run("source", "add", "staff").code == 0
    assert [path.name for path in folder.iterdir() if path.suffix == ".db"] == ["sbe.db"]
    assert [row["name"] for row in rows(run, "source", "list")] == ["staff"]
    assert run("source", "list", "--database", f"sqlite:///{beside_sbe}").code == 0


def test_the_database_of_abilian_sbe_is_not_made_here(run: Run, folder: Path, beside_sbe: Path) -> None:
    assert "no database at" in run("source", "add", "staff").err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("command", ["source add staff", "source list", "serve"])
def test_beside_abilian_sbe_another_database_is_wrong_use(run: Run, beside_sbe: Path, command: str) -> None:
    outcome = run(*command.split(), "--database", "sqlite:///other.db")
    assert (outcome.code, outcome.out) == (2, "")
    assert SBE in outcome.err


@pytest.mark.parametrize("value", ["", "sqlite:///relative.db", "nonsense"])
def test_beside_abilian_sbe_its_variable_must_say_where(
    run: Run, beside_sbe: Path, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SBE, value)
    outcome = run("source", "add", "staff")
    assert (outcome.code, outcome.out) == (2, "")
    assert SBE in outcome.err


def test_settings_take_the_database_of_abilian_sbe() -> None:
    env = {SBE: "postgresql://sbe:secret@host/sbe", "SBE_SCIM_DIRECTORY": "sbe"}
    assert load_settings(None, env).database == env[SBE]
    same = env | {"SBE_SCIM_DATABASE": "postgresql+psycopg2://sbe:secret@host:5432/sbe"}
    assert load_settings(None, same).database == env[SBE]
    with pytest.raises(SettingsError, match="directory sbe") as refused:
        load_settings(None, env | {"SBE_SCIM_DATABASE": "postgresql://sbe:secret@host/another"})
    assert "secret" not in str(refused.value)
    assert load_settings(None, {SBE: env[SBE]}).database == "sqlite:///sbe-scim.db"


@pytest.mark.parametrize("command", ["source list", "serve --port"])
def test_an_absent_driver_is_named(run: Run, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_ports(1)[0]
    arguments = [*command.split(), *([str(port)] if command.endswith("--port") else [])]

    def absent(*_arguments: Any, **_options: Any) -> Any:
        raise ModuleNotFoundError("No module named 'psycopg2'", name="psycopg2")

    monkeypatch.setattr(store, "create_engine", absent)
    outcome = run(*arguments, "--database", "postgresql+psycopg2://user@host/name")
    assert (outcome.code, outcome.out) == (1, "")
    assert "psycopg2 is not installed: run pip install" in outcome.err
    socket.create_server(("127.0.0.1", port)).close()


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold SQLite's write lock."""
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("command", ["source list", "source show staff", "token list", "token list staff"])
def test_a_list_waits_for_nobody_who_writes(run: Run, folder: Path, command: str) -> None:
    run("source", "add", "staff")
    run("token", "create", "staff")
    with locked(folder / "receiver.db"):
        outcome = run(*command.split())
    assert outcome.code == 0, outcome.err
    assert "staff" in outcome.out


def test_a_locked_database_is_told_from_a_wrong_one(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "UNHURRIED", 0.001)
    run("source", "add", "staff")
    with locked(folder / "receiver.db"):
        outcome = run("source", "disable", "staff")
    assert outcome.code == 1
    assert "locked: another process" in outcome.err
    (folder / "receiver.db").write_text("not a database, but some other file")
    for left in ("receiver.db-wal", "receiver.db-shm"):
        (folder / left).unlink(missing_ok=True)
    outcome = run("source", "disable", "staff")
    assert outcome.code == 1
    assert "file is not a database" in outcome.err
