"""Any bulk leaves, and answers, what its operations come to one by one, each behind those that it refers to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sbe_scim.store import open_database, sources
from tests.unit.http.client import BASE_URL, Receiver, receiver
from tests.unit.http.test_bulk import post, request
from tests.unit.rig import ENTERPRISE_URN, group_body, patch_body, user_body

PEOPLE = st.sampled_from(["u0", "u1", "u2", "u3"])
GROUPS = st.sampled_from(["g0", "g1"])
_runs = count()


@dataclass(frozen=True)
class Op:
    """One operation: what it does, with which bulkId, and to which others it refers."""

    kind: str
    name: str
    value: str = ""
    others: tuple[str, ...] = ()

    @property
    def creates(self) -> bool:
        return self.kind in ("user", "group")

    @property
    def needs(self) -> tuple[str, ...]:
        return self.others if self.creates else (self.name, *self.others)


OPERATIONS = st.one_of(
    st.builds(Op, st.just("user"), PEOPLE, st.sampled_from(["ann", "bob", "carl"]), st.tuples(PEOPLE | GROUPS)),
    st.builds(Op, st.just("user"), PEOPLE, st.sampled_from(["ann", "bob", "carl"])),
    st.builds(Op, st.just("group"), GROUPS, st.sampled_from(["club", "crew"]), st.lists(PEOPLE, max_size=3).map(tuple)),
    st.builds(Op, st.just("title"), PEOPLE, st.sampled_from(["x", "y"])),
    st.builds(Op, st.just("join"), GROUPS, st.just(""), st.tuples(PEOPLE)),
    st.builds(Op, st.just("leave"), GROUPS, st.just(""), st.tuples(PEOPLE)),
    st.builds(Op, st.just("delete"), PEOPLE | GROUPS),
)


def sent(op: Op, run: int) -> dict[str, Any]:
    """The operation as a client sends it; names are those of one run."""
    change: dict[str, Any]
    others = [f"bulkId:{other}" for other in op.others]
    path = f"/{'Users' if op.name.startswith('u') else 'Groups'}/bulkId:{op.name}"
    match op.kind:
        case "user":
            more: dict[str, Any] = {}
            if others and op.others[0].startswith("u"):
                more = {ENTERPRISE_URN: {"manager": {"value": others[0]}}}
            elif others:
                more = {"entitlements": [{"value": others[0]}]}
            return post(op.name, user_body(f"{run}-{op.value}", **more))
        case "group":
            return post(op.name, group_body(f"{run}-{op.value}", *others))
        case "title":
            change = {"op": "replace", "path": "title", "value": op.value}
        case "join":
            change = {"op": "add", "path": "members", "value": [{"value": others[0]}]}
        case "leave":
            change = {"op": "remove", "path": f'members[value eq "{others[0]}"]'}
        case _:
            return {"method": "DELETE", "path": path}
    body = patch_body(change)
    return {"method": "PATCH", "path": path, "data": body}


@dataclass
class Model:
    """What there is, by bulkId, and the status of each operation by its place."""

    operations: list[Op]
    most: int | None
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    groups: dict[str, tuple[str, set[str]]] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    statuses: dict[int, int] = field(default_factory=dict)

    def run(self) -> None:
        makers: dict[str, int] = {}
        for place, op in enumerate(self.operations):
            if op.creates:
                makers.setdefault(op.name, place)
        needs = {
            place: [] if self._twice(place, makers) else [makers[name] for name in op.needs if name in makers]
            for place, op in enumerate(self.operations)
        }
        reached = {place: self._reached(place, needs) for place in needs}
        seen: set[int] = set()
        for place in needs:
            for circle in self._visit(place, needs, reached, seen):
                if self.most is not None and sum(status >= 400 for status in self.statuses.values()) >= self.most:
                    return
                self._do(circle, makers, place in reached[place] if len(circle) == 1 else True)

    def _twice(self, place: int, makers: dict[str, int]) -> bool:
        op = self.operations[place]
        return op.creates and makers[op.name] != place

    def _reached(self, place: int, needs: dict[int, list[int]]) -> set[int]:
        reached: set[int] = set()
        waiting = list(needs[place])
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting += needs[one]
        return reached

    def _visit(
        self, place: int, needs: dict[int, list[int]], reached: dict[int, set[int]], seen: set[int]
    ) -> Iterator[list[int]]:
        """Circles, each behind what it needs; the first of a circle that is met brings in the others."""
        if place in seen:
            return
        circle = [place, *(one for one in sorted(reached[place]) if one != place and place in reached[one])]
        first = seen.isdisjoint(circle)
        seen.add(place)
        for other in needs[place]:
            yield from self._visit(other, needs, reached, seen)
        if first:
            yield circle

    def _do(self, circle: list[int], makers: dict[str, int], circular: bool) -> None:
        faults = {place: self._fault(place, circle, makers) for place in circle}
        if not any(faults.values()):
            before = {**self.people}, {name: (title, {*members}) for name, (title, members) in self.groups.items()}
            for place in sorted(circle, key=lambda one: self.operations[one].kind == "group"):
                self.statuses[place] = self._apply(self.operations[place])
                if self.statuses[place] >= 400 and len(circle) > 1:
                    faults[place] = self.statuses[place]
                    self.people, self.groups = before
                    break
        if any(faults.values()):
            self.statuses |= {place: fault or 409 for place, fault in faults.items()}
        self.made |= {
            op.name for place in circle if (op := self.operations[place]).creates and self.statuses[place] < 400
        }

    def _fault(self, place: int, circle: list[int], makers: dict[str, int]) -> int:
        op = self.operations[place]
        if self._twice(place, makers) or any(name not in makers for name in op.needs):
            return 400
        return 409 if any(name not in self.made and makers[name] not in circle for name in op.needs) else 0

    def _apply(self, op: Op) -> int:
        if op.kind == "user":
            if any(person["name"] == op.value for person in self.people.values()):
                return 409
            self.people[op.name] = {"name": op.value} | ({"refers": op.others[0]} if op.others else {})
            return 201
        if op.kind == "group":
            if any(title == op.value for title, _ in self.groups.values()):
                return 409
            if any(other not in self.people for other in op.others):
                return 400
            self.groups[op.name] = (op.value, set(op.others))
            return 201
        if op.name not in self.people and op.name not in self.groups:
            return 404
        if op.kind == "title":
            self.people[op.name]["title"] = op.value
        elif op.kind == "join":
            if op.others[0] not in self.people:
                return 400
            self.groups[op.name][1].add(op.others[0])
        elif op.kind == "leave":
            self.groups[op.name][1].discard(op.others[0])
        else:
            self.people.pop(op.name, None)
            self.groups.pop(op.name, None)
            for _, members in self.groups.values():
                members.discard(op.name)
            return 204
        return 200


@pytest.fixture(scope="module")
def scim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """One receiver for all examples."""
    with receiver(tmp_path_factory.mktemp("bulk")) as running:
        engine = open_database(running.settings.database)
        with engine.begin() as connection:
            # Together they delete more than a storm guard lets through.
            sources.change(connection, "staff", storm_limit=None)
        engine.dispose()
        yield running


@settings(max_examples=60, deadline=None)
@given(st.lists(OPERATIONS, min_size=1, max_size=12), st.none() | st.integers(1, 3))
def test_a_bulk_is_its_operations_one_by_one(scim: Receiver, operations: list[Op], most: int | None) -> None:
    run = next(_runs)
    model = Model(operations, most)
    model.run()
    more = {} if most is None else {"failOnErrors": most}
    answers = scim.post("/Bulk", request(*(sent(op, run) for op in operations), **more)).json()["Operations"]
    assert [int(answer["status"]) for answer in answers] == [status for _, status in sorted(model.statuses.items())]
    names = {answer["location"]: answer["bulkId"] for answer in answers if answer["status"] == "201"}
    assert _people(scim, run, names) == model.people
    assert _groups(scim, run, names) == model.groups


def _people(scim: Receiver, run: int, names: dict[str, str]) -> dict[str, dict[str, str]]:
    found = {}
    for user in scim.get(f'/Users?filter=userName sw "{run}-"').json()["Resources"]:
        person = {"name": user["userName"].partition("-")[2]}
        if "title" in user:
            person["title"] = user["title"]
        if "manager" in user.get(ENTERPRISE_URN, {}):
            person["refers"] = names[f"{BASE_URL}/Users/{user[ENTERPRISE_URN]['manager']['value']}"]
        if "entitlements" in user:
            person["refers"] = names[f"{BASE_URL}/Groups/{user['entitlements'][0]['value']}"]
        found[names[user["meta"]["location"]]] = person
    return found


def _groups(scim: Receiver, run: int, names: dict[str, str]) -> dict[str, tuple[str, set[str]]]:
    return {
        names[group["meta"]["location"]]: (
            group["displayName"].partition("-")[2],
            {names[member["$ref"]] for member in group.get("members", ())},
        )
        for group in scim.get(f'/Groups?filter=displayName sw "{run}-"').json()["Resources"]
    }
