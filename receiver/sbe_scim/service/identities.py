"""Who is meant where a member of a group is named by something else than an id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sbe_scim.protocol import default_registry, fold, name_key
from sbe_scim.service.unit import Unit
from sbe_scim.store import resources
from sbe_scim.store.index import key_scope
from sbe_scim.store.resources import Resource


def identify(unit: Unit, strangers: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the ids of those people of the source who are meant by members that are no id, by the member's value.

    What may name them is for the dialect to say; without it, nobody is looked for.
    """
    if not unit.call.policy.identity.members:
        return {}
    found = ((name, _person(unit, member)) for name, member in strangers.items())
    known = {name: person.id for name, person in found if person is not None}
    if known:
        unit.told.features.add("identity")
    return known


def _person(unit: Unit, member: Mapping[str, Any]) -> Resource | None:
    identity = unit.call.policy.identity
    for part in identity.member_parts:
        text = member.get(part)
        if isinstance(text, str):
            for attribute in identity.members:
                person = _by(unit, attribute, text)
                if person is not None:
                    return person
    return None


def _by(unit: Unit, attribute: str, text: str) -> Resource | None:
    connection, source, kinds = unit.connection, unit.call.source.id, default_registry()
    kind = unit.resource_type.relation.ends[0].number
    scope = key_scope(kinds.by_number(kind), source, unit.call.source.space)
    if attribute == "externalId":
        return resources.get_by_external_id(connection, source, kind, text)
    if attribute == "emails":
        return resources.get_by_mail(connection, source, kind, fold(text))
    return resources.get_by_key(connection, source, kind, scope, name_key(text))
