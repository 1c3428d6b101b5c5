"""Settings of the plugin that are read where its libraries may be missing."""

from __future__ import annotations

from collections.abc import Mapping

from sbe_scim.options import SettingsError

#: Whose local passwords are good: ``all``, or only those of people who are ``unlinked``.
LOCAL_PASSWORDS = "SBE_SCIM_SBE_LOCAL_PASSWORDS"


def are_closed(environment: Mapping[str, str]) -> bool:
    """Tell whether people whose account is linked have no local password. Raises :class:`SettingsError`."""
    wanted = environment.get(LOCAL_PASSWORDS, "").strip() or "all"
    if wanted not in ("all", "unlinked"):
        raise SettingsError(f"{LOCAL_PASSWORDS}: {wanted!r} is neither all nor unlinked")
    return wanted == "unlinked"
