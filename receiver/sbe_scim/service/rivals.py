"""Who is in the way of a resource: they hold a value that must be unique."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sbe_scim.protocol import ResourceType, Uniqueness
from sbe_scim.store.resources import Resource


def gives_up(rival: Resource, values: Mapping[str, Any]) -> bool:
    """Tell whether a rival is an inactive person of the same source, in whose way nothing but a mail address is."""
    if rival.active or not values["active"] or rival.source != values["source"]:
        return False
    return (rival.scope, rival.key) != (values["scope"], values["key"]) and not has_external_id(rival, values)


def is_dormant(rival: Resource, values: Mapping[str, Any]) -> bool:
    """Tell whether a rival is an inactive person of the same source and ``externalId``."""
    return not rival.active and has_external_id(rival, values)


def has_external_id(rival: Resource, values: Mapping[str, Any]) -> bool:
    """Tell whether a rival is of the same source and ``externalId``."""
    given: str | None = values["external_id"]
    return rival.source == values["source"] and given is not None and rival.external_id == given


def has_name(rival: Resource, values: Mapping[str, Any]) -> bool:
    """Tell whether a rival is of the same source and name."""
    return rival.source == values["source"] and (rival.scope, rival.key) == (values["scope"], values["key"])


def taken(resource_type: ResourceType, rival: Resource, values: Mapping[str, Any]) -> Uniqueness:
    """The refusal that names the attribute in which a rival holds the same value."""
    named, reason = "primary mail address (emails)", "mail_taken"
    if has_external_id(rival, values):
        named, reason = "externalId", "external_id_taken"
    elif rival.key == values["key"]:
        named, reason = resource_type.key, "name_taken"
    return Uniqueness(f"another {resource_type.name} has this {named}", reason=reason)
