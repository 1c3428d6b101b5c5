"""Pages by index (RFC 7644 §3.4.2.4) and by cursor (RFC 9865)."""

from __future__ import annotations

from dataclasses import dataclass

from sbe_scim.protocol.errors import InvalidCount, InvalidCursor, InvalidValue

_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """``count`` results from the ``start_index``-th on, which counts from 1."""

    start_index: int
    count: int

    @classmethod
    def parse(cls, start_index: object, count: object, limit: int, default: int | None = None) -> Page:
        """Read both parameters, as text, as JSON numbers or ``None``.

        A ``start_index`` below 1 is 1, a negative ``count`` is 0, and no page is larger than ``limit``; ``default``
        (else ``limit``) is the size of a page whose ``count`` is not given. The empty text is not given. Raise
        ``InvalidValue`` for what is no integer.
        """
        size = _integer("count", count, limit if default is None else default)
        first = _integer("startIndex", start_index, 1)
        return cls(min(max(first, 1), _LARGEST), min(max(size, 0), limit))


@dataclass(frozen=True, slots=True)
class CursorPage:
    """``count`` results from where ``cursor`` points to; from the first on where it is empty."""

    cursor: str
    count: int

    @classmethod
    def parse(cls, cursor: object, count: object, limit: int, default: int, most: int) -> CursorPage:
        """Read both parameters; ``limit`` and ``default`` as for :meth:`Page.parse`, ``most`` is the published limit.

        Raise ``InvalidCount`` for what is no integer or above ``most``, ``InvalidCursor`` for what is no text.
        """
        if not isinstance(cursor, str):
            raise InvalidCursor("cursor must be a string")
        try:
            size = _integer("count", count, default)
        except InvalidValue as error:
            raise InvalidCount(error.detail) from None
        if _given(count) and size > most:
            raise InvalidCount(f"count must be at most {most}")
        return cls(cursor, min(max(size, 0), limit))


def parse_page(
    start_index: object, count: object, cursor: object, *, limit: int, default: int, most: int
) -> Page | CursorPage:
    """Return the page that a list is asked for: by cursor where one is given, be it empty, else by index.

    Raise ``InvalidValue``, ``InvalidCount`` or ``InvalidCursor``.
    """
    if cursor is None:
        return Page.parse(start_index, count, limit, default)
    if _given(start_index):
        raise InvalidValue("startIndex and cursor cannot both be given")
    return CursorPage.parse(cursor, count, limit, default, most)


def _given(value: object) -> bool:
    return value is not None and value != ""


def _integer(name: str, value: object, default: int) -> int:
    if not _given(value):
        return default
    if isinstance(value, str | int) and not isinstance(value, bool):
        try:
            return int(value)
        except ValueError:
            pass
    raise InvalidValue(f"{name} must be an integer")
