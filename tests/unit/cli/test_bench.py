"""``sbe-scim bench``: real servers, measured for a moment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sbe_scim.bench.measure import OPERATIONS
from sbe_scim.cli import main
from sbe_scim.store import migrate, open_database

BRIEFLY = ("bench", "--people", "100", "--rounds", "1", "--seconds", "0.1")


def test_the_receiver_is_measured_beside_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*BRIEFLY, "--json"]) == 0
    measured = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert {"scim2-server, memory, 100 people", "receiver, SQLite, 100 people"} < measured.keys()
    for name, one in measured.items():
        wanted = {"GET"} if name.startswith("bare") else set(OPERATIONS)
        assert one["rates"].keys() == wanted
        assert all(rate > 0 for (rate,) in one["rates"].values())
        assert one["memory"] > 1_000_000


def test_a_database_with_a_receiver_in_it_is_left_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/receiver.db"
    engine = open_database(database)
    migrate(engine)
    engine.dispose()
    assert main([*BRIEFLY, "--database", database]) == 1
    assert "has a receiver's tables: name an empty one" in capsys.readouterr().err
