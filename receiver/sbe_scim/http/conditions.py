"""Conditional requests (RFC 7644 §3.14, RFC 9110 §13)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers

# Nothing may follow a tag here: looking back from a missing comma would take quadratic time.
_TAG = re.compile(r'(?:W/)?(?:"([^"]*)"|([^\s,"]+))')

#: Opaque parts of entity tags; ``*`` for any.
Tags = frozenset[str]


@dataclass(frozen=True, slots=True)
class Conditions:
    """``If-Match`` and ``If-None-Match``; ``None`` where the header was not sent."""

    match: Tags | None = None
    none_match: Tags | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Conditions:
        """Read the headers. Tags compare weakly, as SCIM's are weak; some clients forget the quotes."""
        match, none_match = headers.get("if-match"), headers.get("if-none-match")
        if match is None and none_match is None:
            return _NONE
        return cls(_tags(match), _tags(none_match))

    @classmethod
    def of_request(cls, headers: Headers) -> Conditions:
        """Read those of a request: tags on several lines are one list (RFC 9110 §5.3)."""
        lists = {name: headers.getlist(name) for name in ("if-match", "if-none-match")}
        return cls.of({name: ", ".join(lines) for name, lines in lists.items() if lines})

    def allow(self, version: int) -> bool:
        """Tell whether a resource of this version may be changed."""
        return self.matches(version) and not self.unchanged(version)

    def matches(self, version: int) -> bool:
        """Tell whether this is a version that the client asks for."""
        return self.match is None or _holds(self.match, version)

    def unchanged(self, version: int) -> bool:
        """Tell whether the client has this version already."""
        return self.none_match is not None and _holds(self.none_match, version)


_NONE = Conditions()


def _holds(tags: Tags, version: int) -> bool:
    return "*" in tags or str(version) in tags


def _tags(header: str | None) -> Tags | None:
    if header is None:
        return None
    return frozenset(quoted or bare for quoted, bare in _TAG.findall(header))
