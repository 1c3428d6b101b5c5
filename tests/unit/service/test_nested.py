"""Groups in groups: who is in what by which way, no circles, and what a directory hears."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from sbe_scim.protocol import InvalidValue, matches, parse_filter
from sbe_scim.service.records import StoredRecords
from tests.unit.rig import BASE_URL, GROUP, USER, Rig, group_body

Told = dict[str, set[str]]
numbers = count()
# Steps are many requests: a failure is told as it was found.
HISTORIES = settings(max_examples=8, stateful_step_count=10, deadline=None, phases=(Phase.explicit, Phase.generate))


def join(group: str, *members: str) -> tuple[str, dict[str, Any]]:
    return group, {"op": "add", "path": "members", "value": [{"value": member} for member in members]}


def leave(group: str, *members: str) -> tuple[str, dict[str, Any]]:
    named = " or ".join(f'value eq "{member}"' for member in members)
    return group, {"op": "remove", "path": f"members[{named}]"}


def do(rig: Rig, change: tuple[str, dict[str, Any]]) -> Any:
    return rig.patch(GROUP, change[0], change[1])


def groups_of(rig: Rig, user: str) -> dict[str, str]:
    """How somebody is in which group."""
    return {group["value"]: group["type"] for group in rig.get(USER, user).get("groups", [])}


def version(rig: Rig, kind: Any, id: str) -> str:
    return str(rig.get(kind, id)["meta"]["version"])


def heard(rig: Rig) -> Told:
    """Who is in which group, to a directory that has heard everything."""
    found: Told = {}
    for what, id, *more in rig.ports.told:
        if what == "members_changed":
            found.setdefault(id, set()).difference_update(more[1])
            found[id].update(more[0])
        elif what == "group_removed":
            found.pop(id, None)
        elif what == "user_removed":
            for people in found.values():
                people.discard(id)
    return {group: people for group, people in found.items() if people}


@pytest.fixture
def nest(rig: Rig) -> dict[str, str]:
    """ann in Équipe in Service in Direction; bob in Service and Direction; cid in Direction."""
    ids = {name: rig.create_user(name)["id"] for name in ("ann", "bob", "cid")}
    ids["equipe"] = rig.create_group("Équipe", ids["ann"])["id"]
    ids["service"] = rig.create_group("Service", ids["bob"], ids["equipe"])["id"]
    ids["direction"] = rig.create_group("Direction", ids["bob"], ids["cid"], ids["service"])["id"]
    return ids


def test_members_show_what_they_are(rig: Rig, nest: dict[str, str]) -> None:
    group = rig.get(GROUP, nest["service"])
    assert group["members"] == [
        {"value": nest["bob"], "$ref": f"{BASE_URL}/Users/{nest['bob']}", "type": "User", "display": "bob"},
        {"value": nest["equipe"], "$ref": f"{BASE_URL}/Groups/{nest['equipe']}", "type": "Group", "display": "Équipe"},
    ]
    listed = {one["id"]: one.get("members", []) for one in rig.search(GROUP)["Resources"]}
    assert listed[nest["service"]] == group["members"]
    assert [member["type"] for member in listed[nest["direction"]]] == ["User", "User", "Group"]


def test_people_are_in_groups_directly_or_indirectly(rig: Rig, nest: dict[str, str]) -> None:
    equipe, service, direction = nest["equipe"], nest["service"], nest["direction"]
    assert groups_of(rig, nest["ann"]) == {equipe: "direct", service: "indirect", direction: "indirect"}
    assert groups_of(rig, nest["bob"]) == {service: "direct", direction: "direct"}
    assert groups_of(rig, nest["cid"]) == {direction: "direct"}
    by_list = {one["userName"]: [group["display"] for group in one["groups"]] for one in rig.search(USER)["Resources"]}
    assert by_list == {
        "ann": ["Équipe", "Service", "Direction"],
        "bob": ["Service", "Direction"],
        "cid": ["Direction"],
    }


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ('groups.value eq "{direction}"', "ann bob cid"),
        ('groups eq "{service}"', "ann bob"),
        ('groups[value eq "{service}" and type eq "indirect"]', "ann"),
        ('groups[value eq "{direction}" and type eq "direct"]', "bob cid"),
        ('groups[type eq "indirect"]', "ann"),
        ('groups.display eq "direction" and userName sw "a"', "ann"),
        ('groups[display sw "Serv"]', "ann bob"),
        ('groups.type ne "direct"', "ann"),
        ('not (groups.value eq "{service}")', "cid"),
        ('groups.value eq "{service}" or userName eq "cid"', "ann bob cid"),
        ("groups pr", "ann bob cid"),
    ],
)
def test_people_are_found_by_all_their_groups(rig: Rig, nest: dict[str, str], filter: str, found: str) -> None:
    text = filter.format(**nest)
    assert rig.ids(USER, text) == {nest[name] for name in found.split()}
    condition = parse_filter(text, USER)
    assert {one["id"] for one in rig.search(USER)["Resources"] if matches(condition, one)} == rig.ids(USER, text)


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ('members.value eq "{equipe}"', "service"),
        ('members[value eq "{service}" and type eq "Group"]', "direction"),
        ('members[value eq "{service}" and type eq "User"]', ""),
        ('members[type eq "Group"]', "service direction empty outer"),
        ('members.value eq "{ann}"', "equipe"),
        ('members.value eq "{bob}" and displayName sw "S"', "service"),
        ("members pr", "equipe service direction empty outer"),
        ('not (members.type eq "User")', "empty outer nobody"),
    ],
)
def test_groups_are_found_by_their_members(rig: Rig, nest: dict[str, str], filter: str, found: str) -> None:
    nest["nobody"] = rig.create_group("Personne")["id"]
    nest["empty"] = rig.create_group("Vide", nest["nobody"])["id"]
    nest["outer"] = rig.create_group("Autour", nest["empty"])["id"]
    assert rig.ids(GROUP, filter.format(**nest)) == {nest[name] for name in found.split()}


def test_a_membership_moves_the_version_of_its_group_alone(rig: Rig, nest: dict[str, str]) -> None:
    groups = ("equipe", "service", "direction")
    before = {name: version(rig, GROUP, nest[name]) for name in groups}
    do(rig, leave(nest["equipe"], nest["ann"]))
    do(rig, join(nest["equipe"], nest["cid"]))
    assert [version(rig, GROUP, nest[name]) == before[name] for name in groups] == [False, True, True]
    assert {version(rig, USER, nest[name]) for name in ("ann", "bob", "cid")} == {'W/"1"'}
    assert groups_of(rig, nest["cid"]) == {
        nest["equipe"]: "direct",
        nest["direction"]: "direct",
        nest["service"]: "indirect",
    }


def test_an_inner_group_that_is_renamed_or_deleted_moves_those_around_it(rig: Rig, nest: dict[str, str]) -> None:
    before = version(rig, GROUP, nest["service"])
    rig.replace(GROUP, nest["equipe"], group_body("Équipe bis", nest["ann"]))
    assert [one["display"] for one in rig.get(GROUP, nest["service"])["members"]] == ["bob", "Équipe bis"]
    renamed = version(rig, GROUP, nest["service"])
    assert renamed != before
    rig.delete(GROUP, nest["equipe"])
    assert [one["display"] for one in rig.get(GROUP, nest["service"])["members"]] == ["bob"]
    assert version(rig, GROUP, nest["service"]) not in (before, renamed)
    assert groups_of(rig, nest["ann"]) == {}
    rig.delete(GROUP, nest["direction"])
    assert groups_of(rig, nest["bob"]) == {nest["service"]: "direct"}


def test_circles_are_refused(rig: Rig, nest: dict[str, str]) -> None:
    for outer, inner in (
        ("equipe", "equipe"),
        ("equipe", "service"),
        ("equipe", "direction"),
        ("service", "direction"),
    ):
        with pytest.raises(InvalidValue, match="a group cannot be in itself, nor in a group that is in it"):
            do(rig, join(nest[outer], nest[inner]))
        with pytest.raises(InvalidValue, match="a group cannot be in itself"):
            rig.replace(GROUP, nest[outer], group_body("x", nest[inner]))
    # What is left out is no circle any more.
    rig.replace(GROUP, nest["service"], group_body("Service"))
    do(rig, join(nest["equipe"], nest["service"]))
    assert groups_of(rig, nest["ann"]) == {nest["equipe"]: "direct"}


def test_two_requests_that_together_close_a_circle_are_not_both_done(rig: Rig) -> None:
    ids = [rig.create_group(f"g{number}")["id"] for number in range(4)]
    do(rig, join(ids[1], ids[2]))
    do(rig, join(ids[3], ids[0]))

    def close(outer: str, inner: str) -> bool:
        try:
            do(rig, join(outer, inner))
        except InvalidValue:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        for _ in range(10):
            done = list(pool.map(close, (ids[0], ids[2]), (ids[1], ids[3])))
            assert sorted(done) == [False, True]
            do(rig, leave(ids[0], ids[1]) if done[0] else leave(ids[2], ids[3]))


def test_a_type_must_be_the_members_own(rig: Rig, nest: dict[str, str]) -> None:
    for value, kind in ((nest["ann"], "Group"), (nest["equipe"], "User"), (nest["ann"], "Device")):
        body = {"op": "add", "path": "members", "value": [{"value": value, "type": kind}]}
        with pytest.raises(InvalidValue, match="members"):
            rig.patch(GROUP, nest["direction"], body)
    body = {"op": "add", "path": "members", "value": [{"value": nest["equipe"], "type": "group", "$ref": "x"}]}
    rig.patch(GROUP, nest["direction"], body)
    assert rig.get(GROUP, nest["direction"])["members"][-1]["$ref"] == f"{BASE_URL}/Groups/{nest['service']}"
    rig.patch(GROUP, nest["direction"], {"op": "remove", "path": 'members[type eq "Group"]'})
    assert {one["type"] for one in rig.get(GROUP, nest["direction"])["members"]} == {"User"}


def test_a_directory_hears_of_people_in_each_group_around(rig: Rig, nest: dict[str, str]) -> None:
    ann, bob, cid = nest["ann"], nest["bob"], nest["cid"]
    equipe, service, direction = nest["equipe"], nest["service"], nest["direction"]
    assert heard(rig) == {equipe: {ann}, service: {ann, bob}, direction: {ann, bob, cid}}
    do(rig, leave(direction, bob))
    assert heard(rig)[direction] == {ann, bob, cid}
    do(rig, leave(service, bob))
    assert heard(rig) == {equipe: {ann}, service: {ann}, direction: {ann, cid}}
    do(rig, join(equipe, bob))
    assert heard(rig) == {equipe: {ann, bob}, service: {ann, bob}, direction: {ann, bob, cid}}
    do(rig, leave(direction, service))
    assert heard(rig) == {equipe: {ann, bob}, service: {ann, bob}, direction: {cid}}
    rig.replace(GROUP, direction, group_body("Direction", equipe))
    assert heard(rig)[direction] == {ann, bob}
    rig.delete(GROUP, equipe)
    assert heard(rig) == {}


class Histories(RuleBasedStateMachine):
    """Five groups and three people at random, beside a model that walks through everything."""

    rig: Rig
    people: list[str]

    def __init__(self) -> None:
        super().__init__()
        for one in self.rig.search(GROUP)["Resources"]:
            self.rig.delete(GROUP, one["id"])
        self.rig.ports.taken()
        self.groups = [self.rig.create_group(f"g{next(numbers)}")["id"] for _ in range(5)]
        self.members: dict[str, set[str]] = {group: set() for group in self.groups}

    def reached(self, group: str) -> set[str]:
        """Whatever is in a group, by whatever way."""
        found: set[str] = set()
        edge = {group}
        while edge:
            edge = {member for outer in edge for member in self.members.get(outer, ())} - found
            found |= edge
        return found

    @rule(
        outer=st.integers(0, 4),
        chosen=st.sets(st.integers(0, 7), max_size=3),
        way=st.sampled_from(["put", "join", "leave"]),
    )
    def change(self, outer: int, chosen: set[int], way: str) -> None:
        group = self.groups[outer]
        if group not in self.members:
            return
        known = [*self.groups, *self.people]
        named = {known[number] for number in chosen} & {*self.members, *self.people}
        wanted = {"put": named, "join": self.members[group] | named, "leave": self.members[group] - named}[way]
        circle = any(one == group or group in self.reached(one) for one in wanted - self.members[group])
        try:
            if way == "put":
                name = self.rig.get(GROUP, group)["displayName"]
                self.rig.replace(GROUP, group, group_body(name, *sorted(named)))
            elif named:
                do(self.rig, (join if way == "join" else leave)(group, *sorted(named)))
        except InvalidValue:
            assert circle
            return
        assert not circle
        self.members[group] = wanted

    @rule(number=st.integers(0, 4))
    def delete(self, number: int) -> None:
        group = self.groups[number]
        if self.members.pop(group, None) is not None:
            self.rig.delete(GROUP, group)
            for inside in self.members.values():
                inside.discard(group)

    @invariant()
    def everything_is_as_in_the_model(self) -> None:
        effective = {group: self.reached(group) & set(self.people) for group in self.members}
        listed = self.rig.search(USER)["Resources"]
        for one in listed:
            direct = {group for group, inside in self.members.items() if one["id"] in inside}
            indirect = {group for group, inside in effective.items() if one["id"] in inside} - direct
            shown = {group["value"]: group["type"] for group in one.get("groups", [])}
            assert shown == {**dict.fromkeys(direct, "direct"), **dict.fromkeys(indirect, "indirect")}
        for group, inside in effective.items():
            assert self.rig.ids(USER, f'groups.value eq "{group}"') == inside
            present = {member["value"] for member in self.rig.get(GROUP, group).get("members", [])}
            assert present == self.members[group]
        assert heard(self.rig) == {group: inside for group, inside in effective.items() if inside}
        with self.rig.ports.read() as transaction:
            known = StoredRecords(transaction.connection)
            assert {group: set(known.members_of(group)) for group in self.members} == effective
            pairs = {(group, one) for group, inside in effective.items() for one in inside}
            assert set(known.memberships(list(self.members), self.people)) == pairs
            assert {(group, one) for one in self.people for group in known.groups_of(one)} == pairs


def test_every_history_ends_as_a_plain_model_says(rig: Rig) -> None:
    Histories.rig = rig
    Histories.people = [rig.create_user(name)["id"] for name in ("ann", "bob", "cid")]
    run_state_machine_as_test(Histories, settings=HISTORIES)
