"""A small page is read on the event loop, unless it turns out to be long; and what a read does not ask for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from sbe_scim.service import Query, lists
from sbe_scim.service.calls import SMALL_PAGE, Search
from sbe_scim.store import members, tables
from sbe_scim.store.transactions import TakesLong
from tests.unit.rig import GROUP, USER, Rig

#: Nearly the longest string that is taken.
LONG = 65_000


def small(rig: Rig, **more: Any) -> Search:
    search = rig.service.prepare(rig.call(), USER, Query(**more))
    assert search.is_small
    return search


def brief(rig: Rig, search: Search) -> Any:
    return json.loads(str(rig.service.search(rig.call(), search, brief=True)))


def whole(rig: Rig, search: Search) -> Any:
    return json.loads(str(rig.service.search(rig.call(), search)))


def of_long_documents(rig: Rig, user: str) -> None:
    for number in range(lists.BRIEF_TEXT // LONG):
        rig.create_user(f"long{number}", title="x" * LONG)


def of_many_groups(rig: Rig, user: str) -> None:
    """Put somebody into more groups than a brief page shows."""
    rig.create_group("first", user)
    resource, membership = tables.resource, tables.membership
    with rig.ports.write() as transaction:
        connection = transaction.connection
        (first,) = connection.execute(select(resource).where(resource.c.type == GROUP.number))
        (member,) = connection.execute(select(membership.c.member_pk)).scalars()
        row = {name: value for name, value in first._mapping.items() if name != "pk"}
        rows = [row | {"id": f"group-{n}", "key": f"g{n}"} for n in range(lists.BRIEF_MEMBERSHIPS)]
        connection.execute(insert(resource), rows)
        pks = connection.execute(select(resource.c.pk).where(resource.c.type == GROUP.number)).scalars().all()
        added = [{"group_pk": pk, "member_pk": member, "added": 1} for pk in pks if pk != first.pk]
        connection.execute(insert(membership), added)


def test_a_brief_page_is_the_page(rig: Rig) -> None:
    ann, bob = (rig.create_user(name, title="Élue")["id"] for name in ("ann", "bob"))
    rig.create_user("zoe")
    rig.create_group("Élus", ann, bob)
    rig.patch(USER, bob, {"op": "replace", "path": "title", "value": "Maire"})
    for more in ({}, {"start_index": 2, "count": 1}, {"start_index": 9}, {"attributes": "userName"}):
        search = small(rig, **more)
        assert brief(rig, search) == whole(rig, search)
    assert [len(one.get("groups", ())) for one in brief(rig, small(rig))["Resources"]] == [1, 1, 0]


@pytest.mark.parametrize("grow", [of_long_documents, of_many_groups])
def test_a_small_page_that_is_long_is_not_brief(rig: Rig, grow: Callable[[Rig, str], None]) -> None:
    user = rig.create_user("ann", title="x" * 10_000)["id"]
    search = small(rig)
    assert brief(rig, search) == whole(rig, search)
    grow(rig, user)
    with pytest.raises(TakesLong):
        brief(rig, search)
    assert whole(rig, search)["totalResults"] == rig.search(USER, "userName pr")["totalResults"]
    # What was given up in the middle leaves nothing behind.
    assert brief(rig, small(rig, count=0))["Resources"] == []


@pytest.mark.parametrize(
    "more",
    [{"count": SMALL_PAGE + 1}, {"filter": "userName pr"}, {"sort_by": "userName"}, {"cursor": "", "count": 1}],
    ids=str,
)
def test_other_pages_are_not_small(rig: Rig, more: dict[str, Any]) -> None:
    assert not rig.service.prepare(rig.call(), USER, Query(**more)).is_small


def test_groups_are_asked_for_only_of_who_is_in_one(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    of_members = members.of_members

    def noted(connection: Connection, pks: Any) -> Any:
        asked.append(pks)
        return of_members(connection, pks)

    monkeypatch.setattr(members, "of_members", noted)
    ann, bob = (rig.create_user(name)["id"] for name in ("ann", "bob"))
    group = rig.create_group("Élus", ann)["id"]
    rig.create_group("Tous", group)

    def groups(user: str, name: str) -> list[list[str]]:
        found = [rig.get(USER, user), *rig.search(USER, f'userName eq "{name}"')["Resources"]]
        return [[one["display"] for one in each.get("groups", ())] for each in found]

    asked.clear()
    assert groups(bob, "bob") == [[], []]
    assert asked == []
    assert groups(ann, "ann") == [["Élus", "Tous"]] * 2
    assert len(asked) == 2
    rig.patch(GROUP, group, {"op": "remove", "path": f'members[value eq "{ann}"]'})
    asked.clear()
    assert groups(ann, "ann") == [[], []]
    assert asked == []
