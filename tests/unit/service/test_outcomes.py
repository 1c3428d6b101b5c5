"""An operation returns what became of it, and the journal's row says the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sbe_scim.protocol import NotFound, Projection, Uniqueness
from sbe_scim.service import Outcome, Target
from sbe_scim.store import tables
from tests.unit.rig import GROUP, USER, Rig, group_body, patch_body, target, user_body

TITLE = {"op": "replace", "path": "title", "value": "Maire"}


def last_row(rig: Rig) -> dict[str, Any]:
    """The newest row of the journal."""
    names = [column.name for column in tables.journal.c]
    return dict(zip(names, rig.rows(tables.journal)[-1], strict=True))


def summary(outcome: Outcome) -> tuple[Any, ...]:
    return outcome.status, outcome.version, outcome.kind, set(outcome.changed), outcome.dropped


@pytest.fixture
def ann(rig: Rig) -> str:
    """The id of somebody."""
    found: str = rig.create_user("ann", externalId="e1")["id"]
    return found


def test_each_operation_says_what_it_made(rig: Rig, ann: str) -> None:
    there = target(USER, ann)
    same = user_body("ann", externalId="e1", title="Maire")
    created = rig.service.create(rig.call(), target(USER), user_body("bob", unknown="x"))
    assert summary(created) == (201, 1, "create", {"userName", "active"}, ("unknown",))
    patched = rig.service.patch(rig.call(), there, patch_body(TITLE))
    assert summary(patched) == (200, 2, "patch", {"title"}, ())
    again = rig.service.replace(rig.call(), there, same)
    assert summary(again) == (200, 2, None, set(), ())
    replaced = rig.service.replace(rig.call(), there, user_body("ann", externalId="e1", active=False))
    assert summary(replaced) == (200, 3, "replace", {"active", "title"}, ())
    restored = rig.service.create(rig.call(), target(USER), same)
    assert (restored.id, *summary(restored)) == (ann, 201, 4, "restore", {"active", "title"}, ())
    deleted = rig.service.delete(rig.call(), there)
    assert (deleted.status, deleted.kind, deleted.text) == (204, "delete", None)
    assert all(outcome.refusal is None for outcome in (created, patched, again, replaced, restored, deleted))


def test_a_group_says_that_its_members_moved(rig: Rig, ann: str) -> None:
    group = rig.service.create(rig.call(), target(GROUP), group_body("Élus"))
    add = {"op": "add", "path": "members", "value": [{"value": ann}]}
    joined = rig.service.patch(rig.call(), target(GROUP, group.id), patch_body(add))
    assert summary(joined) == (200, 2, "patch", {"members"}, ())
    assert json.loads(str(joined.text))["members"][0]["value"] == ann


def test_what_is_shown_is_what_was_asked_for(rig: Rig, ann: str) -> None:
    names = Target(USER, Projection.parse("userName", None, USER), ann)
    shown = json.loads(str(rig.service.patch(rig.call(), names, patch_body(TITLE)).text))
    assert (shown["userName"], "title" in shown) == ("ann", False)


def test_the_journal_says_what_the_outcome_says(rig: Rig, ann: str) -> None:
    call = rig.call()
    outcome = rig.service.patch(call, target(USER, ann), patch_body(TITLE))
    row = last_row(rig)
    assert (row["operation"], row["source"], row["target_type"]) == ("patch", "staff", "User")
    assert (row["status"], row["target_id"], row["time"]) == (outcome.status, outcome.id, call.arrival.time)
    assert (json.loads(row["changed"]), row["dropped"]) == (["title"], None)
    assert row["request_id"] == call.arrival.request_id


def test_a_refusal_is_an_outcome_that_the_journal_has(rig: Rig, ann: str) -> None:
    refused = rig.service.create(rig.call(), target(USER), user_body("ANN", unknown="x"))
    assert isinstance(refused.refusal, Uniqueness)
    assert (refused.status, refused.id, refused.kind, refused.text) == (409, None, None, None)
    row = last_row(rig)
    assert (row["status"], row["scim_type"], row["detail"]) == (409, "uniqueness", refused.refusal.detail)
    assert (row["target_id"], row["changed"], json.loads(row["dropped"])) == (None, None, ["unknown"])
    rig.delete(USER, ann)
    late = rig.service.patch(rig.call(), target(USER, ann), patch_body(TITLE))
    assert isinstance(late.refusal, NotFound)
    assert (last_row(rig)["status"], last_row(rig)["target_id"]) == (404, ann)


def test_what_was_not_understood_is_refused_before_anything_is_opened(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    write = rig.ports.write

    def note() -> Any:
        opened.append("write")
        return write()

    monkeypatch.setattr(rig.ports, "write", note)
    for outcome in (
        rig.service.create(rig.call(), target(USER), {"schemas": []}),
        rig.service.patch(rig.call(), target(USER, "x"), {"schemas": [], "Operations": []}),
    ):
        assert outcome.status == 400
    # For the row of each refusal only.
    assert opened == ["write"] * 2
