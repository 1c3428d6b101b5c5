"""A receiver that others wrote gets the same people and groups: scim2-server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.environment.admin import Admin
from tests.environment.backend import Servers
from tests.environment.ports import free_ports
from tests.environment.process import LocalServer
from tests.environment.waiting import until

TOKEN = "a-token-of-the-other-receiver"


class OtherReceiver(LocalServer):
    """``scim2-server`` with an empty memory."""

    def __init__(self, log: Path) -> None:
        super().__init__(log)
        (self.port,) = free_ports(1)
        self.scim = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30
        )

    def start(self) -> None:
        """Start and wait until it answers."""
        command = str(Path(sys.executable).with_name("scim2-server"))
        options = ("--hostname", "0.0.0.0", "--port", str(self.port), "--bearer-token", TOKEN)
        self.launch([command, *options], self._answers, deadline=30.0)

    def _answers(self) -> bool:
        try:
            return self.scim.get("/ServiceProviderConfig").is_success
        except httpx.TransportError:
            return False

    def all(self, endpoint: str) -> list[dict[str, Any]]:
        """All resources of an endpoint."""
        answer = self.scim.get(endpoint, params={"count": 100}).raise_for_status().json()
        found: list[dict[str, Any]] = answer.get("Resources", [])
        assert len(found) == answer["totalResults"], "more than one page"
        return found


class Life:
    """One realm that is pushed there, seen from both sides in the same words."""

    def __init__(self, admin: Admin, realm: str, receiver: OtherReceiver) -> None:
        self.admin = admin
        self.realm = realm
        self._receiver = receiver

    def at_keycloak(self) -> tuple[dict[str, Any], dict[str, set[str]]]:
        """People by id, and members by the group's path."""
        people = {
            user["id"]: (
                user["username"],
                user.get("firstName"),
                user.get("lastName"),
                user.get("email"),
                user["enabled"],
            )
            for user in self.admin.users(self.realm)
        }
        groups: dict[str, set[str]] = {}
        left = self.admin.request("GET", f"/{self.realm}/groups", params={"briefRepresentation": True}).json()
        while left:
            group = left.pop()
            members = self.admin.request("GET", f"/{self.realm}/groups/{group['id']}/members").json()
            groups[group["path"].removeprefix("/")] = {member["id"] for member in members}
            left += self.admin.request("GET", f"/{self.realm}/groups/{group['id']}/children").json()
        return people, groups

    def at_receiver(self) -> tuple[dict[str, Any], dict[str, set[str]]]:
        """The same of the receiver; a member whom it does not know stands under the id that it names."""
        users = self._receiver.all("/Users")
        ids = {user["id"]: user["externalId"] for user in users}
        people = {
            user["externalId"]: (
                user["userName"],
                user.get("name", {}).get("givenName"),
                user.get("name", {}).get("familyName"),
                user["emails"][0]["value"] if user.get("emails") else None,
                user["active"],
            )
            for user in users
        }
        assert len(people) == len(users), "a person is there twice"
        found = self._receiver.all("/Groups")
        groups = {
            group["displayName"]: {ids.get(member["value"], member["value"]) for member in group.get("members", [])}
            for group in found
        }
        assert len(groups) == len(found), "a group is there twice"
        return people, groups

    def see_the_same(self) -> None:
        """Wait until both sides are equal."""
        wanted = self.at_keycloak()
        until(self.at_receiver, lambda seen: seen == wanted, what=f"{wanted}")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[OtherReceiver]:
    receiver = OtherReceiver(tmp_path / "scim2-server.log")
    receiver.start()
    yield receiver
    receiver.stop()
    receiver.scim.close()


@pytest.fixture
def life(servers: Servers, new_realm: Callable[[], str], other: OtherReceiver) -> Life:
    keycloak = servers.keycloak("h2")
    admin, realm = Admin(keycloak), new_realm()
    url = f"http://{keycloak.receiver_host}:{other.port}"
    admin.enable_scim(realm, url, config={"auth": "bearer", "bearerToken": TOKEN})
    return Life(admin, realm, other)


def test_people_and_groups_are_the_same_on_both_sides(life: Life) -> None:
    admin, realm = life.admin, life.realm
    people = {
        name: admin.create_user(
            realm, username=name, firstName=name.title(), lastName="Éluard", email=f"{name}@example.org"
        )
        for name in ("anne", "boris", "chloe")
    }
    direction = admin.create_group(realm, "Direction")
    achats = admin.create_subgroup(realm, direction, "Achats")
    for name in ("anne", "boris"):
        admin.join(realm, people[name], direction)
        admin.join(realm, people[name], achats)
    admin.join(realm, people["chloe"], achats)
    life.see_the_same()

    admin.update_user(realm, people["anne"], lastName="O'Neil", email="anne.oneil@example.org")
    admin.update_user(realm, people["boris"], enabled=False)
    admin.rename_group(realm, direction, "Direction générale")
    admin.leave(realm, people["chloe"], achats)
    life.see_the_same()

    admin.update_user(realm, people["boris"], enabled=True)
    admin.join(realm, people["chloe"], direction)
    admin.delete_group(realm, achats)
    life.see_the_same()
    assert life.at_receiver()[1] == {"Direction générale": set(people.values())}


def test_a_deleted_person_is_in_no_group(life: Life) -> None:
    admin, realm = life.admin, life.realm
    leaves, stays = (admin.create_user(realm, username=name) for name in ("leaves", "stays"))
    for name in ("Achats", "Ventes"):
        group = admin.create_group(realm, name)
        admin.join(realm, leaves, group)
        admin.join(realm, stays, group)
    life.see_the_same()

    admin.delete_user(realm, leaves)

    life.see_the_same()
    assert life.at_receiver()[1] == {"Achats": {stays}, "Ventes": {stays}}
