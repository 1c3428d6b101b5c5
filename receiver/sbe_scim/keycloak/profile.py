"""What a realm can hold of the attributes that are sent: Keycloak drops the others without a word."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

#: What the connector sends where its component says nothing.
DEFAULT_MAPPING = (
    f"department={ENTERPRISE}:department",
    f"employeeNumber={ENTERPRISE}:employeeNumber",
    f"organization={ENTERPRISE}:organization",
    f"costCenter={ENTERPRISE}:costCenter",
    f"division={ENTERPRISE}:division",
    "title=title",
    'phoneNumber=phoneNumbers[type eq "work"].value',
    "locale=locale",
)

#: The realm's user profile does not know the attribute, and takes no others.
UNDECLARED = "undeclared"
#: The realm has one language: Keycloak keeps no locale of anybody.
NO_LOCALES = "no_locales"

_LOCALE = "locale"
#: What every user has, under names that Keycloak gives.
_OF_EVERY_USER = frozenset({"username", "email", "firstName", "lastName"})
#: Policies under which an attribute that is not declared is kept when an administrator sets it.
_KEEPING = frozenset({"ENABLED", "ADMIN_EDIT"})


@dataclass(frozen=True, slots=True)
class Unheld:
    """An attribute that is mapped and that the realm cannot hold; ``reason`` is a code of this module."""

    name: str
    reason: str


def attributes(mapping: Iterable[str]) -> dict[str, bool]:
    """The Keycloak attributes of lines ``attribute=path``, and whether several values of each are sent."""
    found: dict[str, bool] = {}
    for line in mapping:
        name, _, path = (part.strip() for part in line.partition("="))
        if name:
            several = "[" in path or (path.endswith(".value") and ":" not in path)
            found[name] = found.get(name, False) or several
    return found


def unheld(names: Iterable[str], profile: Mapping[str, Any], realm: Mapping[str, Any]) -> list[Unheld]:
    """Those that the realm cannot hold, by its user profile and itself as the Admin API shows them; by name."""
    declared = _OF_EVERY_USER | {str(attribute.get("name")) for attribute in profile.get("attributes") or ()}
    keeps_all = profile.get("unmanagedAttributePolicy") in _KEEPING
    found: list[Unheld] = []
    for name in sorted(names):
        if name == _LOCALE:
            if not (realm.get("internationalizationEnabled") and realm.get("supportedLocales")):
                found.append(Unheld(name, NO_LOCALES))
        elif name not in declared and not keeps_all:
            found.append(Unheld(name, UNDECLARED))
    return found


def declaring(profile: Mapping[str, Any], names: Collection[str], several: Mapping[str, bool]) -> dict[str, Any]:
    """The user profile with these attributes added: people see their own, administrators set them."""
    added = [
        {
            "name": name,
            "multivalued": several.get(name, False),
            "permissions": {"view": ["admin", "user"], "edit": ["admin"]},
        }
        for name in names
    ]
    return {**profile, "attributes": [*(profile.get("attributes") or ()), *added]}
