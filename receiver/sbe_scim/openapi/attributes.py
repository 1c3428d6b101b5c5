"""Attributes of SCIM (RFC 7643 §2) as JSON Schema, as OpenAPI 3.1 has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sbe_scim.protocol import Attribute, ResourceType

_TYPES: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "decimal": {"type": "number"},
    "integer": {"type": "integer"},
    "dateTime": {"type": "string", "format": "date-time"},
    "binary": {"type": "string", "contentEncoding": "base64"},
    # A URN, a URL, or a path below the base URL.
    "reference": {"type": "string", "format": "uri-reference"},
}


def resource(kind: ResourceType) -> dict[str, Any]:
    """Return the schema of a resource, its extensions included; what only answers have is ``readOnly``."""
    attributes = list(dict.fromkeys(kind.index.values()))
    schema = _object(attributes)
    # Whatever it is asked with: nothing else is always there.
    schema["required"] = sorted(one.name for one in attributes if one.required or one.returned == "always")
    return schema | {"description": kind.schema.description}


def _object(attributes: list[Attribute]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": {one.name: _property(one) for one in attributes}}
    if required := [one.name for one in attributes if one.required]:
        schema["required"] = required
    return schema


def _property(attribute: Attribute) -> dict[str, Any]:
    value = dict(_TYPES[attribute.type]) if attribute.type != "complex" else _object(list(attribute.sub_attributes))
    if attribute.canonical_values:
        # Other values are taken too (RFC 7643 §7).
        value["examples"] = list(attribute.canonical_values)
    schema: dict[str, Any] = {"type": "array", "items": value} if attribute.multi_valued else value
    if attribute.description:
        schema["description"] = attribute.description
    if attribute.mutability == "readOnly":
        schema["readOnly"] = True
    if attribute.mutability == "writeOnly" or attribute.returned == "never":
        schema["writeOnly"] = True
    return schema
