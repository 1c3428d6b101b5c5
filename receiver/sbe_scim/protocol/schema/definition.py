"""Extensions as operators define them: a schema resource in the form of RFC 7643 §7, read and checked.

What this service would not keep to is refused by its name: nothing in a definition is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from sbe_scim.protocol.schema.attributes import Attribute, Mutability, Returned, Type, Uniqueness
from sbe_scim.protocol.schema.core import COMMON_ATTRIBUTES
from sbe_scim.protocol.schema.schema import SCHEMA, Schema

_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,31}(?::[\w.-]+)+", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,99}", re.ASCII | re.IGNORECASE)
_LONGEST_URN = 200
#: Of the RFCs, and of this service.
_RESERVED = (
    "urn:ietf:params:scim:schemas:core:",
    "urn:ietf:params:scim:api:",
    "urn:ietf:params:scim:schemas:extension:sbe-scim:",
)
_COMMON = frozenset(attribute.name.lower() for attribute in COMMON_ATTRIBUTES)

_SCHEMA_KEYS = frozenset({"schemas", "id", "name", "description", "attributes", "meta"})
_ATTRIBUTE_KEYS = frozenset(
    {"name", "type", "multiValued", "description", "required", "canonicalValues", "caseExact", "mutability"}
    | {"returned", "uniqueness", "referenceTypes", "subAttributes"}
)
#: Values of these types compare letter by letter (RFC 7643 §2.3.6, §2.3.7).
_EXACT = ("reference", "binary")
#: Of these there cannot be one for each.
_ALIKE = ("boolean", "complex")


class DefinitionError(ValueError):
    """A schema cannot be served; the text names the schema, the attribute and the rule."""


def read_schema(definition: object) -> Schema:
    """Return the extension that a schema resource defines. Raises :class:`DefinitionError`."""
    if not isinstance(definition, Mapping):
        raise DefinitionError("a schema must be a JSON object")
    urn = definition.get("id")
    if not isinstance(urn, str) or not _URN.fullmatch(urn) or len(urn) > _LONGEST_URN:
        raise DefinitionError("id must be a URN such as urn:ietf:params:scim:schemas:extension:NAME:2.0:User")
    if urn.lower().startswith(_RESERVED):
        raise DefinitionError(f"{urn}: this URN is reserved")
    _no_other_keys(urn, definition, _SCHEMA_KEYS)
    if definition.get("schemas", [SCHEMA]) != [SCHEMA]:
        raise DefinitionError(f"{urn}: schemas must be [{SCHEMA!r}]")
    name = _text(urn, definition, "name", urn.split(":")[-3] if urn.count(":") > 2 else urn)
    listed = definition.get("attributes")
    if not isinstance(listed, list) or not listed:
        raise DefinitionError(f"{urn}: attributes must be a list of at least one attribute")
    attributes = _attributes(urn, listed)
    if reserved := [attribute.name for attribute in attributes if attribute.name.lower() in _COMMON]:
        raise DefinitionError(f"{urn}: the name {reserved[0]} is reserved (RFC 7643 §3.1)")
    return Schema(urn, name, _text(urn, definition, "description", ""), attributes)


def _attributes(where: str, listed: Sequence[object], parent: Attribute | None = None) -> tuple[Attribute, ...]:
    attributes = tuple(_attribute(where, definition, parent) for definition in listed)
    names = [attribute.name.lower() for attribute in attributes]
    if twice := [name for name in names if names.count(name) > 1]:
        raise DefinitionError(f"{where}: {twice[0]} is declared twice")
    return attributes


def _attribute(schema: str, definition: object, parent: Attribute | None) -> Attribute:
    if not isinstance(definition, Mapping):
        raise DefinitionError(f"{schema}: an attribute must be a JSON object")
    name = definition.get("name")
    if not isinstance(name, str) or not (_NAME.fullmatch(name) or (parent and name == "$ref")):
        raise DefinitionError(f"{schema}: an attribute needs a name of letters, digits, - and _ (RFC 7643 §2.1)")
    where = f"{schema}:{name}" if parent is None else f"{schema}.{name}"
    _no_other_keys(where, definition, _ATTRIBUTE_KEYS)
    kind: Type = _one_of(where, definition, "type", get_args(Type), "string")
    attribute = Attribute(
        name,
        kind,
        multi_valued=_flag(where, definition, "multiValued"),
        required=_flag(where, definition, "required"),
        case_exact=_flag(where, definition, "caseExact", kind in _EXACT),
        mutability=_one_of(where, definition, "mutability", get_args(Mutability), "readWrite"),
        returned=_one_of(where, definition, "returned", get_args(Returned), "default"),
        uniqueness=_one_of(where, definition, "uniqueness", get_args(Uniqueness), "none"),
        canonical_values=_texts(where, definition, "canonicalValues"),
        reference_types=_texts(where, definition, "referenceTypes"),
        description=_text(where, definition, "description", ""),
    )
    _check(where, attribute, parent)
    return _with_subs(where, attribute, definition)


def _with_subs(where: str, attribute: Attribute, definition: Mapping[str, Any]) -> Attribute:
    listed = definition.get("subAttributes")
    if attribute.type != "complex":
        if listed:
            raise DefinitionError(f"{where}: only a complex attribute has subAttributes")
        return attribute
    if not isinstance(listed, list) or not listed:
        raise DefinitionError(f"{where}: a complex attribute needs subAttributes")
    declared = {name: getattr(attribute, name) for name in Attribute.__dataclass_fields__ if name != "index"}
    return Attribute(**declared | {"sub_attributes": _attributes(where, listed, attribute)})


def _check(where: str, attribute: Attribute, parent: Attribute | None) -> None:
    """Refuse what would be said of an attribute and not be so."""
    exact, complex = attribute.type in _EXACT, attribute.type == "complex"
    unique = attribute.uniqueness != "none"
    kept = attribute.mutability == "writeOnly" and attribute.returned != "never"
    refusals = {
        "required: true is not supported: who lacks the value could be changed in nothing else": attribute.required,
        f"uniqueness: {attribute.uniqueness} is not for a {attribute.type}": unique and attribute.type in _ALIKE,
        "what is writeOnly is not kept, and cannot be unique": unique and attribute.mutability == "writeOnly",
        "a reference or binary is caseExact (RFC 7643 §2.3)": exact and not attribute.case_exact,
        "a complex attribute has no caseExact of its own": complex and attribute.case_exact,
        "referenceTypes belong to a reference": bool(attribute.reference_types) and attribute.type != "reference",
        "a writeOnly attribute must be returned: never": kept,
    }
    if parent is not None:
        once = parent.multi_valued and attribute.mutability == "immutable"
        refusals |= {
            "primary must be boolean": attribute.name == "primary" and attribute.type != "boolean",
            "a sub-attribute cannot be complex (RFC 7643 §2.3.8)": complex,
            "a sub-attribute with multiValued: true is not supported": attribute.multi_valued,
            "an immutable sub-attribute of a multi-valued attribute is not supported": once,
        }
    for rule, broken in refusals.items():
        if broken:
            raise DefinitionError(f"{where}: {rule}")


def _no_other_keys(where: str, definition: Mapping[str, Any], known: frozenset[str]) -> None:
    for key in definition.keys() - known:
        raise DefinitionError(f"{where}: {str(key)[:100]!r} is not a characteristic of RFC 7643 §7")


def _one_of(where: str, definition: Mapping[str, Any], key: str, allowed: Sequence[str], otherwise: str) -> Any:
    value = definition.get(key, otherwise)
    if value not in allowed:
        raise DefinitionError(f"{where}: {key} must be one of {', '.join(allowed)}")
    return value


def _flag(where: str, definition: Mapping[str, Any], key: str, otherwise: bool = False) -> bool:
    value = definition.get(key, otherwise)
    if not isinstance(value, bool):
        raise DefinitionError(f"{where}: {key} must be true or false")
    return value


def _text(where: str, definition: Mapping[str, Any], key: str, otherwise: str) -> str:
    value = definition.get(key, otherwise)
    if not isinstance(value, str):
        raise DefinitionError(f"{where}: {key} must be a string")
    return value


def _texts(where: str, definition: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = definition.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise DefinitionError(f"{where}: {key} must be a list of strings")
    return tuple(value)
