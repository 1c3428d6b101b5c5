"""Why the safety valve holds something, in words."""

from __future__ import annotations

from collections.abc import Mapping

#: What each cause of a loss means, as the connector names it.
CAUSES: Mapping[str, str] = {
    "DROPPED": "dropped by Keycloak, since their directory did not show them",
    "ABSENT": "not in their directory",
    "OUT_OF_REACH": "in their directory, but outside of what its provider looks for",
    "PROVIDER_REMOVED": "their directory's provider was removed, or its imported people were",
    "OUT_OF_SCOPE": "out of scope by a setting, a group, a role or the directory",
    "OTHER_ID": "at the receiver under another id than Keycloak's: the realm or its directory was exchanged",
    "ASKED": "deleted, disabled or taken out one by one, too many in a short time",
    "COMPARED": "gone or disabled in Keycloak's database, and nothing told of it",
    "ORPHAN": "at the receiver, and not in Keycloak",
    "FULL_SYNC": "gone or disabled when everybody was looked at again",
}


def told(causes: Mapping[str, int]) -> str:
    """How many for which cause, in one line."""
    return "; ".join(f"{number} {CAUSES.get(cause, cause)}" for cause, number in causes.items())
