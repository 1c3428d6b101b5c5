"""Which values of a resource can be filtered by, and in which comparable form."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any

from sbe_scim.protocol import ENTERPRISE_USER, Attribute, ResourceType, instant
from sbe_scim.store.clock import to_scim
from sbe_scim.store.resources import IndexRow

_ALL_BITS, _SIGN = 2**64 - 1, 2**63
#: Of the first two extensions that there were; others have higher numbers.
_ELEMENTS = {ENTERPRISE_USER: 0, "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User": 1}
_OTHERS = 1 << 20
#: Kept in columns or rows of their own, computed, or never shown: not among the rows of ``attr_value``.
_ELSEWHERE = frozenset({"active", "groups", "members", "password"})


def key_scope(resource_type: ResourceType, source: int, space: int = 0) -> int:
    """Return where the key of a resource of this source must be unique; ``space`` is the source's own."""
    return space if resource_type.key_scope == "server" else source


def comparable(attribute: Attribute, value: Any, operator: str = "eq") -> str:
    """The text by which a value is stored and compared; its order by code point is the order of the values.

    With an ``operator``, the text by which it looks for the value.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if attribute.type == "dateTime":
        return to_scim(instant(value))
    if attribute.type == "integer":
        return f"{value + 2**63:020d}"
    if attribute.type == "decimal":
        return _ordered(float(value))
    return attribute.folded(str(value), operator)


def _ordered(number: float) -> str:
    """The bits of a number, turned so that their order is that of the numbers."""
    (bits,) = struct.unpack(">Q", struct.pack(">d", number + 0.0))
    return f"{bits ^ _ALL_BITS if bits & _SIGN else bits | _SIGN:016x}"


@cache
def schema_element(urn: str) -> int:
    """The number of an extension among the URNs of a resource: the same whatever other extensions there are."""
    if urn in _ELEMENTS:
        return _ELEMENTS[urn]
    return int.from_bytes(blake2b(urn.lower().encode(), digest_size=4).digest(), "big") >> 1 | _OTHERS


@cache
def path_number(schema: str | None, attribute: str, sub: str | None = None) -> int:
    """A number of 63 bits for a path: the same for ever and everywhere, and a tenth of the size of its URN."""
    name = f"{schema or ''}:{attribute}.{sub or ''}".lower().encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big") >> 1


def index(resource_type: ResourceType, document: Mapping[str, Any]) -> set[IndexRow]:
    """Return the filterable values of a document, without those that have a column of their own.

    Element 0 of a multi-valued attribute is the primary one, where one is.
    """
    rows: set[IndexRow] = set()
    for attribute in resource_type.schema.attributes:
        value = document.get(attribute.name)
        if value is not None and attribute.name != resource_type.key and attribute.name not in _ELSEWHERE:
            rows.update(_values(None, attribute, value))
    schemas = resource_type.index["schemas"]
    for extension in resource_type.extensions:
        holder = document.get(extension.id)
        if holder is None:
            continue
        rows.add((path_number(None, schemas.name), schema_element(extension.id), comparable(schemas, extension.id)))
        for attribute in extension.attributes:
            value = holder.get(attribute.name)
            if value is not None:
                rows.update(_values(extension.id, attribute, value))
    return rows


def _values(schema: str | None, attribute: Attribute, value: Any) -> Iterator[IndexRow]:
    elements = _primary_first(value) if attribute.multi_valued else (value,)
    for number, element in enumerate(elements):
        if not attribute.sub_attributes:
            yield path_number(schema, attribute.name), number, comparable(attribute, element)
            continue
        for sub in attribute.sub_attributes:
            part = element.get(sub.name)
            if part is not None:
                yield path_number(schema, attribute.name, sub.name), number, comparable(sub, part)


def _primary_first(elements: Sequence[Any]) -> Sequence[Any]:
    """The elements as they are numbered: the primary one is 0, by which a list is sorted (RFC 7644 §3.4.2.3)."""
    return sorted(elements, key=lambda element: not (isinstance(element, dict) and element.get("primary") is True))
