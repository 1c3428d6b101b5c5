"""Requests that share a commit leave what they would have left one after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sbe_scim.protocol import ScimError
from sbe_scim.store import migrate, open_database
from tests.unit.rig import GROUP, USER, Recording, Rig

NAMES = st.sampled_from(["ann", "bob", "carl", "Élodie"])
REQUESTS = st.one_of(
    st.tuples(st.just("hire"), NAMES),
    st.tuples(st.just("retitle"), NAMES),
    st.tuples(st.just("dismiss"), NAMES),
    st.tuples(st.just("gather"), NAMES, st.lists(NAMES, max_size=3, unique=True)),
)
#: Requests in the order in which they came; those of one list share a commit.
GROUPS = st.lists(st.lists(REQUESTS, min_size=1, max_size=5), max_size=6)


class Office:
    """Sends requests by the names of people."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self._ids: dict[str, str] = {}

    def answer(self, kind: str, name: str, members: Any = ()) -> str:
        """The outcome of a request, without what differs by chance."""
        ids = self._ids
        nobody = "00000000-0000-4000-8000-000000000000"
        try:
            match kind:
                case "hire":
                    ids[name] = self.rig.create_user(name)["id"]
                case "retitle":
                    change = {"op": "replace", "path": "displayName", "value": f"Mme {name}"}
                    self.rig.patch(USER, ids.get(name, nobody), change)
                case "dismiss":
                    self.rig.delete(USER, ids.get(name, nobody))
                case _:
                    self.rig.create_group(name, *(ids.get(member, nobody) for member in members))
        except ScimError as refusal:
            return f"{kind} {refusal.status} {refusal.detail}"
        return f"{kind} done"

    def seen(self) -> Any:
        """Everything that is there, by name."""
        names = {id: name for name, id in self._ids.items()}
        users = [
            (user["userName"], user.get("displayName"), user["meta"]["version"])
            for user in self.rig.search(USER)["Resources"]
        ]
        groups = [
            (group["displayName"], group["meta"]["version"], [names[one["value"]] for one in group.get("members", [])])
            for group in self.rig.search(GROUP)["Resources"]
        ]
        told = [(call[0], *(names.get(part, "") for part in call[1:] if isinstance(part, str))) for call in self.told]
        return users, groups, self.rig.journalled(), told

    @property
    def told(self) -> list[tuple[Any, ...]]:
        """What a directory was told."""
        return self.rig.ports.told


@contextmanager
def office() -> Iterator[Office]:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{Path(folder)}/receiver.db")
        migrate(engine)
        ports = Recording.over(engine)
        yield Office(Rig(ports))
        ports.close()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(groups=GROUPS)
def test_a_shared_commit_leaves_what_single_ones_would(groups: list[list[Any]]) -> None:
    found = []
    for shared in (True, False):
        with office() as scene:
            answers = []
            for group in groups:
                with scene.rig.ports.write() if shared else nullcontext():
                    answers += [scene.answer(*request) for request in group]
            found.append((answers, scene.seen()))
    assert found[0] == found[1]
