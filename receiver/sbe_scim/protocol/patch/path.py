"""Attribute notations and PATCH paths (RFC 7644 §3.5.2, §3.10; erratum 7122)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sbe_scim.protocol.errors import InvalidPath, UnknownAttribute
from sbe_scim.protocol.filter.parser import parse_value_filter
from sbe_scim.protocol.filter.tree import Filter, ValuePath
from sbe_scim.protocol.naming import renamed_path
from sbe_scim.protocol.normaliser import printable
from sbe_scim.protocol.policy import Policy
from sbe_scim.protocol.schema.attributes import Attribute, AttributePath, lowered
from sbe_scim.protocol.schema.registry import ResourceType

__all__ = ["AttributePath", "PatchPath", "parse_attribute_path", "parse_patch_path"]

_NOTATION = re.compile(r"[a-z$][\w$:./#-]*", re.ASCII | re.IGNORECASE)
# The last bracket closes the filter: there may be others in its strings.
_PATCH_PATH = re.compile(r"(?P<head>[^\[\]]*)(?:\[(?P<filter>.*)\](?:\.(?P<sub>[^\[\].]*))?)?", re.DOTALL)
MAX_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class PatchPath:
    """What an operation aims at: an attribute (``path`` has no ``sub``), perhaps some elements, perhaps a part."""

    path: AttributePath
    filter: Filter | None = None
    sub: Attribute | None = None

    def __str__(self) -> str:
        head = str(self.path) if self.filter is None else str(ValuePath(self.path, self.filter))
        return head if self.sub is None else f"{head}.{self.sub.name}"

    @property
    def label(self) -> str:
        """The path without the values of its filter, fit for errors and logs."""
        head = str(self.path) if self.filter is None else f"{self.path}[…]"
        return head if self.sub is None else f"{head}.{self.sub.name}"


def parse_attribute_path(text: str, resource_type: ResourceType) -> AttributePath:
    """Return the attribute that ``text`` names, with or without URN, in any case.

    Raise ``UnknownAttribute`` when a well-formed text names none, ``InvalidPath`` when it is malformed.
    """
    path = resource_type.path(text)
    if path is not None:
        return path
    if not _NOTATION.fullmatch(text):
        raise InvalidPath("the path is malformed")
    owner = resource_type.path(text.rpartition(".")[0])
    if owner is not None and (owner.leaf.type != "complex" or owner.attribute is resource_type.members):
        raise InvalidPath(f"{owner} has no such sub-attribute")
    raise UnknownAttribute(printable(text))


def parse_patch_path(
    text: str, resource_type: ResourceType, policy: Policy | None = None, met: set[str] | None = None
) -> PatchPath:
    """Return what the ``path`` of a PATCH operation aims at; without ``policy``, nothing is tolerated.

    ``met`` is given the names of what of the policy was needed.
    Raise ``UnknownAttribute`` when a well-formed path names no attribute, ``InvalidPath`` when it is malformed and
    ``InvalidFilter`` when what stands between its brackets is.
    """
    if policy is not None and policy.naming.has_names:
        renamed = renamed_path(text, policy.naming)
        if met is not None and renamed != text:
            met.add("naming")
        text = renamed
    short = resource_type.short_paths if policy is not None and policy.tolerance.path_keys else {}
    plain = resource_type.path(text)
    if plain is None and (plain := short.get(lowered(text))) is not None and met is not None:
        met.add("path_keys")
    if plain is not None:
        return PatchPath(AttributePath(plain.schema, plain.attribute), None, plain.sub)
    parts = _PATCH_PATH.fullmatch(text.strip()) if len(text) <= MAX_LENGTH else None
    if parts is None:
        raise InvalidPath("the path is malformed")
    path = short.get(lowered(parts["head"])) or parse_attribute_path(parts["head"], resource_type)
    if parts["filter"] is None:
        return PatchPath(AttributePath(path.schema, path.attribute), None, path.sub)
    if path.sub is not None or path.attribute.name in resource_type.extension_index:
        raise InvalidPath(f"{path} cannot be filtered")
    lenient = policy is not None and policy.tolerance.string_booleans
    tree = parse_value_filter(parts["filter"], resource_type, path, string_booleans=lenient, met=met)
    if parts["sub"] is None:
        return PatchPath(path, tree)
    sub = path.attribute.sub(parts["sub"])
    if sub is None:
        raise _unknown_sub(path, parts["sub"], resource_type)
    return PatchPath(path, tree, sub)


def _unknown_sub(path: AttributePath, name: str, resource_type: ResourceType) -> InvalidPath:
    if not _NOTATION.fullmatch(name):
        return InvalidPath("the path is malformed")
    if path.attribute is resource_type.members:
        return InvalidPath(f"{path} has no such sub-attribute")
    return UnknownAttribute(f"{path}.{printable(name)}")
