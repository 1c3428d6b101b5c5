"""Who is in a group, as the receiver shows it."""

from __future__ import annotations

from sbe_scim.certify.provider import Resource


def member_ids(group: Resource | None) -> set[str]:
    """The SCIM ids of its members; of no group: nobody."""
    return {str(member.get("value")) for member in (group or {}).get("members") or ()}
