"""Who is in a group, as the receiver shows it, and in which groups somebody is."""

from __future__ import annotations

from sbe_scim.certify.provider import Resource


def member_ids(group: Resource | None) -> set[str]:
    """The SCIM ids of its members; of no group: nobody."""
    return {str(member.get("value")) for member in (group or {}).get("members") or ()}


def group_ids(user: Resource | None) -> set[str]:
    """The SCIM ids of the groups that they are in, directly or by way of another; of nobody: none."""
    return {str(group.get("value")) for group in (user or {}).get("groups") or ()}
