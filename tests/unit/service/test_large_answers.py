"""Groups of a hundred thousand: what they cost to read, one by one and in lists."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from sbe_scim.http.responses import text_response
from sbe_scim.protocol import Projection, TooManyResults
from sbe_scim.service import Query, Target, rendering
from sbe_scim.service.text import Text
from tests.unit.rig import GROUP, USER, Rig

MEMBERS = 20_000
#: What SQLite, rows on their way and one piece may take beside the text itself, in bytes.
BESIDE = 1_500_000


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The statements of the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def fill(rig: Rig, group: str, count: int) -> None:
    """Make people and put them into a group; each name has a character that no narrow text can hold."""
    with rig.ports.write() as transaction:
        connection = transaction.connection
        number = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
        columns = "id, type, source, scope, key, display, active, version, created, modified, document"
        values = (
            "substr(:group, 1, 24) || CAST(100000000000 + i AS TEXT), :type, :source, 0, :group || CAST(i AS TEXT),"
            " 'Élodie 🌻' || CAST(i AS TEXT), true, 1, 1, 1, '{}'"
        )
        parameters = {"count": count, "group": group, "source": rig.staff.id, "type": USER.number}
        connection.execute(text(f"INSERT INTO scim_resource ({columns}) {number} SELECT {values} FROM n"), parameters)
        rows = "SELECT g.pk, r.pk, 1 FROM scim_resource r, scim_resource g WHERE g.id = :group AND r.key LIKE :people"
        connection.execute(
            text(f"INSERT INTO scim_membership (group_pk, member_pk, added) {rows}"),
            {"group": group, "people": f"{group}%"},
        )


def peak(action: Callable[[], Text]) -> tuple[int, int]:
    """Bytes that ``action`` took at its worst, and those of the text that it made."""
    tracemalloc.start()
    try:
        pieces = action().pieces()
        return tracemalloc.get_traced_memory()[1], sum(map(len, pieces))
    finally:
        tracemalloc.stop()


def projection(**chosen: str) -> Projection:
    return Projection.parse(chosen.get("attributes"), chosen.get("excluded"), GROUP)


@pytest.mark.parametrize("chosen", [{}, {"attributes": "members"}, {"excluded": "members.$ref"}])
def test_a_large_group_takes_little_more_memory_than_its_text(rig: Rig, chosen: dict[str, str]) -> None:
    group = rig.create_group("Tous")["id"]
    fill(rig, group, MEMBERS)
    read = rig.service.get(rig.call(), Target(GROUP, projection(**chosen), group)).text
    assert read is not None
    assert len(json.loads(str(read))["members"]) == MEMBERS
    taken, length = peak(lambda: rig.service.get(rig.call(), Target(GROUP, projection(**chosen), group)).text or Text())
    assert length > 50 * MEMBERS
    assert taken < length + BESIDE


def test_a_list_of_large_groups_takes_little_more_memory_than_its_text(rig: Rig) -> None:
    for number in range(4):
        fill(rig, rig.create_group(f"Tous {number}")["id"], MEMBERS // 4)
    search = rig.service.prepare(rig.call(), GROUP, Query())
    taken, length = peak(lambda: rig.service.search(rig.call(), search))
    assert length > 50 * MEMBERS
    assert taken < length + BESIDE


def test_a_long_answer_is_sent_in_pieces_that_are_let_go(rig: Rig) -> None:
    group = rig.create_group("Tous")["id"]
    fill(rig, group, MEMBERS)
    answer = rig.service.get(rig.call(), Target(GROUP, projection(), group)).text
    assert answer is not None
    pieces = answer.pieces()
    whole, most = b"".join(pieces), max(map(len, pieces))
    response = text_response(answer)
    sent: list[bytes] = []
    left: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            sent.append(message["body"])
            left.append(len(pieces))

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    asyncio.run(response({"type": "http", "asgi": {"spec_version": "2.4"}}, receive, send))
    assert b"".join(sent) == whole
    assert most < 400_000
    assert left == [*range(len(left) - 2, -1, -1), 0]
    assert response.headers["content-length"] == str(len(whole))


@pytest.mark.parametrize("kind", [USER, GROUP])
def test_a_list_takes_as_many_statements_for_many_as_for_two(engine: Engine, rig: Rig, kind: Any) -> None:
    people = [rig.create_user(f"u{number}")["id"] for number in range(20)]
    for number in range(20):
        rig.create_group(f"g{number}", *people[: number + 1])
    counted = {}
    for count in (2, 20):
        with statements(engine) as seen:
            found = rig.search(kind, 'userName sw "u"' if kind is USER else 'displayName sw "g"', 1, count)
        assert len(found["Resources"]) == count
        assert all(one["groups" if kind is USER else "members"] for one in found["Resources"])
        counted[count] = len([statement for statement in seen if "count(" not in statement])
    assert counted[2] == counted[20] <= 4


def test_each_group_of_a_list_shows_its_own_members(rig: Rig) -> None:
    people = [rig.create_user(f"u{number}")["id"] for number in range(3)]
    wanted = {"none": (), "all": people, "also none": (), "last": people[2:], "first": people[:1]}
    for name, chosen in wanted.items():
        rig.create_group(name, *chosen)
    found = {
        group["displayName"]: [member["value"] for member in group.get("members", ())]
        for group in rig.search(GROUP)["Resources"]
    }
    assert found == {name: list(chosen) for name, chosen in wanted.items()}


CHOICES: dict[str, set[str]] = {
    "members": {"value", "$ref", "type", "display"},
    "members.value": {"value"},
    "members.display": {"display"},
    "members.type": {"type"},
    "members.$ref": {"$ref"},
    "members.value,members.display": {"value", "display"},
    "displayName,members.$ref,members.type": {"$ref", "type"},
}


@pytest.mark.parametrize("attributes", CHOICES)
def test_parts_of_members_are_chosen(rig: Rig, attributes: str) -> None:
    ann = rig.create_user("ann", displayName='Ann "the" é')["id"]
    group = rig.create_group("Élus", ann)
    text = rig.service.get(rig.call(), Target(GROUP, projection(attributes=attributes), group["id"])).text
    (member,) = json.loads(str(text))["members"]
    assert member == {key: value for key, value in group["members"][0].items() if key in CHOICES[attributes]}
    without = rig.service.get(rig.call(), Target(GROUP, projection(excluded="members.display"), group["id"])).text
    (member,) = json.loads(str(without))["members"]
    assert member.keys() == {"value", "$ref", "type"}


def test_a_list_of_groups_with_too_many_members_is_refused_with_what_to_do(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [rig.create_user(f"u{number}")["id"] for number in range(4)]
    rig.create_group("a", *people)
    rig.create_group("b", *people)
    monkeypatch.setattr(rendering, "MOST_IN_A_LIST", 7)
    with pytest.raises(TooManyResults, match=r"count.*excludedAttributes=members"):
        rig.search(GROUP)
    monkeypatch.setattr(rendering, "MOST_IN_A_LIST", 2)
    assert len(rig.search(GROUP, count=1)["Resources"][0]["members"]) == 4
    lean = rig.service.prepare(rig.call(), GROUP, Query(excluded="members"))
    assert json.loads(str(rig.service.search(rig.call(), lean)))["itemsPerPage"] == 2
