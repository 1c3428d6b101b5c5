"""What a dialect's answers, meaning and limits make of an operation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sbe_scim.protocol import NotFound, Policy, ScimError, policy
from sbe_scim.service import Query
from tests.unit.rig import GROUP, USER, Rig, target

TITLE = {"op": "replace", "path": "title", "value": "Chief"}


def having(**parts: Any) -> Policy:
    """The tolerant policy with other values in some of its parts."""
    changed = {part: replace(getattr(policy(), part), **keys) for part, keys in parts.items()}
    return replace(policy(), **changed)


def test_a_patch_may_be_answered_without_a_body(rig: Rig) -> None:
    user = rig.create_user("ann")
    rig.policy = having(answers={"patch": 204})
    outcome = rig.service.patch(rig.call(), target(USER, user["id"]), {"Operations": [TITLE]})
    assert (outcome.status, outcome.text) == (204, None)
    assert rig.get(USER, user["id"])["title"] == "Chief"
    assert rig.replace(USER, user["id"], {"userName": "ann"})["userName"] == "ann"


@pytest.mark.parametrize("kind", [USER, GROUP])
def test_a_delete_may_be_answered_with_what_there_was(rig: Rig, kind: Any) -> None:
    user = rig.create_user("ann")
    group = rig.create_group("Staff", user["id"])
    wanted = user if kind is USER else group
    rig.policy = having(answers={"delete": 200})
    outcome = rig.service.delete(rig.call(), target(kind, wanted["id"]))
    assert outcome.status == 200
    assert outcome.kind == "delete"
    assert wanted["id"] in str(outcome.text)
    with pytest.raises(NotFound):
        rig.get(kind, wanted["id"])


def test_pages_are_as_large_as_the_client_wants_and_never_larger_than_the_receiver_allows(rig: Rig) -> None:
    for number in range(3):
        rig.create_user(f"user{number}")
    rig.policy = having(limits={"page_size": 1, "page_limit": 2})
    assert len(rig.search(USER)["Resources"]) == 1
    assert len(rig.search(USER, count=3)["Resources"]) == 2
    rig.policy = having(limits={"page_limit": 1_000_000})
    assert rig.service.prepare(rig.call(), USER, Query(count=1_000_000)).page.count == 1000


def test_a_group_of_more_members_than_are_shown_is_not_sent_back(rig: Rig) -> None:
    ids = [rig.create_user(name)["id"] for name in ("ann", "ben")]
    group = rig.create_group("Staff", *ids)
    operation = {"op": "replace", "path": "displayName", "value": "All"}
    for most, status in ((1, 204), (2, 200)):
        rig.policy = having(limits={"shown_members": most})
        assert rig.service.patch(rig.call(), target(GROUP, group["id"]), {"Operations": [operation]}).status == status


def test_a_patch_of_more_operations_than_allowed_is_refused(rig: Rig) -> None:
    user = rig.create_user("ann")
    rig.policy = having(limits={"operations": 1})
    refused = rig.service.patch(rig.call(), target(USER, user["id"]), {"Operations": [TITLE, TITLE]}).refusal
    assert isinstance(refused, ScimError)
    assert "more than 1 operations" in refused.detail
