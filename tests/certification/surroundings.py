"""A realm of Keycloak with all that stands around it in hand: its nodes, its directory, the receiver."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sbe_scim.certify.admin import Realm
from sbe_scim.certify.keycloak import KeycloakProvider
from sbe_scim.certify.provider import Person, Provider
from tests.environment.admin import Admin
from tests.environment.keycloak import Keycloak
from tests.environment.ldap import Tree
from tests.environment.openldap import Federation, LocalOpenldap
from tests.environment.receiver import ReceiverProcess


class Surrounded(KeycloakProvider):
    """A provider whose servers are stopped and started.

    ``nodes`` are those of Keycloak, the first of which is the realm's. ``receiver`` is on SQLite.
    """

    def __init__(
        self,
        realm: Realm,
        receiver: str,
        inside: str,
        *,
        nodes: Sequence[Keycloak],
        directory: LocalOpenldap | None,
        process: ReceiverProcess,
    ) -> None:
        super().__init__(realm, receiver, inside)
        self._nodes = nodes
        self._directory = directory
        self._process = process
        self._federation: tuple[Federation, Tree] | None = None
        self._other: KeycloakProvider | None = None
        self.can |= {"restart", "back_up_receiver", "set_receiver_back"}
        if len(nodes) > 1:
            self.can |= {"elsewhere"}
        if directory is not None:
            self.can |= {"add_entries", "change_entry", "stop_directory", "start_directory"}
            self.can |= {"narrow_directory", "widen_directory"}

    def restart(self) -> None:
        """Kill all nodes, and start them."""
        for node in self._nodes:
            node.kill()
        for node in self._nodes:
            node.start()

    def elsewhere(self) -> Provider:
        """The realm by the second node; it knows whom the first has made."""
        if self._other is None:
            self._other = KeycloakProvider(self.realm.at(self._nodes[1].url), self._receiver)
            self._other._ids = self._ids
        return self._other

    # The directory

    def add_entries(self, people: Sequence[Person]) -> None:
        """Entries in a tree of the realm's own."""
        assert self._directory is not None
        federation, tree = self._read()
        for person in people:
            attributes = {"sn": person.family, "givenName": person.given, "mail": person.mail}
            self._directory.add_person(tree.person(person.login), person.login, **attributes)
        federation.sync()

    def change_entry(self, person: Person) -> None:
        """Change the name in the entry."""
        assert self._directory is not None
        federation, tree = self._read()
        self._directory.change(tree.person(person.login), sn=person.family)
        federation.sync()

    def stop_directory(self) -> None:
        """Stop the server."""
        assert self._directory is not None
        self._directory.stop()
        self._look()

    def start_directory(self) -> None:
        """Start it."""
        assert self._directory is not None
        self._directory.start()
        self._look()

    def narrow_directory(self, person: Person) -> None:
        """Change the filter of the realm's provider."""
        federation, _ = self._read()
        federation.configure(customUserSearchFilter=f"(uid={person.login})")
        self._look()

    def widen_directory(self) -> None:
        """Take the filter away."""
        federation, _ = self._read()
        federation.configure(customUserSearchFilter="")
        federation.sync()

    def _read(self) -> tuple[Federation, Tree]:
        """The realm's provider of a directory, made when it is first asked for."""
        assert self._directory is not None
        if self._federation is None:
            tree = self._directory.add_tree(self.realm.name)
            federation = Federation(Admin(self._nodes[0]), self.realm.name, self._directory.local_url, tree)
            self._federation = federation, tree
        return self._federation

    def _look(self) -> None:
        """Whoever looks at the list of people has Keycloak ask its directory for each."""
        self.realm.send("POST", "/clear-user-cache")
        self.realm.get("/users?max=1000")

    # The receiver

    def back_up_receiver(self) -> None:
        """Copy its database while it runs."""
        _copy(self._file(), self._file().with_suffix(".backup"))

    def set_receiver_back(self) -> None:
        """Put the copy in its place while it does not run."""
        self._process.stop()
        _copy(self._file().with_suffix(".backup"), self._file())
        self._process.start()

    def _file(self) -> Path:
        return Path(self._process.database.removeprefix("sqlite:///"))


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
