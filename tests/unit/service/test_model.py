"""Any sequence of requests leaves what a dictionary would hold."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from sbe_scim.protocol import Uniqueness
from sbe_scim.store import migrate, open_database, tables
from tests.unit.rig import GROUP, USER, Recording, Rig, group_body, user_body

NAMES = st.sampled_from(["ann", "ANN", "bob", "Élodie", "éLODIE", "carl"])
TITLES = st.sampled_from([None, "Maire", "Adjointe"])
EXTERNAL_IDS = st.sampled_from([None, "e1", "e2", "E1"])


class ReceiverMachine(RuleBasedStateMachine):
    """Compares the service with a model: users and groups by id, and what the directory was told."""

    users = Bundle("users")
    groups = Bundle("groups")

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.engine = open_database(f"sqlite:///{Path(self.folder.name)}/receiver.db")
        migrate(self.engine)
        self.ports = Recording.over(self.engine)
        self.rig = Rig(self.ports)
        self.people: dict[str, dict[str, Any]] = {}
        self.teams: dict[str, tuple[str, set[str]]] = {}
        #: What was ever shown of each resource and version.
        self.shown: dict[tuple[str, str], list[dict[str, Any]]] = {}
        #: Who was ever in a group.
        self.grouped: set[str] = set()
        #: What an application behind the directory would hold: active by user, members by group.
        self.accounts: dict[str, bool] = {}
        self.rooms: dict[str, set[str]] = {}

    @rule(target=users, name=NAMES, title=TITLES, external_id=EXTERNAL_IDS, active=st.booleans())
    def create_user(self, name: str, title: str | None, external_id: str | None, active: bool) -> Any:
        wanted = _user(name, title, external_id, active)
        dormant = self._by_external_id(external_id)
        body = {key: value for key, value in wanted.items() if value is not None}
        if (dormant and self.people[dormant]["active"]) or self._name_taken(name, dormant):
            self._refused(lambda: self.rig.create_user(name, **{k: v for k, v in body.items() if k != "userName"}))
            return "refused"
        created = self.rig.create(USER, {"schemas": [USER.schema.id], **body})
        assert dormant in (None, created["id"])
        self.people[created["id"]] = wanted
        return created["id"]

    @rule(user=users, name=NAMES, title=TITLES)
    def replace_user(self, user: str, name: str, title: str | None) -> None:
        if user not in self.people:
            return
        wanted = _user(name, title, self.people[user]["externalId"], self.people[user]["active"])
        body = user_body(name, **{k: v for k, v in wanted.items() if v is not None and k not in ("userName", "active")})
        if self._name_taken(name, user):
            self._refused(lambda: self.rig.replace(USER, user, body))
            return
        self.rig.replace(USER, user, body)
        self.people[user] = wanted

    @rule(user=users, active=st.booleans())
    def switch_user(self, user: str, active: bool) -> None:
        if user in self.people:
            self.rig.patch(USER, user, {"op": "replace", "path": "active", "value": active})
            self.people[user]["active"] = active

    @rule(user=consumes(users))
    def delete_user(self, user: str) -> None:
        if user in self.people:
            self.rig.delete(USER, user)
            del self.people[user]
            for _, members in self.teams.values():
                members.discard(user)

    @rule(target=groups, name=NAMES, members=st.lists(users, max_size=3))
    def create_group(self, name: str, members: list[str]) -> str:
        present = {member for member in members if member in self.people}
        if any(team.casefold() == name.casefold() for team, _ in self.teams.values()):
            self._refused(lambda: self.rig.create_group(name, *present))
            return "refused"
        created: str = self.rig.create_group(name, *present)["id"]
        self.teams[created] = (name, present)
        return created

    @rule(group=groups, joining=st.lists(users, max_size=3), leaving=st.lists(users, max_size=3))
    def move_members(self, group: str, joining: list[str], leaving: list[str]) -> None:
        if group not in self.teams:
            return
        new = [user for user in joining if user in self.people]
        gone = [user for user in leaving if user in self.people]
        operations = [{"op": "add", "path": "members", "value": [{"value": user} for user in new]}] if new else []
        operations += [{"op": "remove", "path": f'members[value eq "{user}"]'} for user in gone]
        if operations:
            self.rig.patch(GROUP, group, *operations)
            self.teams[group] = (self.teams[group][0], (self.teams[group][1] | set(new)) - set(gone))

    @rule(group=groups, members=st.lists(users, max_size=3))
    def replace_members(self, group: str, members: list[str]) -> None:
        if group in self.teams:
            name, present = self.teams[group][0], {user for user in members if user in self.people}
            self.rig.replace(GROUP, group, group_body(name, *present))
            self.teams[group] = (name, present)

    @rule(group=consumes(groups))
    def delete_group(self, group: str) -> None:
        if group in self.teams:
            self.rig.delete(GROUP, group)
            del self.teams[group]

    @invariant()
    def users_are_those_of_the_model(self) -> None:
        listed = {user["id"]: user for user in self.rig.search(USER)["Resources"]}
        assert {id: {key: user.get(key) for key in wanted} for id, user, wanted in self._pairs(listed)} == self.people
        assert listed.keys() == self.people.keys()
        for id, user in listed.items():
            expected = {group for group, (_, members) in self.teams.items() if id in members}
            assert {group["value"] for group in user.get("groups", [])} == expected

    @invariant()
    def groups_are_those_of_the_model(self) -> None:
        listed = {
            group["id"]: (group["displayName"], {member["value"] for member in group.get("members", [])})
            for group in self.rig.search(GROUP)["Resources"]
        }
        assert listed == self.teams

    @invariant()
    def a_version_stands_for_one_representation(self) -> None:
        self.grouped.update(*(members for _, members in self.teams.values()))
        for kind in (USER, GROUP):
            for resource in self.rig.search(kind)["Resources"]:
                earlier = self.shown.setdefault((resource["id"], resource["meta"]["version"]), [])
                earlier.append(resource)
                assert all(_without_groups(other) == _without_groups(resource) for other in earlier)
                if self.rig.unchanged(kind, resource["id"], resource["meta"]["version"]):
                    assert all(other == resource for other in earlier)
                else:
                    assert kind is USER
                    assert resource["id"] in self.grouped

    @invariant()
    def the_directory_was_told_the_same(self) -> None:
        for call, subject, *more in self.ports.taken():
            match call:
                case "user_saved":
                    self.accounts[subject] = more[1]
                case "user_removed":
                    del self.accounts[subject]
                    for members in self.rooms.values():
                        members.discard(subject)
                case "group_saved":
                    self.rooms.setdefault(subject, set())
                case "members_changed":
                    added, removed = more
                    assert set(removed) <= self.rooms[subject]
                    self.rooms[subject] = (self.rooms[subject] | set(added)) - set(removed)
                case "group_removed":
                    del self.rooms[subject]
        assert self.accounts == {id: user["active"] for id, user in self.people.items()}
        assert self.rooms == {id: members for id, (_, members) in self.teams.items()}

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            journal = self.rig.rows(tables.journal, tables.journal.c.status)
            assert all(status < 500 for (status,) in journal)
            self.engine.dispose()
            self.folder.cleanup()

    def _pairs(self, listed: dict[str, Any]) -> list[tuple[str, Any, Any]]:
        return [(id, user, self.people.get(id, {})) for id, user in listed.items()]

    def _by_external_id(self, external_id: str | None) -> str | None:
        if external_id is None:
            return None
        return next((id for id, user in self.people.items() if user["externalId"] == external_id), None)

    def _name_taken(self, name: str, own: str | None) -> bool:
        return any(id != own and user["userName"].casefold() == name.casefold() for id, user in self.people.items())

    def _refused(self, attempt: Any) -> None:
        try:
            attempt()
        except Uniqueness:
            return
        raise AssertionError("a value that must be unique was taken twice")


def _without_groups(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name != "groups"}


def _user(name: str, title: str | None, external_id: str | None, active: bool) -> dict[str, Any]:
    return {"userName": name, "title": title, "externalId": external_id, "active": active}


TestReceiver = ReceiverMachine.TestCase
TestReceiver.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
