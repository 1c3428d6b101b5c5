"""A backup of the embedded database, taken while it is written to, is a receiver of its own, as of one moment."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

from tests.environment.documents import section
from tests.unit.http.client import Receiver, running
from tests.unit.http.test_discovery import standing
from tests.unit.rig import user_body

SECTION = section("operators.md", "Back up, restore")


def _back_up(database: str, copy: Path) -> None:
    (statement,) = (line.split('"')[1] for line in SECTION.splitlines() if line.startswith("sqlite3"))
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        connection.execute(statement.replace("/backups/sbe-scim.db", str(copy)))


def test_a_backup_that_was_taken_under_way_is_a_receiver_as_of_one_moment(scim: Receiver, tmp_path: Path) -> None:
    before = [scim.created("/Users", user_body(f"before{number}"))["id"] for number in range(50)]
    copy = tmp_path / "backup.db"
    with ThreadPoolExecutor(1) as pool:
        copying = pool.submit(_back_up, scim.settings.database, copy)
        names = (f"while{number}" for number in count())
        while not copying.done():
            scim.created("/Users", user_body(next(names)))
        copying.result()
    scim.created("/Users", user_body("after"))
    now = standing(scim)

    with running(replace(scim.settings, database=f"sqlite:///{copy}"), scim.token) as restored:
        then = standing(restored)
        # By these a client notices, and compares everything.
        assert then["generationId"] == now["generationId"]
        assert then["highestChange"] < now["highestChange"]
        assert all(restored.get(f"/Users/{one}").status_code == 200 for one in before)
        assert restored.post("/Users", user_body("after")).status_code == 201


def test_a_backup_takes_the_place_of_what_a_killed_receiver_left(scim: Receiver, tmp_path: Path) -> None:
    backups, there = tmp_path / "backups", tmp_path / "there"
    for folder in (backups, there):
        folder.mkdir()
    before = scim.created("/Users", user_body("before"))["id"]
    _back_up(scim.settings.database, backups / "sbe-scim.db")
    for number in range(200):
        scim.created("/Users", user_body(f"after{number}"))
    # As they are while it runs: a killed one leaves the same.
    database = scim.settings.database.removeprefix("sqlite:///")
    for end in ("", "-wal", "-shm"):
        shutil.copy(database + end, there / f"sbe-scim.db{end}")

    (line,) = (line for line in SECTION.splitlines() if line.startswith("rm "))
    subprocess.run(["sh", "-c", line.replace("/backups", str(backups))], cwd=there, check=True)

    with running(replace(scim.settings, database=f"sqlite:///{there}/sbe-scim.db"), scim.token) as restored:
        assert restored.get(f"/Users/{before}").status_code == 200
        assert restored.post("/Users", user_body("after0")).status_code == 201
