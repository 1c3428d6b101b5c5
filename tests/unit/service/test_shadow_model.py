"""A source in shadow mode answers any sequence of requests as a live one answers it in a receiver of its own.

Then it goes live, and the directory has what the other one's has.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sbe_scim.protocol import ScimError
from sbe_scim.service import Query
from sbe_scim.service.going_live import go_live
from sbe_scim.store import Source, migrate, open_database, sources
from tests.unit.rig import GROUP, USER, Recording, Rig, group_body, patch_body, target, user_body

NAMES = st.sampled_from(["ann", "ANN", "bob", "Élodie"])
#: Which of the resources that there are.
WHICH = st.integers(0, 5)
MAILS = st.sampled_from([None, "ann@example.org", "ANN@example.org", "bob@example.org"])
IDS = st.sampled_from([None, "e1", "e2"])
FILTERS = (
    'userName eq "ANN"',
    'userName sw "a"',
    'externalId eq "e1"',
    'active eq false or emails.value eq "bob@example.org"',
    'groups.display eq "ann"',
)
STEPS = st.one_of(
    st.tuples(st.just("user"), NAMES, MAILS, IDS, st.booleans()),
    st.tuples(st.just("group"), NAMES, st.lists(WHICH, max_size=3)),
    st.tuples(st.just("put"), WHICH, NAMES, MAILS, IDS),
    st.tuples(st.just("switch"), WHICH, st.booleans()),
    st.tuples(st.just("rename"), WHICH, NAMES),
    st.tuples(st.just("join"), WHICH, WHICH),
    st.tuples(st.just("leave"), WHICH, WHICH),
    st.tuples(st.just("delete"), WHICH),
    st.tuples(st.just("delete group"), WHICH),
)


@dataclass
class Provider:
    """One source, the ids that it was given, in their order, and what it was answered, with numbers for ids."""

    rig: Rig
    source: Source
    people: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)

    def do(self, step: tuple[Any, ...]) -> None:
        """Ask for one thing, and look at everything."""
        kind, *said = step
        service, call = self.rig.service, self.rig.call(self.source)
        if kind in ("user", "group"):
            of, ids = (USER, self.people) if kind == "user" else (GROUP, self.groups)
            outcome = service.create(call, target(of), self._body(kind, said))
            if outcome.refusal is None and outcome.id not in ids:
                ids.append(str(outcome.id))
        else:
            of, ids = (GROUP, self.groups) if kind in ("join", "leave", "delete group") else (USER, self.people)
            if said[0] >= len(ids) or (kind in ("join", "leave") and said[1] >= len(self.people)):
                return
            aimed = target(of, ids[said[0]])
            if kind == "put":
                outcome = service.replace(call, aimed, self._body("user", [*said[1:], True]))
            elif kind.startswith("delete"):
                outcome = service.delete(call, aimed)
            else:
                outcome = service.patch(call, aimed, patch_body(self._change(kind, said)))
        self.answers.append(self._told(outcome.refusal, outcome.status, outcome.effect, outcome.text))
        self._look()

    def _body(self, kind: str, said: list[Any]) -> dict[str, Any]:
        if kind == "group":
            return group_body(said[0], *(self.people[one] for one in said[1] if one < len(self.people)))
        name, mail, external_id, active = said
        more = {"externalId": external_id, "emails": [{"value": mail, "primary": True}] if mail else None}
        return user_body(name, active=active, **{key: value for key, value in more.items() if value is not None})

    def _change(self, kind: str, said: list[Any]) -> dict[str, Any]:
        if kind == "switch":
            return {"op": "replace", "path": "active", "value": said[1]}
        if kind == "rename":
            return {"op": "replace", "path": "userName", "value": said[1]}
        if kind == "join":
            return {"op": "add", "path": "members", "value": [{"value": self.people[said[1]]}]}
        return {"op": "remove", "path": f'members[value eq "{self.people[said[1]]}"]'}

    def _look(self) -> None:
        service = self.rig.service
        queries = [Query(), Query(sort_by="userName", cursor="", count="2"), *(Query(one) for one in FILTERS)]
        for kind, asked in ((USER, queries), (GROUP, [Query(sort_by="displayName"), Query('displayName eq "ann"')])):
            for query in asked:
                call = self.rig.call(self.source)
                found = service.search(call, service.prepare(call, kind, query))
                self.answers.append(self._told(None, 200, None, found))

    def _told(self, refusal: ScimError | None, status: int, effect: str | None, text: Any) -> Any:
        body = None if text is None else self._anonymous(json.loads(str(text)))
        return status, effect, refusal and (refusal.reason, refusal.scim_type, refusal.detail), body

    def _anonymous(self, value: Any) -> Any:
        """Without what no two receivers have in common: ids are numbers, there are no dates and cursors."""
        if isinstance(value, dict):
            left_out = ("created", "lastModified", "location", "$ref", "nextCursor")
            return {key: self._anonymous(one) for key, one in value.items() if key not in left_out}
        if isinstance(value, list):
            return [self._anonymous(one) for one in value]
        for ids in (self.people, self.groups):
            if value in ids:
                return ids.index(value)
        return value

    def hosted(self) -> tuple[set[int], dict[int, set[int]]]:
        """Who of those that may sign in has an account, and the members of the groups, as the directory was told."""
        accounts: dict[int, bool] = {}
        rooms: dict[int, set[int]] = {}
        for name, key, *said in self.rig.ports.everything:
            known = self.people if name.startswith("user") else self.groups
            if key not in known:
                continue
            number = known.index(key)
            if name == "user_saved":
                accounts[number] = said[1]
            elif name == "user_removed":
                accounts.pop(number, None)
                rooms = {room: members - {number} for room, members in rooms.items()}
            elif name == "group_saved":
                rooms.setdefault(number, set())
            elif name == "group_removed":
                rooms.pop(number, None)
            elif name == "members_changed":
                joined, left = ({self.people.index(one) for one in part} for part in said)
                rooms[number] = (rooms.get(number, set()) | joined) - left
        active = {number for number, is_so in accounts.items() if is_so}
        return active, rooms


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with tables and nothing else."""
    file = tmp_path_factory.mktemp("shadow") / "empty.db"
    engine = open_database(f"sqlite:///{file}")
    migrate(engine)
    engine.dispose()
    return file


@contextmanager
def provider(empty: Path, name: str, *, shadow: bool) -> Iterator[Provider]:
    file = empty.with_name(f"{name}.db")
    shutil.copy(empty, file)
    engine = open_database(f"sqlite:///{file}")
    ports = Recording.over(engine)
    try:
        rig = Rig(ports)
        with ports.write() as writing:
            source = sources.add(writing.connection, name, storm_limit=None, shadow=shadow)
            twin = sources.add(writing.connection, "twin", storm_limit=None, shadow=True)
        if shadow:
            # Others in the shadow are in nobody's way.
            for each in ("ann", "bob"):
                rig.create_user(each, twin, externalId="e1" if each == "ann" else "e2")
        yield Provider(rig, source)
    finally:
        ports.close()
        engine.dispose()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=3, max_size=12))
def test_it_answers_as_a_live_source_alone_and_leaves_the_same_behind(empty: Path, steps: list[Any]) -> None:
    with provider(empty, "live", shadow=False) as one, provider(empty, "shadow", shadow=True) as other:
        for step in steps:
            one.do(step)
            other.do(step)
        assert other.answers == one.answers
        assert other.hosted() == (set(), {})
        go_live(other.rig.ports, other.rig.ports, "shadow")
        assert other.hosted() == one.hosted()
