"""Fixtures of the commands' tests."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest

from sbe_scim.cli import main
from tests.unit.cli.running import Outcome, Run
from tests.unit.keycloak.fake import FakeKeycloak


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, and no variable that a command would read."""
    for name in os.environ:
        if name.startswith(("SBE_SCIM_", "FLASK_")) and not name.startswith("SBE_SCIM_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``sbe-scim`` with a database of its own."""
    monkeypatch.setenv("SBE_SCIM_DATABASE", f"sqlite:///{folder}/receiver.db")

    def command(*arguments: str) -> Outcome:
        code = main(arguments)
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return command


@pytest.fixture
def server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> FakeKeycloak:
    """The Keycloak that every address leads to; the password is known."""
    fake = FakeKeycloak()

    def handle(_transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        request.read()
        return fake.answer(request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", "right")
    return fake


@pytest.fixture
def remote(run: Run, server: FakeKeycloak, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs commands where the receiver's database is not at hand."""
    monkeypatch.delenv("SBE_SCIM_DATABASE")
    return run
