"""An attribute of an extension that is published as unique is unique among all resources, whatever brings a value."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sbe_scim.protocol import DefinitionError, ResourceType, Uniqueness
from sbe_scim.service import shadow_reports
from sbe_scim.service.circle import Create
from sbe_scim.service.going_live import StillTaken, go_live
from sbe_scim.service.registering import registered
from sbe_scim.store import Source, indexing, sources
from tests.unit.rig import USER_URN, Rig, target, user_body
from tests.unit.service.test_extensions import URN, town
from tests.unit.service.test_races import AT_ONCE, together
from tests.unit.service.test_restoring import refusal, restore

BADGE: dict[str, Any] = {"name": "badge", "uniqueness": "server"}
UNIQUE: list[dict[str, Any]] = [
    BADGE,
    {"name": "codes", "uniqueness": "global", "caseExact": True, "multiValued": True},
    {"name": "floor", "type": "integer", "uniqueness": "server"},
    {
        "name": "keys",
        "type": "complex",
        "multiValued": True,
        "subAttributes": [{"name": "value", "uniqueness": "server"}, {"name": "type"}],
    },
    {"name": "motto"},
]


def body(name: str, **attributes: Any) -> dict[str, Any]:
    return user_body(name, **{"schemas": [USER_URN, URN], "externalId": name, URN: attributes})


def taken(action: Callable[[], Any], path: str) -> None:
    """It is refused, and the refusal names the attribute and nobody."""
    with pytest.raises(Uniqueness) as refused:
        action()
    assert (refused.value.reason, refused.value.detail) == ("value_taken", f"another resource has this {URN}:{path}")


@pytest.mark.parametrize(
    ("held", "wanted", "path"),
    [
        ({"badge": "A-7"}, {"badge": "a-7"}, "badge"),
        ({"badge": "x" * 300}, {"badge": "X" * 300}, "badge"),
        ({"codes": ["a", "b"]}, {"codes": ["c", "b"]}, "codes"),
        ({"floor": -3}, {"floor": -3}, "floor"),
        ({"keys": [{"value": "k1", "type": "a"}]}, {"keys": [{"value": "k0"}, {"value": "K1"}]}, "keys.value"),
    ],
)
def test_a_value_that_somebody_has_is_refused_whatever_brings_it(rig: Rig, held: Any, wanted: Any, path: str) -> None:
    kind = town(rig, *UNIQUE)
    ann = rig.create(kind, body("ann", **held))
    for source in (rig.staff, rig.other):
        taken(lambda source=source: rig.create(kind, body("bob", **wanted), source), path)  # type: ignore[misc]
    bob = rig.create(kind, body("bob"), rig.other)["id"]
    taken(lambda: rig.replace(kind, bob, body("bob", **wanted), rig.other), path)
    change = {"op": "replace", "value": {URN: wanted}}
    taken(lambda: rig.patch(kind, bob, change, source=rig.other), path)
    assert rig.get(kind, bob, rig.other).get(URN) is None
    assert rig.get(kind, ann["id"]) == ann
    rig.delete(kind, ann["id"])
    assert rig.patch(kind, bob, change, source=rig.other)[URN] == wanted


def test_what_is_nobodys_and_what_is_ones_own_passes(rig: Rig) -> None:
    kind = town(rig, *UNIQUE)
    values = {
        "badge": "1",
        "codes": ["a", "A", "a"],
        "floor": 1,
        "keys": [{"value": "k", "type": "x"}],
        "motto": "same",
    }
    ann = rig.create(kind, body("ann", **values))
    assert rig.replace(kind, ann["id"], body("ann", **values)) == ann
    assert rig.patch(kind, ann["id"], {"op": "replace", "path": f"{URN}:motto", "value": "other"})[URN]["badge"] == "1"
    others = {"badge": "2", "codes": ["b"], "floor": 2, "keys": [{"value": "l", "type": "x"}], "motto": "same"}
    rig.create(kind, body("bob", **others))
    rig.patch(kind, ann["id"], {"op": "replace", "path": f"{URN}:badge", "value": "3"})
    assert rig.create(kind, body("carl", badge="1"))[URN] == {"badge": "1"}


def test_a_long_value_is_compared_to_its_end(rig: Rig) -> None:
    kind = town(rig, BADGE)
    rig.create(kind, body("ann", badge="x" * 400 + "a"))
    assert rig.create(kind, body("bob", badge="x" * 400 + "b"))


def test_who_comes_back_has_no_value_that_is_another_s_by_now(rig: Rig) -> None:
    kind = town(rig, BADGE)
    ann = rig.create(kind, body("ann", badge="7"))["id"]
    rig.delete(kind, ann)
    bob = rig.create(kind, body("bob", badge="7"))["id"]
    assert refusal(rig, ann, kind).endswith(f"cannot come back: another resource has this {URN}:badge")
    rig.delete(kind, bob)
    restore(rig, ann, kind)
    taken(lambda: rig.create(kind, body("carl", badge="7")), "badge")
    assert rig.create(kind, body("ann", badge="7"))["id"] == ann
    rig.patch(kind, ann, {"op": "replace", "path": "active", "value": False})
    taken(lambda: rig.create(kind, body("carl", badge="7")), "badge")
    assert rig.create(kind, body("ann", badge="7"))["id"] == ann


def test_of_many_who_bring_one_value_at_once_one_has_it(rig: Rig) -> None:
    kind = town(rig, BADGE)
    people = [rig.create(kind, body(f"old{number}"))["id"] for number in range(AT_ONCE)]
    change = {"op": "add", "path": f"{URN}:badge", "value": "7"}
    creates = [lambda n=n: rig.create(kind, body(f"new{n}", badge="7")) for n in range(AT_ONCE)]
    changes = [lambda id=id: rig.patch(kind, id, change) for id in people]
    results = together([*creates, *changes])
    assert sum(isinstance(result, dict) for result in results) == 1, results
    assert sum(isinstance(result, Uniqueness) for result in results) == 2 * AT_ONCE - 1
    assert rig.search(kind, f'{URN}:badge eq "7"')["totalResults"] == 1


def test_what_is_stored_twice_cannot_be_declared_unique(rig: Rig) -> None:
    kind = town(rig, BADGE | {"uniqueness": "none"})
    ann, bob = (rig.create(kind, body(name, badge="7"))["id"] for name in ("ann", "bob"))
    with pytest.raises(DefinitionError, match="badge: two resources have the same value"):
        town(rig, BADGE)
    assert rig.create(kind, body("carl", badge="7"))
    rig.delete(kind, bob)
    rig.replace(kind, rig.search(kind, 'userName eq "carl"')["Resources"][0]["id"], body("carl"))
    kind = town(rig, BADGE)
    taken(lambda: rig.create(kind, body("dan", badge="7")), "badge")
    rig.delete(kind, ann)
    assert rig.create(kind, body("dan", badge="7"))


def test_what_compares_otherwise_is_indexed_before_it_is_unique(rig: Rig) -> None:
    kind = town(rig, BADGE)
    rig.create(kind, body("ann", badge="A"))
    with pytest.raises(DefinitionError, match="badge: run sbe-scim index without uniqueness first"):
        town(rig, BADGE | {"caseExact": True})
    town(rig, BADGE | {"caseExact": True, "uniqueness": "none"})
    with rig.ports.write() as transaction:
        while indexing.step(transaction.connection, registered(transaction.connection), 10)[0]:
            pass
    kind = town(rig, BADGE | {"caseExact": True})
    assert rig.create(kind, body("bob", badge="a"))
    taken(lambda: rig.create(kind, body("carl", badge="A")), "badge")


VALUES = st.lists(st.sampled_from(("a", "A", "b", "c")), max_size=2)
_examples = itertools.count()


class Model:
    """What a dictionary would hold: the codes of everybody who is there, or was."""

    def __init__(self, rig: Rig, kind: ResourceType) -> None:
        self._rig, self._kind = rig, kind
        self._example = next(_examples)
        self._numbers = itertools.count()
        self.there: dict[str, tuple[str, Source, set[str]]] = {}
        self.gone: dict[str, tuple[str, Source, set[str]]] = {}

    def free(self, codes: set[str], but: str | None = None) -> bool:
        return not any(codes & held for id, (_, _, held) in self.there.items() if id != but)

    def create(self, source: Source, codes: list[str]) -> None:
        name = f"p{next(self._numbers)}-{self._example}"
        content = body(name, codes=self._own(codes))
        if not self.free(set(codes)):
            taken(lambda: self._rig.create(self._kind, content, source), "codes")
            return
        self.there[self._rig.create(self._kind, content, source)["id"]] = (name, source, set(codes))

    def change(self, id: str, codes: list[str], *, put: bool) -> None:
        name, source, _ = self.there[id]
        path = {"op": "replace", "path": f"{URN}:codes", "value": self._own(codes)}

        def act() -> None:
            if put:
                self._rig.replace(self._kind, id, body(name, codes=self._own(codes)), source)
            else:
                self._rig.patch(self._kind, id, path, source=source)

        if not self.free(set(codes), id):
            taken(act, "codes")
            return
        act()
        self.there[id] = (name, source, set(codes))

    def delete(self, id: str) -> None:
        self._rig.delete(self._kind, id, self.there[id][1])
        self.gone[id] = self.there.pop(id)

    def restore(self, id: str) -> None:
        if not self.free(self.gone[id][2]):
            refusal(self._rig, id, self._kind)
            return
        restore(self._rig, id, self._kind)
        self.there[id] = self.gone.pop(id)

    def _own(self, codes: list[str]) -> list[str]:
        """Of this example alone."""
        return [f"{code}-{self._example}" for code in codes]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def check_against_a_dictionary(rig: Rig, kind: ResourceType, data: st.DataObject) -> None:
    model = Model(rig, kind)
    for _ in range(data.draw(st.integers(1, 12))):
        step = data.draw(st.sampled_from(("create", "create", "patch", "put", "delete", "restore")))
        if step == "create":
            model.create(data.draw(st.sampled_from((rig.staff, rig.other))), data.draw(VALUES))
        elif step == "restore" and model.gone:
            model.restore(data.draw(st.sampled_from(sorted(model.gone))))
        elif step != "restore" and model.there:
            id = data.draw(st.sampled_from(sorted(model.there)))
            if step == "delete":
                model.delete(id)
            else:
                model.change(id, data.draw(VALUES), put=step == "put")


def test_any_sequence_of_requests_keeps_values_apart(rig: Rig) -> None:
    with rig.ports.write() as transaction:
        for name in ("staff", "other"):
            setattr(rig, name, sources.change(transaction.connection, name, storm_limit=None))
    check_against_a_dictionary(rig, town(rig, *UNIQUE))


def test_of_those_who_come_in_a_circle_with_one_value_nobody_is_made(rig: Rig) -> None:
    kind = town(rig, BADGE)
    creates = [
        Create(name, target(kind), lambda _ids, name=name: body(name, badge="7"))  # type: ignore[misc]
        for name in ("ann", "bob")
    ]
    outcomes = rig.service.create_circle(rig.call(), creates, {})
    assert [outcome.refusal and outcome.refusal.reason for outcome in outcomes][1] == "value_taken"
    assert rig.search(kind)["totalResults"] == 0


def test_who_is_in_the_shadow_is_in_nobodys_way_until_they_leave_it(rig: Rig) -> None:
    kind = town(rig, BADGE)
    with rig.ports.write() as writing:
        trial = sources.add(writing.connection, "trial", shadow=True)
    ann = rig.create(kind, body("ann", badge="1"), trial)["id"]
    taken(lambda: rig.create(kind, body("bob", badge="1"), trial), "badge")
    live = rig.create(kind, body("carl", badge="1"))["id"]
    taken(lambda: rig.create(kind, body("dora", badge="1"), trial), "badge")
    with pytest.raises(StillTaken) as refused:
        go_live(rig.ports, rig.ports, "trial")
    assert [(one.found.id, one.reason) for one in refused.value.found] == [(ann, "value_taken")]
    (line,) = (one for one in shadow_reports.report(rig.ports, rig.ports, trial) if one.id == ann)
    assert (line.what, line.reason) == (shadow_reports.REFUSE, "value_taken")

    rig.delete(kind, live)
    go_live(rig.ports, rig.ports, "trial")
    taken(lambda: rig.create(kind, body("carl", badge="1")), "badge")
