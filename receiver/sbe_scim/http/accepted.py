"""Which of the two media types of a SCIM message a client takes (RFC 7644 §3.8)."""

from __future__ import annotations

from collections.abc import Iterable

from sbe_scim.http.responses import SCIM_JSON

_JSON = b"application/json"
_DEFAULT = SCIM_JSON.encode()
_TAKE_DEFAULT = frozenset({_DEFAULT, b"application/*", b"*/*", b"*"})

Headers = Iterable[tuple[bytes, bytes]]


def in_accepted_type(headers: Headers, asked: Headers) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer for who has ``asked`` with these.

    Whoever takes ``application/json`` and not ``application/scim+json`` gets that: midPoint's connector reads no
    refusal of another type. Any other ``Accept`` is answered by default, as the RFC says of those without.
    """
    if not _takes_plain_json_only(asked):
        return list(headers)
    return [(name, _JSON if (name, value) == (b"content-type", _DEFAULT) else value) for name, value in headers]


def _takes_plain_json_only(asked: Headers) -> bool:
    accepted = b",".join(value for name, value in asked if name == b"accept").lower()
    if _JSON not in accepted:
        return False
    ranges = {_range(part) for part in accepted.split(b",")}
    return _JSON in ranges and ranges.isdisjoint(_TAKE_DEFAULT)


def _range(part: bytes) -> bytes:
    """The media range of an element; nothing where its weight says that it is not acceptable."""
    media, *parameters = (piece.strip() for piece in part.split(b";"))
    for parameter in parameters:
        name, _, value = parameter.partition(b"=")
        if name.strip() == b"q" and value.strip().strip(b"0.") == b"":
            return b""
    return media
