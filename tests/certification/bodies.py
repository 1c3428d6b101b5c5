"""What a sender has of people and groups, and the bodies that it makes of it, each fault in its own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_ADMINISTRATION = "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"
_SCHEMAS = "urn:ietf:params:scim:schemas:core:2.0:"


@dataclass
class Entry:
    """Somebody, or a group, as the provider has them, and their id at the receiver."""

    kind: str
    key: str
    values: dict[str, Any]
    active: bool = True
    gone: bool = False
    id: str = ""
    members: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    more: dict[str, str] = field(default_factory=dict)
    login: str = ""
    name: str = ""
    title: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    version: str = ""


def body_of(fault: str, entries: Mapping[str, Entry], entry: Entry, state: Entry) -> dict[str, Any]:
    """Of the state that is to be sent."""
    values = state.values
    if state.kind == "Group":
        ids = [entries[key].id for key in sorted(state.members)]
        members = [{"value": one} for one in ids if one]
        if fault == "names-the-newest":
            members = members[-1:]
        schemas = [f"{_SCHEMAS}Group"]
        return {"schemas": schemas, "displayName": values["name"], "externalId": state.key, "members": members}
    body = {
        "schemas": [f"{_SCHEMAS}User", _ENTERPRISE],
        "userName": values["login"],
        "externalId": state.key,
        "active": state.active or fault == "disables-nobody",
        "name": {"givenName": values["given"], "familyName": values["family"]},
        "title": values["title"],
        _ENTERPRISE: {"department": values["department"]},
    }
    if manager := state.more.get("manager"):
        body[_ENTERPRISE]["manager"] = {"value": entries[manager].id}
    if "siret" in state.more:
        siret = state.more["siret"].lstrip("0") if fault == "drops-zeros" else state.more["siret"]
        body[_ADMINISTRATION] = {"siret": siret, "organizationalUnitCode": state.more["unit"]}
        body["schemas"].append(_ADMINISTRATION)
    if fault == "sends-nothing-empty":
        body["title"] = entry.title = values["title"] or entry.title
    if values["mail"] and not (fault == "forgets" and entry.id):
        body["emails"] = [{"value": values["mail"], "type": "work"}]
    if fault == "invents" and not values["mail"]:
        body["emails"] = [{"value": f"{values['login']}@invented.example", "type": "work"}]
    if fault == "plain-letters":
        body["name"] = {name: _plain(text) for name, text in body["name"].items()}
    if fault == "no-external-id":
        del body["externalId"]
    return {name: value for name, value in body.items() if value != ""}


def differences(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Operations of a PATCH that touch nothing else."""
    gone = [name for name in before if name not in wanted]
    gone += [f"{_ENTERPRISE}:{name}" for name in before[_ENTERPRISE] if name not in wanted[_ENTERPRISE]]
    changed = {name: value for name, value in wanted.items() if before.get(name) != value}
    operations = [{"op": "remove", "path": name} for name in gone]
    return [*operations, {"op": "replace", "value": changed}] if changed else operations


def _plain(text: str) -> str:
    return text.encode("ascii", "replace").decode()
