"""People and groups of a realm who change all the time, by either node."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

import httpx

from tests.environment.admin import Admin, AdminError

_MOST_PEOPLE = 10
_MOST_GROUPS = 5


@dataclass
class _Person:
    key: str
    id: str
    name: str
    enabled: bool = True
    revision: int = 1
    groups: list[str] = field(default_factory=list)

    def representation(self) -> dict[str, object]:
        """All that is ever changed, so that nothing is kept from an older reading."""
        return {
            "username": self.name,
            "email": f"{self.name}@example.org",
            "firstName": self.key,
            "lastName": f"r{self.revision}",
            "enabled": self.enabled,
        }


@dataclass
class _Group:
    key: str
    id: str
    parent: _Group | None
    revision: int = 1

    def name(self) -> str:
        return f"{self.key} r{self.revision}"


class Life:
    """What one hand does, one request after the other; the seed decides what, its people and groups are its own.

    Who is changed gets a number, a higher one each time (``lastName``, and in names of groups), so that a state that
    comes back later can be told. After a request of which nobody knows whether Keycloak still works on it, its person
    or group is left as it is: the next request might overtake it.
    """

    def __init__(self, name: str, realm: str, admins: Sequence[Admin], random: Random, everywhere: list[str]) -> None:
        """``everywhere`` are the ids of the groups of all hands, which anybody may join."""
        self.done = 0
        self.refused = 0
        #: What Keycloak was told of ``enabled``, by id and number.
        self.active: dict[tuple[str, int], bool] = {}
        self._name = name
        self._realm = realm
        self._admins = admins
        self._random = random
        self._people: list[_Person] = []
        self._groups: list[_Group] = []
        self._everywhere = everywhere
        self._made = 0

    def live(self, stop: threading.Event) -> None:
        """Change one thing after the other until told to stop."""
        while not stop.wait(self._random.uniform(0, 0.2)):
            action = self._random.choices(*zip(*self._choices(), strict=True))[0]
            try:
                action()
                self.done += 1
            except (AdminError, httpx.TransportError):
                # A node is down, or its database; or somebody else's group has gone.
                self.refused += 1

    def _choices(self) -> list[tuple[Callable[[], None], int]]:
        people, groups = len(self._people), len(self._groups)
        return [
            (self._hire, 6 if people < _MOST_PEOPLE else 0),
            (self._update, 10 if people else 0),
            (self._rename, 4 if people else 0),
            (self._switch, 8 if people else 0),
            (self._exchange, 3 if people > 1 else 0),
            (self._leave_for_good, 3 if people > 3 else 0),
            (self._found, 3 if groups < _MOST_GROUPS else 0),
            (self._rename_group, 4 if groups else 0),
            (self._exchange_groups, 2 if groups > 1 else 0),
            (self._move_group, 3 if groups > 1 else 0),
            (self._close, 1 if groups > 2 else 0),
            (self._join, 8 if people and self._everywhere else 0),
            (self._leave, 6 if people else 0),
        ]

    @property
    def _admin(self) -> Admin:
        return self._random.choice(self._admins)

    def _key(self) -> str:
        self._made += 1
        return f"{self._name}{self._made}"

    # People

    def _hire(self) -> None:
        person = _Person(key := self._key(), "", key)
        person.enabled = self._random.random() < 0.9
        person.id = self._admin.create_user(self._realm, **person.representation())
        self.active[person.id, person.revision] = person.enabled
        self._people.append(person)

    def _save(self, *people: _Person) -> None:
        """One after the other; after a time-out they are never touched again."""
        for person in people:
            person.revision += 1
            self.active[person.id, person.revision] = person.enabled
            try:
                self._admin.request("PUT", f"/{self._realm}/users/{person.id}", json=person.representation())
            except httpx.TimeoutException:
                self._people.remove(person)
                raise

    def _update(self) -> None:
        self._save(self._random.choice(self._people))

    def _rename(self) -> None:
        person = self._random.choice(self._people)
        person.name = f"{person.key}n{person.revision + 1}"
        self._save(person)

    def _switch(self) -> None:
        person = self._random.choice(self._people)
        person.enabled = not person.enabled
        self._save(person)

    def _exchange(self) -> None:
        one, other = self._random.sample(self._people, 2)
        first, second = one.name, other.name
        one.name = f"{one.key}x{one.revision + 1}"
        self._save(one)
        other.name = first
        self._save(other)
        one.name = second
        self._save(one)

    def _leave_for_good(self) -> None:
        person = self._random.choice(self._people)
        self._people.remove(person)
        self._admin.delete_user(self._realm, person.id)

    # Groups

    def _found(self) -> None:
        tops = [group for group in self._groups if group.parent is None]
        parent = self._random.choice([None, *tops])
        group = _Group(self._key(), "", parent)
        if parent is None:
            group.id = self._admin.create_group(self._realm, group.name())
        else:
            group.id = self._admin.create_subgroup(self._realm, parent.id, group.name())
        self._groups.append(group)
        self._everywhere.append(group.id)

    def _save_group(self, group: _Group, name: str = "") -> None:
        group.revision += 1
        body = {"name": name or group.name()}
        try:
            self._admin.request("PUT", f"/{self._realm}/groups/{group.id}", json=body)
        except httpx.TimeoutException:
            self._forget(group)
            raise

    def _rename_group(self) -> None:
        self._save_group(self._random.choice(self._groups))

    def _exchange_groups(self) -> None:
        """By names without a number, since one of them comes back."""
        one, other = self._random.sample(self._groups, 2)
        if one.parent is not other.parent:
            return
        first, second = f"{one.key} once {one.revision}", f"{other.key} once {other.revision}"
        self._save_group(one, first)
        self._save_group(other, second)
        self._save_group(one, f"{first} passing")
        self._save_group(other, first)
        self._save_group(one, second)

    def _move_group(self) -> None:
        moved = self._random.choice(self._groups)
        if any(group.parent is moved for group in self._groups):
            return
        tops = [group for group in self._groups if group.parent is None and group is not moved]
        parent = self._random.choice([None, *tops])
        moved.parent = parent
        body = {"id": moved.id, "name": moved.name()}
        path = f"/{self._realm}/groups/{parent.id}/children" if parent else f"/{self._realm}/groups"
        try:
            self._admin.request("POST", path, json=body)
        except (AdminError, httpx.TransportError):
            # It may stand at either place: not to be put below what may be below it.
            self._forget(moved)
            raise

    def _close(self) -> None:
        group = self._random.choice(self._groups)
        self._forget(group)
        self._admin.delete_group(self._realm, group.id)

    def _forget(self, group: _Group) -> None:
        """Touch neither it nor what is below it again."""
        self._groups = [other for other in self._groups if other is not group and other.parent is not group]

    # Memberships

    def _join(self) -> None:
        person, group = self._random.choice(self._people), self._random.choice(self._everywhere)
        person.groups.append(group)
        self._admin.join(self._realm, person.id, group)

    def _leave(self) -> None:
        person = self._random.choice(self._people)
        if person.groups:
            self._admin.leave(self._realm, person.id, person.groups.pop(self._random.randrange(len(person.groups))))
