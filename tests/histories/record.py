"""What both sides have in the end, and what the receiver made of each request that passed the proxy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
from sqlalchemy import select

from sbe_scim.store import open_database
from sbe_scim.store.tables import change, resource, source
from tests.environment.admin import Admin
from tests.environment.chain import Chain
from tests.environment.proxy import Forwarded
from tests.histories.checker import PERSON, Group, Kind, Person, Side, Write

_ALL = 1000
#: A POST brings back somebody who is inactive, where the source's policy says so.
_KINDS: dict[str, Kind] = {
    "create": "create",
    "restore": "replace",
    "replace": "replace",
    "patch": "patch",
    "delete": "delete",
}


def of_keycloak(admin: Admin, realm: str) -> Side:
    """As the Admin API tells it."""
    people = admin.users(realm, max=_ALL, briefRepresentation="false")
    assert len(people) < _ALL
    return Side(
        {
            one["id"]: [Person(one["username"], one["enabled"], one["firstName"], one["lastName"], one["email"])]
            for one in people
        },
        {
            identifier: [Group(path, frozenset(_members(admin, realm, identifier)))]
            for identifier, path in _groups(admin, f"/{realm}/groups", "")
        },
    )


def _groups(admin: Admin, address: str, above: str) -> Iterator[tuple[str, str]]:
    parameters = {"max": _ALL, "briefRepresentation": "true"}
    for group in admin.request("GET", address, params=parameters).json():
        path = above + group["name"]
        yield group["id"], path
        yield from _groups(admin, f"/{address.split('/')[1]}/groups/{group['id']}/children", path + "/")


def _members(admin: Admin, realm: str, group: str) -> Iterator[str]:
    for member in admin.request("GET", f"/{realm}/groups/{group}/members", params={"max": _ALL}).json():
        yield member["id"]


def of_receiver(scim: httpx.Client) -> Side:
    """As its lists tell it."""
    people: dict[str, list[Person]] = {}
    owners: dict[str, str] = {}
    for one in _list(scim, "/Users"):
        owner = owners[one["id"]] = one["externalId"]
        names = one["name"]
        found = Person(
            one["userName"], one["active"], names["givenName"], names["familyName"], one["emails"][0]["value"]
        )
        people.setdefault(owner, []).append(found)
    groups: dict[str, list[Group]] = {}
    for one in _list(scim, "/Groups"):
        members = frozenset(owners.get(member["value"], member["value"]) for member in one.get("members", []))
        groups.setdefault(one["externalId"], []).append(Group(one["displayName"], members))
    return Side(people, groups)


def _list(scim: httpx.Client, endpoint: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        scim.get(endpoint, params={"count": _ALL}).raise_for_status().json().get("Resources", [])
    )
    assert len(found) < _ALL
    return found


def writes(chain: Chain, forwarded: Mapping[str, Forwarded]) -> list[Write]:
    """All versions that the receiver made in the realm's source, in their order, with what their requests asked for."""
    engine = open_database(chain.receiver.database)
    try:
        with engine.connect() as connection:
            named = select(source.c.id).where(source.c.name == chain.realm).scalar_subquery()
            owned = select(change, resource.c.external_id).join(resource, resource.c.id == change.c.resource)
            rows = connection.execute(owned.where(change.c.source == named).order_by(change.c.seq)).all()
    finally:
        engine.dispose()
    return [written(row.kind, row.resource, forwarded[row.request_id], row.external_id) for row in rows]


def written(kind: str, resource: str, request: Forwarded, owner: str | None = None) -> Write:
    """The version that a request made of a resource, which may be another than its own.

    ``owner`` is the resource's ``externalId``, by which it is found among the creates of a bulk.
    """
    body = json.loads(request.body) if request.body else {}
    if request.path.endswith("/Bulk"):
        body = next(one["data"] for one in body["Operations"] if one["data"]["externalId"] == owner)
    if request.method != "POST" and not request.path.endswith(f"/{resource}"):
        # A group of which a member was deleted, or has another name.
        return Write(resource, "patch")
    if request.method == "PATCH":
        told = ("active", "displayName")
        body = {one["path"]: one["value"] for one in body["Operations"] if one.get("path") in told}
    # With an id it is what the receiver itself had, and access alone is new: sent so where a PATCH was refused.
    active = None if request.method == "PUT" and "id" in body else body.get("active")
    return Write(resource, _KINDS[kind], body.get("externalId"), dict(_numbers(body)), active, request.late)


def _numbers(body: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The numbers in the last name of a person, or in the path of a group."""
    if found := re.fullmatch(r"r(\d+)", body.get("name", {}).get("familyName", "")):
        yield PERSON, int(found[1])
    for name in body.get("displayName", "").split("/"):
        if found := re.fullmatch(r"(\w+) r(\d+)", name):
            yield found[1], int(found[2])
