"""Resources and short-hands that the tests of the protocol share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sbe_scim.protocol import (
    ENTERPRISE_USER,
    GROUP,
    PATCH_OP_URN,
    USER,
    PatchResult,
    Policy,
    apply_patch,
    default_registry,
    normalise,
    parse_patch,
    policy,
)

FR_ADMINISTRATION_USER = "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"

User = default_registry().by_name("User")
Group = default_registry().by_name("Group")

TOLERANT = policy()
RFC = policy("generic", "rfc")
INTEROP = policy("generic", "interop")
ENTRA = policy("entra")


def user(**attributes: Any) -> dict[str, Any]:
    """Return the canonical document of a user."""
    return normalise(User, {"schemas": [USER], "userName": "zoe", **attributes}, TOLERANT).document


def group(**attributes: Any) -> dict[str, Any]:
    """Return the canonical document of a group."""
    return normalise(Group, {"schemas": [GROUP], "displayName": "Mairie", **attributes}, TOLERANT).document


def operation(op: str, path: str | None = None, *value: Any) -> dict[str, Any]:
    """Return an operation; without ``value`` it has none."""
    written: dict[str, Any] = {"op": op}
    if path is not None:
        written["path"] = path
    if value:
        (written["value"],) = value
    return written


def patch_op(*operations: dict[str, Any]) -> dict[str, Any]:
    """Return a PatchOp message."""
    return {"schemas": [PATCH_OP_URN], "Operations": list(operations)}


def patch(document: dict[str, Any], *operations: dict[str, Any], by: Policy = TOLERANT) -> PatchResult:
    """Apply operations to a user."""
    return apply_patch(User, document, parse_patch(patch_op(*operations), by), by)


def patch_group(
    *operations: dict[str, Any], present: Iterable[str] | None = None, by: Policy = TOLERANT
) -> PatchResult:
    """Apply operations to a group; asking who is in it fails unless ``present`` says it."""

    def members() -> Iterable[dict[str, Any]]:
        if present is None:
            raise AssertionError("the present members were loaded without need")
        return [{"value": member, "type": "User"} for member in present]

    return apply_patch(Group, group(), parse_patch(patch_op(*operations), by), by, members)


__all__ = [
    "ENTERPRISE_USER",
    "ENTRA",
    "FR_ADMINISTRATION_USER",
    "GROUP",
    "INTEROP",
    "RFC",
    "TOLERANT",
    "USER",
    "Group",
    "User",
    "group",
    "operation",
    "patch",
    "patch_group",
    "patch_op",
    "user",
]
