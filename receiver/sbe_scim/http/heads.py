"""The head of a request, its target and headers: of bounded size, and read in one way only."""

from __future__ import annotations

from starlette.types import Scope

from sbe_scim.http import targets

#: Bytes of target and headers together. A filter of the greatest length, each byte written as %XX, and the longest
#: token go in.
LARGEST_HEAD = 65_536
#: Headers of a request; proxies add some.
MOST_HEADERS = 100


class BadHead(ValueError):
    """The head cannot be served, with this status; the text says why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def settle(scope: Scope) -> None:
    """Check the head, and bring the target into its usual form. Raises :class:`BadHead`."""
    _check_size(scope)
    _check_framing(scope)
    try:
        targets.settle(scope)
    except targets.BadTarget as error:
        raise BadHead(400, str(error)) from None
    path = scope["path"]
    if len(path) > 1 and path.endswith("/"):
        scope["path"] = path.rstrip("/") or "/"


def _check_size(scope: Scope) -> None:
    """RFC 6585 §5. The server's own limit is about that of what has come at one time."""
    headers = scope["headers"]
    size = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    for name, value in headers:
        size += len(name) + len(value)
    if size > LARGEST_HEAD:
        raise BadHead(431, f"target and headers have more than {LARGEST_HEAD} bytes")
    if len(headers) > MOST_HEADERS:
        raise BadHead(431, f"there are more than {MOST_HEADERS} headers")


def _check_framing(scope: Scope) -> None:
    """RFC 9112 §6.1: what could be read in two ways may be an attempt to smuggle a second request in."""
    if not scope["http_version"].startswith("1"):
        return
    headers = dict(scope["headers"])
    if b"transfer-encoding" in headers:
        if b"content-length" in headers:
            raise BadHead(400, "Content-Length and Transfer-Encoding must not be sent together")
        if scope["http_version"] == "1.0":
            raise BadHead(400, "HTTP/1.0 has no Transfer-Encoding")
