"""A provider that leaves all of SCIM to ``scim2-client``: it calls that once for each change, and looks no further."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import httpx
from scim2_client import SCIMClientException
from scim2_models import (
    Email,
    EnterpriseUser,
    Group,
    GroupMember,
    Manager,
    Name,
    ResourceType,
    SCIMException,
    ScimPolicy,
    ScimProvider,
    User,
)

from sbe_scim.certify.provider import Group as Team
from sbe_scim.certify.provider import Person, Provider
from tests.scim2_library import Client

#: What it comes to, by module; all others that it can be played with pass.
FAILED = frozenset({"L14", "L25", "L26", "L28", "L29", "L34", "L35", "L36"})
WARNED = frozenset({"L02"})
_KINDS = [ResourceType.from_resource(User[EnterpriseUser]), ResourceType.from_resource(Group)]


class LibraryProvider(Provider):
    """What the library raises ends the change: whoever wrote it tries nothing again."""

    can = frozenset(
        {"create", "change", "disable", "enable", "delete"}
        | {"create_group", "rename_group", "delete_group", "join", "leave", "nest", "manage"}
    )

    def __init__(self, receiver: str, token: str) -> None:
        self._http = httpx.Client(base_url=receiver, headers={"Authorization": f"Bearer {token}"}, timeout=10)
        policy = ScimPolicy(unknown=ScimPolicy.Unknown.ignore)
        described = ScimProvider(models=[User, EnterpriseUser, Group], resource_types=_KINDS, policy=policy)
        self._library = Client(self._http, provider=described)
        self._users: dict[str, Any] = {}
        self._groups: dict[str, Any] = {}

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def settled(self) -> bool:
        """Always: a call is over when it returns."""
        return True

    def create(self, person: Person) -> None:
        self._users[person.key] = _user(person)
        self._make(self._users[person.key])

    def change(self, person: Person) -> None:
        before = self._users[person.key]
        wanted = self._users[person.key] = _user(person)
        wanted.id, wanted.active = before.id, before.active
        self._replace(wanted)

    def disable(self, person: Person) -> None:
        self._switch(person, False)

    def enable(self, person: Person) -> None:
        self._switch(person, True)

    def delete(self, person: Person) -> None:
        self._delete(self._users[person.key])

    def manage(self, person: Person, manager: Person | None) -> None:
        user = self._users[person.key]
        user[EnterpriseUser].manager = (
            Manager.model_validate({"value": self._users[manager.key].id}) if manager else None
        )
        self._replace(user)

    def create_group(self, group: Team) -> None:
        self._groups[group.key] = Group(display_name=group.name, external_id=group.key, members=[])
        self._make(self._groups[group.key])

    def rename_group(self, group: Team) -> None:
        self._groups[group.key].display_name = group.name
        self._replace(self._groups[group.key])

    def delete_group(self, group: Team) -> None:
        self._delete(self._groups[group.key])

    def join(self, person: Person, group: Team) -> None:
        self._add(self._users[person.key], self._groups[group.key])

    def leave(self, person: Person, group: Team) -> None:
        team, leaver = self._groups[group.key], self._users[person.key].id
        team.members = [one for one in team.members if one.value != leaver]
        self._replace(team)

    def nest(self, inner: Team, outer: Team) -> None:
        self._add(self._groups[inner.key], self._groups[outer.key])

    def _switch(self, person: Person, active: bool) -> None:
        self._users[person.key].active = active
        self._replace(self._users[person.key])

    def _add(self, member: Any, team: Any) -> None:
        team.members = [*team.members, GroupMember.model_validate({"value": member.id})]
        self._replace(team)

    def _make(self, resource: Any) -> None:
        with suppress(SCIMClientException, SCIMException):
            resource.id = self._library.create(resource).id

    def _replace(self, resource: Any) -> None:
        # One whose creation failed has no id, which the library does not take.
        with suppress(SCIMClientException, SCIMException):
            self._library.replace(resource)

    def _delete(self, resource: Any) -> None:
        with suppress(SCIMClientException, SCIMException):
            self._library.delete(resource)


def _user(person: Person) -> Any:
    user = User[EnterpriseUser](
        user_name=person.login,
        external_id=person.key,
        active=True,
        name=Name(given_name=person.given or None, family_name=person.family or None),
        emails=[Email(value=person.mail, type=Email.Type.work)] if person.mail else None,
        title=person.title or None,
    )
    user[EnterpriseUser] = EnterpriseUser(department=person.department or None)
    return user
