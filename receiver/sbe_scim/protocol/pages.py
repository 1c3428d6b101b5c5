"""Pages by index (RFC 7644 §3.4.2.4)."""

from __future__ import annotations

from dataclasses import dataclass

from sbe_scim.protocol.errors import InvalidValue

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
        (else ``limit``) is the size of a page whose ``count`` is not given. Raise ``InvalidValue`` for what is no
        integer.
        """
        size = (limit if default is None else default) if count is None else _integer("count", count)
        first = 1 if start_index is None else _integer("startIndex", start_index)
        return cls(min(max(first, 1), _LARGEST), min(max(size, 0), limit))


def _integer(name: str, given: object) -> int:
    if isinstance(given, str | int) and not isinstance(given, bool):
        try:
            return int(given)
        except ValueError:
            pass
    raise InvalidValue(f"{name} must be an integer")
