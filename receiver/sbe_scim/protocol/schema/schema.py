"""A schema: its URN, and the attributes that it declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sbe_scim.protocol.schema.attributes import Attribute, attribute_index

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"


@dataclass(frozen=True, eq=False, slots=True)
class Schema:
    """A schema (RFC 7643 §7): ``id`` is its URN."""

    id: str
    name: str
    description: str
    attributes: tuple[Attribute, ...]
    #: Attributes by canonical and by lower-cased name.
    index: Mapping[str, Attribute] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", attribute_index(self.attributes))

    def to_resource(self, base_url: str = "") -> dict[str, Any]:
        """Return the resource of ``/Schemas``; ``base_url`` is the SCIM base URL, without trailing slash."""
        return {
            "schemas": [SCHEMA],
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "attributes": [attribute.to_resource() for attribute in self.attributes],
            "meta": {"resourceType": "Schema", "location": f"{base_url}/Schemas/{self.id}"},
        }
