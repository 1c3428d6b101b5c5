"""The contracts over the receiver's own databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from sbe_scim.app import Ports
from tests.unit.conftest import database_url, engine
from tests.unit.rig import Recording, Rig

__all__ = ["database_url", "engine"]

pytest.register_assert_rewrite("tests.contract.transactions", "tests.contract.directory", "tests.contract.store")


class Told:
    """An application that is nothing but what it was told."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def may_sign_in(self, mail: str) -> bool | None:
        """Whether the account was last told to be open."""
        states = {call[2]: call[3] for call in self._live() if call[0] == "user_saved"}
        return states.get(mail)

    def members(self, group: str) -> set[str] | None:
        """The members that were told, without those who were removed since."""
        calls = self._live()
        names = {call[1]: call[2] for call in calls if call[0] == "group_saved"}
        mails = {call[1]: call[2] for call in calls if call[0] == "user_saved"}
        found: set[str] = set()
        for _, group_id, added, removed in (call for call in calls if call[0] == "members_changed"):
            if names.get(group_id) == group:
                found = (found | set(added)) - set(removed)
        return {mails[member] for member in found if member in mails} if group in names.values() else None

    def _live(self) -> list[tuple[Any, ...]]:
        """What was told, without what a removal has ended: of the removed themselves, and of them as members."""
        live: list[tuple[Any, ...]] = []
        for call in self._recording.told:
            if call[0] in ("user_removed", "group_removed"):
                live = [_without(call[1], other) for other in live if other[1] != call[1]]
            else:
                live.append(call)
        return live


def _without(gone: str, call: tuple[Any, ...]) -> tuple[Any, ...]:
    if call[0] != "members_changed":
        return call
    name, group, added, removed = call
    return name, group, [one for one in added if one != gone], removed


@pytest.fixture
def recording(engine: Engine) -> Iterator[Recording]:
    """Both ports over an empty database."""
    made = Recording.over(engine)
    yield made
    made.close()


@pytest.fixture
def ports(recording: Recording) -> Ports:
    """The implementation that is tried."""
    return recording.ports


@pytest.fixture
def host(recording: Recording) -> Told:
    """The application behind the directory."""
    return Told(recording)


@pytest.fixture
def rig(recording: Recording) -> Rig:
    """The service over it."""
    return Rig(recording)
