"""References of an operation of a bulk to what another creates: ``bulkId:NAME`` for an id (RFC 7644 §3.7.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PREFIX = "bulkId:"

#: In a path such as ``members[value eq "bulkId:ann"]``.
_QUOTED = re.compile(r'"bulkId:((?:[^"\\]|\\.)*)"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reference:
    """A text at ``holder[key]`` that names others: ``pieces`` are a name each, with what stands before it."""

    holder: Any
    key: Any
    pieces: tuple[tuple[str, str], ...]
    tail: str

    def names(self) -> Iterator[str]:
        """Every ``bulkId`` in it."""
        return (name for _, name in self.pieces)

    def fill(self, ids: Mapping[str, str]) -> None:
        """Write ids in place of the names. Raises :class:`KeyError`."""
        self.holder[self.key] = "".join(before + ids[name] for before, name in self.pieces) + self.tail


def find_references(data: Any) -> tuple[list[Reference], int]:
    """Return the references in JSON of any depth, and how many values it has."""
    found: list[Reference] = []
    size = 0
    waiting = [data]
    while waiting:
        holder = waiting.pop()
        inner = []
        for key, value in holder.items() if isinstance(holder, dict) else enumerate(holder):
            size += 1
            if isinstance(value, dict | list):
                inner.append(value)
            elif isinstance(value, str) and PREFIX in value:
                found += _reference(holder, key, value)
        # What comes first in the text is first.
        waiting += reversed(inner)
    return found, size


def _reference(holder: Any, key: Any, text: str) -> Iterator[Reference]:
    if text.startswith(PREFIX):
        yield Reference(holder, key, (("", text.removeprefix(PREFIX)),), "")
    elif isinstance(key, str) and key.lower() == "path":
        pieces, end = [], 0
        for match in _QUOTED.finditer(text):
            pieces.append((text[end : match.start() + 1], _unescaped(match[1])))
            end = match.end() - 1
        if pieces:
            yield Reference(holder, key, tuple(pieces), text[end:])


def _unescaped(text: str) -> str:
    try:
        name: str = json.loads(f'"{text}"', strict=False)
    except ValueError:
        # No string of a filter: nobody has this name.
        return text
    return name
