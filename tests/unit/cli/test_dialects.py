"""An operator's own dialects, from a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sbe_scim.app import create_app
from sbe_scim.config import Settings
from sbe_scim.dialects import use_folder
from sbe_scim.protocol import DialectError, dialects
from sbe_scim.store import open_database, sources
from tests.unit.cli.running import Run, rows
from tests.unit.http.client import receiver


@pytest.fixture(autouse=True)
def no_own_dialect() -> Iterator[None]:
    yield
    use_folder("")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "dialects"
    made.mkdir()
    monkeypatch.setenv("SBE_SCIM_DIALECTS", str(made))
    return made


def test_commands_know_the_dialects_of_the_folder(run: Run, folder: Path) -> None:
    (folder / "acme.toml").write_text('client = "Acme"\nlike = "okta"\n')
    (folder / "notes.txt").write_text("not a dialect")
    assert "[acme|" in run("source", "add", "--help").out
    assert run("source", "add", "staff", "--dialect", "acme").code == 0
    assert rows(run, "source", "show", "staff")["dialect"] == "acme"
    assert run("source", "set", "staff", "--dialect", "okta").code == 0


def test_an_unknown_dialect_is_wrong_use_and_those_there_are_are_told(run: Run) -> None:
    refused = run("source", "add", "staff", "--dialect", "acme")
    assert refused.code == 2
    assert "'acme' is not one of" in refused.err
    assert "SBE_SCIM_DIALECTS" in refused.err


def test_a_wrong_file_is_told_by_name_and_key(run: Run, folder: Path) -> None:
    (folder / "acme.toml").write_text("[answers]\nput = 204\n")
    refused = run("source", "add", "staff", "--dialect", "generic")
    assert refused.code == 2
    assert "acme.toml: unknown key 'answers.put'" in " ".join(refused.err.split())
    assert run("source", "add", "--help").code == 0
    for workers in ("1", "2"):
        refused = run("serve", "--workers", workers, "--database", "postgresql://nobody@127.0.0.1:1/none")
        assert refused.code == 2
        assert "acme.toml: unknown key 'answers.put'" in " ".join(refused.err.split())


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("Acme.toml", b"", "Acme.toml: a dialect has a name"),
        (f"{'a' * 51}.toml", b"", "a dialect has a name"),
        ("acme.toml", b"\xff", "acme.toml is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_one_is_refused(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DialectError, match=reason):
        use_folder(str(tmp_path))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DialectError, match=r"^dialects: .*gone cannot be read"):
        use_folder(str(tmp_path / "gone"))


def test_the_receiver_speaks_an_own_dialect_and_does_not_start_without_it(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text("[answers]\npatch = 204\n")
    with receiver(tmp_path, dialects=str(tmp_path)) as scim:
        engine = open_database(scim.settings.database)
        with engine.begin() as connection:
            sources.change(connection, "staff", dialect="acme")
        engine.dispose()
        zoe = scim.created("/Users", {"userName": "zoe"})
        operation = {"op": "replace", "path": "title", "value": "x"}
        answer = scim.request("PATCH", f"/Users/{zoe['id']}", {"Operations": [operation]})
        assert (answer.status_code, answer.content) == (204, b"")
        shown = scim.request("PATCH", f"/Users/{zoe['id']}?attributes=title", {"Operations": [operation]})
        assert (shown.status_code, shown.json()["title"]) == (200, "x")
    use_folder("")
    with pytest.raises(DialectError, match="source 'staff' speaks the dialect 'acme', which is none of"):
        create_app(Settings(database=scim.settings.database))


def test_a_source_whose_dialect_was_written_later_is_asked_to_wait(tmp_path: Path) -> None:
    with receiver(tmp_path) as scim:
        engine = open_database(scim.settings.database)
        with engine.begin() as connection:
            sources.change(connection, "staff", dialect="acme")
        engine.dispose()
        answer = scim.get("/Users")
        assert answer.status_code == 503
        assert "restart" in answer.json()["detail"]
    assert "acme" not in dialects()
