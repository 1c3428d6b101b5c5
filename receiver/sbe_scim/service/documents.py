"""What the store and the directory need to know of a document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sbe_scim.directory.port import DirectoryGroup, DirectoryUser
from sbe_scim.protocol import PayloadTooLarge, ResourceType, name_key, primary_mail
from sbe_scim.protocol.json_text import write_json
from sbe_scim.protocol.values import fold
from sbe_scim.store import Source
from sbe_scim.store.index import key_scope
from sbe_scim.store.resources import Resource

Document = Mapping[str, Any]

#: Characters that a resource may have as JSON: many small PATCHes must not make what no one POST could.
LARGEST = 1_000_000


def row_values(resource_type: ResourceType, source: Source, document: Document) -> dict[str, Any]:
    """Return the columns of a resource that follow from its document. Raises :class:`PayloadTooLarge`."""
    text = write_json(document)
    if len(text) > LARGEST:
        raise PayloadTooLarge(f"the resource would be longer than {LARGEST} characters")
    name = document[resource_type.key]
    mail = primary_mail(document)
    return {
        "scope": key_scope(resource_type, source.id, source.space),
        "key": name_key(name),
        "mail_key": fold(mail) if mail else None,
        "external_id": document.get("externalId"),
        "display": document.get("displayName") or name,
        "active": document.get("active", True),
        "document": text,
    }


def directory_user(
    resource_id: str, source: str, document: Document, was_active: bool | None = None, *, created: bool = False
) -> DirectoryUser:
    """Return a user as the directory takes it."""
    return DirectoryUser(
        id=resource_id,
        source=source,
        external_id=document.get("externalId"),
        user_name=document["userName"],
        active=document.get("active", True),
        document=document,
        was_active=was_active,
        created=created,
    )


def directory_group(resource_id: str, source: str, document: Document) -> DirectoryGroup:
    """Return a group as the directory takes it."""
    return DirectoryGroup(
        id=resource_id,
        source=source,
        external_id=document.get("externalId"),
        display_name=document["displayName"],
    )


def without_mail(document: Document, mail_key: str | None) -> dict[str, Any]:
    """Return the document without the addresses that have this key."""
    kept = [mail for mail in document.get("emails") or () if fold(mail.get("value") or "") != mail_key]
    return {name: value for name, value in document.items() if name != "emails"} | ({"emails": kept} if kept else {})


def parse(resource: Resource) -> dict[str, Any]:
    """Return the document of a stored resource."""
    document: dict[str, Any] = json.loads(resource.document)
    return document
