"""How many statements a write into Abilian SBE costs: each is a round trip in production."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from sbe_scim.app import Ports
from tests.sbe.inside.support import statements
from tests.unit.rig import GROUP, USER, Recording, Rig, user_body


@pytest.fixture
def rig(ports: Ports) -> Rig:
    """The service over Abilian SBE."""
    return Rig(Recording(*ports))


@contextmanager
def counted() -> Iterator[list[str]]:
    """What the block sends until its commit, but for what sets the transaction up; afterwards Abilian SBE indexes."""
    seen: list[str] = []
    ended: list[bool] = []

    def note(statement: str) -> None:
        if not ended and statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            seen.append(" ".join(statement.split())[:80])

    def end(_connection: object) -> None:
        ended.append(True)

    event.listen(Engine, "commit", end)
    try:
        with statements(note):
            yield seen
    finally:
        event.remove(Engine, "commit", end)


def body(name: str) -> dict[str, object]:
    return user_body(name, emails=[{"value": f"{name}@example.org", "primary": True}])


def test_a_create_is_ten_statements(rig: Rig) -> None:
    # The first of a source starts its counter.
    rig.create(USER, body("first"))
    with counted() as seen:
        rig.create(USER, body("counted"))
    assert len(seen) == 10, seen


def test_a_change_of_a_person_is_eight_statements(rig: Rig) -> None:
    user = rig.create(USER, body("changed"))["id"]
    with counted() as seen:
        rig.replace(USER, user, body("changed") | {"title": "Cheffe"})
    assert len(seen) == 8, seen


def test_a_new_member_is_sixteen_statements(rig: Rig) -> None:
    first, second = (str(rig.create(USER, body(name))["id"]) for name in ("member", "another"))
    group = str(rig.create_group("counted", first)["id"])
    with counted() as seen:
        rig.patch(GROUP, group, {"op": "add", "path": "members", "value": [{"value": second}]})
    assert len(seen) == 16, seen
