"""The caller of a request, once its token is verified."""

from __future__ import annotations

from dataclasses import dataclass

from sbe_scim.protocol import Forbidden
from sbe_scim.store import Source

#: Every right on the caller's own resources.
ALL = "scim"
READ = "scim.read"
WRITE = "scim.write"
SCOPES = (ALL, READ, WRITE)


class InsufficientScope(Forbidden):
    """The token is good, and not for this (RFC 6750 §3.1)."""


class UnlistedClient(Forbidden):
    """The token is good, and its client is none that the source takes."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A source, and what its token allows."""

    source: Source
    scopes: frozenset[str]

    def require(self, scope: str) -> None:
        """Raise :class:`InsufficientScope` (403) when the token carries neither this scope nor ``scim``."""
        if ALL not in self.scopes and scope not in self.scopes:
            raise InsufficientScope(f"the token carries neither scope {ALL} nor {scope}")
