"""Run every file of ``inside/`` in the virtualenv of Abilian SBE, each over a database of its own: on PostgreSQL with
Redis and a worker, and the contract of a directory with one short life of people and groups on SQLite without them,
where the machine has it on Python 3.12 too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.environment.backend import Servers
from tests.environment.postgres import copy_database, create_database, drop_database, url
from tests.environment.redis import LocalRedis
from tests.sbe import environment

INSIDE = Path(__file__).with_name("inside")
FILES = sorted(path.name for path in INSIDE.glob("test_*.py"))
#: What looks at starts ends before the database matters.
STARTS = [name for name in FILES if name.endswith("start.py")]
ON_POSTGRESQL = [name for name in FILES if name not in STARTS]
ON_SQLITE = ["test_accounts.py", "test_contract.py", "test_groups.py", *STARTS]
NEWER = "3.12"
SERVER_NAME = "sbe.example.org"
ADMIN = {"SBE_TEST_ADMIN": "admin@example.org", "SBE_TEST_PASSWORD": "admin-secret"}


@pytest.fixture(scope="session")
def made_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of an Abilian SBE with one administrator: making one takes longer than most files of tests."""
    home = tmp_path_factory.mktemp("sbe")
    make(home, f"sqlite:///{home / 'sbe.db'}")
    return home


@pytest.fixture(scope="session")
def made_on_postgresql(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> tuple[Path, str]:
    """As on SQLite; its files, and the name of its database."""
    home, name = tmp_path_factory.mktemp("sbe"), f"sbe_{uuid.uuid4().hex[:12]}"
    create_database(servers.postgres(), name)
    make(home, url(servers.postgres(), name))
    return home, name


@pytest.mark.parametrize("file", ON_SQLITE)
def test_inside_abilian_sbe_on_sqlite(file: str, made_on_sqlite: Path, tmp_path: Path) -> None:
    shutil.copytree(made_on_sqlite, tmp_path, dirs_exist_ok=True)
    run(file, tmp_path, f"sqlite:///{tmp_path / 'sbe.db'}")


@pytest.mark.parametrize("file", ON_POSTGRESQL)
def test_inside_abilian_sbe_on_postgresql(
    file: str, made_on_postgresql: tuple[Path, str], tmp_path: Path, servers: Servers
) -> None:
    server, (home, made) = servers.postgres(), made_on_postgresql
    name = f"sbe_{uuid.uuid4().hex[:12]}"
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    copy_database(server, made, name)
    redis = LocalRedis(tmp_path / "redis.log")
    redis.start()
    try:
        run(file, tmp_path, url(server, name), environment.through(redis))
    finally:
        redis.stop()
    drop_database(server, name)


def test_inside_abilian_sbe_on_a_newer_python() -> None:
    if NEWER not in environment.newer_pythons():
        pytest.skip(f"Abilian SBE on Python {NEWER}: that Python is NOT on this machine")
    command = [sys.executable, "-m", "pytest", "-q", __file__, "-k", "sqlite and (contract or groups)"]
    # It is no part of the run around it, and needs none of its servers.
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SBE_SCIM_TEST_"))}
    variables = ours | {"SBE_SCIM_TEST_SBE_PYTHON": NEWER}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    assert "2 passed" in done.stdout, f"{done.stdout}\n{done.stderr}"


def make(home: Path, database: str) -> None:
    """Make the tables, and one administrator."""
    environment.ensure()
    environment.initialise(environment.variables(home, database, SERVER_NAME), *ADMIN.values())


def run(file: str, home: Path, database: str, more: Mapping[str, str] = MappingProxyType({})) -> None:
    """Run one file of tests; its report is the failure's text."""
    variables = {**environment.variables(home, database, SERVER_NAME), **ADMIN, **more}
    options = ["-c", str(INSIDE / "pytest.ini"), "--rootdir", str(INSIDE), "--confcutdir", str(INSIDE)]
    command = [str(environment.PYTHON), "-m", "pytest", *options, str(INSIDE / file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    if done.returncode != 0:
        pytest.fail(f"{file}:\n{done.stdout}\n{done.stderr[-2000:]}", pytrace=False)
