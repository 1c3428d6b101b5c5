"""What stops the receiver from starting beside an Abilian SBE, and what it says then."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

START = """
from sbe_scim.directory.sbe import SbeError, open_sbe
try:
    open_sbe()
except SbeError as error:
    print("refused:", error)
"""


def start(code: str = START, *, drop: str = "", **changes: str) -> str:
    """Run the code in a process with a changed environment; the last line that it prints."""
    environment = {name: value for name, value in (os.environ | changes).items() if name != drop}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


@pytest.mark.parametrize("name", ["FLASK_SQLALCHEMY_DATABASE_URI", "FLASK_SERVER_NAME", "FLASK_SECRET_KEY"])
def test_a_missing_variable_is_named(name: str) -> None:
    assert name in start(drop=name)


def test_an_empty_database_names_the_command_that_fills_it(tmp_path: Path) -> None:
    assert "flask initdb" in start(FLASK_SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'empty.db'}")


def test_a_database_that_does_not_answer_is_no_traceback() -> None:
    answer = start(FLASK_SQLALCHEMY_DATABASE_URI="postgresql://user:very-secret@127.0.0.1:9/sbe")
    assert "does not answer" in answer
    assert "very-secret" not in answer


def test_another_release_is_refused() -> None:
    code = "import importlib.metadata as m; m.version = lambda name: '1.2.0'\n" + START
    assert "abilian-sbe 1.2.0 is not supported" in start(code)


@pytest.mark.parametrize(
    ("service", "flag"),
    [("index_service", "_listening"), ("session_blob_store", "_SessionBlobStoreService__listening")],
)
def test_a_release_that_listens_differently_is_refused(service: str, flag: str) -> None:
    code = f"from abilian.services import {service} as service; service.{flag} = True\n" + START
    assert "this abilian-sbe does not call" in start(code)


def test_a_process_may_start_it_twice() -> None:
    assert start(START + "open_sbe(); print('started')") == "started"


def test_importing_the_package_does_not_import_abilian_sbe() -> None:
    code = "import sys, sbe_scim.directory.sbe; print([name for name in sys.modules if name.startswith('abilian')])"
    assert start(code) == "[]"
