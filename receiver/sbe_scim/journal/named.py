"""Whom a refused create was about: all that the journal keeps of a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sbe_scim.protocol import ResourceType, primary_mail

#: Characters that are kept of each.
LONGEST = 255
# Most of which no name is made: what is sent may be as long as a body.
_LOOKED_AT = 4 * LONGEST


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, or a group: ``externalId``, ``userName`` or ``displayName`` (empty where none was sent), address."""

    external_id: str | None
    name: str
    mail: str | None


def named(resource_type: ResourceType, body: Any) -> Named | None:
    """Read it from a body that may be wrong in every way; ``None`` where it names nobody."""
    members = _members(body)
    external_id = _text(members.get("externalid"))
    name = _text(members.get(resource_type.key.lower()))
    mail = _text(primary_mail({"emails": list(_mails(members.get("emails")))}))
    if external_id is None and name is None and mail is None:
        return None
    return Named(external_id, name or "", mail)


def _members(value: Any) -> Mapping[str, Any]:
    return {name.lower(): member for name, member in value.items()} if isinstance(value, dict) else {}


def _mails(value: Any) -> Iterator[Mapping[str, Any]]:
    for element in value if isinstance(value, list) else [value]:
        members = {"value": element} if isinstance(element, str) else _members(element)
        if isinstance(members.get("value"), str):
            yield {**members, "primary": str(members.get("primary")).lower() == "true"}


def _text(value: Any) -> str | None:
    """The text without what no database takes (control characters, halves of characters), and not too long."""
    if not isinstance(value, str):
        return None
    return "".join(filter(str.isprintable, value[:_LOOKED_AT])).strip()[:LONGEST] or None
