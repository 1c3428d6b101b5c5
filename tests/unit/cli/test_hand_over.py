"""``sbe-scim source hand-over``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sbe_scim.protocol import ScimError
from sbe_scim.store import migrate, open_database
from tests.unit.cli.running import Run, rows
from tests.unit.rig import USER, Recording, Rig

LINE = ("source", "hand-over", "staff", "other")


@pytest.fixture
def rig(run: Run, folder: Path) -> Iterator[Rig]:
    """The receiver whose database the commands read."""
    engine = open_database(f"sqlite:///{folder}/receiver.db")
    migrate(engine)
    ports = Recording.over(engine)
    yield Rig(ports)
    ports.close()


def plan_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "plan.json").read_text())
    return found


def test_a_plan_is_shown_and_written_then_carried_out_and_undone(run: Run, rig: Rig, folder: Path) -> None:
    ann = rig.create_user("Zoé", externalId="a-1")["id"]
    rig.create_group("team", ann)
    made = run(*LINE, "--by", "user-name", "--dry-run", "--plan", "plan.json")
    assert (made.code, made.err) == (0, "The plan is in plan.json.\n")
    assert [line.split() for line in made.out.splitlines()] == [
        ["TYPE", "STATE", "COUNT"],
        ["Group", "waiting", "1"],
        ["User", "waiting", "1"],
    ]
    assert (folder / "plan.json").stat().st_mode & 0o777 == 0o600
    told = plan_of(folder)["resources"][0]
    assert (told["id"], told["name"], told["external_id"], told["becomes"]) == (ann, "Zoé", "a-1", None)

    run("source", "disable", "staff")
    assert run(*LINE, "--plan", "plan.json").out == "2 people and groups are those of source other.\n"
    assert rig.ids(USER) == set()
    assert [row["operation"] for row in rows(run, "journal", "person", ann)] == ["create", "hand-over"]

    run("source", "disable", "other")
    assert rows(run, *LINE, "--plan", "plan.json", "--undo")["done"] is True
    assert rig.get(USER, ann)["externalId"] == "a-1"


def test_what_is_unclear_is_shown_and_stops_it_until_it_is_decided(run: Run, rig: Rig, folder: Path) -> None:
    ann = rig.create_user("ann")["id"]
    for external_id in ("b-1", "b-2"):
        with pytest.raises(ScimError):
            rig.create_user("Ann", rig.other, externalId=external_id)
    shown = run(*LINE, "--by", "user-name", "--dry-run")
    assert f"unclear  User  ann   {ann}  2 people of the new source match: b-1, b-2" in shown.out
    assert list(folder.glob("*.json")) == []

    run("source", "disable", "staff")
    refused = run(*LINE, "--by", "user-name", "--plan", "plan.json")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.endswith("match: b-1, b-2\nNothing was changed.\n")
    plan = plan_of(folder)
    plan["resources"][0] |= {"state": "matched", "becomes": "b-2"}
    (folder / "plan.json").write_text(json.dumps(plan))
    assert run(*LINE, "--plan", "plan.json").code == 0
    assert rig.get(USER, ann, rig.other)["externalId"] == "b-2"


def test_a_plan_that_is_there_is_not_written_over(run: Run, rig: Rig, folder: Path) -> None:
    (folder / "plan.json").write_text("mine")
    for more in (("--dry-run",), ()):
        outcome = run(*LINE, "--by", "mail", "--plan", "plan.json", *more)
        assert outcome.code == 2
        assert "plan.json is there" in outcome.err
    assert (folder / "plan.json").read_text() == "mine"
    assert rig.ids(USER) == set()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), "--by is needed to make a plan"),
        (("--by", "mail"), "--plan is needed: --undo goes by it"),
        (("--undo",), "--undo needs --plan"),
        (("--undo", "--plan", "x.json", "--dry-run"), "--undo needs --plan"),
        (("--by", "shoe-size", "--dry-run"), "shoe-size"),
    ],
)
def test_wrong_use_is_refused(run: Run, rig: Rig, options: tuple[str, ...], reason: str) -> None:
    outcome = run(*LINE, *options)
    assert outcome.code == 2
    assert reason in outcome.err
    assert rig.ids(USER) == set()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("mine", "plan.json is no plan of a hand-over."),
        ('{"from": "staff", "to": "other", "by": "mail", "resources": [{"id": 1}]}', "is no plan of a hand-over."),
        ('{"from": "other", "to": "staff", "by": "mail", "resources": []}', "is a plan from other to staff."),
        (
            '{"from": "staff", "to": "other", "by": "mail", "resources": [{"id": "1", "type": "User", "version": 1,'
            ' "name": "ann", "mail": null, "external_id": null, "state": "gone"}]}',
            "ann (1) has no state of matched, waiting, both, unclear, stays.",
        ),
    ],
)
def test_what_is_no_plan_is_refused(run: Run, rig: Rig, folder: Path, text: str, reason: str) -> None:
    (folder / "plan.json").write_text(text)
    outcome = run(*LINE, "--plan", "plan.json")
    assert outcome.code == 1
    assert reason in outcome.err
    assert rig.ids(USER) == set()


def test_sources_that_are_not_there_and_one_to_itself_are_refused(run: Run, rig: Rig) -> None:
    assert run("source", "hand-over", "staff", "staff", "--by", "mail", "--dry-run").code == 2
    outcome = run("source", "hand-over", "staff", "nobody", "--by", "mail", "--dry-run")
    assert "no source is named 'nobody'" in outcome.err
    assert rig.ids(USER) == set()
