"""By what a list is sorted (RFC 7644 §3.4.2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sbe_scim.protocol.errors import InvalidPath, InvalidValue, Sensitive
from sbe_scim.protocol.naming import named_path
from sbe_scim.protocol.patch.path import parse_attribute_path
from sbe_scim.protocol.policy import Naming
from sbe_scim.protocol.schema.attributes import AttributePath
from sbe_scim.protocol.schema.registry import ResourceType

_ORDERS = {"ascending": False, "descending": True}


@dataclass(frozen=True, slots=True)
class Order:
    """Sorted by the value at ``path``, which is not complex; of several values, by the primary one, else the first.

    Who has no value is last; ``descending`` is the exact reverse.
    """

    path: AttributePath
    descending: bool = False

    @classmethod
    def parse(
        cls, sort_by: object, sort_order: object, resource_type: ResourceType, naming: Naming | None = None
    ) -> Order | None:
        """Read both parameters; ``None``, without ``sort_by``, is the order of creation.

        Raise ``InvalidValue`` for what is no attribute, ``Sensitive`` for one that is never shown.
        """
        if sort_by is None or sort_by == "":
            return None
        if not isinstance(sort_by, str):
            raise InvalidValue("sortBy must be the name of an attribute")
        descending = False if sort_order in (None, "") else _ORDERS.get(str(sort_order).lower())
        if descending is None:
            raise InvalidValue("sortOrder must be ascending or descending")
        return cls(_sortable(sort_by, resource_type, naming), descending)

    def __str__(self) -> str:
        return f"{self.path} {'descending' if self.descending else 'ascending'}"


def parse_orders_across(
    sort_by: object, sort_order: object, resource_types: Sequence[ResourceType], naming: Naming | None = None
) -> list[Order | None]:
    """Return what resources of each type are sorted by; ``None`` where the type has no such attribute, and no value.

    Raises as :meth:`Order.parse` does, for an attribute that no type has too.
    """
    orders: list[Order | None] = []
    refusal: InvalidValue | None = None
    for kind in resource_types:
        try:
            orders.append(Order.parse(sort_by, sort_order, kind, naming))
        except InvalidValue as problem:
            refusal = refusal or problem
            orders.append(None)
    first = next((order for order in orders if order is not None), None)
    if first is None and refusal is not None:
        raise refusal
    # Of two attributes that are called alike, the first type's is meant.
    return [order if order is None or first is None or str(order) == str(first) else None for order in orders]


def _sortable(text: str, resource_type: ResourceType, naming: Naming | None) -> AttributePath:
    try:
        path = named_path(text, resource_type, naming) or parse_attribute_path(text, resource_type)
    except InvalidPath as error:
        raise InvalidValue(f"sortBy: {error.detail}") from None
    if path.leaf.returned == "never":
        raise Sensitive(f"{path} cannot be sorted by")
    if path.leaf.type != "complex":
        return path
    value = path.attribute.sub("value")
    if value is None:
        raise InvalidValue(f"sortBy: {path} is complex: name one of its sub-attributes")
    return AttributePath(path.schema, path.attribute, value)
