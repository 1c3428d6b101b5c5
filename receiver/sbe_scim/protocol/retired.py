"""What documents hold of extensions, or of attributes in them, that are not declared any more: kept, and not shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sbe_scim.protocol.schema.registry import ResourceType


def with_retired(resource_type: ResourceType, before: Mapping[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return ``after`` with what ``before`` holds and nobody can say any more."""
    kept = dict(after)
    for urn in resource_type.retired:
        known = resource_type.extension_index.get(urn)
        held = before.get(urn) or {}
        unsaid = {name: value for name, value in held.items() if known is None or name not in known.index}
        if unsaid:
            kept[urn] = {**after.get(urn, {}), **unsaid}
    return kept if kept == after else {**kept, "schemas": _schemas(resource_type, kept, sorted(resource_type.retired))}


def shown_schemas(resource_type: ResourceType, document: Mapping[str, Any]) -> list[str]:
    """Return the URNs of what a stored document holds and is declared."""
    return _schemas(resource_type, document)


def _schemas(resource_type: ResourceType, document: Mapping[str, Any], more: list[str] | None = None) -> list[str]:
    declared = [schema.id for schema in resource_type.extensions]
    others = [urn for urn in more or () if urn not in resource_type.extension_index]
    return [resource_type.schema.id, *(urn for urn in (*declared, *others) if document.get(urn))]
