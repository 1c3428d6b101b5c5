"""A source in shadow mode, by HTTP: bulks, searches and conditions are answered, and another source sees nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sbe_scim.store import open_database, shadows, sources, tokens
from tests.unit.http.client import Receiver, receiver
from tests.unit.http.test_bulk import managed, post, request
from tests.unit.http.test_discovery import standing
from tests.unit.rig import group_body, patch_body, user_body

SEARCH_URN = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


@pytest.fixture
def scim(tmp_path: Path) -> Iterator[Receiver]:
    """A receiver whose source is in shadow mode."""
    with receiver(tmp_path) as running:
        engine = open_database(running.settings.database)
        with engine.begin() as connection:
            shadows.begin(connection, "staff")
        engine.dispose()
        yield running


def test_a_bulk_is_done_and_found_and_versions_hold(scim: Receiver) -> None:
    # Two who manage each other are made together.
    bulk = request(
        post("ann", managed("ann", "bulkId:bob")),
        post("bob", managed("bob", "bulkId:ann")),
        post("team", group_body("team", "bulkId:ann")),
        {"method": "POST", "path": "/Users", "bulkId": "twin", "data": user_body("ANN")},
    )
    done = scim.post("/Bulk", bulk).json()["Operations"]
    assert [one["status"] for one in done] == ["201", "201", "201", "409"]
    found = scim.post("/.search", {"schemas": [SEARCH_URN], "filter": 'userName eq "ANN" or displayName eq "team"'})
    assert found.json()["totalResults"] == 2
    path = done[0]["location"].partition("/scim/v2")[2]
    version = scim.get(path).headers["etag"]
    assert scim.get(path, headers={"if-none-match": version}).status_code == 200  # it has groups
    change = patch_body({"op": "replace", "path": "title", "value": "Maire"})
    assert scim.request("PATCH", path, change, headers={"if-match": version}).status_code == 200
    assert scim.request("PATCH", path, change, headers={"if-match": version}).status_code == 412
    assert scim.request("DELETE", path).status_code == 204
    assert scim.get(path).status_code == 404
    assert [row["effect"] for row in scim.journal() if row["effect"]] == ["created"] * 3 + ["changed", "deleted"]


def test_another_source_may_have_its_names_and_sees_nobody(scim: Receiver) -> None:
    theirs = scim.created("/Users", user_body("ann", emails=[{"value": "ann@example.org"}]))
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        token = tokens.create(connection, sources.add(connection, "other").id)
    engine.dispose()
    other = {"authorization": f"Bearer {token}"}
    body = user_body("Ann", emails=[{"value": "ANN@example.org"}])
    assert scim.post("/Users", body, headers=other).status_code == 201
    assert scim.get(f"/Users/{theirs['id']}", headers=other).status_code == 404
    assert scim.get('/Users?filter=userName eq "ann"', headers=other).json()["Resources"][0]["userName"] == "Ann"
    assert scim.get('/Users?filter=userName eq "ann"').json()["Resources"][0]["id"] == theirs["id"]


def test_its_own_source_is_told_that_nothing_is_applied_and_no_other(scim: Receiver) -> None:
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        token = tokens.create(connection, sources.add(connection, "other").id)
    engine.dispose()
    assert standing(scim)["shadow"] is True
    assert "shadow" not in standing(scim, token)
