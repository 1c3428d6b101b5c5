"""Effective roles arrive as the endpoint's map says, whatever changes who has them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import pytest

from tests.environment.admin import Admin, AdminError, Representation
from tests.environment.chain import Chain
from tests.environment.marks import databases
from tests.environment.waiting import until

MAP = ["redacteur=writer", "intranet/admin=chief", "renomme=renamed"]


@dataclass(frozen=True)
class Roles:
    """The roles of one realm, by what the Admin API wants of them."""

    admin: Admin
    realm: str

    def _request(self, method: str, path: str, **options: Any) -> Any:
        answer = self.admin.request(method, f"/{self.realm}{path}", **options)
        return answer.json() if answer.content else None

    def client(self, client_id: str) -> str:
        """Make a client; its id."""
        location = self.admin.request("POST", f"/{self.realm}/clients", json={"clientId": client_id})
        return location.headers["Location"].rsplit("/", 1)[1]

    def of_realm(self, name: str) -> Representation:
        """Make a role of the realm."""
        self._request("POST", "/roles", json={"name": name})
        role: Representation = self._request("GET", f"/roles/{name}")
        return role

    def of_client(self, client: str, name: str) -> Representation:
        """Make a role of a client."""
        self._request("POST", f"/clients/{client}/roles", json={"name": name})
        role: Representation = self._request("GET", f"/clients/{client}/roles/{name}")
        return role

    def _mappings(self, of: str, role: Representation) -> str:
        return f"/{of}/role-mappings/" + (f"clients/{role['containerId']}" if role["clientRole"] else "realm")

    def give(self, of: str, role: Representation) -> None:
        """Give it to ``users/ID`` or ``groups/ID``."""
        self._request("POST", self._mappings(of, role), json=[role])

    def take(self, of: str, role: Representation) -> None:
        """Take it from ``users/ID`` or ``groups/ID``."""
        self._request("DELETE", self._mappings(of, role), json=[role])

    def contain(self, composite: Representation, role: Representation, *, by_name: bool = False) -> None:
        """Let ``composite`` contain ``role``."""
        self._request("POST", self._composites(composite, by_name=by_name), json=[role])

    def separate(self, composite: Representation, role: Representation, *, by_name: bool = False) -> None:
        """Let ``composite`` contain it no more."""
        self._request("DELETE", self._composites(composite, by_name=by_name), json=[role])

    @staticmethod
    def _composites(role: Representation, *, by_name: bool) -> str:
        if not by_name:
            return f"/roles-by-id/{role['id']}/composites"
        of = f"/clients/{role['containerId']}" if role["clientRole"] else ""
        return f"{of}/roles/{role['name']}/composites"

    def change(self, role: Representation, **changes: Any) -> None:
        """Change its name or description."""
        self._request("PUT", f"/roles-by-id/{role['id']}", json={**role, **changes})

    def delete(self, role: Representation) -> None:
        """Delete it."""
        self._request("DELETE", f"/roles-by-id/{role['id']}")

    def effective(self, user: str, client: str) -> set[str]:
        """What Keycloak itself says a user has, of the realm's roles and of those of this client, by name."""
        realm = self._request("GET", f"/users/{user}/role-mappings/realm/composite")
        of_client = self._request("GET", f"/users/{user}/role-mappings/clients/{client}/composite")
        return {role["name"] for role in (*realm, *of_client)}

    def by_default(self) -> Representation:
        """The realm's default role."""
        role: Representation = self._request("GET", "")["defaultRole"]
        return {**role, "clientRole": False}


@pytest.fixture
def roles(chain: Chain) -> Roles:
    """Those of the chain's realm."""
    return Roles(chain.admin, chain.realm)


def _sent(chain: Chain) -> dict[str, set[str]]:
    return {name: {role["value"] for role in user.get("roles", [])} for name, user in chain.users().items()}


def _see(chain: Chain, **expected: set[str]) -> None:
    """Wait until the receiver has exactly these people with exactly these roles."""
    until(lambda: _sent(chain), lambda sent: sent == expected, what=f"roles {expected}")


@databases
def test_roles_follow_every_change(chain: Chain, roles: Roles) -> None:
    admin, realm = chain.admin, chain.realm
    ada, bob, eve = (admin.create_user(realm, username=name) for name in ("ada", "bob", "eve"))
    editor, staff, chief = (roles.of_realm(name) for name in ("redacteur", "personnel", "chef"))
    client = roles.client("intranet")
    of_client = roles.of_client(client, "admin")
    top = admin.create_group(realm, "Direction")
    mid = admin.create_subgroup(realm, top, "Achats")
    low = admin.create_subgroup(realm, mid, "Bureau")
    elsewhere = admin.create_group(realm, "Ailleurs")
    roles.give(f"users/{eve}", staff)
    chain.enable(roleMapping=MAP)
    _see(chain, ada=set(), bob=set(), eve=set())
    chain.settle()

    def seen(ada: str = "", bob: str = "", eve: str = "") -> None:
        _see(chain, ada=set(ada.split()), bob=set(bob.split()), eve=set(eve.split()))

    # Given to a user and taken away.
    roles.give(f"users/{ada}", editor)
    seen(ada="writer")
    roles.give(f"users/{ada}", of_client)
    seen(ada="writer chief")
    roles.take(f"users/{ada}", editor)
    seen(ada="chief")
    roles.take(f"users/{ada}", of_client)
    seen()

    # To a group, and to one above it; people who join, leave, groups that move.
    admin.join(realm, bob, low)
    roles.give(f"groups/{low}", editor)
    seen(bob="writer")
    roles.give(f"groups/{top}", of_client)
    seen(bob="writer chief")
    roles.take(f"groups/{low}", editor)
    seen(bob="chief")
    admin.join(realm, ada, mid)
    seen(ada="chief", bob="chief")
    admin.leave(realm, ada, mid)
    seen(bob="chief")
    admin.move_group(realm, mid, elsewhere)
    seen()
    admin.move_group(realm, mid, top)
    seen(bob="chief")
    admin.delete_group(realm, top)
    seen()

    # Contained in another, by name and by id, and deeper.
    roles.contain(staff, editor, by_name=True)
    seen(eve="writer")
    roles.separate(staff, editor)
    seen()
    roles.contain(chief, of_client)
    roles.contain(staff, chief)
    seen(eve="chief")
    roles.separate(chief, of_client, by_name=True)
    seen()
    roles.contain(of_client, editor, by_name=True)
    roles.contain(staff, of_client)
    seen(eve="chief writer")
    roles.separate(staff, of_client)
    seen()

    # The default role.
    default = roles.by_default()
    roles.contain(default, editor)
    seen("writer", "writer", "writer")
    roles.separate(default, editor)
    seen()

    # A default group: whoever is new is in it.
    roles.give(f"groups/{elsewhere}", of_client)
    admin.request("PUT", f"/{realm}/default-groups/{elsewhere}")
    zoe = admin.create_user(realm, username="zoe")
    _see(chain, ada=set(), bob=set(), eve=set(), zoe={"chief", "writer"})
    admin.delete_user(realm, zoe)
    seen()

    # Renamed, deleted; a client that is renamed, deleted.
    roles.give(f"users/{ada}", editor)
    roles.give(f"users/{ada}", of_client)
    seen(ada="writer chief")
    chain.settle()
    before = chain.changes("ada")
    roles.change(editor, description="Écrit des pages.", attributes={"service": ["Paie"]})
    roles.change(editor, name="renomme")
    seen(ada="renamed chief")
    chain.settle()
    assert chain.changes("ada") == before + 1, "descriptions and attributes are not sent"
    roles.change(editor, name="redacteur")
    seen(ada="writer chief")
    roles.change(of_client, name="chef")
    seen(ada="writer")
    roles.change(of_client, name="admin")
    seen(ada="writer chief")
    roles.delete(editor)
    seen(ada="chief")
    representation = admin.request("GET", f"/{realm}/clients/{client}").json()
    admin.request("PUT", f"/{realm}/clients/{client}", json={**representation, "clientId": "extranet"})
    seen()
    admin.request("PUT", f"/{realm}/clients/{client}", json={**representation, "clientId": "intranet"})
    seen(ada="chief")
    admin.request("DELETE", f"/{realm}/clients/{client}")
    seen()


def test_roles_are_those_that_keycloak_says_whatever_the_order_of_changes(chain: Chain, roles: Roles) -> None:
    admin, realm = chain.admin, chain.realm
    any_of = random.Random(9)
    client = roles.client("intranet")
    made = [roles.of_realm(f"r{number}") for number in range(6)]
    made += [roles.of_client(client, f"c{number}") for number in range(3)]
    names = [f"agent{number}" for number in range(6)]
    people = {name: admin.create_user(realm, username=name) for name in names}
    top = [admin.create_group(realm, f"g{number}") for number in range(2)]
    groups = top + [admin.create_subgroup(realm, any_of.choice(top), f"s{number}") for number in range(3)]
    values = {role["name"]: f"value-{role['name']}" for role in made}
    for role in made:
        roles.give(f"groups/{any_of.choice(groups)}", any_of.choice(made))
        roles.contain(role, any_of.choice(made))
    for user in people.values():
        roles.give(f"users/{user}", any_of.choice(made))
        admin.join(realm, user, any_of.choice(groups))
    chain.enable(
        roleMapping=[
            f"{'intranet/' if role['clientRole'] else ''}{role['name']}={values[role['name']]}" for role in made
        ]
    )

    def equal() -> None:
        said = {name: roles.effective(user, client) for name, user in people.items()}
        _see(chain, **{name: {values[role] for role in held if role in values} for name, held in said.items()})

    equal()
    for _ in range(4):
        for _ in range(6):
            user, group = any_of.choice(list(people.values())), any_of.choice(groups)
            role, other = any_of.sample(made, 2)
            change = any_of.randrange(8)
            if change == 0:
                roles.give(f"users/{user}", role)
            elif change == 1:
                roles.take(f"users/{user}", role)
            elif change == 2:
                roles.give(f"groups/{group}", role)
            elif change == 3:
                roles.take(f"groups/{group}", role)
            elif change == 4:
                roles.contain(role, other)
            elif change == 5:
                roles.separate(role, other)
            elif change == 6:
                admin.join(realm, user, group)
            else:
                admin.leave(realm, user, group)
        equal()


def test_roles_are_read_and_sent_only_where_they_are_mapped(chain: Chain, roles: Roles) -> None:
    admin, realm = chain.admin, chain.realm
    editor, staff = roles.of_realm("redacteur"), roles.of_realm("personnel")
    ada = admin.create_user(realm, username="ada")
    roles.give(f"users/{ada}", editor)
    with pytest.raises(AdminError, match="roleMapping: 'redacteur' is not of the form role=value"):
        chain.enable(roleMapping=["redacteur"])
    endpoint = chain.enable()
    assert "roles" not in chain.see_user("ada")
    chain.settle()
    before = chain.changes("ada")
    roles.give(f"users/{ada}", staff)
    admin.configure(realm, endpoint, {"roleMapping": ["redacteur=writer"]})
    _see(chain, ada={"writer"})
    chain.settle()
    assert chain.changes("ada") == before + 1, "nothing was sent of a role before the map was there"
    admin.configure(realm, endpoint, {"roleMapping": ["redacteur=author", "personnel=staff"]})
    _see(chain, ada={"author", "staff"})
    admin.sql(realm, f"DELETE FROM USER_ROLE_MAPPING WHERE ROLE_ID = '{staff['id']}'")
    until(lambda: _sent(chain), lambda sent: sent == {"ada": {"author"}}, what="a change by SQL", deadline=90)
    # What was changed at the receiver is put right by a run.
    (user,) = chain.users().values()
    patch = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "remove", "path": "roles"}],
    }
    chain.scim.patch(f"/Users/{user['id']}", json=patch).raise_for_status()
    assert _sent(chain) == {"ada": set()}
    admin.reconcile(realm)
    _see(chain, ada={"author"})
    admin.configure(realm, endpoint, {"roleMapping": []})
    _see(chain, ada=set())
