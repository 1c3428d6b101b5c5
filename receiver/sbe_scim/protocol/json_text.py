"""JSON as it is taken from clients (RFC 8259): what could be read in two ways is refused."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from sbe_scim.protocol.errors import InvalidSyntax


def parse_json(text: str) -> Any:
    """Return the value of a JSON text.

    Raises :class:`InvalidSyntax` where an object, at whatever depth, names a member twice (RFC 8259 §4: readers would
    disagree on its value), :class:`ValueError` or :class:`RecursionError` for what is no JSON; NaN and Infinity are
    none.
    """
    return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) < len(members):
        raise InvalidSyntax("an object in the JSON gives a member twice")
    return value


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError
