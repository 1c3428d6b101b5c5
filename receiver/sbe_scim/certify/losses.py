"""Whether a request takes somebody's access away."""

from __future__ import annotations

import json
from typing import Any


def takes_away(method: str, body: bytes) -> bool:
    """A DELETE, or what says of somebody that they are not active, by PUT or by PATCH; a bulk is not looked into."""
    if method == "DELETE":
        return True
    try:
        said = json.loads(body)
    except ValueError:
        return False
    if not isinstance(said, dict):
        return False
    operations = said.get("Operations")
    return _inactive(said) or (isinstance(operations, list) and any(map(_deactivates, operations)))


def _deactivates(operation: Any) -> bool:
    if not isinstance(operation, dict):
        return False
    value = operation.get("value")
    return _inactive(value) or (str(operation.get("path", "")).lower() == "active" and _is_false(value))


def _inactive(values: Any) -> bool:
    return isinstance(values, dict) and any(name.lower() == "active" and _is_false(one) for name, one in values.items())


def _is_false(value: Any) -> bool:
    # Entra ID says it by a string.
    return value is False or (isinstance(value, str) and value.lower() == "false")
