"""What is asked at the base URL: searches through resources of all types (RFC 7644 §3.4.2.1, §3.4.3), and ``/Me``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sbe_scim.protocol import SEARCH_REQUEST_URN
from sbe_scim.service.lists import MOST_SKIPPED
from tests.unit.http.client import Receiver, receiver
from tests.unit.rig import GROUP_URN, USER_URN, group_body, user_body


@pytest.fixture(scope="module")
def scim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """A receiver with people and groups, made in turns."""
    with receiver(tmp_path_factory.mktemp("root"), page_size=4, page_limit=6) as running:
        ann = running.created("/Users", user_body("ann", title="Maire", displayName="Club"))
        running.created("/Groups", group_body("Club", ann["id"], externalId="e1"))
        running.created("/Users", user_body("bob", externalId="e1", active=False))
        running.created("/Groups", group_body("Crew"))
        running.created("/Users", user_body("carl", displayName="Carl"))
        yield running


ALL = ["ann", "bob", "carl", "Club", "Crew"]


def names(body: dict[str, Any]) -> list[str]:
    """Who is listed."""
    return [found.get("userName") or found["displayName"] for found in body["Resources"]]


def search(scim: Receiver, filter: str | None = None, **more: Any) -> dict[str, Any]:
    """The answer of ``/.search``."""
    body = {"schemas": [SEARCH_REQUEST_URN], "count": 6, **more} | ({} if filter is None else {"filter": filter})
    response = scim.post("/.search", body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (None, ALL),
        ("id pr", ALL),
        ('displayName eq "club"', ["ann", "Club"]),
        ('userName eq "ANN"', ["ann"]),
        ('externalId eq "e1"', ["bob", "Club"]),
        ("title pr", ["ann"]),
        ("not (title pr)", ["bob", "carl", "Club", "Crew"]),
        ('title ne "x"', ALL),
        ('title eq "x"', []),
        ("title eq null", ["bob", "carl", "Club", "Crew"]),
        ("members pr", ["Club"]),
        ("not (members pr) and not (groups pr)", ["bob", "carl", "Crew"]),
        ('members[type eq "User"]', ["Club"]),
        ('title pr or displayName eq "crew"', ["ann", "Crew"]),
        ('userName sw "a" or members.value pr', ["ann", "Club"]),
        ('displayName pr and members.type eq "User"', ["Club"]),
        ('meta.resourceType eq "Group"', ["Club", "Crew"]),
        ('meta.resourceType eq "User" and active eq true', ["ann", "carl"]),
        ("active eq false", ["bob"]),
        (f'schemas eq "{GROUP_URN}"', ["Club", "Crew"]),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department pr", []),
    ],
)
def test_what_a_type_does_not_have_has_no_value_in_it(scim: Receiver, filter: str | None, expected: list[str]) -> None:
    found = search(scim, filter)
    assert names(found) == expected
    assert found["totalResults"] == found["itemsPerPage"] == len(expected)
    query = urlencode({"count": "6"} | ({} if filter is None else {"filter": filter}))
    assert scim.get(f"?{query}").json() == found


@pytest.mark.parametrize(
    "filter",
    ["nothing pr", "userName eq true", 'active eq "x"', "title[value pr]", "(", f"{USER_URN} pr", "password pr"],
)
def test_what_no_type_could_answer_is_refused(scim: Receiver, filter: str) -> None:
    response = scim.post("/.search", {"schemas": [SEARCH_REQUEST_URN], "filter": filter})
    told = (response.status_code, response.json()["scimType"])
    assert told == ((403, "sensitive") if filter == "password pr" else (400, "invalidFilter"))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(
        [None, "id pr", "displayName pr", "not (title pr)", 'externalId eq "e1"', "members pr", "title pr"]
    ),
    st.none() | st.integers(-1, 8),
    st.none() | st.integers(-1, 8),
)
def test_pages_are_parts_of_one_list(scim: Receiver, filter: str | None, start: int | None, count: int | None) -> None:
    whole = names(search(scim, filter))
    page = search(scim, filter, startIndex=start, count=count)
    first = max(start or 1, 1)
    size = 4 if count is None else min(max(count, 0), 6)
    assert names(page) == whole[first - 1 :][:size]
    assert (page["totalResults"], page["startIndex"]) == (len(whole), first)


def test_each_type_shows_what_it_has_of_what_was_asked_for(scim: Receiver) -> None:
    found = search(scim, attributes=["userName", "members"])["Resources"]
    assert [sorted(one.keys() - {"schemas", "id"}) for one in found] == [["userName"]] * 3 + [["members"], []]
    found = search(scim, excludedAttributes="members,userName")["Resources"]
    assert not any("members" in one or "userName" in one for one in found)


@pytest.mark.parametrize(
    ("by", "direction", "expected"),
    [
        ("displayName", "ascending", ["carl", "ann", "Club", "Crew", "bob"]),
        ("displayName", "descending", ["bob", "Crew", "Club", "ann", "carl"]),
        ("userName", "ascending", ALL),
        ("title", "descending", ["Crew", "Club", "carl", "bob", "ann"]),
        ("meta.created", "ascending", ["ann", "Club", "bob", "Crew", "carl"]),
        ("meta.resourceType", "ascending", ["Club", "Crew", "ann", "bob", "carl"]),
        ("externalId", "ascending", ["bob", "Club", "ann", "carl", "Crew"]),
    ],
)
def test_a_list_of_several_types_is_sorted_as_one(scim: Receiver, by: str, direction: str, expected: list[str]) -> None:
    sort = {"sortBy": by, "sortOrder": direction}
    whole = search(scim, **sort)
    assert (names(whole), whole["totalResults"]) == (expected, 5)
    assert scim.get(f"?{urlencode({'count': '6', **sort})}").json() == whole
    pages = [search(scim, **sort, count=2, cursor="")]
    while cursor := pages[-1].get("nextCursor"):
        pages.append(search(scim, **sort, count=2, cursor=cursor))
        assert len(pages) <= 3
    assert [names(page) for page in pages] == [expected[:2], expected[2:4], expected[4:]]
    assert {page["totalResults"] for page in pages} == {5}
    assert names(search(scim, **sort, count=2, cursor=pages[2]["previousCursor"])) == expected[2:4]
    assert "previousCursor" not in pages[0]


def test_what_no_type_can_be_sorted_by_is_refused(scim: Receiver) -> None:
    for by, status in (("nothing", 400), ("name", 400), ("members.display", 400), ("password", 403)):
        assert scim.post("/.search", {"schemas": [SEARCH_REQUEST_URN], "sortBy": by}).status_code == status


def test_a_cursor_of_all_types_is_good_for_the_same_list_only(scim: Receiver) -> None:
    cursor = search(scim, count=2, cursor="")["nextCursor"]
    assert names(search(scim, count=2, cursor=cursor)) == ALL[2:4]
    for more in ({"filter": "id pr"}, {"sortBy": "id"}, {"attributes": "id"}):
        body = {"schemas": [SEARCH_REQUEST_URN], "count": 2, "cursor": cursor, **more}
        assert scim.post("/.search", body).json()["scimType"] == "invalidCursor"
    assert scim.get(f"/Users?count=2&cursor={cursor}").json()["scimType"] == "invalidCursor"
    people = scim.get("/Users?count=2&cursor=").json()["nextCursor"]
    body = {"schemas": [SEARCH_REQUEST_URN], "count": 2, "cursor": people}
    assert scim.post("/.search", body).json()["scimType"] == "invalidCursor"


def test_a_page_far_behind_in_a_sorted_list_of_several_types_is_asked_for_by_cursor(scim: Receiver) -> None:
    body = {"schemas": [SEARCH_REQUEST_URN], "sortBy": "displayName", "startIndex": MOST_SKIPPED + 1}
    assert scim.post("/.search", body).json()["Resources"] == []
    response = scim.post("/.search", body | {"startIndex": MOST_SKIPPED + 2})
    assert (response.status_code, response.json()["scimType"]) == (400, "tooMany")
    assert "cursor" in response.json()["detail"]


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/"), ("POST", "/.search"), ("GET", "/Me")])
def test_who_asks_without_a_token_is_told_nothing(scim: Receiver, method: str, path: str) -> None:
    body = {"schemas": [SEARCH_REQUEST_URN]} if method == "POST" else None
    assert scim.request(method, path, body, headers={"authorization": None}).status_code == 401


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_an_identity_provider_is_nobody(scim: Receiver, method: str) -> None:
    response = scim.request(method, "/Me", None if method in ("GET", "DELETE") else user_body("me"))
    assert (response.status_code, response.json()["status"]) == (501, "501")
    assert "identity providers" in response.json()["detail"]
