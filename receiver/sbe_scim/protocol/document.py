"""The canonical document of a resource: what is kept of a POST or PUT body (RFC 7644 §3.3, §3.5.1).

A document has canonical names and exact types, ``schemas`` that list what is there, and nothing that is unassigned or
readOnly. ``Group.members`` is kept apart: memberships are rows, not part of a document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeGuard

from sbe_scim.protocol.errors import InvalidSyntax, InvalidValue
from sbe_scim.protocol.loss import check_said, goes_from, holder_of, loss
from sbe_scim.protocol.naming import renamed_body, unfolded
from sbe_scim.protocol.normaliser import Normaliser, printable
from sbe_scim.protocol.policy import Identity, Policy
from sbe_scim.protocol.schema.attributes import Attribute, AttributePath, lowered
from sbe_scim.protocol.schema.registry import ResourceType
from sbe_scim.protocol.values import storable

# Longer values take the way that says what is wrong with them.
_LONGEST_ID = 100

_SEPARATORS = re.compile("[:.]")

Element = dict[str, Any]

#: A member as a client wrote it: ``value`` and perhaps ``type``.
Member = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Normalised:
    """``document`` is ours to keep; ``dropped`` names what was not ours.

    ``members`` holds the members by id, ``None`` when the body said nothing of them. ``lost`` are the paths for which a
    value was sent and nothing of it kept: :func:`check_nothing_is_lost` says what they mean for a replacement.
    """

    document: dict[str, Any]
    dropped: tuple[str, ...] = ()
    members: dict[str, Member] | None = None
    lost: tuple[str, ...] = ()
    #: What of the policy was needed, by the names of its keys; ``naming`` for names that are others here.
    features: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def may_mean_members(self) -> bool:
        """The body did not say ``members`` but something much like it, which was dropped."""
        parts = (part.lower() for name in self.dropped for part in _SEPARATORS.split(name))
        return self.members is None and any(get_close_matches(part, ["members"], cutoff=0.85) for part in parts)


def normalise(resource_type: ResourceType, body: object, policy: Policy) -> Normalised:
    """Return the canonical form of the body of a POST or PUT.

    Raise ``InvalidSyntax`` when the body is no resource of this type and ``InvalidValue`` when an attribute is missing
    or of another type. Normalising a document again changes nothing.
    """
    if not isinstance(body, Mapping):
        raise InvalidSyntax("the body must be a JSON object")
    normaliser = Normaliser(policy)
    renamed = renamed_body(resource_type, body, policy.naming)
    if renamed is not body and renamed != body:
        normaliser.met.add("naming")
    body = unfolded(resource_type, renamed) if policy.tolerance.path_keys else renamed
    if body is not renamed:
        normaliser.met.add("path_keys")
    body, raw_members = _without_members(resource_type, body)
    _check_schemas(resource_type, body, normaliser)
    document = normaliser.attributes(resource_type.index, body, "")
    members = None if raw_members is _ABSENT else read_members(resource_type, raw_members, normaliser)
    if normaliser.dropped:
        check_said(resource_type, normaliser.dropped, document if members is None else {"members"})
    document = finish(resource_type, document, normaliser)
    return Normalised(document, normaliser.dropped, members, normaliser.lost, frozenset(normaliser.met))


def finish(resource_type: ResourceType, document: dict[str, Any], normaliser: Normaliser) -> dict[str, Any]:
    """Return the document with ``schemas``, after the checks that concern it as a whole; ``InvalidValue``."""
    for container, schema in _containers(resource_type, document):
        for name in list(container):
            attribute = schema.get(name)
            if attribute is not None and attribute.multi_valued and attribute.type == "complex":
                _check_elements(attribute, container, normaliser)
    for attribute in resource_type.schema.attributes:
        if attribute.required and not str(document.get(attribute.name, "")).strip():
            raise InvalidValue(f"{attribute.name} is required")
    extensions = [schema.id for schema in resource_type.extensions if document.get(schema.id)]
    kept = {key: value for key, value in document.items() if value not in ([], {}) and key != "schemas"}
    return {"schemas": [resource_type.schema.id, *extensions], **kept}


def check_nothing_is_lost(resource_type: ResourceType, before: Mapping[str, Any], wanted: Normalised) -> None:
    """Raise ``InvalidValue`` when ``wanted``, in place of ``before``, would take away what its sender did not unassign.

    This is so when nothing of a value that was sent could be kept and existing data would be removed: the value that
    was not understood may mean this data. Elements of a list that are sent again stay, so one that is not kept does
    no harm there.
    """
    for text in wanted.lost:
        path = resource_type.path(text)
        assert path is not None  # noqa: S101 - the normaliser names attributes that there are
        was = holder_of(before, path).get(path.attribute.name)
        now = holder_of(wanted.document, path).get(path.attribute.name)
        if goes_from(path.attribute, was, now) if path.attribute.multi_valued else was and not now:
            raise loss(text)


def read_members(resource_type: ResourceType, raw: object, normaliser: Normaliser) -> dict[str, Member]:
    """Return members by id; raise ``InvalidValue`` unless ``raw`` is a list of objects that have a ``value``."""
    attribute = resource_type.members
    if attribute is None:
        raise InvalidSyntax("this resource has no members")
    if raw is None:
        return {}
    if not isinstance(raw, list):
        raise InvalidValue("members must be a list")
    members: dict[str, Member] = {}
    for element in raw:
        if _is_bare(element):
            members[element["value"]] = dict(element)
            continue
        given = _given_parts(element, normaliser.policy.identity)
        if given:
            element = {key: part for key, part in element.items() if key not in given}
        member = given | (normaliser.single(attribute, element, "members") or {})
        if given:
            member.setdefault("value", next(iter(given.values())))
        if not member.get("value"):
            raise InvalidValue("each of members must have a value, the id of the member")
        # The location of a member is ours to say.
        member.pop("$ref", None)
        members[member["value"]] = member
    return members


def _given_parts(element: object, identity: Identity) -> Member:
    """The parts of a member, other than its ``value``, that may name the person."""
    if identity.member_parts == ("value",) or not isinstance(element, Mapping):
        return {}
    parts = {part: element.get(part) for part in identity.member_parts if part != "value"}
    return {part: text for part, text in parts.items() if isinstance(text, str) and text and storable(text)}


def _is_bare(element: object) -> TypeGuard[Mapping[str, str]]:
    """Tell whether a member is a plain id and nothing else: of these one request may hold a hundred thousand."""
    if not isinstance(element, dict) or len(element) != 1:
        return False
    value = element.get("value")
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and storable(value)


def primary_mail(document: Mapping[str, Any]) -> str | None:
    """Return the mail address that stands for a person: the primary one, else one for work, else the first."""
    mails = [mail for mail in document.get("emails") or () if mail.get("value")]
    if not mails:
        return None
    best = min(mails, key=lambda mail: (not mail.get("primary"), str(mail.get("type", "")).lower() != "work"))
    value: str = best["value"]
    return value


def changed_paths(resource_type: ResourceType, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths of what differs between two documents, down to the parts of singular complex attributes."""
    return tuple(str(path) for path in _differences(resource_type, before, after))


def _differences(
    resource_type: ResourceType, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[AttributePath]:
    for path in resource_type.attribute_paths:
        attribute = path.attribute
        was = holder_of(before, path).get(attribute.name)
        now = holder_of(after, path).get(attribute.name)
        if was == now or attribute.name == "schemas":
            continue
        if attribute.type != "complex" or attribute.multi_valued:
            yield path
            continue
        was, now = was or {}, now or {}
        for sub in attribute.sub_attributes:
            if was.get(sub.name) != now.get(sub.name):
                yield AttributePath(path.schema, attribute, sub)


_ABSENT = object()


def _without_members(resource_type: ResourceType, body: Mapping[str, Any]) -> tuple[Mapping[str, Any], object]:
    if resource_type.members is None:
        return body, _ABSENT
    keys = [key for key in body if resource_type.index.get(lowered(key)) is resource_type.members]
    if not keys:
        return body, _ABSENT
    if len(keys) > 1:
        raise InvalidSyntax("members is given twice")
    return {key: value for key, value in body.items() if key != keys[0]}, body[keys[0]]


def _check_schemas(resource_type: ResourceType, body: Mapping[str, Any], normaliser: Normaliser) -> None:
    """RFC 7643 §3: ``schemas`` lists the URN of the resource type and of each extension in use, and no other."""
    listed = next((value for key, value in body.items() if key.lower() == "schemas"), None)
    complete = not normaliser.policy.tolerance.incomplete_schemas
    if listed is None and not complete:
        listed = []
    if not isinstance(listed, list | None) or not all(isinstance(uri, str) for uri in listed or ()):
        raise InvalidSyntax("schemas must be a list of URNs")
    known = {urn.lower() for urn in (resource_type.schema.id, *resource_type.extension_index)}
    folded = {uri.lower() for uri in listed or ()}
    for uri in listed or ():
        if uri.lower() not in known:
            normaliser.drop(printable(uri))
    needed = [resource_type.schema.id, *(urn for urn in resource_type.extension_index if urn in body)]
    missing = next((urn for urn in needed if urn.lower() not in folded), None)
    if missing is not None:
        if complete:
            raise InvalidSyntax(f"schemas must list {missing}")
        normaliser.met.add("incomplete_schemas")


def _containers(
    resource_type: ResourceType, document: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], Mapping[str, Attribute]]]:
    yield document, resource_type.schema.index
    for schema in resource_type.extensions:
        if schema.id in document:
            yield document[schema.id], schema.index


def _check_elements(attribute: Attribute, container: dict[str, Any], normaliser: Normaliser) -> None:
    elements = normaliser.without_hollow(attribute, container[attribute.name])
    container[attribute.name] = elements = _each_once(elements) if len(elements) > 1 else elements
    if sum(element.get("primary") is True for element in elements) > 1:
        raise InvalidValue(f"{attribute.name} has more than one primary value")


def _each_once(elements: list[Element]) -> list[Element]:
    """RFC 7643 §2.4: the same ``type`` and ``value`` are shown once; what the first lacks is taken from the others."""
    kept: dict[Any, Element] = {}
    for place, element in enumerate(elements):
        value = element.get("value")
        key = place if value is None else (value, element.get("type"))
        first = kept.get(key)
        kept[key] = element if first is None else element | first | _primary_of(first, element)
    return elements if len(kept) == len(elements) else list(kept.values())


def _primary_of(*elements: Element) -> Element:
    return {"primary": True} if any(element.get("primary") is True for element in elements) else {}
