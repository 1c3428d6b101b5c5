"""An enabled realm and its receiver, as one test sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import text

from sbe_scim.store import open_database
from tests.environment.admin import Admin
from tests.environment.keycloak.base import Keycloak
from tests.environment.receiver import SCIM_PATH, ReceiverProcess
from tests.environment.waiting import DEADLINE, until

Resource = dict[str, Any]
_PAGE = 1000
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@dataclass
class Chain:
    """Keycloak with one realm, and the receiver that knows the realm as a source."""

    keycloak: Keycloak
    receiver: ReceiverProcess
    admin: Admin
    realm: str
    scim: httpx.Client

    # Set-up

    def enable(self, *, port: int | None = None, **config: str | list[str]) -> str:
        """Create the realm's endpoint; through another ``port`` than the receiver's for a proxy. Its id."""
        audience = self.receiver.url_for(self.keycloak)
        url = f"http://{self.keycloak.receiver_host}:{port}{SCIM_PATH}" if port else audience
        return self.admin.enable_scim(self.realm, url, config={"audience": audience, **config})

    # What the receiver has

    def _all(self, endpoint: str, **query: str) -> list[Resource]:
        answer = self.scim.get(endpoint, params={"count": _PAGE, **query}).raise_for_status().json()
        resources: list[Resource] = answer.get("Resources", [])
        assert len(resources) < _PAGE, "more resources than one page"
        return resources

    def users(self) -> dict[str, Resource]:
        """The source's users by userName; two with one externalId fail."""
        users = self._all("/Users")
        _assert_once(users, "a person is there twice")
        return {user["userName"]: user for user in users}

    def groups(self) -> dict[str, set[str]]:
        """The source's groups: displayName to the userNames of the members."""
        names = {user["id"]: name for name, user in self.users().items()}
        groups = self._all("/Groups", attributes="displayName,externalId,members")
        _assert_once(groups, "a group is there twice")
        return {
            group["displayName"]: {names.get(member["value"], member["value"]) for member in group.get("members", [])}
            for group in groups
        }

    def group_size(self) -> int:
        """How many members the source's one group has; 0 before it is there. Reads no member."""
        groups = self._all("/Groups", attributes="externalId")
        if not groups:
            return 0
        (group,) = groups
        query = {"filter": f'groups.value eq "{group["id"]}"', "count": "0"}
        size: int = self.scim.get("/Users", params=query).raise_for_status().json()["totalResults"]
        return size

    def change_counts(self) -> dict[str, int]:
        """How often each of the source's resources was created, changed or deleted, those that are gone too."""
        statement = (
            "SELECT scim_change.resource, COUNT(*) AS changes FROM scim_change"
            " JOIN scim_source ON scim_source.id = scim_change.source"
            " WHERE scim_source.name = :source GROUP BY scim_change.resource"
        )
        engine = open_database(self.receiver.database)
        try:
            with engine.connect() as connection:
                rows = connection.execute(text(statement), {"source": self.realm})
                return {row.resource: row.changes for row in rows}
        finally:
            engine.dispose()

    def answers(self, status: int) -> int:
        """How many of the source's requests were answered so."""
        statement = "SELECT COUNT(*) FROM scim_journal WHERE source = :source AND status = :status"
        engine = open_database(self.receiver.database)
        try:
            with engine.connect() as connection:
                found: int = connection.execute(text(statement), {"source": self.realm, "status": status}).scalar_one()
                return found
        finally:
            engine.dispose()

    def asked(self) -> Counter[tuple[str, int]]:
        """How many of the source's requests, and operations of bulks, were of a kind and answered so."""
        statement = (
            "SELECT operation, status, COUNT(*) AS requests FROM scim_journal WHERE source = :source"
            " GROUP BY operation, status"
        )
        engine = open_database(self.receiver.database)
        try:
            with engine.connect() as connection:
                rows = connection.execute(text(statement), {"source": self.realm})
                return Counter({(row.operation, row.status): row.requests for row in rows})
        finally:
            engine.dispose()

    def changes(self, name: str) -> int:
        """How often the user was created or changed."""
        return self.change_counts()[self.users()[name]["id"]]

    # Waiting

    def see_user(self, name: str, expected: Callable[[Resource], object] = bool) -> Resource:
        """Wait until the receiver has this user as expected."""
        seen = until(
            lambda: self.users().get(name),
            lambda user: user is not None and expected(user),
            what=f"user {name} as expected",
        )
        assert seen is not None
        return seen

    def see_no_user(self, name: str) -> None:
        """Wait until the receiver does not have this user."""
        until(lambda: name not in self.users(), what=f"user {name} gone")

    def see_groups(self, expected: dict[str, set[str]]) -> None:
        """Wait until the receiver has exactly these groups with these members."""
        until(self.groups, lambda groups: groups == expected, what=f"groups {expected}")

    def settle(self, deadline: float = DEADLINE) -> None:
        """Wait until the connector has nothing left to deliver, and no run looks for something.

        What only the receiver has is left to a run for a minute before it is removed: that is not waited for.
        """

        def settled(endpoint: dict[str, Any]) -> bool:
            run = endpoint["lastRun"]
            return (
                endpoint["pending"] == 0
                and endpoint["state"] == "idle"
                and (not run or run["phase"] in ("removals", "ended"))
            )

        until(
            lambda: self.admin.scim_status(self.realm),
            lambda endpoints: all(map(settled, endpoints)),
            what="nothing pending",
            deadline=deadline,
        )


def _assert_once(resources: list[Resource], message: str) -> None:
    """Fail if two have one externalId; who has none yet was there before the source (RFC 7643, section 3.1)."""
    owned = [resource["externalId"] for resource in resources if "externalId" in resource]
    assert len(set(owned)) == len(owned), message
