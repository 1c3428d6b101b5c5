"""What the service keeps in every database and beside every directory."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from sbe_scim.protocol import InvalidValue, NotFound, PreconditionFailed, Uniqueness
from sbe_scim.service import Create
from tests.unit.rig import ENTERPRISE_URN, GROUP, USER, Rig, group_body, target, user_body

TITLE = {"op": "replace", "path": "title", "value": "Maire"}


def new() -> tuple[str, dict[str, Any]]:
    """A name that nobody has, and what belongs to it."""
    name = uuid.uuid4().hex
    return name, {"externalId": f"e-{name}", "emails": [{"value": f"{name}@example.org", "type": "work"}]}


def members(rig: Rig, group: str) -> set[str]:
    return {member["value"] for member in rig.get(GROUP, group).get("members", [])}


def test_a_person_is_created_changed_replaced_and_deleted(rig: Rig) -> None:
    name, more = new()
    created = rig.create_user(name, **more)
    assert rig.get(USER, created["id"]) == created
    patched = rig.patch(USER, created["id"], TITLE)
    assert (patched["title"], patched["meta"]["version"]) == ("Maire", 'W/"2"')
    replaced = rig.replace(USER, created["id"], user_body(name, **more))
    assert ("title" in replaced, replaced["active"]) == (False, True)
    rig.delete(USER, created["id"])
    with pytest.raises(NotFound):
        rig.get(USER, created["id"])
    assert [row[:2] for row in rig.journalled()[-4:]] == [
        ("create", 201),
        ("patch", 200),
        ("replace", 200),
        ("delete", 204),
    ]


def test_a_value_that_is_taken_is_refused_and_leaves_nothing(rig: Rig) -> None:
    name, more = new()
    rig.create_user(name, **more)
    total = rig.search(USER)["totalResults"]
    other = f"other-{name}"
    for wanted, sent in ((name.upper(), new()[1]), (other, {"externalId": more["externalId"]}), (other, more)):
        with pytest.raises(Uniqueness):
            rig.create_user(wanted, **{**new()[1], **sent})
        assert rig.journalled()[-1] == ("create", 409, "uniqueness")
    assert rig.search(USER)["totalResults"] == total
    assert rig.ids(USER, f'userName eq "{other}"') == set()


@pytest.mark.parametrize("taken", [False, True])
def test_creates_that_refer_to_each_other_are_all_made_or_none(rig: Rig, taken: bool) -> None:
    (ann, anns), (bob, bobs), (club, _) = new(), new(), new()
    if taken:
        rig.create_group(club)
    total = rig.search(USER)["totalResults"]

    def managed(name: str, manager: str, more: dict[str, Any]) -> dict[str, Any]:
        return user_body(name, **more, **{ENTERPRISE_URN: {"manager": {"value": manager}}})

    def right(value: str) -> dict[str, Any]:
        return {"entitlements": [{"value": value}]}

    creates = [
        Create("club", target(GROUP), lambda ids: group_body(club, ids["ann"], ids["bob"])),
        Create("ann", target(USER), lambda ids: managed(ann, ids["bob"], anns)),
        Create("bob", target(USER), lambda ids: managed(bob, ids["ann"], {**bobs, **right(ids["club"])})),
    ]
    outcomes = rig.service.create_circle(rig.call(), creates, {})
    assert {row[:2] for row in rig.journalled()[-3:]} == {("create", 409 if taken else 201)}
    if taken:
        reasons = [outcome.refusal.reason for outcome in outcomes if outcome.refusal]
        assert reasons == ["name_taken", "unresolved", "unresolved"]
        assert rig.search(USER)["totalResults"] == total
        return
    made, one, other = (str(outcome.id) for outcome in outcomes)
    assert members(rig, made) == {one, other}
    assert rig.get(USER, one)[ENTERPRISE_URN]["manager"]["value"] == other
    assert rig.get(USER, other)["entitlements"] == [{"value": made}]
    assert rig.search(USER)["totalResults"] == total + 2


def test_a_group_whose_member_is_nobody_is_not_made(rig: Rig) -> None:
    name, more = new()
    ann = rig.create_user(name, **more)["id"]
    with pytest.raises(InvalidValue):
        rig.create_group(f"group {name}", ann, "nobody")
    assert rig.ids(GROUP, f'displayName eq "group {name}"') == set()
    assert "groups" not in rig.get(USER, ann)


def test_members_come_go_and_end_with_the_person(rig: Rig) -> None:
    people = [rig.create_user(name, **more)["id"] for name, more in (new(), new(), new())]
    group = rig.create_group(f"group {uuid.uuid4()}", *people[:2])["id"]
    add = {"op": "add", "path": "members", "value": [{"value": people[2]}]}
    rig.patch(GROUP, group, add, {"op": "remove", "path": f'members[value eq "{people[0]}"]'})
    assert members(rig, group) == set(people[1:])
    rig.delete(USER, people[1])
    assert members(rig, group) == {people[2]}
    assert [shown["value"] for shown in rig.get(USER, people[2])["groups"]] == [group]


def test_a_version_that_is_not_the_one_is_refused(rig: Rig) -> None:
    name, more = new()
    ann = rig.create_user(name, **more)["id"]
    wanted = target(USER, ann)
    refused = rig.service.delete(rig.call(), type(wanted)(USER, wanted.projection, ann, lambda version: version == 2))
    assert isinstance(refused.refusal, PreconditionFailed)
    assert rig.get(USER, ann)["userName"] == name


def test_what_belongs_to_a_source_is_nobody_elses(rig: Rig) -> None:
    name, more = new()
    ann = rig.create_user(name, **more)["id"]
    for attempt in (
        lambda: rig.get(USER, ann, rig.other),
        lambda: rig.patch(USER, ann, TITLE, source=rig.other),
        lambda: rig.delete(USER, ann, rig.other),
    ):
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises(Uniqueness):
        rig.create_user(name, rig.other, **new()[1])
    assert rig.search(USER, f'userName eq "{name}"', source=rig.other)["totalResults"] == 0


def test_filters_find_what_is_there(rig: Rig) -> None:
    name, more = new()
    ann = rig.create_user(name, title="Élue", **more)["id"]
    for condition in (
        f'userName eq "{name.upper()}"',
        f'externalId eq "e-{name}"',
        f'emails.value eq "{name}@example.org"',
        f'emails[type eq "work" and value sw "{name}"]',
        f'title eq "éLUE" and userName sw "{name[:20]}"',
    ):
        assert rig.ids(USER, condition) == {ann}, condition
