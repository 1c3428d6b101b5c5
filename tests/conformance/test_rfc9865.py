"""Pages by cursor, through HTTP (RFC 9865)."""

from __future__ import annotations

from typing import Any

import pytest

from sbe_scim.store import open_database, sources, tokens
from tests.unit.http.client import Receiver
from tests.unit.rig import patch_body, user_body

SEARCH_URN = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


def people(scim: Receiver, names: str = "caebd") -> None:
    for name in names:
        scim.created("/Users", user_body(name))


def names(page: dict[str, Any]) -> str:
    return "".join(user["userName"] for user in page["Resources"])


def test_an_empty_cursor_begins_and_each_page_leads_to_its_neighbours(scim: Receiver) -> None:
    people(scim)
    for beginning in ("cursor", "cursor="):
        first = scim.get(f"/Users?{beginning}&count=2&sortBy=userName").json()
        assert (names(first), first["totalResults"], first["itemsPerPage"]) == ("ab", 5, 2)
        assert not {"startIndex", "previousCursor"} & set(first)
    path = "/Users?count=2&sortBy=userName&cursor="
    second = scim.get(path + first["nextCursor"]).json()
    last = scim.get(path + second["nextCursor"]).json()
    assert (names(second), names(last)) == ("cd", "e")
    assert "nextCursor" not in last
    assert names(scim.get(path + last["previousCursor"]).json()) == "cd"
    again = scim.get(path + second["previousCursor"]).json()
    assert names(again) == "ab"
    assert "previousCursor" not in again


def test_a_search_in_a_body_has_cursors_too(scim: Receiver) -> None:
    people(scim)
    body = {"schemas": [SEARCH_URN], "filter": 'userName lt "d"', "attributes": ["userName"], "count": 2}
    first = scim.post("/Users/.search", {**body, "cursor": ""}).json()
    second = scim.post("/Users/.search", {**body, "cursor": first["nextCursor"]}).json()
    assert (names(first), names(second), second["totalResults"]) == ("ca", "b", 3)
    refusal = scim.post("/Users/.search", {**body, "cursor": 5})
    assert (refusal.status_code, refusal.json()["scimType"]) == (400, "invalidCursor")


def test_index_is_the_default_and_only_one_method_can_be_asked_for(scim: Receiver) -> None:
    people(scim)
    page = scim.get("/Users?count=2").json()
    assert page["startIndex"] == 1
    assert not {"nextCursor", "previousCursor"} & set(page)
    refusal = scim.get("/Users?startIndex=1&cursor")
    assert (refusal.status_code, refusal.json()["scimType"]) == (400, "invalidValue")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("cursor=made-up&count=2", "invalidCursor"),
        ("cursor={0}&count=2&filter=userName pr", "invalidCursor"),
        ("cursor={0}&count=2&sortBy=userName", "invalidCursor"),
        ("cursor={0}&count=2&attributes=userName", "invalidCursor"),
        ("cursor={0}&count=3", "invalidCount"),
        ("cursor={0}", "invalidCount"),
        ("cursor&count=1001", "invalidCount"),
        ("cursor&count=two", "invalidCount"),
    ],
)
def test_a_cursor_is_of_its_list_only(scim: Receiver, query: str, code: str) -> None:
    people(scim)
    cursor = scim.get("/Users?cursor&count=2").json()["nextCursor"]
    refusal = scim.get("/Users?" + query.format(cursor))
    assert (refusal.status_code, refusal.json()["scimType"]) == (400, code)
    assert cursor not in refusal.text


def test_a_negative_count_is_none_at_all(scim: Receiver) -> None:
    people(scim)
    page = scim.get("/Users?cursor&count=-1").json()
    assert (page["totalResults"], page["Resources"], "nextCursor" in page) == (5, [], False)


def test_a_cursor_that_is_not_the_callers_is_refused_as_one_that_is_made_up(scim: Receiver) -> None:
    people(scim)
    cursor = scim.get("/Users?cursor&count=2").json()["nextCursor"]
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        scim.token = tokens.create(connection, sources.add(connection, "other").id)
    engine.dispose()
    made_up, lent = (scim.get(f"/Users?count=2&cursor={one}") for one in ("made-up", cursor))
    assert made_up.json() == lent.json()
    assert lent.json()["scimType"] == "invalidCursor"


@pytest.mark.parametrize("sort_by", ["", "&sortBy=userName", "&sortBy=meta.created&sortOrder=descending"])
def test_who_walks_through_everybody_at_each_cycle_misses_and_doubles_nobody(scim: Receiver, sort_by: str) -> None:
    """As Entra ID does, and others: while it walks, people come, go, leave and are renamed."""
    there = {scim.created("/Users", user_body(f"p{number}"))["id"]: f"p{number}" for number in range(8)}
    names = iter(f"{letter}{number}" for number in range(20) for letter in "az")
    for _ in range(3):
        stays, met, cursor = set(there), list[str](), ""
        while cursor is not None:
            page = scim.get(f"/Users?count=3&cursor={cursor}{sort_by}").json()
            met += [user["id"] for user in page["Resources"]]
            cursor = page.get("nextCursor")
            new = scim.created("/Users", user_body(next(names)))
            gone = min(stays)
            if len(stays) > 4:
                assert scim.request("DELETE", f"/Users/{gone}").status_code == 204
                stays.remove(gone)
                del there[gone]
            changed = {"op": "replace", "value": {"active": False, "title": next(names)}}
            assert scim.request("PATCH", f"/Users/{max(stays)}", patch_body(changed)).status_code == 200
            there[new["id"]] = new["userName"]
        assert len(met) == len(set(met))
        assert stays <= set(met)
    everybody = scim.get("/Users?count=100&cursor=").json()
    assert {user["id"]: user["userName"] for user in everybody["Resources"]} == there
