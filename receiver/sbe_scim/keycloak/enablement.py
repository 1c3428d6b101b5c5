"""Enabling a realm: everything is checked before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from sbe_scim.keycloak.admin import PROVIDER_ID, PROVIDER_TYPE, KeycloakAdmin
from sbe_scim.keycloak.errors import KeycloakError

UNKNOWN_ISSUER = "unknown issuer"


@dataclass(frozen=True, slots=True)
class Enablement:
    """What is to be enabled. ``receiver`` is the SCIM base URL as the Keycloak server reaches it.

    ``issuer`` and ``jwks_url`` are read from the realm where they are ``None``; ``audience`` is ``receiver`` then.
    """

    realm: str
    receiver: str
    name: str = "sbe-scim"
    issuer: str | None = None
    audience: str | None = None
    jwks_url: str | None = None


@dataclass(frozen=True, slots=True)
class Trust:
    """What the receiver must know to believe the realm's tokens."""

    issuer: str
    audience: str
    jwks_url: str


class Receiver(Protocol):
    """The receiver's side, where its database is at hand."""

    def trust(self, trust: Trust) -> AbstractContextManager[None]:
        """Register the realm as a source; undone when the block raises."""


@dataclass(frozen=True, slots=True)
class Enabled:
    """What was done: ``trusted`` is false where the receiver does not know the realm's issuer yet."""

    trust: Trust
    created: bool
    trusted: bool


def enable(admin: KeycloakAdmin, wanted: Enablement, receiver: Receiver | None = None) -> Enabled:
    """Point the realm's connector at the receiver; raises :class:`KeycloakError`, and then nothing has changed.

    Without ``receiver`` the realm is enabled even though the receiver does not know its issuer: the connector
    retries until the operator of the receiver has added the source.
    """
    _check_url(wanted.receiver)
    _check_realm(admin, wanted.realm)
    existing = _existing(admin, wanted)
    trust = _trust(admin, wanted)
    _try(admin, wanted, trust, stages={"reach", "token"})
    if receiver is None:
        trusted = _try(admin, wanted, trust, stages={"accept"}, unknown_issuer_ok=True)
        _save(admin, wanted, trust, existing)
        return Enabled(trust, existing is None, trusted)
    with receiver.trust(trust):
        _try(admin, wanted, trust, stages={"accept"})
        _save(admin, wanted, trust, existing)
    return Enabled(trust, existing is None, True)


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise KeycloakError(
            f"--receiver {url!r} is not an http or https address: give the SCIM base URL, "
            "such as https://sbe.example.org/scim/v2."
        )


def _check_realm(admin: KeycloakAdmin, realm: str) -> None:
    if realm == "master":
        raise KeycloakError("The master realm holds Keycloak's own administrators; its people are never provisioned.")
    if not admin.realm_exists(realm):
        raise KeycloakError(f"Realm {realm!r} is not there on {admin.server}: check --realm (the case counts).")
    if admin.status(realm) is None:
        raise KeycloakError(
            f"The connector is not installed on {admin.server}: write the JAR into the server's providers folder "
            "(sbe-scim keycloak jar), run kc.sh build, and restart the server."
        )


def _existing(admin: KeycloakAdmin, wanted: Enablement) -> dict[str, Any] | None:
    return next((found for found in admin.endpoints(wanted.realm) if found.get("name") == wanted.name), None)


def _trust(admin: KeycloakAdmin, wanted: Enablement) -> Trust:
    discovery = admin.discovery(wanted.realm)
    return Trust(
        issuer=wanted.issuer or discovery["issuer"],
        audience=wanted.audience or wanted.receiver,
        jwks_url=wanted.jwks_url or discovery["jwks_uri"],
    )


def _config(wanted: Enablement, trust: Trust) -> dict[str, str]:
    return {"url": wanted.receiver, "issuer": trust.issuer, "audience": trust.audience}


def _try(
    admin: KeycloakAdmin,
    wanted: Enablement,
    trust: Trust,
    *,
    stages: set[str],
    unknown_issuer_ok: bool = False,
) -> bool:
    """Whether the receiver accepts the realm; a failure in one of ``stages`` is an error."""
    result = admin.check(wanted.realm, _config(wanted, trust))
    if result.get("ok"):
        return True
    detail = str(result.get("detail", "no reason given"))
    if unknown_issuer_ok and detail.startswith(UNKNOWN_ISSUER):
        return False
    if result.get("stage") in stages:
        raise KeycloakError(f"The receiver {_ADVICE[str(result['stage'])].format(url=wanted.receiver, said=detail)}")
    return False


_ADVICE: Mapping[str, str] = {
    "reach": "at {url} could not be used by the Keycloak server: {said}. Check --receiver as the server sees it.",
    "token": "could not be asked because the realm could not sign a token: {said}.",
    "accept": "at {url} does not accept the realm's token: {said}. Check --audience, --issuer and --jwks-url.",
}


def _save(admin: KeycloakAdmin, wanted: Enablement, trust: Trust, existing: dict[str, Any] | None) -> None:
    component = existing or {"name": wanted.name, "providerType": PROVIDER_TYPE, "providerId": PROVIDER_ID}
    config = dict(component.get("config") or {})
    config |= {key: [value] for key, value in _config(wanted, trust).items()} | {
        "enabled": ["true"],
        "auth": ["jwt"],
    }
    admin.save_endpoint(wanted.realm, {**component, "config": config})
