"""The messages of the protocol that are not resources (RFC 7644 §3.4.2, §8.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sbe_scim.protocol.errors import ERROR_URN

__all__ = ["ERROR_URN", "LIST_RESPONSE_URN", "PATCH_OP_URN", "SEARCH_REQUEST_URN", "list_response"]

LIST_RESPONSE_URN = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH_OP_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
SEARCH_REQUEST_URN = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


def list_response(resources: Sequence[Any], total: int | None = None, start_index: int = 1) -> dict[str, Any]:
    """Return a ListResponse with one page of resources; ``total`` defaults to all of them being on it."""
    return {
        "schemas": [LIST_RESPONSE_URN],
        "totalResults": len(resources) if total is None else total,
        "startIndex": start_index,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }
