"""Judges every answer of the receiver by a model of SCIM that others wrote: ``scim2-models``, in its strict reading.

An answer is read as the message or resource that its request asks for, in the context of that request: attributes that
nobody declared, values of other types, missing ones that are returned always and present ones that never are, two
primary values, and cursors of other characters are errors of ours. What the model gets wrong by the RFCs, or what we
add to them on purpose, stands in :func:`_taken_out`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import httpx
from pydantic import ValidationError
from scim2_models import (
    BulkResponse,
    Context,
    EnterpriseUser,
    Error,
    Extension,
    Group,
    ListResponse,
    ResourceType,
    Schema,
    ServiceProviderConfig,
    User,
)

from sbe_scim.protocol import default_registry

_SCIM = "application/scim+json"
_STANDING = "urn:ietf:params:scim:schemas:extension:sbe-scim:2.0:ServiceProviderConfig"
_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
# Their parameters are chosen as the tests run.
_LISTED: Any = ListResponse
_BULK: Any = BulkResponse
_USER: Any = User
_CONTEXTS = {
    "GET": Context.RESOURCE_QUERY_RESPONSE,
    "POST": Context.RESOURCE_CREATION_RESPONSE,
    "PUT": Context.RESOURCE_REPLACEMENT_RESPONSE,
    "PATCH": Context.RESOURCE_PATCH_RESPONSE,
    # Some identity providers want to read what they delete.
    "DELETE": Context.RESOURCE_QUERY_RESPONSE,
}


class WrongAnswer(AssertionError):
    """An answer is not what the RFCs say of it."""


def check(response: httpx.Response) -> None:
    """Raise :class:`WrongAnswer` for an answer that is not SCIM as the RFCs have it; its body has been read."""
    if not response.content or not response.headers.get("content-type", "").startswith(_SCIM):
        return
    body = response.json()
    model, context = _model(response.request, response.status_code)
    try:
        model.model_validate(_taken_out(body), scim_ctx=context)
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        what = f"{response.request.method} {response.request.url.raw_path.decode()}: {response.status_code}"
        raise WrongAnswer(f"{what}: {said}: {response.text[:2000]}") from None


def _model(request: httpx.Request, status: int) -> tuple[Any, Context]:
    if status >= 400:
        return Error, Context.DEFAULT
    users, groups = _users(), Group
    usual = {"users": "Users", "groups": "Groups"}
    path = [usual.get(part.lower(), part) for part in request.url.path.rstrip("/").split("/")]
    last = path[-1]
    if last == ".search" or (request.method == "GET" and last in ("v2", "Users", "Groups")):
        kinds = {"Users": users, "Groups": groups}.get(path[-2] if last == ".search" else last, users | groups)
        context = Context.SEARCH_RESPONSE if last == ".search" else Context.RESOURCE_QUERY_RESPONSE
        return _LISTED[kinds], context
    if last == "Bulk":
        return _BULK[users | groups], Context.BULK_RESPONSE
    if last == "ServiceProviderConfig":
        return ServiceProviderConfig, Context.RESOURCE_QUERY_RESPONSE
    described: dict[str, Any] = {"Schemas": Schema, "ResourceTypes": ResourceType}
    if last in described:
        return _LISTED[described[last]], Context.RESOURCE_QUERY_RESPONSE
    kind = described.get(path[-2]) or (users if "Users" in path else groups)
    return kind, _CONTEXTS[request.method]


@cache
def _users() -> Any:
    """The model of a user with the extensions that the receiver has: that of RFC 7643 is the library's."""
    kind = next(kind for kind in default_registry().resource_types if kind.name == "User")
    ours = [one.to_resource() for one in kind.extensions if one.id != str(EnterpriseUser.__schema__)]
    found: Any = EnterpriseUser
    for schema in ours:
        found = found | Extension.from_schema(Schema.model_validate(schema))
    return _USER[found]


def _taken_out(value: Any) -> Any:
    """Leave out, at any depth, what the model does not know or refuses and the RFCs allow."""
    if isinstance(value, list):
        return [_taken_out(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _taken_out(one) for name, one in value.items() if name != _STANDING}
    schemas = kept.get("schemas")
    if isinstance(schemas, list):
        # Ours, among what RFC 7643 §5 has: how far a source has come.
        kept["schemas"] = [urn for urn in schemas if urn != _STANDING]
        if _ERROR in schemas:
            # Ours, beside what RFC 7644 §3.12 has: a code for programs.
            kept.pop("reason", None)
    for operation in kept.get("Operations") or ():
        # RFC 7644 §3.7: one that is refused may be a POST, or say neither its method nor which resource it means.
        if int(operation["status"]) >= 400:
            operation.setdefault("method", "POST")
            operation.setdefault("bulkId", "none")
            operation.setdefault("location", "https://scim.example.org/scim/v2/Users")
    for mail in kept.get("emails") or ():
        # RFC 7643 §4.1.2: it SHOULD be an address.
        mail["value"] = "somebody@example.org"
    return kept
