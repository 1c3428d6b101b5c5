"""The messages of the protocol that are not resources (RFC 7644 §3.4.2, §3.4.3, §3.5.2, §8.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sbe_scim.protocol.errors import ERROR_URN, InvalidSyntax

__all__ = [
    "ERROR_URN",
    "LIST_RESPONSE_URN",
    "PATCH_OP_URN",
    "SEARCH_REQUEST_URN",
    "list_response",
    "members_by_name",
    "read_message",
]

LIST_RESPONSE_URN = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH_OP_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
SEARCH_REQUEST_URN = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


def read_message(body: object, urn: str, *, may_be_unnamed: bool = False) -> dict[str, Any]:
    """Return the members of the message that ``urn`` names, by lower-cased name; raise ``InvalidSyntax``.

    No ``schemas``, ``null`` and an empty list are one state (RFC 7643 §2.5): taken or refused alike.
    """
    message = members_by_name(body, "the body")
    schemas = message.get("schemas")
    if schemas in (None, []) and may_be_unnamed:
        return message
    if not isinstance(schemas, list) or urn.lower() not in (uri.lower() for uri in schemas if isinstance(uri, str)):
        raise InvalidSyntax(f"schemas must be a list with {urn}")
    return message


def members_by_name(raw: object, what: str) -> dict[str, Any]:
    """Return the members of a JSON object by lower-cased name; raise ``InvalidSyntax``."""
    if not isinstance(raw, Mapping):
        raise InvalidSyntax(f"{what} must be a JSON object")
    folded = {key.lower(): value for key, value in raw.items()}
    if len(folded) < len(raw):
        raise InvalidSyntax(f"{what} gives a member twice")
    return folded


def list_response(resources: Sequence[Any], total: int | None = None, start_index: int = 1) -> dict[str, Any]:
    """Return a ListResponse with one page of resources; ``total`` defaults to all of them being on it."""
    return {
        "schemas": [LIST_RESPONSE_URN],
        "totalResults": len(resources) if total is None else total,
        "startIndex": start_index,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }
