"""``sbe-scim sbe doctor``: what it says of a real Abilian SBE, and when it calls for somebody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sbe_scim.directory.sbe import open_sbe
from sbe_scim.directory.sbe.without_mail import choose
from sbe_scim.sbe_plugin.repairs import REPAIRS
from sbe_scim.store import migrate, sources

PLUGIN = '["sbe_scim.sbe_plugin"]'


@pytest.fixture(scope="module", autouse=True)
def tables() -> None:
    """A receiver has started here once."""
    transactions, _ = open_sbe()
    with transactions.write() as transaction:
        migrate(transaction.connection)
    transactions.close()


def doctor(*options: str, **changes: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sbe_scim", "sbe", "doctor", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | changes)


def findings(**changes: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in json.loads(doctor("--json", **changes).stdout)}


def test_faults_are_told_with_what_takes_them_away(tmp_path: Path) -> None:
    found = findings(FLASK_DEBUG="false")
    assert {repair.name for repair in REPAIRS} <= found.keys()
    for repair in REPAIRS:
        assert repair.fault in found[repair.name]["told"]
        assert "FLASK_PLUGINS" in found[repair.name]["remedy"]
    assert found["plugin"]["remedy"] == f"set FLASK_PLUGINS='{PLUGIN}' where pages are served"
    assert "pybabel compile" in found["translations"]["remedy"]
    assert found["search index"]["remedy"] is None
    done = doctor()
    assert done.returncode == 1
    assert "! plugin: not loaded by these variables\n    set FLASK_PLUGINS" in done.stdout


def test_what_the_plugin_repairs_needs_nobody() -> None:
    found = findings(FLASK_PLUGINS=PLUGIN, SBE_SCIM_SBE_REPAIRS="feed,group-order")
    assert (found["feed"]["remedy"], found["group-order"]["remedy"]) == (None, None)
    assert found["linked-group"]["remedy"] == "let SBE_SCIM_SBE_REPAIRS name it"
    assert found["plugin"] == {"name": "plugin", "told": "loaded, makes 2 of 5 repairs", "remedy": None}
    assert findings(FLASK_PLUGINS=PLUGIN, SBE_SCIM_SBE_REPAIRS="feeds")["plugin"]["remedy"] is not None


def test_people_without_an_address_need_the_plugin_wherever_mail_is_sent() -> None:
    assert "mail addresses" not in findings()
    transactions, _ = open_sbe()
    with transactions.write() as transaction:
        choose(transaction.connection, sources.add(transaction.connection, "agents").id, optional=True)
    transactions.close()
    found = findings()["mail addresses"]
    assert found["told"].startswith("people without one are let in from agents, and mail would go")
    assert PLUGIN in found["remedy"]
    assert findings(FLASK_PLUGINS=PLUGIN)["mail addresses"]["remedy"] is None


def test_a_redis_that_does_not_answer_is_told_without_its_address() -> None:
    changes = {"FLASK_DRAMATIQ_BROKER_URL": "redis://:very-secret@127.0.0.1:9/0", "TESTING_DIRECT_FUNCTION_CALL": ""}
    done = doctor(**changes)
    assert "! Redis: does not answer (ConnectionError): search finds nobody new" in done.stdout
    assert "very-secret" not in done.stdout


def test_what_keeps_abilian_sbe_from_starting_is_one_line() -> None:
    done = doctor(FLASK_SERVER_NAME="")
    assert done.returncode == 1
    assert "FLASK_SERVER_NAME" in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
