"""What the storm guard holds, as a client sees it; a bulk is judged whole."""

from __future__ import annotations

from typing import Any

import pytest

from sbe_scim.store import guards, open_database, sources
from sbe_scim.store.clock import now
from tests.unit.http.client import Receiver
from tests.unit.http.test_bulk import at, post, sent, statuses
from tests.unit.rig import group_body, patch_body, user_body

OFF = patch_body({"op": "replace", "path": "active", "value": False})


@pytest.fixture
def people(scim: Receiver) -> list[str]:
    """Paths of twenty people, of whom four may go."""
    return [f"/Users/{scim.created('/Users', user_body(f'user{number}'))['id']}" for number in range(20)]


def disabling(path: str) -> dict[str, Any]:
    return {"method": "PATCH", "path": path, "data": OFF}


def active(scim: Receiver, *paths: str) -> list[bool]:
    return [scim.get(path).json()["active"] for path in paths]


def release(scim: Receiver) -> None:
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        guards.release(connection, sources.require(connection, "staff").id, now())
    engine.dispose()


def test_what_is_held_is_answered_503_with_its_reason_and_when_to_come_back(scim: Receiver, people: list[str]) -> None:
    for path in people[:4]:
        assert scim.request("DELETE", path).status_code == 204
    response = scim.request("DELETE", people[4])
    assert response.status_code == 503
    assert response.json()["reason"] == "held"
    assert response.headers["retry-after"] == "60"
    assert scim.get(people[4]).status_code == 200
    assert scim.post("/Users", user_body("new")).status_code == 201


def test_a_bulk_that_would_take_away_too_much_takes_nothing_and_does_the_rest(
    scim: Receiver, people: list[str]
) -> None:
    answers = sent(
        scim,
        *[disabling(path) for path in people[:5]],
        post("new", user_body("new")),
        {"method": "PATCH", "path": people[9], "data": patch_body({"op": "add", "value": {"title": "Chief"}})},
    )
    assert statuses(answers) == ["503"] * 5 + ["201", "200"]
    assert {answer["response"]["reason"] for answer in answers[:5]} == {"held"}
    assert active(scim, *people[:5]) == [True] * 5
    assert at(scim, answers[6])["title"] == "Chief"


def test_a_bulk_that_takes_away_as_much_as_may_go_is_done(scim: Receiver, people: list[str]) -> None:
    answers = sent(
        scim,
        *[disabling(path) for path in people[:4]],
        # Who was disabled has nothing left to lose.
        *[{"method": "DELETE", "path": path} for path in people[:4]],
    )
    assert statuses(answers) == ["200"] * 4 + ["204"] * 4
    assert scim.request("DELETE", people[4]).status_code == 503


@pytest.mark.parametrize(
    ("method", "data"),
    [
        ("DELETE", None),
        ("PUT", group_body("staff")),
        ("PATCH", patch_body({"op": "remove", "path": "members"})),
        ("PATCH", patch_body({"op": "replace", "path": "members", "value": []})),
    ],
)
def test_groups_of_a_bulk_are_counted_by_those_whom_they_lose(
    scim: Receiver, people: list[str], method: str, data: Any
) -> None:
    ids = [path.rpartition("/")[2] for path in people]
    groups = [f"/Groups/{scim.created('/Groups', group_body(name, *ids[:3]))['id']}" for name in ("staff", "more")]
    operations = [{"method": method, "path": group} | ({"data": data} if data else {}) for group in groups]
    if method == "PUT":
        operations[1]["data"] = group_body("more")
    assert statuses(sent(scim, *operations)) == ["503", "503"]
    assert [len(scim.get(group).json()["members"]) for group in groups] == [3, 3]
    # Each by itself is few enough.
    assert statuses(sent(scim, operations[0])) in (["200"], ["204"])


def test_a_member_who_is_taken_out_by_a_filter_is_counted(scim: Receiver, people: list[str]) -> None:
    ids = [path.rpartition("/")[2] for path in people]
    group = f"/Groups/{scim.created('/Groups', group_body('staff', *ids))['id']}"
    removals = [{"op": "remove", "path": f'members[value eq "{one}"]'} for one in ids[:5]]
    answers = sent(scim, *[{"method": "PATCH", "path": group, "data": patch_body(one)} for one in removals])
    assert statuses(answers) == ["503"] * 5


def test_what_was_held_of_a_bulk_goes_once_it_is_released(scim: Receiver, people: list[str]) -> None:
    operations = [disabling(path) for path in people[:10]]
    assert set(statuses(sent(scim, *operations))) == {"503"}
    release(scim)
    assert set(statuses(sent(scim, *operations))) == {"200"}
    assert active(scim, *people[:10]) == [False] * 10


def test_a_bulk_of_what_changes_nothing_is_not_held(scim: Receiver, people: list[str]) -> None:
    operations = [
        {"method": "PUT", "path": path, "data": user_body(f"user{number}", active=True)}
        for number, path in enumerate(people)
    ]
    assert set(statuses(sent(scim, *operations))) == {"200"}
