"""The messages of the protocol as JSON Schema (RFC 7644 §3.4.2, §3.4.3, §3.5.2, §3.7, §3.12; RFC 9865)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sbe_scim.protocol import (
    BULK_REQUEST_URN,
    BULK_RESPONSE_URN,
    ERROR_URN,
    LIST_RESPONSE_URN,
    PATCH_OP_URN,
    SEARCH_REQUEST_URN,
)

_TEXT = {"type": "string"}
_NUMBER = {"type": "integer"}
_NAMES = {"type": "array", "items": _TEXT}


def reference(name: str) -> dict[str, str]:
    """Return the reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(schemas: Sequence[str]) -> dict[str, Any]:
    """Return the schema of a list of resources that have one of these schemas."""
    each = reference(schemas[0]) if len(schemas) == 1 else {"anyOf": [reference(name) for name in schemas]}
    return _message(
        LIST_RESPONSE_URN,
        {
            "totalResults": _NUMBER,
            "startIndex": _NUMBER | {"description": "Of pages by index."},
            "itemsPerPage": _NUMBER,
            "nextCursor": _TEXT | {"description": "Of pages by cursor, where there is a next one."},
            "previousCursor": _TEXT | {"description": "Of pages by cursor, where there is one before."},
            "Resources": {"type": "array", "items": each},
        },
        ("totalResults", "itemsPerPage", "Resources"),
    )


def messages(bulk_limit: int) -> dict[str, Any]:
    """Return the schemas of all other messages; a bulk has at most ``bulk_limit`` operations."""
    change = {
        "op": {"enum": ["add", "remove", "replace"]},
        "path": _TEXT | {"description": "Attribute path, with a filter of elements if need be (RFC 7644 §3.5.2)."},
        "value": {},
    }
    asked = {
        "method": {"enum": ["POST", "PUT", "PATCH", "DELETE"]},
        "bulkId": _TEXT | {"description": "Of a create: by `bulkId:` and this others refer to it."},
        "path": _TEXT | {"description": "Of the type, or of the resource."},
        "version": _TEXT | {"description": "As `If-Match`."},
        "data": {"type": "object"},
    }
    answered = {
        "method": _TEXT,
        "bulkId": _TEXT,
        "location": _TEXT,
        "version": _TEXT,
        "status": _TEXT,
        "response": reference("Error"),
    }
    searched = {
        "filter": _TEXT,
        "startIndex": _NUMBER,
        "count": _NUMBER,
        "cursor": _TEXT,
        "sortBy": _TEXT,
        "sortOrder": {"enum": ["ascending", "descending"]},
        "attributes": _NAMES,
        "excludedAttributes": _NAMES,
    }
    return {
        "Error": _message(
            ERROR_URN,
            {
                "status": _TEXT,
                "scimType": _TEXT,
                "detail": _TEXT,
                "reason": _TEXT | {"description": "A code by which programs decide."},
            },
            ("status",),
        ),
        "PatchOp": _message(PATCH_OP_URN, {"Operations": _many(change, ("op",))}, ("Operations",)),
        "SearchRequest": _message(SEARCH_REQUEST_URN, searched),
        "BulkRequest": _message(
            BULK_REQUEST_URN,
            {
                "failOnErrors": _NUMBER | {"minimum": 1},
                "Operations": _many(asked, ("method", "path")) | {"maxItems": bulk_limit},
            },
            ("Operations",),
        ),
        "BulkResponse": _message(
            BULK_RESPONSE_URN, {"Operations": _many(answered, ("status",), least=0)}, ("Operations",)
        ),
    }


def _message(urn: str, members: Mapping[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    schemas = {"type": "array", "items": _TEXT, "contains": {"const": urn}}
    return {"type": "object", "properties": {"schemas": schemas, **members}, "required": ["schemas", *required]}


def _many(members: Mapping[str, Any], required: Sequence[str], least: int = 1) -> dict[str, Any]:
    each = {"type": "object", "properties": dict(members), "required": list(required)}
    return {"type": "array", "minItems": least, "items": each}
