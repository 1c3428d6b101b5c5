"""The caller of a request, once its token is verified."""

from __future__ import annotations

from dataclasses import dataclass

from sbe_scim.protocol import Forbidden, ScimError, Unauthorized
from sbe_scim.store import Source

#: Every right on the caller's own resources.
ALL = "scim"
READ = "scim.read"
WRITE = "scim.write"
SCOPES = (ALL, READ, WRITE)


class InsufficientScope(Forbidden):
    """The token is good, and not for this (RFC 6750 §3.1)."""

    reason = "insufficient_scope"


class UnlistedClient(Forbidden):
    """The token is good, and its client is none that the source takes."""

    reason = "unlisted_client"


class PersonsToken(Forbidden):
    """The token is good, and of a person where only a service account may act."""

    reason = "persons_token"


class RepeatedCredentials(ScimError):
    """The request proves who it is more than once (RFC 6750 §3.1: ``invalid_request``)."""

    reason = "repeated_credentials"


class OlderConnector(Unauthorized):
    """The token is of a connector from before its tokens were marked. A 401, because the connector shows those."""

    reason = "older_connector"


@dataclass(frozen=True, slots=True)
class Principal:
    """A source, and what its token allows."""

    source: Source
    scopes: frozenset[str]

    def require(self, scope: str) -> None:
        """Raise :class:`InsufficientScope` (403) when the token carries neither this scope nor ``scim``."""
        if ALL not in self.scopes and scope not in self.scopes:
            raise InsufficientScope(f"the token carries neither scope {ALL} nor {scope}")
