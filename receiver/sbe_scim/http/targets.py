"""Request targets as clients write them (RFC 9112 §3.2, RFC 3986): brought into the one form that is routed."""

from __future__ import annotations

import re
from urllib.parse import unquote

from starlette.types import Scope

from sbe_scim.config import SCIM_PATH
from sbe_scim.protocol import default_registry

_ABSOLUTE = re.compile(rb"(?i:https?)://([^/@]+)(/.*)?")
_SLASHES = re.compile(rb"/{2,}")
_QUOTES = re.compile(r'\\.|"')
_BASE = f"{SCIM_PATH}/"
_TYPES = [kind.endpoint for kind in default_registry().resource_types]
_ENDPOINTS = {
    name.lower(): name for name in (*_TYPES, "Bulk", "Me", "ServiceProviderConfig", "ResourceTypes", "Schemas")
}
#: A resource's location behind the base URL; a proxy may have made one of the two slashes.
_LOCATION = re.compile(
    rf"{SCIM_PATH}/?(?i:https?):/{{1,2}}[^/@]+(?:/.*)?({SCIM_PATH}/(?:{'|'.join(_TYPES)})/[^/]+)".encode()
)


class BadTarget(ValueError):
    """The request target has none of the forms that are served; the text says so."""


def settle(scope: Scope) -> None:
    """Bring path and query of a request into their usual form. Raises :class:`BadTarget`.

    The absolute form becomes the origin form, whatever host it names: the receiver is one host. A slash that was
    written ``%2F`` stays part of its segment and separates nothing. Slashes behind each other are one, save at the
    beginning. The name of an endpoint may be in any case, as HelloID writes ``/users``. SURF SRAM puts the location
    of a resource behind the base URL, as if it were a path: it means the resource.
    """
    raw = scope.get("raw_path") or b""
    if raw and not raw.startswith(b"/") and raw != b"*":
        absolute = _ABSOLUTE.fullmatch(raw)
        if absolute is None:
            raise BadTarget("the request target must be a path or an http(s) URL with a host and without user")
        raw = scope["raw_path"] = absolute[2] or b"/"
        scope["path"] = _path(raw)
    elif b"%2f" in raw.lower():
        scope["path"] = _path(raw)
    if located := _LOCATION.fullmatch(raw):
        raw = scope["raw_path"] = located[1]
        scope["path"] = _path(raw)
    if b"//" in raw[1:]:
        # The base URL was written with a slash at its end. What begins with two names a host to some (RFC 3986 §4.2).
        raw = scope["raw_path"] = raw[:1] + _SLASHES.sub(b"/", raw[1:])
        scope["path"] = _path(raw)
    if scope["path"].startswith(_BASE):
        scope["path"] = _BASE + _endpoint(scope["path"][len(_BASE) :])
    if b"+" in scope["query_string"]:
        parameters = scope["query_string"].decode("latin-1").split("&")
        scope["query_string"] = "&".join(map(_without_plain_plus, parameters)).encode("latin-1")


def _endpoint(path: str) -> str:
    name, slash, rest = path.partition("/")
    return _ENDPOINTS.get(name.lower(), name) + slash + rest


def _path(raw: bytes) -> str:
    return "/".join(unquote(segment).replace("/", "%2F") for segment in raw.decode("latin-1").split("/"))


def _without_plain_plus(parameter: str) -> str:
    """Write each ``+`` that means itself as ``%2B``; what is left means a space, as forms write it.

    Whoever writes spaces as ``%20`` does not write them ``+``: a ``+`` beside them, within the quotes of a string, is
    a plus. Outside of strings it has no meaning in a filter or a list of names, so there it is always a space.
    """
    if "+" not in parameter or "%20" not in parameter:
        return parameter
    first, *others = parameter.split("+")
    written, quoted = first, _ends_in_string(first, quoted=False)
    for part in others:
        written += ("%2B" if quoted else "+") + part
        quoted = _ends_in_string(part, quoted=quoted)
    return written


def _ends_in_string(part: str, *, quoted: bool) -> bool:
    return quoted ^ (_QUOTES.findall(unquote(part)).count('"') % 2 == 1)
