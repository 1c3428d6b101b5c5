"""The document: paths below the SCIM base URL, with what they take and answer (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sbe_scim import __version__
from sbe_scim.config import Settings
from sbe_scim.openapi import attributes, messages
from sbe_scim.openapi.messages import reference
from sbe_scim.protocol import Registry, ResourceType

_MEDIA = "application/scim+json"
_TEXT = {"type": "string"}
_NUMBER = {"type": "integer"}
_ID = {"name": "id", "in": "path", "required": True, "schema": _TEXT}
_PARAMETERS: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    "attributes": ("query", _TEXT, "What to show, by names with commas between them."),
    "excludedAttributes": ("query", _TEXT, "What not to show."),
    "filter": ("query", _TEXT, "Which resources (RFC 7644 §3.4.2.2)."),
    "startIndex": ("query", _NUMBER, "Of pages by index: the first one, counted from 1."),
    "count": ("query", _NUMBER, "Most resources of the page."),
    "cursor": ("query", _TEXT, "Of pages by cursor (RFC 9865); empty for the first."),
    "sortBy": ("query", _TEXT, "Attribute by which the list is sorted."),
    "sortOrder": ("query", {"enum": ["ascending", "descending"]}, "How it is sorted."),
    "If-Match": ("header", _TEXT, "Versions in which the resource may be shown or changed."),
    "If-None-Match": ("header", _TEXT, "Versions that need not be sent again."),
}
_SHOWN = ("attributes", "excludedAttributes")
_LISTED = (*_SHOWN, "filter", "startIndex", "count", "cursor", "sortBy", "sortOrder")


def document(registry: Registry, settings: Settings) -> dict[str, Any]:
    """Return the document of a receiver with these types and settings, as a JSON object."""
    kinds = registry.resource_types
    schemas = {kind.name: attributes.resource(kind) for kind in kinds}
    lists = {f"{kind.name}List": messages.list_of([kind.name]) for kind in kinds}
    lists["ResourceList"] = messages.list_of([kind.name for kind in kinds])
    paths: dict[str, Any] = {}
    for kind in kinds:
        paths |= _paths_of(kind)
    paths |= {
        "/.search": {"post": _operation("List resources of all types.", 200, "ResourceList", body="SearchRequest")},
        "/Bulk": {"post": _operation("Do many operations.", 200, "BulkResponse", body="BulkRequest")},
        "/ServiceProviderConfig": {"get": _published("Tell what is supported.")},
        "/ResourceTypes": {"get": _published("List the types of resources.")},
        "/ResourceTypes/{id}": {"parameters": [_ID], "get": _published("Show one type.")},
        "/Schemas": {"get": _published("List the schemas.")},
        "/Schemas/{id}": {"parameters": [_ID], "get": _published("Show one schema.")},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SCIM for Abilian SBE",
            "version": __version__,
            "summary": "SCIM 2.0 service provider (RFC 7643, RFC 7644, RFC 9865)",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": settings.base_url}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas | lists | messages.messages(settings.bulk_limit),
            "parameters": {name: _parameter(name) for name in _PARAMETERS},
            "responses": {"Error": {"description": "Refused, and why.", "content": _content("Error")}},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths_of(kind: ResourceType) -> dict[str, Any]:
    name, listed = kind.name, f"{kind.name}List"
    changed = (*_SHOWN, "If-Match")
    return {
        f"/{kind.endpoint}": {
            "get": _operation(f"List {kind.endpoint}.", 200, listed, shown=_LISTED),
            "post": _operation(f"Create a {name}.", 201, name, body=name, shown=_SHOWN),
        },
        f"/{kind.endpoint}/.search": {
            "post": _operation(f"List {kind.endpoint}.", 200, listed, body="SearchRequest"),
        },
        f"/{kind.endpoint}/{{id}}": {
            "parameters": [_ID],
            "get": _operation(
                f"Show a {name}.", 200, name, shown=(*_SHOWN, "If-Match", "If-None-Match"), unchanged=True
            ),
            "put": _operation(f"Replace a {name}.", 200, name, body=name, shown=changed, silent=True),
            "patch": _operation(f"Change a {name}.", 200, name, body="PatchOp", shown=changed, silent=True),
            "delete": _operation(f"Delete a {name}.", 204, None, shown=("If-Match",)),
        },
    }


def _operation(
    summary: str,
    status: int,
    answer: str | None,
    *,
    body: str | None = None,
    shown: tuple[str, ...] = (),
    silent: bool = False,
    unchanged: bool = False,
) -> dict[str, Any]:
    """``silent``: it may be answered without a body; ``unchanged``: it may be answered that nothing has changed."""
    responses: dict[str, Any] = {str(status): _response(answer)}
    if silent:
        responses["204"] = {"description": "Done; too large to be sent back."}
    if unchanged:
        responses["304"] = {"description": "As the client has it."}
    responses["default"] = {"$ref": "#/components/responses/Error"}
    operation: dict[str, Any] = {"summary": summary, "responses": responses}
    if shown:
        operation["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name in shown]
    if body is not None:
        operation["requestBody"] = {"required": True, "content": _content(body)}
    return operation


def _published(summary: str) -> dict[str, Any]:
    """What anybody may ask."""
    responses = {"200": {"description": "Done.", "content": {_MEDIA: {"schema": {"type": "object"}}}}}
    return {
        "summary": summary,
        "security": [],
        "responses": responses | {"default": {"$ref": "#/components/responses/Error"}},
    }


def _response(answer: str | None) -> dict[str, Any]:
    return {"description": "Done."} | ({} if answer is None else {"content": _content(answer)})


def _content(schema: str) -> dict[str, Any]:
    return {_MEDIA: {"schema": reference(schema)}}


def _parameter(name: str) -> dict[str, Any]:
    place, schema, description = _PARAMETERS[name]
    return {"name": name, "in": place, "description": description, "schema": dict(schema)}
