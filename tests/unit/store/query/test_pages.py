"""Pages are exact whatever happens between them."""

from __future__ import annotations

import pytest

from sbe_scim.store import tables
from tests.unit.rig import USER, Rig


def walk(rig: Rig, count: int, filter: str | None = None) -> list[str]:
    """All user names, page by page."""
    names: list[str] = []
    while True:
        page = rig.search(USER, filter, start_index=len(names) + 1, count=count)
        names += [user["userName"] for user in page["Resources"]]
        if len(names) >= page["totalResults"]:
            return names


@pytest.fixture
def names(rig: Rig) -> list[str]:
    """Ten users, oldest first."""
    found = [f"user{number}" for number in range(10)]
    for name in found:
        rig.create_user(name, title="x")
    return found


@pytest.mark.parametrize("filter", [None, 'title eq "x"'])
@pytest.mark.parametrize("count", [1, 3, 5, 10, 100])
def test_a_walk_sees_everybody_once(rig: Rig, names: list[str], count: int, filter: str | None) -> None:
    assert walk(rig, count, filter) == names
    assert walk(rig, count, filter) == names


@pytest.mark.parametrize("filter", [None, 'title eq "x"'])
def test_pages_beyond_the_end_are_empty(rig: Rig, names: list[str], filter: str | None) -> None:
    for start in (11, 12, 2_000_000_000):
        page = rig.search(USER, filter, start_index=start, count=5)
        assert (page["totalResults"], page["startIndex"], page["itemsPerPage"], page["Resources"]) == (10, start, 0, [])


def test_a_position_remembered_is_forgotten_when_somebody_before_it_goes(rig: Rig, names: list[str]) -> None:
    rig.search(USER, start_index=1, count=4)
    rig.delete(USER, rig.search(USER, count=1)["Resources"][0]["id"])
    page = rig.search(USER, start_index=5, count=2)
    assert [user["userName"] for user in page["Resources"]] == names[5:7]
    assert page["totalResults"] == 9


def test_counts_follow_creates_and_deletes_of_each_source(rig: Rig, names: list[str]) -> None:
    rig.create_user("theirs", rig.other)
    assert rig.search(USER, count=0)["totalResults"] == 10
    assert rig.search(USER, count=0, source=rig.other)["totalResults"] == 1
    rig.delete(USER, rig.search(USER, count=1)["Resources"][0]["id"])
    assert rig.search(USER, count=0)["totalResults"] == 9
    columns = tables.counter.c
    live = [row for row in rig.rows(tables.counter, columns.type, columns.live) if row[1]]
    assert live == [(USER.number, 9), (USER.number, 1)]
