"""Attributes and the paths that lead to them (RFC 7643 §2, RFC 7644 §3.10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sbe_scim.protocol.names import name_key, name_part
from sbe_scim.protocol.values import fold

Type = Literal["string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex"]
Mutability = Literal["readOnly", "readWrite", "immutable", "writeOnly"]
Returned = Literal["always", "never", "default", "request"]
Uniqueness = Literal["none", "server", "global"]

#: Code points that one string may have when its attribute does not say less.
MAX_LENGTH = 65_536
_PARTS = frozenset({"co", "sw", "ew"})


@dataclass(frozen=True, eq=False, slots=True)
class Attribute:
    """One attribute with its characteristics (RFC 7643 §2.2, §7). Compared by identity: each exists once."""

    name: str
    type: Type = "string"
    multi_valued: bool = False
    required: bool = False
    case_exact: bool = False
    mutability: Mutability = "readWrite"
    returned: Returned = "default"
    uniqueness: Uniqueness = "none"
    canonical_values: tuple[str, ...] = ()
    reference_types: tuple[str, ...] = ()
    sub_attributes: tuple[Attribute, ...] = ()
    description: str = ""
    max_length: int = MAX_LENGTH
    #: It names an account or a group: compared as names are.
    is_name: bool = False
    #: Sub-attributes by canonical and by lower-cased name.
    index: Mapping[str, Attribute] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", attribute_index(self.sub_attributes))

    def sub(self, name: str) -> Attribute | None:
        """Return the sub-attribute called ``name``, in any case."""
        return self.index.get(name) or self.index.get(lowered(name))

    def folded(self, text: str, operator: str = "eq") -> str:
        """Return the form of a text value in which it compares, or that in which an operator looks for ``text``."""
        if self.case_exact:
            return text
        if not self.is_name:
            return fold(text)
        if operator in _PARTS:
            return name_part(text, begins=operator == "sw", ends=operator == "ew")
        return name_key(text)

    @property
    def is_extension(self) -> bool:
        """It stands for a whole extension, and is named by its URN."""
        return ":" in self.name

    def to_resource(self) -> dict[str, Any]:
        """Return the attribute as ``/Schemas`` shows it (RFC 7643 §7)."""
        resource: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "multiValued": self.multi_valued,
            "description": self.description,
            "required": self.required,
            "mutability": self.mutability,
            "returned": self.returned,
        }
        if self.type == "complex":
            resource["subAttributes"] = [sub.to_resource() for sub in self.sub_attributes]
        else:
            resource["caseExact"] = self.case_exact
            resource["uniqueness"] = self.uniqueness
        if self.canonical_values:
            resource["canonicalValues"] = list(self.canonical_values)
        if self.reference_types:
            resource["referenceTypes"] = list(self.reference_types)
        return resource


def lowered(name: str) -> str:
    """Return the name of an attribute or schema in lower case; no name that is not ASCII becomes one that is."""
    return name.lower() if name.isascii() else name


def attribute_index(attributes: tuple[Attribute, ...]) -> dict[str, Attribute]:
    """Return ``attributes`` by canonical and by lower-cased name, so that well-spelt names need no folding."""
    return {name: attribute for attribute in attributes for name in (attribute.name, attribute.name.lower())}


@dataclass(frozen=True, slots=True)
class AttributePath:
    """A resolved attribute notation: ``schema`` is the URN of an extension, ``None`` for core and common attributes.

    The whole of an extension is a path too: its attribute is named by the URN and ``schema`` is ``None``.
    """

    schema: str | None
    attribute: Attribute
    sub: Attribute | None = None

    @property
    def leaf(self) -> Attribute:
        """The attribute at the end of the path."""
        return self.sub or self.attribute

    def __str__(self) -> str:
        name = self.attribute.name if self.schema is None else f"{self.schema}:{self.attribute.name}"
        return name if self.sub is None else f"{name}.{self.sub.name}"
