"""Pages are exact whatever happens between them."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sbe_scim.store import counting, sources, tables
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


def test_a_page_is_the_exact_one_after_somebody_before_it_has_gone(rig: Rig, names: list[str]) -> None:
    rig.search(USER, start_index=1, count=4)
    rig.delete(USER, rig.search(USER, count=1)["Resources"][0]["id"])
    page = rig.search(USER, start_index=5, count=2)
    assert [user["userName"] for user in page["Resources"]] == names[5:7]
    assert page["totalResults"] == 9


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.booleans(), st.integers(0, 99)), max_size=20),
    pages=st.lists(st.tuples(st.integers(1, 15), st.integers(1, 5)), min_size=3, max_size=6),
)
def check_positions(rig: Rig, changes: list[tuple[bool, int]], pages: list[tuple[int, int]]) -> None:
    with rig.ports.write() as transaction:
        source = sources.add(transaction.connection, f"source{next(_number)}")
    there: list[str] = []
    for leaves, which in changes:
        if leaves and there:
            rig.delete(USER, there.pop(which % len(there)), source)
            continue
        there.append(rig.create_user(f"user{next(_number)}", source)["id"])
        if which % 3 == 0:
            # Others' people, and groups, are between.
            rig.create_user(f"user{next(_number)}")
            rig.create_group(f"group{next(_number)}", source=source)
    for start, size in pages:
        page = rig.search(USER, start_index=start, count=size, source=source)
        assert [user["id"] for user in page["Resources"]] == there[start - 1 :][:size]
        assert page["totalResults"] == len(there)


_number = count()


def test_every_position_is_found_by_its_segment(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "SEGMENT", 4)
    check_positions(rig)
    r = tables.resource.c
    counted: dict[tuple[int, int, int], int] = {}
    for pk, source, kind, deleted in rig.rows(tables.resource, r.pk, r.source, r.type, r.deleted):
        if deleted is None:
            place = (source, kind, pk // 4)
            counted[place] = counted.get(place, 0) + 1
    found = {tuple(row[:3]): row[3] for row in rig.rows(tables.segment) if row[3]}
    assert found == counted


def test_counts_follow_creates_and_deletes_of_each_source(rig: Rig, names: list[str]) -> None:
    rig.create_user("theirs", rig.other)
    assert rig.search(USER, count=0)["totalResults"] == 10
    assert rig.search(USER, count=0, source=rig.other)["totalResults"] == 1
    rig.delete(USER, rig.search(USER, count=1)["Resources"][0]["id"])
    assert rig.search(USER, count=0)["totalResults"] == 9
    columns = tables.counter.c
    live = [row for row in rig.rows(tables.counter, columns.type, columns.live) if row[1]]
    assert live == [(USER.number, 9), (USER.number, 1)]
