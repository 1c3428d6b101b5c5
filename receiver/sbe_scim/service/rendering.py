"""Stored resources to SCIM JSON: the stored text with what the server computes spliced in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from sbe_scim.protocol import Projection, ResourceType
from sbe_scim.store import members
from sbe_scim.store.clock import to_scim
from sbe_scim.store.resources import Resource


class Renderer:
    """Writes resources for clients; ``base_url`` is the public SCIM base URL."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def location(self, resource_type: ResourceType, resource_id: str) -> str:
        """Return the URL of a resource."""
        return f"{self._base_url}/{resource_type.endpoint}/{resource_id}"

    def render(
        self,
        connection: Connection,
        resource_type: ResourceType,
        found: Sequence[Resource],
        projection: Projection,
    ) -> list[str]:
        """Return the JSON text of each resource; reads memberships only where they are shown."""
        wanted = projection.includes(_RELATION[resource_type.name])
        computed = self._relations(connection, resource_type, found) if wanted else {}
        if projection.is_default:
            return [self._spliced(resource_type, item, computed.get(item.pk)) for item in found]
        return [self._projected(resource_type, item, computed.get(item.pk), projection) for item in found]

    def _spliced(self, resource_type: ResourceType, item: Resource, relation: list[dict[str, Any]] | None) -> str:
        # The stored text is an object with at least `schemas`: between its braces and ours there is always a comma.
        more = f',"{_RELATION[resource_type.name]}":{_dump(relation)}' if relation else ""
        meta = _dump(self._meta(resource_type, item))
        return f'{{"id":"{item.id}",{item.document[1:-1]}{more},"meta":{meta}}}'

    def _projected(
        self,
        resource_type: ResourceType,
        item: Resource,
        relation: list[dict[str, Any]] | None,
        projection: Projection,
    ) -> str:
        resource = {"id": item.id, **json.loads(item.document)}
        if relation:
            resource[_RELATION[resource_type.name]] = relation
        resource["meta"] = self._meta(resource_type, item)
        return _dump(projection.project(resource))

    def _meta(self, resource_type: ResourceType, item: Resource) -> dict[str, str]:
        return {
            "resourceType": resource_type.name,
            "created": to_scim(item.created),
            "lastModified": to_scim(item.modified),
            "location": self.location(resource_type, item.id),
            "version": f'W/"{item.version}"',
        }

    def _relations(
        self, connection: Connection, resource_type: ResourceType, found: Sequence[Resource]
    ) -> dict[int, list[dict[str, Any]]]:
        """Members of groups, groups of users, by pk."""
        if resource_type.name == "Group":
            return {
                item.pk: [self._member(*member) for member in members.of_group(connection, item.pk)] for item in found
            }
        groups = members.groups_of(connection, [item.pk for item in found]) if found else {}
        return {pk: [self._group(*group) for group in of_user] for pk, of_user in groups.items()}

    def _member(self, user_id: str, display: str | None) -> dict[str, Any]:
        reference = {"value": user_id, "$ref": f"{self._base_url}/Users/{user_id}", "type": "User"}
        return reference if display is None else reference | {"display": display}

    def _group(self, group_id: str, display: str | None) -> dict[str, Any]:
        return {"value": group_id, "$ref": f"{self._base_url}/Groups/{group_id}", "display": display, "type": "direct"}


_RELATION = {"User": "groups", "Group": "members"}


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
