"""A realm of Keycloak with a directory behind it, of which a certification changes what it likes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from sbe_scim.certify.admin import Realm
from sbe_scim.certify.keycloak import KeycloakProvider
from sbe_scim.certify.provider import Group, Person, RefusedError
from tests.environment.admin import Admin
from tests.environment.keycloak import Keycloak
from tests.environment.ldap import LocalDirectory, Tree
from tests.environment.openldap import Federation, LocalOpenldap
from tests.environment.samba import DISABLED, NORMAL, LocalSamba, provider

_ENTRIES = frozenset(
    {"add_entries", "change_entry", "stop_directory", "start_directory", "narrow_directory", "widen_directory"}
    | {"move_entry_away", "move_entry_back"}
)


class Behind(Protocol):
    """A kind of directory: what differs between them."""

    #: As a report tells it.
    title: str
    server: LocalDirectory
    #: By which attribute of an entry people are known.
    login: str
    #: What a provider can do that has it behind.
    can: frozenset[str]

    def plant(self, name: str) -> Tree:
        """A tree of one realm's own."""

    def read(self, admin: Admin, realm: str, tree: Tree) -> Federation:
        """Have the realm read it."""

    def add(self, tree: Tree, person: Person) -> None:
        """An entry."""


class OpenldapBehind(Behind):
    """OpenLDAP."""

    title = "OpenLDAP"
    login = "uid"
    can = _ENTRIES

    def __init__(self, server: LocalOpenldap) -> None:
        self._openldap = self.server = server

    def plant(self, name: str) -> Tree:
        return self._openldap.add_tree(name)

    def read(self, admin: Admin, realm: str, tree: Tree) -> Federation:
        return Federation(admin, realm, self._openldap.local_url, tree)

    def add(self, tree: Tree, person: Person) -> None:
        self._openldap.add_person(tree.person(person.login), person.login, **_names(person))


class SambaBehind(Behind):
    """Samba's domain controller, which is an Active Directory; Keycloak reaches it as ``host``."""

    title = "Active Directory (Samba)"
    login = "sAMAccountName"
    can = _ENTRIES | {"block_entry", "unblock_entry", "add_entry_group", "leave_entry_group"}

    def __init__(self, server: LocalSamba, host: str) -> None:
        self._samba = self.server = server
        self._host = host

    def plant(self, name: str) -> Tree:
        return self._samba.add_tree(name)

    def read(self, admin: Admin, realm: str, tree: Tree) -> Federation:
        url = f"ldaps://{self._host}:{self._samba.port}"
        federation = Federation(admin, realm, url, tree, **provider(url, tree))
        federation.map_first_names()
        # Its groups are looked for by who is in them, also through other groups.
        federation.map_groups(
            **{
                "group.object.classes": "group",
                "membership.user.ldap.attribute": self.login,
                "user.roles.retrieve.strategy": "LOAD_GROUPS_BY_MEMBER_ATTRIBUTE_RECURSIVELY",
            }
        )
        return federation

    def add(self, tree: Tree, person: Person) -> None:
        self._samba.add_people(tree, [person.login])
        self._samba.change(tree.person(person.login), **_names(person))


class WithDirectory(KeycloakProvider):
    """A provider that reads a directory, whose server is stopped and started."""

    def __init__(self, realm: Realm, receiver: str, inside: str, *, node: Keycloak, directory: Behind | None) -> None:
        """``node`` is the realm's."""
        super().__init__(realm, receiver, inside)
        self._node = node
        self._directory = directory
        self._read: tuple[Federation, Tree] | None = None
        #: Of its people.
        self._logins: list[str] = []
        if directory is not None:
            self.can |= directory.can
            self.behind = directory.title

    def delete_realm(self) -> None:
        """Its people in the directory are gone with it: their names are unique there."""
        super().delete_realm()
        if self._directory is not None and self._read is not None:
            self._directory.server.start()
            self._directory.server.uproot(self._read[1])

    def add_entries(self, people: Sequence[Person]) -> None:
        """Entries in a tree of the realm's own."""
        _, tree = self._reading()
        for person in people:
            self._behind.add(tree, person)
            self._logins.append(person.login)
        self._sync()

    def change_entry(self, person: Person) -> None:
        """Change the name in the entry."""
        self._change(person, sn=person.family)

    def block_entry(self, person: Person) -> None:
        """By the flag of Active Directory."""
        self._change(person, userAccountControl=str(DISABLED))

    def unblock_entry(self, person: Person) -> None:
        """Take the flag away."""
        self._change(person, userAccountControl=str(NORMAL))

    def move_entry_away(self, person: Person) -> None:
        """To a unit beside the one that is read."""
        _, tree = self._reading()
        elsewhere = f"ou=anciens,{tree.base}"
        if not self._behind.server.found(tree.base, "(ou=anciens)"):
            self._behind.server.add_unit(elsewhere)
        self._behind.server.move(tree.person(person.login), elsewhere)
        self._look()

    def move_entry_back(self, person: Person) -> None:
        """To where it was."""
        _, tree = self._reading()
        moved = tree.person(person.login).split(",")[0]
        self._behind.server.move(f"{moved},ou=anciens,{tree.base}", tree.people)
        self._sync()

    def add_entry_group(self, group: Group, people: Sequence[Person], inner: Group | None = None) -> None:
        """A group of the tree."""
        _, tree = self._reading()
        members = [tree.person(person.login) for person in people]
        members += [tree.group(inner.name)] if inner is not None else []
        self._behind.server.make(tree.group(group.name), {"objectClass": "group", "member": members})
        self._sync()

    def leave_entry_group(self, person: Person, group: Group) -> None:
        """Take the DN out of it."""
        _, tree = self._reading()
        self._behind.server.leave(tree.group(group.name), tree.person(person.login))
        self._sync()

    def stop_directory(self) -> None:
        """Stop the server."""
        self._behind.server.stop()
        self._look()

    def start_directory(self) -> None:
        """Start it."""
        self._behind.server.start()
        self._look()

    def narrow_directory(self, person: Person) -> None:
        """Change the filter of the realm's provider."""
        federation, _ = self._reading()
        federation.configure(customUserSearchFilter=f"({self._behind.login}={person.login})")
        self._look()

    def widen_directory(self) -> None:
        """Take the filter away."""
        federation, _ = self._reading()
        federation.configure(customUserSearchFilter="")
        self._sync()

    @property
    def _behind(self) -> Behind:
        assert self._directory is not None
        return self._directory

    def _change(self, person: Person, **values: str) -> None:
        _, tree = self._reading()
        self._behind.server.change(tree.person(person.login), **values)
        self._sync()

    def _sync(self) -> None:
        federation, _ = self._reading()
        federation.sync()

    def _reading(self) -> tuple[Federation, Tree]:
        """The realm's provider of the directory, made when it is first asked for."""
        if self._read is None:
            tree = self._behind.plant(self.realm.name)
            self._read = self._behind.read(Admin(self._node), self.realm.name, tree), tree
        return self._read

    def _look(self) -> None:
        """Whoever looks for somebody has Keycloak ask its directory for them."""
        self.realm.send("POST", "/clear-user-cache")
        for login in self._logins:
            # Where the directory is away there may be no answer.
            with suppress(RefusedError):
                self.realm.send("GET", f"/users?username={login}&exact=true")


def _names(person: Person) -> dict[str, str]:
    return {"sn": person.family, "givenName": person.given, "mail": person.mail}
