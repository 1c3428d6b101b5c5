"""Who of a realm is provisioned: the keys of the connector's component that say it."""

from __future__ import annotations

from dataclasses import dataclass

from sbe_scim.keycloak.components import Settings


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose accounts are provisioned; without any of the three kinds everybody's.

    One value of a kind is enough; of several kinds each has to hold. ``groups``: paths or ids, with those below;
    ``roles``: realm roles or ``clientId/role``, in effect; ``attributes``: ``name=value``.
    """

    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()

    def settings(self) -> Settings:
        """The keys of the component; a key without values is none."""
        return {"scopeGroups": self.groups, "scopeRoles": self.roles, "scopeAttributes": self.attributes}


#: All keys that decide who and what is provisioned.
KEYS = ("scopeGroups", "scopeRoles", "scopeAttributes", "groupRoots", "outOfScope")
