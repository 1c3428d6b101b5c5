"""Groups of a hundred thousand: what they cost to read, one by one and in lists."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.engine import Engine

from sbe_scim.http.responses import text_response
from sbe_scim.protocol import Projection, TooManyResults
from sbe_scim.service import Query, Target, rendering
from sbe_scim.service.long_groups import HELD
from sbe_scim.service.text import Text
from sbe_scim.store import tables
from sbe_scim.store.resources import CHUNK
from tests.unit.rig import BASE_URL, GROUP, USER, Rig

MEMBERS = 20_000
#: What SQLite, rows on their way and one piece may take beside the text itself, in bytes.
BESIDE = 1_500_000
#: By which two readings of the same may differ, in bytes.
SLACK = 100_000


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


def begun(rig: Rig, group: str, **chosen: str) -> Iterator[bytes]:
    """The pieces of a large group."""
    outcome = rig.service.get(rig.call(), Target(GROUP, projection(**chosen), group))
    assert (outcome.status, outcome.text) == (200, None)
    assert outcome.pieces is not None
    return outcome.pieces


def read(pieces: Iterator[bytes]) -> Any:
    return json.loads(b"".join(pieces))


@pytest.mark.parametrize("chosen", [{}, {"attributes": "members"}, {"excluded": "members.$ref"}])
def test_a_large_group_takes_the_memory_of_a_piece_and_no_more_for_more_members(
    rig: Rig, chosen: dict[str, str]
) -> None:
    taken = {}
    for members in (MEMBERS // 4, MEMBERS):
        group = rig.create_group(f"Tous {members}")["id"]
        fill(rig, group, members)
        assert len(read(begun(rig, group, **chosen))["members"]) == members
        tracemalloc.start()
        try:
            length = sum(map(len, begun(rig, group, **chosen)))
            taken[members] = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert length > 50 * members
    # A pk each, and as much again while their list grows.
    assert taken[MEMBERS] < taken[MEMBERS // 4] + 16 * MEMBERS + SLACK


def test_a_large_group_is_what_it_was_when_it_was_asked_for(rig: Rig) -> None:
    inner = rig.create_group("Élus")["id"]
    group = rig.create_group("Tous", inner)["id"]
    fill(rig, group, 2 * HELD)
    before = rig.get(GROUP, group)
    pieces = begun(rig, group)
    first = [next(pieces), next(pieces)]
    last = before["members"][2 * HELD - 1]["value"]
    rig.let_everybody_go()
    rig.delete(USER, last)
    rig.delete(GROUP, inner)
    rig.create_user("zoe")
    rig.patch(GROUP, group, {"op": "remove", "path": f'members[value eq "{before["members"][-2]["value"]}"]'})
    assert json.loads(b"".join((*first, *pieces))) == before
    now = rig.get(GROUP, group)
    assert len(now["members"]) == len(before["members"]) - 2
    assert now["meta"]["version"] != before["meta"]["version"]


def test_somebody_may_be_in_more_groups_than_a_large_group_has_members(rig: Rig) -> None:
    ann = rig.create_user("ann")["id"]
    with rig.ports.write() as transaction:
        connection = transaction.connection
        (pk,) = connection.execute(text("SELECT pk FROM scim_resource WHERE id = :ann"), {"ann": ann}).one()
        groups = [{"id": f"00000000-0000-4000-8000-{number:012}", "key": f"g{number}"} for number in range(HELD + 1)]
        alike = {"type": GROUP.number, "source": rig.staff.id, "scope": rig.staff.id, "active": True, "document": "{}"}
        alike |= {"display": "g", "version": 1, "created": 1, "modified": 1}
        connection.execute(insert(tables.resource), [alike | group for group in groups])
        connection.execute(
            text(
                "INSERT INTO scim_membership (group_pk, member_pk, added)"
                " SELECT pk, :pk, 1 FROM scim_resource WHERE type = :type"
            ),
            {"pk": pk, "type": GROUP.number},
        )
    assert len(rig.get(USER, ann)["groups"]) == HELD + 1


def test_a_large_group_holds_no_transaction_while_it_is_sent(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    group = rig.create_group("Tous")["id"]
    fill(rig, group, 2 * HELD)
    opened, closed = 0, 0
    begin = type(rig.ports).read

    @contextmanager
    def counted(ports: Any) -> Iterator[Any]:
        nonlocal opened, closed
        opened += 1
        with begin(ports) as transaction:
            yield transaction
        closed += 1

    monkeypatch.setattr(type(rig.ports), "read", counted)
    for _ in begun(rig, group):
        assert opened == closed
    assert opened > 2 * HELD // CHUNK


@pytest.mark.parametrize("members", [HELD - 1, HELD, HELD + 1, HELD + 2, 2 * CHUNK, 2 * CHUNK + 1])
def test_a_group_of_any_size_shows_the_same_members_in_the_same_order(rig: Rig, members: int) -> None:
    inner = rig.create_group("Élus")["id"]
    group = rig.create_group("Tous", inner)["id"]
    fill(rig, group, members - 1)
    shown = rig.get(GROUP, group)["members"]
    people = [f"{group[:24]}{100_000_000_000 + number}" for number in range(1, members)]
    assert [member["value"] for member in shown] == [*people, inner]
    assert {member["type"] for member in shown} == {"User", "Group"}
    assert shown[0] == {
        "value": people[0],
        "$ref": f"{BASE_URL}/Users/{people[0]}",
        "type": "User",
        "display": "Élodie 🌻1",
    }
    assert shown == rig.search(GROUP, 'displayName eq "Tous"')["Resources"][0]["members"]


def test_a_list_of_large_groups_takes_little_more_memory_than_its_text(rig: Rig) -> None:
    for number in range(4):
        fill(rig, rig.create_group(f"Tous {number}")["id"], MEMBERS // 4)
    search = rig.service.prepare(rig.call(), GROUP, Query())
    taken, length = peak(lambda: rig.service.search(rig.call(), search))
    assert length > 50 * MEMBERS
    assert taken < length + BESIDE


def test_a_long_answer_is_sent_in_pieces_that_are_let_go(rig: Rig) -> None:
    fill(rig, rig.create_group("Tous")["id"], MEMBERS)
    answer = rig.service.search(rig.call(), rig.service.prepare(rig.call(), GROUP, Query()))
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
