"""Attributes that are set once (RFC 7643 §7, RFC 7644 §3.5.1, §3.5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sbe_scim.protocol.errors import Mutability
from sbe_scim.protocol.schema.attributes import AttributePath
from sbe_scim.protocol.schema.registry import ResourceType


def check_immutable(resource_type: ResourceType, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Raise ``Mutability`` where a value that was set once is another now, or none."""
    for path in resource_type.immutable:
        was = _value(before, path)
        if was is not None and _value(after, path) != was:
            raise Mutability(f"{path} is immutable and has a value")


def with_immutable(resource_type: ResourceType, before: Mapping[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return ``after`` with what was set once and is left out there: a replacement cannot clear it."""
    for path in resource_type.immutable:
        was = _value(before, path)
        if was is not None and _value(after, path) is None:
            after = _with(after, [str(path.schema), *(part.name for part in (path.attribute, path.sub) if part)], was)
    return after


def _value(document: Mapping[str, Any], path: AttributePath) -> Any:
    value = document.get(path.schema or "", {}).get(path.attribute.name)
    return value if path.sub is None or value is None else value.get(path.sub.name)


def _with(holder: dict[str, Any], steps: list[str], value: Any) -> dict[str, Any]:
    head, *rest = steps
    return holder | {head: _with(holder.get(head, {}), rest, value) if rest else value}
