"""Who may be told more of the receiver than that it is well: its operator's monitoring."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from starlette.requests import Request

#: What a proxy adds, for somebody who is not on this machine.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def is_watcher(request: Request, token: str) -> bool:
    """Tell whether a request shows this bearer token or, where that is empty, comes from this machine itself."""
    if token:
        shown = request.headers.get("authorization", "")
        return hmac.compare_digest(shown.encode("latin-1"), f"Bearer {token}".encode())
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
