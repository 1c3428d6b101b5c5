"""What nobody asked to take away: replacements and changes that would lose what their sender did not mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sbe_scim.protocol.errors import InvalidValue
from sbe_scim.protocol.filter.match import comparable
from sbe_scim.protocol.schema.attributes import Attribute, AttributePath
from sbe_scim.protocol.schema.registry import ResourceType


def check_said(resource_type: ResourceType, dropped: Iterable[str], said: Collection[str]) -> None:
    """Raise ``InvalidValue`` when ``active`` or ``members`` was said under a schema that it is not of, and was dropped.

    Whoever sent it takes somebody for disabled, or for out of a group, who is still in. ``said`` are the attributes
    that were given by their own name.
    """
    kept = {"active": resource_type.has_active, "members": resource_type.members is not None}
    for name in dropped:
        owner, _, last = name.replace(":", ".").rpartition(".")
        meant = last.lower()
        if not owner or not kept.get(meant) or meant in said:
            continue
        holder = resource_type.path(name[: len(owner)])
        if holder is None or holder.attribute.is_extension:
            raise InvalidValue(f"{name} is no attribute of this resource; send {meant}")


def goes_from(attribute: Attribute, was: list[Any] | None, now: list[Any] | None) -> bool:
    """Tell whether one of the elements that were there is not among those of now, whatever else is said of it."""
    left = [_identity(attribute, element) for element in now or ()]
    return any(_identity(attribute, element) not in left for element in was or ())


def _identity(attribute: Attribute, element: Any) -> Any:
    if isinstance(element, Mapping) and "value" in element:
        return comparable(attribute.index["value"], element["value"])
    return element


def loss(where: str) -> InvalidValue:
    """The refusal of a value of which nothing is kept, where existing data would be removed."""
    return InvalidValue(
        f"{where} was sent with nothing in it that can be kept, and the present value would be removed;"
        " send null to remove it"
    )


def holder_of(document: Mapping[str, Any], path: AttributePath) -> Mapping[str, Any]:
    """The part of a document in which the attribute of ``path`` stands: that of its extension, or all of it."""
    return document if path.schema is None else document.get(path.schema, {})
