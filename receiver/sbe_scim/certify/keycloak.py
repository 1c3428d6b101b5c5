"""Play with a realm of Keycloak by its Admin API. Nothing here knows the connector: any that pushes SCIM will do."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from sbe_scim.certify import withdrawal
from sbe_scim.certify.admin import Realm
from sbe_scim.certify.provider import Group, Person, Provider, RefusedError
from sbe_scim.certify.upstream import Upstream

#: Attributes that say in which establishment and unit of a French administration somebody works.
PLACE = ("siret", "organizationalUnitCode")
#: The realm role of those who have the application: everybody by default.
APPLICATION = "application"
_REALM = {"enabled": True, "editUsernameAllowed": True, "organizationsEnabled": True}
#: Above that of the keys that a realm is made with.
_PRIORITY = "200"
#: Until the receiver looks for the keys of a realm again, in seconds.
_WITHDRAWN = 30.0
_BETWEEN = 0.2


class KeycloakProvider(Provider):
    """A realm, changed by an administrator of the realm ``master``."""

    can: frozenset[str] = frozenset(
        {"create", "change", "disable", "enable", "delete", "unassign", "create_group", "rename_group"}
        | {"delete_group", "join", "leave", "nest", "place", "renew", "sign_in"}
    )

    #: Which directory the realm reads, as a report tells it; empty where none is known.
    behind: str = ""

    def __init__(self, realm: Realm, receiver: str, inside: str = "") -> None:
        """``receiver`` is the SCIM base URL, which is asked whether a key of the realm has ended.

        ``inside`` is the server's URL as it reaches itself, where that is another one.
        """
        self.realm = realm
        self._receiver = receiver
        self._inside = inside or realm.server
        self._upstream: Upstream | None = None
        self._ids: dict[str, str] = {}

    def make_realm(self) -> None:
        """Make the realm. People may have another login in it, and have the application; neither is a default."""
        self.realm.make(_REALM)
        self.realm.send("POST", "/roles", {"name": APPLICATION})
        contained = self.realm.get(f"/roles/{APPLICATION}")
        self.realm.send("POST", f"/roles-by-id/{self._default_role()['id']}/composites", [contained])
        if self.realm.has("/workflows"):
            self.can |= {"block_by_rule"}
        if self.realm.has("/organizations"):
            self.can |= {"block_organization", "unblock_organization"}

    def delete_realm(self) -> None:
        """Delete the realm with everybody in it."""
        if self._upstream is not None:
            self._upstream.remove()
        self.realm.send("DELETE", "")

    def create(self, person: Person) -> None:
        """Make a user."""
        self._ids[person.key] = self.realm.add("/users", {**_user(person), "enabled": True})

    def change(self, person: Person) -> None:
        """Change the user."""
        self._update(person, _user(person))

    def disable(self, person: Person) -> None:
        """Disable the user."""
        self._update(person, {"enabled": False})

    def enable(self, person: Person) -> None:
        """Enable the user."""
        self._update(person, {"enabled": True})

    def delete(self, person: Person) -> None:
        """Delete the user."""
        self.realm.send("DELETE", self._path(person))

    def unassign(self, person: Person) -> None:
        """Take the roles from the user that everybody has by default."""
        self.realm.send("DELETE", f"{self._path(person)}/role-mappings/realm", [self._default_role()])

    def create_group(self, group: Group) -> None:
        """Make a group at the top."""
        self._ids[group.key] = self.realm.add("/groups", {"name": group.name})

    def rename_group(self, group: Group) -> None:
        """Rename the group."""
        path = f"/groups/{self._ids[group.key]}"
        self.realm.send("PUT", path, {**self.realm.get(path), "name": group.name})

    def delete_group(self, group: Group) -> None:
        """Delete the group."""
        self.realm.send("DELETE", f"/groups/{self._ids[group.key]}")

    def join(self, person: Person, group: Group) -> None:
        """Make the user a member."""
        self.realm.send("PUT", f"{self._path(person)}/groups/{self._ids[group.key]}")

    def leave(self, person: Person, group: Group) -> None:
        """Take the user out of the group."""
        self.realm.send("DELETE", f"{self._path(person)}/groups/{self._ids[group.key]}")

    def nest(self, inner: Group, outer: Group) -> None:
        """Make the one a subgroup of the other."""
        moved = {"id": self._ids[inner.key], "name": inner.name}
        self.realm.send("POST", f"/groups/{self._ids[outer.key]}/children", moved)

    def place(self, person: Person, siret: str, unit: str) -> None:
        """Give the user the attributes of :data:`PLACE`."""
        told = dict(zip(PLACE, ([siret], [unit]), strict=True))
        self._update(person, {"attributes": {**_user(person)["attributes"], **told}})

    def renew(self) -> None:
        """Replace the key that the realm signs with, and have the receiver notice that the former one is gone."""
        kid = self.realm.get("/keys")["active"]["RS256"]
        (former,) = (key["providerId"] for key in self.realm.get("/keys")["keys"] if key["kid"] == kid)
        config = {"priority": [_PRIORITY]}
        key = {"name": "renewed", "providerId": "rsa-generated", "providerType": "org.keycloak.keys.KeyProvider"}
        self.realm.send("POST", "/components", {**key, "config": config})
        self.realm.send("DELETE", f"/components/{former}")
        issuer = str(self.realm.discovery()["issuer"])
        end = time.monotonic() + _WITHDRAWN
        while not withdrawal.noticed(self._receiver, issuer, kid):
            if time.monotonic() > end:
                raise RefusedError("The receiver goes on with a key that the realm no longer has.")
            time.sleep(_BETWEEN)

    def block_by_rule(self, person: Person) -> None:
        """Have a workflow of the realm disable the user."""
        steps = [{"uses": "disable-user"}]
        workflow = self.realm.add("/workflows", {"name": f"block {person.key}", "steps": steps})
        self.realm.send("POST", f"/workflows/{workflow}/activate/USERS/{self._ids[person.key]}")

    def sign_in(self, person: Person) -> None:
        """Have them sign in by another realm, which has them so."""
        if self._upstream is None:
            self._upstream = Upstream(self.realm, self._inside)
            if "block_organization" in self.can:
                self._upstream.organize()
        self._upstream.sign_in(person)

    def block_organization(self, person: Person) -> None:
        """Disable the organization of all who have signed in by the other realm."""
        self._switch_organization(False)

    def unblock_organization(self, person: Person) -> None:
        """Enable it."""
        self._switch_organization(True)

    def _switch_organization(self, enabled: bool) -> None:
        if self._upstream is None:
            raise RefusedError("Nobody has signed in by way of an organization.")
        self._upstream.switch_organization(enabled)

    def _default_role(self) -> Mapping[str, Any]:
        role: Mapping[str, Any] = self.realm.get("")["defaultRole"]
        return role

    def _path(self, person: Person) -> str:
        return f"/users/{self._ids[person.key]}"

    def _update(self, person: Person, changes: Mapping[str, Any]) -> None:
        path = self._path(person)
        self.realm.send("PUT", path, {**self.realm.get(path), **changes})


def _user(person: Person) -> dict[str, Any]:
    attributes = {"title": person.title, "department": person.department}
    return {
        "username": person.login,
        "firstName": person.given,
        "lastName": person.family,
        "email": person.mail,
        "attributes": {name: [value] for name, value in attributes.items() if value},
    }
