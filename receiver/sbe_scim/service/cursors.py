"""Cursors of lists (RFC 9865): where a page begins, sealed, so that nobody can read, make or lend one.

Nothing of a cursor is kept: what a receiver must know stands in it. It holds for one source and one list only, and
every key that may have sealed it is in the database.
"""

from __future__ import annotations

import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sbe_scim.protocol import ExpiredCursor, InvalidCount, InvalidCursor
from sbe_scim.store.clock import now
from sbe_scim.store.query.sorting import Place

#: Keys by number, of which the last one seals.
Ring = Mapping[int, bytes]

_SECOND = 1_000_000
_NUMBER, _NONCE = 4, 12
# RFC 9865 §2: unreserved characters only.
_TEXT = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The page behind a place, or before it (``back``); ``total`` is how many there were on the first page, where
    nobody counts them again."""

    place: Place
    back: bool
    total: int | None


class Cursors:
    """Seals and opens; a cursor is good for ``timeout`` seconds."""

    def __init__(self, timeout: int, clock: Callable[[], int] = now) -> None:
        self._timeout = timeout
        self._clock = clock

    def seal(self, ring: Ring, bound_to: bytes, count: int, cursor: Cursor) -> str:
        """Return the text of a cursor for pages of ``count``; ``bound_to`` is what :func:`binding` returns."""
        number = max(ring)
        place = cursor.place
        told = [self._clock(), count, cursor.back, place.value, place.pk, cursor.total, place.part]
        head = number.to_bytes(_NUMBER, "big")
        nonce = os.urandom(_NONCE)
        sealed = AESGCM(ring[number]).encrypt(nonce, json.dumps(told).encode(), head + bound_to)
        return urlsafe_b64encode(head + nonce + sealed).rstrip(b"=").decode()

    def open(self, ring: Ring, bound_to: bytes, count: int, text: str) -> Cursor:
        """Return what was sealed. Raises :class:`InvalidCursor`, :class:`ExpiredCursor` or :class:`InvalidCount`."""
        # Those that were sealed before lists could be merged have no part.
        sealed_at, size, back, value, pk, total, *part = _opened(ring, bound_to, text)
        if self._clock() - sealed_at > self._timeout * _SECOND:
            raise ExpiredCursor(f"the cursor is older than {self._timeout} seconds: begin again")
        if size != count:
            raise InvalidCount("count must be that of the first page")
        return Cursor(Place(value, pk, *part), back, total)


def binding(source: int, kind: int | None, *query: object) -> bytes:
    """Return what a cursor is bound to: the list of a source with these parameters, ``None`` of all types."""
    return sha256(json.dumps([source, kind, *query]).encode()).digest()


def _opened(ring: Ring, bound_to: bytes, text: str) -> Any:
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4)) if _TEXT.fullmatch(text) and len(text) % 4 != 1 else b""
    head, nonce, sealed = raw[:_NUMBER], raw[_NUMBER : _NUMBER + _NONCE], raw[_NUMBER + _NONCE :]
    key = ring.get(int.from_bytes(head, "big"))
    try:
        if key is not None and sealed:
            return json.loads(AESGCM(key).decrypt(nonce, sealed, head + bound_to))
    except InvalidTag:
        pass
    # Whether it was made up, or is another list's or another source's, is nobody's business.
    raise InvalidCursor("the cursor is none that this list has given out")
