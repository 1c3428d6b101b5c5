"""The parameters of a URL."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from sbe_scim.protocol import InvalidFilter, InvalidValue
from sbe_scim.protocol.values import storable

_NAMES = {
    name.lower(): name
    for name in (
        "attributes",
        "excludedAttributes",
        "filter",
        "startIndex",
        "count",
        "cursor",
        "sortBy",
        "sortOrder",
    )
}
_KNOWN = frozenset(_NAMES.values())
#: Lists of names: one that comes twice is one list.
_LISTS = ("attributes", "excludedAttributes")


def parameters(request: Request) -> dict[str, str]:
    """The parameters of the URL, those of RFC 7644 in any case. Raises :class:`InvalidFilter`, :class:`InvalidValue`.

    A client that writes ``Filter`` would take everybody for whom it has looked for, and one that writes ``startindex``
    would read the first page for ever. Who looks for a name in another encoding than UTF-8 would hear that there is
    nobody, and of two filters only one would be heard.
    """
    query = request.scope["query_string"].decode("latin-1")
    given: dict[str, str] = {}
    for written, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape"):
        name = _NAMES.get(written.lower(), written)
        if name in _KNOWN and not storable(value):
            raise _refusal(name)(f"{name} must be text in UTF-8, percent-encoded")
        if name in _LISTS and name in given:
            given[name] += "," + value
        elif name in _KNOWN and given.get(name, value) != value:
            raise _refusal(name)(f"{name} is given twice")
        else:
            given[name] = value
    return given


def _refusal(name: str) -> type[InvalidFilter | InvalidValue]:
    return InvalidFilter if name == "filter" else InvalidValue
