"""Short ways to declare an attribute (RFC 7643 §2.2, §2.3)."""

from __future__ import annotations

from typing import Any

from sbe_scim.protocol.schema.attributes import Attribute


def string(name: str, description: str, **characteristics: Any) -> Attribute:
    """A string; characteristics are fields of :class:`Attribute`."""
    return Attribute(name, description=description, **characteristics)


def boolean(name: str, description: str) -> Attribute:
    """True or false."""
    return Attribute(name, "boolean", description=description)


def reference(name: str, description: str, *types: str, **characteristics: Any) -> Attribute:
    """A URL of resources of these types; ``external`` is outside of SCIM, ``uri`` anything."""
    return Attribute(
        name, "reference", case_exact=True, reference_types=types, description=description, **characteristics
    )


def complex(name: str, description: str, *subs: Attribute, **characteristics: Any) -> Attribute:
    """An attribute of sub-attributes."""
    return Attribute(name, "complex", description=description, sub_attributes=subs, **characteristics)


def plural(name: str, value: Attribute, *types: str) -> Attribute:
    """A multi-valued attribute with the default sub-attributes of RFC 7643 §2.4."""
    return complex(
        name,
        f"The {name} of the user.",
        value,
        string("display", "A name for people to read."),
        string("type", "What the value is for.", canonical_values=types),
        boolean("primary", "Whether this is the preferred value; true at most once."),
        multi_valued=True,
    )
