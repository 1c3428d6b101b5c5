"""People and groups of a directory who change all the time, and what is done to them in Keycloak."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import httpx

from tests.environment.admin import Admin, AdminError
from tests.environment.ldap import Tree
from tests.environment.openldap import MANAGER, Federation, LocalOpenldap

_MOST_PEOPLE = 14
_MOST_GROUPS = 4
_RIGHTS = ("redacteur", "valideur")


@dataclass
class _Entry:
    key: str
    uid: str
    parent: str
    revision: int = 1

    @property
    def dn(self) -> str:
        return f"uid={self.uid},{self.parent}"


class Entries:
    """Who changes the directory, one entry after the other; the seed decides what.

    An entry whose change failed is left as it is: nobody knows what it is called by now.
    """

    def __init__(self, server: LocalOpenldap, tree: Tree, random: Random) -> None:
        self.done = 0
        self.refused = 0
        self.rights = server.add_unit(f"ou=droits,{tree.base}")
        #: Where the provider does not look for people.
        self.elsewhere = server.add_unit(f"ou=anciens,{tree.base}")
        self._server = server
        self._tree = tree
        self._random = random
        self._people: list[_Entry] = []
        self._made = 0
        # A group has one member at least: this one is no person.
        self._rights = [server.add_group(f"cn={name},{self.rights}", name, [MANAGER]) for name in _RIGHTS]
        self._groups: list[str] = []
        for _ in range(5):
            self._hire()
        self._found()

    def live(self, stop: threading.Event) -> None:
        """Change one thing after the other until told to stop."""
        while not stop.wait(self._random.uniform(0, 0.3)):
            action = self._random.choices(*zip(*self._choices(), strict=True))[0]
            try:
                action()
                self.done += 1
            except RuntimeError:
                # The directory is away, or a member is one already.
                self.refused += 1

    def _choices(self) -> list[tuple[Callable[[], None], int]]:
        people, groups = len(self._people), len(self._groups)
        return [
            (self._hire, 6 if people < _MOST_PEOPLE else 0),
            (self._update, 8 if people else 0),
            (self._rename, 4 if people else 0),
            (self._move, 5 if people else 0),
            (self._replace, 1 if people else 0),
            (self._dismiss, 2 if people > 4 else 0),
            (self._found, 2 if groups < _MOST_GROUPS else 0),
            (self._close, 1 if groups > 2 else 0),
            (self._join, 12 if people else 0),
            (self._leave, 8 if people else 0),
        ]

    def _key(self) -> str:
        self._made += 1
        return f"d{self._made}"

    def _taken(self) -> _Entry:
        """Somebody who is given back where the change succeeded."""
        return self._people.pop(self._random.randrange(len(self._people)))

    def _add(self, entry: _Entry) -> None:
        # The address stays when the name changes.
        mail = f"{entry.key}@example.org"
        self._server.add_person(entry.dn, entry.uid, sn=f"r{entry.revision}", mail=mail)

    def _hire(self) -> None:
        entry = _Entry(key := self._key(), key, self._tree.people)
        self._add(entry)
        self._people.append(entry)

    def _update(self) -> None:
        entry = self._taken()
        entry.revision += 1
        self._server.change(entry.dn, sn=f"r{entry.revision}")
        self._people.append(entry)

    def _rename(self) -> None:
        entry, before = (taken := self._taken()), taken.dn
        entry.revision += 1
        entry.uid = f"{entry.key}n{entry.revision}"
        self._server.rename(before, f"uid={entry.uid}")
        self._server.change(entry.dn, sn=f"r{entry.revision}")
        self._follow(before, entry)

    def _move(self) -> None:
        """Out of where the provider looks, or back."""
        entry, before = (taken := self._taken()), taken.dn
        entry.parent = self.elsewhere if entry.parent == self._tree.people else self._tree.people
        self._server.move(before, entry.parent)
        self._follow(before, entry)

    def _follow(self, before: str, entry: _Entry) -> None:
        """Groups name their members by what these are called."""
        for group in self._server.groups_of(before):
            self._server.join(group, entry.dn)
            self._server.leave(group, before)
        self._people.append(entry)

    def _replace(self) -> None:
        """Another entry of the same name: for Keycloak another person."""
        entry = self._taken()
        self._server.delete(entry.dn)
        entry.revision += 1
        self._add(entry)
        self._people.append(entry)

    def _dismiss(self) -> None:
        self._server.delete(self._taken().dn)

    def _found(self) -> None:
        name = f"groupe {self._key()}"
        self._groups.append(self._server.add_group(self._tree.group(name), name, [MANAGER]))

    def _close(self) -> None:
        self._server.delete(self._groups.pop(self._random.randrange(len(self._groups))))

    def _join(self) -> None:
        self._server.join(self._random.choice([*self._groups, *self._rights]), self._random.choice(self._people).dn)

    def _leave(self) -> None:
        dn = self._random.choice(self._people).dn
        if groups := self._server.groups_of(dn):
            self._server.leave(self._random.choice(groups), dn)


class Operator:
    """What happens in Keycloak: syncs, looks, and mistakes; the seed decides."""

    def __init__(self, admin: Admin, realm: str, federation: Federation, server: LocalOpenldap, random: Random) -> None:
        self.done = 0
        self.refused = 0
        self._admin = admin
        self._realm = realm
        self._federation = federation
        self._server = server
        self._random = random

    def live(self, stop: threading.Event) -> None:
        """One act after the other until told to stop."""
        acts: list[tuple[Callable[[], object], int]] = [
            (self._federation.sync, 5),
            (lambda: self._federation.sync(full=False), 5),
            (self.look, 5),
            (self._narrow, 2),
            (self._widen, 4),
            (lambda: self._server.show_people(False), 2),
            (lambda: self._server.show_people(True), 4),
            (lambda: self._federation.configure(enabled="false"), 1),
            (lambda: self._federation.configure(enabled="true"), 3),
            (self._delete, 1),
        ]
        while not stop.wait(self._random.uniform(0.2, 2)):
            (act,) = self._random.choices([act for act, _ in acts], [weight for _, weight in acts])
            try:
                act()
                self.done += 1
            except (AdminError, httpx.TransportError, RuntimeError):
                # Keycloak or the directory is away.
                self.refused += 1

    def look(self) -> None:
        """At everybody: Keycloak drops whom the directory does not show."""
        self._admin.users(self._realm, max=1000)

    def _narrow(self) -> None:
        self._federation.configure(customUserSearchFilter=f"(uid=*{self._random.randrange(10)}*)")

    def _widen(self) -> None:
        self._federation.configure(customUserSearchFilter="")

    def _delete(self) -> None:
        """In Keycloak alone, somebody who stays in the directory."""
        people = [one for one in self._admin.users(self._realm, max=1000) if one.get("federationLink")]
        if people:
            self._admin.delete_user(self._realm, self._random.choice(people)["id"])

    def repair(self) -> None:
        """Put all settings right, and have Keycloak read the directory."""
        self._server.show_people(True)
        self._federation.configure(customUserSearchFilter="", enabled="true")
        self._admin.request("POST", f"/{self._realm}/clear-user-cache")
        self.look()
        self._federation.sync()
        self.look()
