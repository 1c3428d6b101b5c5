"""``sbe-scim restore``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sbe_scim.store import migrate, open_database
from tests.unit.cli.running import Run, rows
from tests.unit.rig import GROUP, USER, USER_URN, Recording, Rig, user_body
from tests.unit.service.test_extensions import URN, town


@pytest.fixture
def rig(run: Run, folder: Path) -> Iterator[Rig]:
    """The receiver whose database the command changes."""
    engine = open_database(f"sqlite:///{folder}/receiver.db")
    migrate(engine)
    ports = Recording.over(engine)
    yield Rig(ports)
    ports.close()


def test_a_person_and_a_group_come_back(run: Run, rig: Rig) -> None:
    id = rig.create_user("zoe", externalId="e-zoe")["id"]
    group = rig.create_group("Élus", id)["id"]
    rig.delete(USER, id)
    assert run("restore", "zoe").out == f"Restored: {id}, source staff, in 1 group.\n"
    rig.delete(GROUP, group)
    told = rows(run, "restore", "élus", "--group")
    assert told == {"id": group, "source": "staff", "active": True, "memberships": 1}
    history = rows(run, "journal", "person", id)
    assert [row["effect"] for row in history] == ["created", "deleted", "restored"]


def test_what_an_extension_says_of_a_person_is_found_again(run: Run, rig: Rig) -> None:
    kind = town(rig)
    held = {"schemas": [USER_URN, URN], URN: {"badge": "7"}}
    zoe, ann = (rig.create(kind, user_body(name, **held))["id"] for name in ("zoe", "ann"))
    rig.delete(kind, zoe)
    assert rig.ids(kind, f'{URN}:badge eq "7"') == {ann}
    assert run("restore", "zoe").code == 0
    assert rig.ids(kind, f'{URN}:badge eq "7"') == {ann, zoe}
    assert rig.get(kind, zoe)[URN] == {"badge": "7"}


def test_a_refusal_says_why_without_a_name(run: Run, rig: Rig) -> None:
    id = rig.create_user("zoe")["id"]
    refused = run("restore", "zoe")
    assert (refused.code, refused.out, refused.err) == (1, "", f"Error: {id} of source staff is not deleted.\n")
    assert "quentin" not in run("restore", "quentin").err


def test_how_long_it_works_is_the_setting_of_serve(run: Run, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBE_SCIM_RESTORE_DAYS", "0")
    outcome = run("restore", "zoe")
    assert (outcome.code, "restore_days must be between 1 and 36500" in outcome.err) == (2, True)
