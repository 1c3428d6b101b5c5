"""Settings of the plugin that are read where its libraries may be missing."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sbe_scim.options import SettingsError

PLUGIN = "sbe_scim.sbe_plugin"
#: Of Abilian SBE: a JSON list of the plugins that it loads.
PLUGINS_VARIABLE = "FLASK_PLUGINS"
#: Whose local passwords are good: ``all``, or only those of people who are ``unlinked``.
LOCAL_PASSWORDS = "SBE_SCIM_SBE_LOCAL_PASSWORDS"


def is_loaded(environment: Mapping[str, str]) -> bool:
    """Tell whether an Abilian SBE with these variables loads the plugin."""
    try:
        return PLUGIN in json.loads(environment.get(PLUGINS_VARIABLE, "[]"))
    except (ValueError, TypeError):
        return False


def are_closed(environment: Mapping[str, str]) -> bool:
    """Tell whether people whose account is linked have no local password. Raises :class:`SettingsError`."""
    wanted = environment.get(LOCAL_PASSWORDS, "").strip() or "all"
    if wanted not in ("all", "unlinked"):
        raise SettingsError(f"{LOCAL_PASSWORDS}: {wanted!r} is neither all nor unlinked")
    return wanted == "unlinked"
