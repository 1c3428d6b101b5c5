"""Who sends a request: its one ``Authorization`` header, verified."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import Scope

from sbe_scim.auth import Authenticator, Principal, RepeatedCredentials
from sbe_scim.http.limits import Limiter
from sbe_scim.http.middleware import current
from sbe_scim.http.threads import Threads
from sbe_scim.service import Call
from sbe_scim.store import Source


class Callers:
    """The callers of one process."""

    def __init__(self, authenticator: Authenticator, threads: Threads, limiter: Limiter) -> None:
        self._authenticator = authenticator
        self._threads = threads
        self._limiter = limiter

    async def principal(self, request: Request) -> Principal:
        """Return the caller, note its source with the request, and count it against the source's rate.

        Raises what :meth:`Authenticator.verify` raises, :class:`RepeatedCredentials` (400), :class:`RateLimited` (429).
        """
        authorization = _authorization(request.scope)
        principal = self._authenticator.remembered(authorization)
        if principal is None:
            principal = await self._threads.verify(self._authenticator.verify, authorization)
        current(request.scope).source = principal.source.name
        if principal.source.rate is not None:
            await self._limiter.take(principal.source)
        return principal

    async def count(self, source: Source) -> None:
        """Count one more request of a source against its rate; raises as :meth:`Limiter.take` does."""
        await self._limiter.take(source)

    async def call(self, request: Request, scope: str) -> Call:
        """Return the call of a source whose token carries ``scope``; raises as :meth:`principal` does."""
        principal = await self.principal(request)
        principal.require(scope)
        return Call.of(principal.source, current(request.scope).arrival)


def _authorization(scope: Scope) -> str | None:
    found: bytes | None = None
    for name, value in scope["headers"]:
        if name == b"authorization":
            if found is not None:
                # A proxy may have looked at the one and this receiver at the other.
                raise RepeatedCredentials("more than one Authorization header was sent")
            found = value
    return None if found is None else found.decode("latin-1")
