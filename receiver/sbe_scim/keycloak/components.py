"""The connector's components in a realm: one for each receiver."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from sbe_scim.commandline import command, option
from sbe_scim.keycloak.admin import PROVIDER_ID, PROVIDER_TYPE, KeycloakAdmin
from sbe_scim.keycloak.errors import KeycloakError, UnclearError, UnsettledError

#: Values by key; some keys have several.
Settings = Mapping[str, str | Sequence[str]]

#: The keys of secrets, by what ``auth`` needs them. Keycloak never shows their values.
SECRETS = {"bearer": "bearerToken", "client-secret": "clientSecret"}

#: Pauses before the components are read again after a lost answer, in seconds: the server may still be at work.
REREAD_AFTER = (0.0, 1.0, 2.0)


def named(components: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """The component of this name, if any."""
    return next((component for component in components if component.get("name") == name), None)


def setting(component: Mapping[str, Any], key: str) -> str:
    """The value of a key with one value; empty where there is none."""
    return (values(component, key) or [""])[0]


def values(component: Mapping[str, Any], key: str) -> list[str]:
    """The values of a key."""
    return [str(value) for value in (component.get("config") or {}).get(key) or ()]


def refuse_second(components: list[dict[str, Any]], name: str, url: str) -> None:
    """Raise :class:`KeycloakError` when a component of another name sends to ``url``: all would be sent twice."""
    for other in components:
        called = other.get("name") or ""
        if called != name and setting(other, "url").rstrip("/") == url:
            named = option("--name", called)
            raise KeycloakError(
                f"Component {called!r} of this realm sends to {url} already: enable that one ({named}), "
                f"or remove it first ({command('keycloak', 'disable', '--remove')} {named})."
            )


def save(admin: KeycloakAdmin, realm: str, name: str, existing: dict[str, Any] | None, settings: Settings) -> None:
    """Create the component, or change ``existing``, whose other settings stay; a key without values is removed.

    Raises :class:`UnsettledError` when it is not known what has come of it, another :class:`KeycloakError` when
    nothing has.
    """
    component = existing or {"name": name, "providerType": PROVIDER_TYPE, "providerId": PROVIDER_ID}
    config = dict(component.get("config") or {}) | {key: as_list(value) for key, value in settings.items()}
    try:
        try:
            admin.save_endpoint(realm, {**component, "config": config})
        except UnclearError as error:
            _settle(admin, realm, name, settings, error)
    except KeyboardInterrupt:
        raise UnsettledError(
            f"Interrupted while Keycloak was saving component {name!r}: it may have done so. Run the command again."
        ) from None


def as_list(value: str | Sequence[str]) -> list[str]:
    """The values of one key, as Keycloak represents them."""
    return [value] if isinstance(value, str) else list(value)


def _settle(admin: KeycloakAdmin, realm: str, name: str, settings: Settings, error: UnclearError) -> None:
    """Return when the component is there as wanted although the answer was lost, else raise."""
    known = False
    shown = {key: value for key, value in settings.items() if key not in SECRETS.values()}
    for pause in REREAD_AFTER:
        time.sleep(pause)
        try:
            found = named(admin.endpoints(realm), name)
        except KeycloakError:
            known = False
            continue
        known = True
        if found is not None and all(set(values(found, key)) == set(as_list(value)) for key, value in shown.items()):
            return
    if known:
        raise KeycloakError(f"{error} Component {name!r} was not saved: check the server and try again.")
    raise UnsettledError(
        f"{error} Component {name!r} may or may not have been saved. Run the command again when Keycloak answers."
    ) from error
