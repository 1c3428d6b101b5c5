"""Long answers: JSON text in pieces of bounded size, as the bytes that are sent."""

from __future__ import annotations

from collections.abc import Iterator

_PIECE = 65_536


class Text:
    """JSON that grows at its end. One text of many megabytes would be there twice, or five times with one emoji."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._parts: list[str] = []
        self._waiting = 0

    def write(self, part: str) -> None:
        """Add a part."""
        self._parts.append(part)
        self._waiting += len(part)
        if self._waiting >= _PIECE:
            self._close_piece()

    def extend(self, other: Text) -> None:
        """Add another text, which is not to be used any more."""
        if not other._pieces:
            self.write("".join(other._parts))
            return
        self._close_piece()
        self._pieces += other.pieces()

    def pieces(self) -> list[bytes]:
        """Return the whole as UTF-8, in order; at least one piece."""
        if self._parts or not self._pieces:
            self._close_piece()
        return self._pieces

    def __str__(self) -> str:
        return b"".join(self.pieces()).decode()

    def _close_piece(self) -> None:
        self._pieces.append("".join(self._parts).encode())
        self._parts, self._waiting = [], 0


def drained(pieces: list[bytes]) -> Iterator[bytes]:
    """Hand out pieces and let go of each."""
    pieces.reverse()
    while pieces:
        yield pieces.pop()
