"""JSON (RFC 8259): as clients send it, where what could be read in two ways is refused, and as it is written."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from sbe_scim.protocol.errors import InvalidSyntax

#: Objects and arrays within each other; SCIM has some eight.
MAX_DEPTH = 50


class TooDeep(InvalidSyntax):
    """The JSON is nested deeper than anything that SCIM has."""

    def __init__(self) -> None:
        super().__init__(f"the JSON is nested more than {MAX_DEPTH} deep")


#: Writes a value as JSON: in one line, without spaces, letters as they are.
write_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def parse_json(text: str) -> Any:
    """Return the value of a JSON text.

    Raises :class:`InvalidSyntax` where an object, at whatever depth, names a member twice (RFC 8259 §4: readers would
    disagree on its value), :class:`TooDeep` for what is nested deeper than :data:`MAX_DEPTH`, :class:`ValueError` for
    what is no JSON; NaN and Infinity are none.
    """
    try:
        value = _decode(text)
    except RecursionError:
        raise TooDeep from None
    # Most texts have fewer objects and arrays altogether.
    if text.count("{") + text.count("[") > MAX_DEPTH and _is_deep(value):
        raise TooDeep
    return value


def _is_deep(value: Any) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
    return bool(level)


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) < len(members):
        raise InvalidSyntax("an object in the JSON gives a member twice")
    return value


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError


_decode = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant).decode
