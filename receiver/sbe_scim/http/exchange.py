"""The request's :class:`~sbe_scim.journal.Exchange`, carried in the ASGI scope."""

from __future__ import annotations

import re
import uuid

from starlette.types import Scope

from sbe_scim.journal import Exchange

_KEY = "sbe_scim.exchange"
_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def begin(scope: Scope, offered_id: str | None) -> Exchange:
    """Start the exchange of a request; the caller's request id is kept when it is a sane one."""
    sane = offered_id is not None and _SANE_ID.fullmatch(offered_id)
    exchange = Exchange(offered_id if offered_id is not None and sane else uuid.uuid4().hex)
    scope[_KEY] = exchange
    return exchange


def current(scope: Scope) -> Exchange:
    """Return the exchange of this request."""
    exchange: Exchange = scope[_KEY]
    return exchange
