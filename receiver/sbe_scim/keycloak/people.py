"""Whether a realm vouches for a mail address: what SCIM does not carry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from sbe_scim.keycloak.admin import KeycloakAdmin
from sbe_scim.keycloak.answers import json_list


class Standing(StrEnum):
    """What a realm has of an address; the value says it in words."""

    VERIFIED = "the realm has verified it"
    UNVERIFIED = "the realm has not verified it"
    DISABLED = "the realm has disabled its holder, whom the source would close"
    ABSENT = "nobody in the realm has it"
    SEVERAL = "several people of the realm have it"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a mail address in a realm; ``name`` where it is one person."""

    standing: Standing
    name: str | None = None


def holder_of(admin: KeycloakAdmin, realm: str, mail: str) -> Holder:
    """Ask a realm who has a mail address. Raises :class:`KeycloakError`."""
    query = urlencode({"email": mail.lower(), "exact": "true", "briefRepresentation": "true", "max": 2})
    answer = admin.ask("GET", realm, "users", action="look for people", role="view-users", query=query)
    people = [one for one in json_list(answer, "a list of people") if _mail(one) == mail.lower()]
    if len(people) != 1:
        return Holder(Standing.SEVERAL if people else Standing.ABSENT)
    (person,) = people
    name = " ".join(part for part in (person.get("firstName"), person.get("lastName")) if isinstance(part, str))
    if person.get("enabled") is not True:
        return Holder(Standing.DISABLED, name or None)
    verified = person.get("emailVerified") is True
    return Holder(Standing.VERIFIED if verified else Standing.UNVERIFIED, name or None)


def _mail(person: dict[str, Any]) -> str:
    return str(person.get("email") or "").lower()
