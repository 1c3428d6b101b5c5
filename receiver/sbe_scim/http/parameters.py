"""The parameters of a URL."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

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


def parameters(request: Request) -> dict[str, str]:
    """The parameters of the URL, those of RFC 7644 in any case; of one that comes twice, the last.

    A client that writes ``Filter`` would take everybody for whom it has looked for, and one that writes ``startindex``
    would read the first page for ever.
    """
    pairs = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return {_NAMES.get(name.lower(), name): value for name, value in pairs}
