"""The body of a request, as HTTP/1.1 sends it."""

from __future__ import annotations

from email.message import Message
from io import BufferedIOBase

#: Bytes of a body.
LARGEST = 16 << 20
_LINE = 8192


def read_body(headers: Message, stream: BufferedIOBase) -> bytes | None:
    """Read it whole, by its length or in chunks (RFC 9112, section 6); ``None`` where it is too large, or neither."""
    if headers.get("Transfer-Encoding", "").strip().lower() == "chunked":
        return _chunks(stream)
    length = headers.get("Content-Length", "0")
    return stream.read(int(length)) if length.isdecimal() and int(length) <= LARGEST else None


def _chunks(stream: BufferedIOBase) -> bytes | None:
    body = b""
    while True:
        try:
            size = int(stream.readline(_LINE).split(b";")[0], 16)
        except ValueError:
            return None
        if not 0 <= size <= LARGEST - len(body):
            return None
        if not size:
            break
        body += stream.read(size)
        stream.readline(_LINE)
    while stream.readline(_LINE).strip():
        """A trailer says nothing that SCIM knows."""
    return body
