"""Values that clients wrap in PATCH: ``active`` as ``[false]``, ``{"value": "False"}`` or ``{"active": false}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sbe_scim.protocol.patch.path import PatchPath
from sbe_scim.protocol.schema.attributes import lowered


def unwrapped(target: PatchPath, value: Any) -> Any:
    """Return what ``value`` holds for the target; ``value`` itself where it is not wrapped.

    Entra ID has sent ``[{"$ref": null, "value": "False"}]`` for ``active``, SCIM-SDK puts any JSON into a list of one,
    Apache Syncope a text into an object. Only what has no other reading is taken out, so that nothing is guessed: an
    attribute is not unassigned by a list that holds null.
    """
    inner = _inner(target, value)
    return value if inner in (None, "") else inner


def _inner(target: PatchPath, value: Any) -> Any:
    leaf = target.sub or target.path.attribute
    # A value path names elements: each is one value, whatever its attribute is. Members are read as a list there too.
    one = target.filter is not None and target.sub is None and leaf.name != "members"
    many = leaf.multi_valued and not one
    if isinstance(value, list):
        wraps = len(value) == 1 and (not many or isinstance(value[0], list))
        return _inner(target, value[0]) if wraps else value
    if not isinstance(value, Mapping):
        return value
    for key, inner in value.items():
        if len(value) == 1 and lowered(key) == lowered(leaf.name) and leaf.sub(key) is None:
            return _inner(target, inner)
        if lowered(key) == "value" and leaf.type != "complex" and not leaf.multi_valued:
            return _inner(target, inner)
    return value


def only_object(value: Any) -> Any:
    """Return the one object of a list: what the value of an operation without path is wrapped in."""
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping) else value
