"""A realm's directory, as one test sees it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.environment.ldap import Tree
from tests.environment.openldap import PASSWORD, Federation, LocalOpenldap


@dataclass
class Directory:
    """A directory with a tree for one test, and the provider by which the test's realm reads it."""

    server: LocalOpenldap
    tree: Tree
    federation: Federation

    def add_people(self, *uids: str) -> None:
        """People with this user name each, who may log in by ``PASSWORD``."""
        for uid in uids:
            self.server.add_person(self.tree.person(uid), uid, userPassword=PASSWORD)

    def delete_person(self, uid: str) -> None:
        """Delete the entry of the person of this user name."""
        self.server.delete(self.tree.person(uid))

    def add_group(self, name: str, *uids: str) -> None:
        """A group of these people."""
        self.server.add_group(self.tree.group(name), name, [self.tree.person(uid) for uid in uids])

    def join(self, name: str, uid: str) -> None:
        """Add a member."""
        self.server.join(self.tree.group(name), self.tree.person(uid))

    def leave(self, name: str, uid: str) -> None:
        """Take a member out."""
        self.server.leave(self.tree.group(name), self.tree.person(uid))
