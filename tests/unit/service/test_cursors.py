"""A cursor tells nothing, holds for one list of one source, and outlives keys, restarts and workers for its time."""

from __future__ import annotations

import base64
import itertools
import json
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from sbe_scim.protocol import ExpiredCursor, InvalidCount, InvalidCursor, Order, matches, parse_filter
from sbe_scim.service import Query
from sbe_scim.service.cursors import Cursor, Cursors, binding
from sbe_scim.store import Source, cursor_keys, open_database, sources, tables
from sbe_scim.store.query.sorting import Place
from tests.unit.rig import USER, Recording, Rig
from tests.unit.store.query.test_sorting import in_order

RING = {1: bytes(range(32)), 2: bytes(32)}
LIST = binding(1, 1, "title pr", "title ascending", None, None)
SECOND = 1_000_000
CURSOR = Cursor(Place("a secret title", 7), False, 12)


class Clock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.time = 1_000 * SECOND

    def __call__(self) -> int:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cursors(clock: Clock) -> Cursors:
    return Cursors(60, clock)


@pytest.mark.parametrize("place", [Place("é", 1), Place(None, 2**60), Place(5, 0)])
@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("total", [None, 3])
def test_what_was_sealed_is_opened(cursors: Cursors, place: Place, back: bool, total: int | None) -> None:
    sealed = cursors.seal(RING, LIST, 10, Cursor(place, back, total))
    assert set(sealed) <= set(string.ascii_letters + string.digits + "-._~")
    assert cursors.open(RING, LIST, 10, sealed) == Cursor(place, back, total)


def test_nothing_can_be_read_in_it_and_no_two_are_alike(cursors: Cursors) -> None:
    sealed = {cursors.seal(RING, LIST, 10, CURSOR) for _ in range(2)}
    assert len(sealed) == 2
    assert not any(b"secret" in base64.urlsafe_b64decode(one + "==") for one in sealed)


def test_every_other_text_is_refused(cursors: Cursors) -> None:
    sealed = cursors.seal(RING, LIST, 10, CURSOR)
    others = {f"{sealed[:at]}{'A' if sealed[at] != 'A' else 'B'}{sealed[at + 1 :]}" for at in range(len(sealed) - 1)}
    others |= {sealed[:length] for length in range(1, len(sealed))} | {
        f"{sealed}=",
        f"{sealed} ",
        f"{sealed}é",
        "x",
        "😀",
    }
    for other in others:
        with pytest.raises(InvalidCursor, match="none that this list has given out"):
            cursors.open(RING, LIST, 10, other)


@pytest.mark.parametrize(
    "other",
    [
        binding(2, 1, "title pr", "title ascending", None, None),
        binding(1, 2, "title pr", "title ascending", None, None),
        binding(1, 1, "name pr", "title ascending", None, None),
        binding(1, 1, "title pr", "title descending", None, None),
        binding(1, 1, "title pr", "title ascending", "userName", None),
        binding(1, 1, "title pr", "title ascending", None, "userName"),
    ],
)
def test_it_holds_for_its_list_only_and_nothing_tells_why(cursors: Cursors, other: bytes) -> None:
    sealed = cursors.seal(RING, LIST, 10, CURSOR)
    with pytest.raises(InvalidCursor, match="none that this list has given out"):
        cursors.open(RING, other, 10, sealed)


def test_pages_keep_their_size(cursors: Cursors) -> None:
    with pytest.raises(InvalidCount):
        cursors.open(RING, LIST, 11, cursors.seal(RING, LIST, 10, CURSOR))


def test_it_is_good_for_its_time(cursors: Cursors, clock: Clock) -> None:
    sealed = cursors.seal(RING, LIST, 10, CURSOR)
    clock.time += 60 * SECOND
    assert cursors.open(RING, LIST, 10, sealed) == CURSOR
    clock.time += 1
    with pytest.raises(ExpiredCursor):
        cursors.open(RING, LIST, 10, sealed)
    # What was made up is never called old.
    with pytest.raises(InvalidCursor):
        cursors.open(RING, LIST, 10, sealed[:-2] + "AA")


def test_a_former_key_opens_and_the_newest_seals(cursors: Cursors) -> None:
    before = cursors.seal({1: RING[1]}, LIST, 10, CURSOR)
    assert cursors.open(RING, LIST, 10, before) == CURSOR
    after = cursors.seal(RING, LIST, 10, CURSOR)
    with pytest.raises(InvalidCursor):
        cursors.open({1: RING[1]}, LIST, 10, after)


def test_another_key_takes_over_after_a_month_and_the_former_stays_for_the_life_of_a_cursor(rig: Rig) -> None:
    def aged(by: int) -> list[int]:
        with rig.ports.write() as transaction:
            connection, created = transaction.connection, tables.cursor_key.c.created
            connection.execute(update(tables.cursor_key).values(created=created - by))
            due = cursor_keys.is_due(connection)
            cursor_keys.renew(connection, timeout=3600)
            assert not cursor_keys.is_due(connection)
            assert due == (by >= cursor_keys.RENEWED_AFTER)
            assert connection.execute(select(tables.cursor_key)).fetchall()
            return list(cursor_keys.ring(connection))

    (first,) = aged(0)
    assert aged(cursor_keys.RENEWED_AFTER - 60 * SECOND) == [first]
    assert aged(cursor_keys.RENEWED_AFTER) == [first, first + 1]
    assert aged(3599 * SECOND) == [first, first + 1]
    assert aged(60 * SECOND) == [first + 1]


class Walk:
    """A client that goes through a list of users by cursors."""

    def __init__(self, rig: Rig, source: Source, **query: Any) -> None:
        self._rig = rig
        self._source = source
        self._query = query

    def page(self, cursor: str = "") -> dict[str, Any]:
        """A page, which says no more of itself than it should."""
        call = self._rig.call(self._source)
        search = self._rig.service.prepare(call, USER, Query(cursor=cursor, **self._query))
        page: dict[str, Any] = json.loads(str(self._rig.service.search(call, search)))
        assert page["itemsPerPage"] == len(page["Resources"]) <= self._query["count"]
        assert "startIndex" not in page
        return page


def ids(page: dict[str, Any]) -> list[str]:
    return [resource["id"] for resource in page["Resources"]]


_example = itertools.count()
_titles = st.sampled_from((None, "", "a", "B", "b", "z"))
_people = st.lists(st.tuples(_titles, st.booleans()), max_size=9)
_change = st.sampled_from(("create", "delete", "change", "nothing"))


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    people=_people,
    by=st.sampled_from((None, "userName", "title", "active", "externalId", "meta.lastModified")),
    direction=st.sampled_from(("ascending", "descending")),
    filter=st.sampled_from((None, "active eq true", 'title eq "b"')),
    count=st.integers(1, 4),
    data=st.data(),
)
def check_walks(
    rig: Rig,
    people: list[tuple[str | None, bool]],
    by: str | None,
    direction: str,
    filter: str | None,
    count: int,
    data: st.DataObject,
) -> None:
    example, numbers = next(_example), itertools.count()
    with rig.ports.write() as transaction:
        source = sources.add(transaction.connection, f"source-{example}", storm_limit=None)

    def create(title: str | None, active: bool) -> dict[str, Any]:
        number = next(numbers)
        # Of one order in every example, whichever that is: how often is drawn depends on it.
        name = f"{'zam'[number % 3]}{number}-{example}"
        more = {"externalId": name[::-1]} if active else {}
        return rig.create_user(name, source, title=title, active=active, **more)

    documents = [create(*person) for person in people]
    chosen = [one for one in documents if filter is None or matches(parse_filter(filter, USER), one)]
    expected = in_order(chosen, Order.parse(by, direction, USER))
    walk = Walk(rig, source, filter=filter, count=count, sort_by=by, sort_order=direction)

    # While nothing changes, pages are the definition, forwards and backwards.
    forward = [walk.page()]
    assert "previousCursor" not in forward[0]
    while "nextCursor" in forward[-1]:
        forward.append(walk.page(forward[-1]["nextCursor"]))
    assert [ids(page) for page in forward] == [expected[at : at + count] for at in range(0, len(expected), count)] or [
        []
    ]
    assert {page["totalResults"] for page in forward} == {len(expected)}
    backward = [forward[-1]]
    while "previousCursor" in backward[-1]:
        backward.append(walk.page(backward[-1]["previousCursor"]))
    assert [id for page in reversed(backward) for id in ids(page)] == expected

    # Who stays as they are is met once, whoever comes, goes and changes.
    stays, page, met = list(expected), walk.page(), list[str]()
    there = [document["id"] for document in documents]

    def disturb() -> None:
        change = data.draw(_change)
        if change == "create":
            there.append(create(data.draw(_titles), data.draw(st.booleans()))["id"])
        elif change != "nothing" and there:
            one = data.draw(st.sampled_from(there))
            if one in stays:
                stays.remove(one)
            if change == "delete":
                rig.delete(USER, one, source)
                there.remove(one)
            else:
                rig.patch(USER, one, {"op": "replace", "path": "title", "value": "b"}, source=source)

    while True:
        met += ids(page)
        disturb()
        if "nextCursor" not in page:
            break
        page = walk.page(page["nextCursor"])
    assert [id for id in met if id in stays] == stays
    met = ids(page)
    while "previousCursor" in page:
        page = walk.page(page["previousCursor"])
        met = ids(page) + met
        disturb()
    assert [id for id in met if id in stays] == stays


def test_a_walk_meets_everybody_who_stays_once_in_both_directions(rig: Rig) -> None:
    check_walks(rig)


def test_a_page_that_became_empty_still_leads_back(rig: Rig) -> None:
    people = [rig.create_user(name)["id"] for name in "abcd"]
    walk = Walk(rig, rig.staff, count=2)
    second = walk.page()["nextCursor"]
    for gone in people[2:]:
        rig.delete(USER, gone)
    page = walk.page(second)
    assert (ids(page), page["totalResults"]) == ([], 2)
    assert "nextCursor" not in page
    assert ids(walk.page(page["previousCursor"])) == people[:2]


def test_a_page_before_which_nobody_is_left_is_the_first(rig: Rig) -> None:
    people = [rig.create_user(name)["id"] for name in "abcd"]
    walk = Walk(rig, rig.staff, count=2)
    second = walk.page()["nextCursor"]
    for gone in people[:2]:
        rig.delete(USER, gone)
    page = walk.page(second)
    assert ids(page) == people[2:]
    assert not {"nextCursor", "previousCursor"} & set(page)


def test_nobody_but_its_source_can_use_a_cursor(rig: Rig) -> None:
    for name in "abc":
        rig.create_user(name)
        rig.create_user(f"other-{name}", rig.other)
    cursor = Walk(rig, rig.staff, count=1).page()["nextCursor"]
    with pytest.raises(InvalidCursor):
        Walk(rig, rig.other, count=1).page(cursor)


def test_a_cursor_outlives_its_process_and_its_key_and_is_good_at_another(rig: Rig, database_url: str) -> None:
    people = [rig.create_user(name)["id"] for name in "abcdef"]
    first = Walk(rig, rig.staff, count=2).page()
    with rig.ports.write() as transaction:
        cursor_keys.add(transaction.connection)
    engine = open_database(database_url)
    other = Rig(Recording.over(engine))
    second = Walk(other, other.staff, count=2).page(first["nextCursor"])
    engine.dispose()
    # Sealed by the new key, over there.
    third = Walk(rig, rig.staff, count=2).page(second["nextCursor"])
    assert [*ids(first), *ids(second), *ids(third)] == people


def test_attributes_may_be_spelt_otherwise_on_the_next_page(rig: Rig) -> None:
    for name in ("Ja", "Jb"):
        rig.create_user(name)
    first = Walk(rig, rig.staff, count=1, filter='userName sw "J"').page()
    assert len(ids(Walk(rig, rig.staff, count=1, filter='USERNAME SW "J"').page(first["nextCursor"]))) == 1


def test_no_page_at_all_still_tells_how_many_there_are(rig: Rig) -> None:
    for name in "abc":
        rig.create_user(name)
    for filter, total in ((None, 3), ('userName eq "a"', 1), ('userName lt "c"', 2)):
        page = Walk(rig, rig.staff, count=0, filter=filter).page()
        assert page == {"schemas": page["schemas"], "totalResults": total, "itemsPerPage": 0, "Resources": []}
