"""``sbe-scim source set --shadow``, ``--live`` and ``source shadow-report``."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from sbe_scim.cli import shadow
from sbe_scim.protocol import Uniqueness
from sbe_scim.service.going_live import Applied
from sbe_scim.store import Source, migrate, open_database, sources
from tests.unit.cli.running import Run, rows
from tests.unit.rig import USER, Recording, Rig


@pytest.fixture
def rig(run: Run, folder: Path) -> Iterator[Rig]:
    """The receiver whose database the commands read."""
    engine = open_database(f"sqlite:///{folder}/receiver.db")
    migrate(engine)
    ports = Recording.over(engine)
    yield Rig(ports)
    ports.close()


@pytest.fixture
def trial(run: Run, rig: Rig) -> Source:
    """A source that was put in shadow mode."""
    assert run("source", "add", "trial").code == 0
    put = run("source", "set", "--shadow", "trial")
    assert put.out == "Source trial is in shadow mode: what it sends is recorded and answered, and not applied.\n"
    with rig.ports.read() as reading:
        return sources.require(reading.connection, "trial")


def test_the_report_tells_how_often_what_and_to_whom(run: Run, rig: Rig, trial: Source) -> None:
    ann = rig.create_user("ann", trial, emails=[{"value": "ann@example.org"}])["id"]
    bob = rig.create_user("bob", trial)["id"]
    rig.create_group("team", ann, source=trial)
    rig.delete(USER, bob, trial)
    rig.create_user("zoe")
    with pytest.raises(Uniqueness):
        rig.create_user("zoe", trial)
    counts, _, told = run("source", "shadow-report", "trial").out.partition("\n\n")
    assert [line.split() for line in counts.splitlines()] == [
        ["TYPE", "WHAT", "REASON", "COUNT"],
        ["Group", "create", "-", "1"],
        ["User", "create", "-", "1"],
        ["User", "delete", "-", "1"],
        ["User", "refuse", "name_taken", "1"],
        ["membership", "create", "-", "1"],
    ]
    assert ["create", "User", "ann", "ann@example.org", "-", "-", "-", ann, "-"] in [
        line.split() for line in told.splitlines()
    ]
    assert "refuse  User   zoe   -                -        -      name_taken  -" in told
    found = rows(run, "source", "shadow-report", "trial")
    assert (found["name"], found["memberships"], len(found["resources"])) == ("trial", 1, 4)
    assert rows(run, "source", "set", "--live", "--dry-run", "trial") == found


def test_it_is_warned_of_until_it_is_live(run: Run, rig: Rig, trial: Source) -> None:
    rig.create_user("ann", trial)
    for command in (("list",), ("show", "trial")):
        told = run("source", *command).err
        assert re.search(r"Warning: source trial is in shadow mode since [-\d]{10}T[:\d]{8}Z: nothing", told)
    shown = rows(run, "source", "show", "trial")
    assert (shown["shadow"][:2], shown["applying"]) == ("20", None)
    assert run("source", "set", "--live", "trial").out == "Source trial is live.\n"
    assert rows(run, "source", "show", "trial")["shadow"] is None
    assert run("source", "show", "trial").err == ""
    again = run("source", "set", "--live", "trial")
    assert (again.code, again.err) == (1, "Error: source 'trial' is not in shadow mode.\n")
    assert run("source", "shadow-report", "trial").code == 1


def test_what_was_applied_is_counted_in_words(run: Run, trial: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    done = Applied(Counter({("Group", "created"): 1, ("User", "created"): 2}))
    monkeypatch.setattr(shadow, "go_live", lambda *_: done)
    assert run("source", "set", "--live", "trial").out == "Source trial is live: 1 group created, 2 users created.\n"


def test_it_stays_in_shadow_mode_while_a_name_is_anothers(run: Run, rig: Rig, trial: Source) -> None:
    ann = rig.create_user("ann", trial)["id"]
    rig.create_user("Ann")
    refused = run("source", "set", "--live", "trial")
    assert refused.code == 1
    assert f"ann ({ann}): name_taken" in refused.err
    assert rows(run, "source", "show", "trial")["shadow"] is not None


def test_a_source_is_added_in_shadow_mode_and_not_put_there_once_it_has_somebody(run: Run, rig: Rig) -> None:
    assert "in shadow mode since" in run("source", "add", "--shadow", "new").err
    assert rows(run, "source", "show", "new")["shadow"] is not None
    rig.create_user("ann")
    refused = run("source", "set", "--shadow", "staff")
    assert (refused.code, "whose leavers would stay in" in refused.err) == (1, True)
    assert json.loads(run("source", "set", "--shadow", "other", "--json").out)["name"] == "other"


@pytest.mark.parametrize(
    "said", [("--shadow", "--rate", "5"), ("--live", "--mail", "required"), ("--dry-run",), ("--shadow", "--dry-run")]
)
def test_what_makes_no_sense_is_wrong_use(run: Run, trial: Source, said: tuple[str, ...]) -> None:
    assert run("source", "set", *said, "trial").code == 2
