"""Run every file of ``inside/`` in the virtualenv of Abilian SBE, each over a database of its own: on PostgreSQL with
Redis and a worker, and the contract of a directory with one short life of people and groups on SQLite without them."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.environment.backend import Servers
from tests.environment.postgres import create_database, drop_database, url
from tests.environment.redis import LocalRedis
from tests.sbe import environment

INSIDE = Path(__file__).with_name("inside")


FILES = sorted(path.name for path in INSIDE.glob("test_*.py"))
#: What looks at starts ends before the database matters.
STARTS = [name for name in FILES if name.endswith("start.py")]
ON_POSTGRESQL = [name for name in FILES if name not in STARTS]
ON_SQLITE = ["test_accounts.py", "test_contract.py", "test_groups.py", "test_guards.py", "test_http.py", *STARTS]


@pytest.mark.parametrize("file", ON_SQLITE)
def test_inside_abilian_sbe_on_sqlite(file: str, tmp_path: Path) -> None:
    run(file, tmp_path, f"sqlite:///{tmp_path / 'sbe.db'}")


@pytest.mark.parametrize("file", ON_POSTGRESQL)
def test_inside_abilian_sbe_on_postgresql(file: str, tmp_path: Path, servers: Servers) -> None:
    server = servers.postgres()
    name = f"sbe_{uuid.uuid4().hex[:12]}"
    create_database(server, name)
    redis = LocalRedis(tmp_path / "redis.log")
    redis.start()
    try:
        run(file, tmp_path, url(server, name), environment.through(redis))
    finally:
        redis.stop()
    drop_database(server, name)


def run(file: str, home: Path, database: str, more: Mapping[str, str] = MappingProxyType({})) -> None:
    """Run one file of tests; its report is the failure's text."""
    python = environment.ensure()
    variables = environment.variables(home, database, "sbe.example.org")
    variables |= {"SBE_TEST_ADMIN": "admin@example.org", "SBE_TEST_PASSWORD": "admin-secret", **more}
    environment.initialise(variables, variables["SBE_TEST_ADMIN"], variables["SBE_TEST_PASSWORD"])
    options = ["-c", str(INSIDE / "pytest.ini"), "--rootdir", str(INSIDE), "--confcutdir", str(INSIDE)]
    command = [str(python), "-m", "pytest", *options, str(INSIDE / file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    if done.returncode != 0:
        pytest.fail(f"{file}:\n{done.stdout}\n{done.stderr[-2000:]}", pytrace=False)
