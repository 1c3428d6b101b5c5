"""Who calls: bearer tokens to :class:`Principal` (RFC 6750, RFC 9068)."""

from sbe_scim.auth.authenticator import Authenticator
from sbe_scim.auth.keys import KeyRing
from sbe_scim.auth.openings import Opening, openings
from sbe_scim.auth.principal import (
    READ,
    WRITE,
    InsufficientScope,
    PersonsToken,
    Principal,
    RepeatedCredentials,
    UnlistedClient,
)

__all__ = [
    "READ",
    "WRITE",
    "Authenticator",
    "InsufficientScope",
    "KeyRing",
    "Opening",
    "PersonsToken",
    "Principal",
    "RepeatedCredentials",
    "UnlistedClient",
    "openings",
]
