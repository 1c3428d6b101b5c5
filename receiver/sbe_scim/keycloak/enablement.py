"""Enabling a realm: everything is checked before anything is changed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sbe_scim.commandline import command
from sbe_scim.config import is_http_url
from sbe_scim.keycloak import components, credentials, profile
from sbe_scim.keycloak.admin import KeycloakAdmin
from sbe_scim.keycloak.check import CheckResult
from sbe_scim.keycloak.components import Settings
from sbe_scim.keycloak.credentials import AskSecret, Credentials
from sbe_scim.keycloak.errors import KeycloakError
from sbe_scim.keycloak.profile import Unheld
from sbe_scim.keycloak.scope import KEYS, Scope

#: Keys of the connector's component.
ATTRIBUTES = "attributeMapping"
ROLES = "roleMapping"
WEBHOOK = "webhook"


def no_secret(auth: str) -> str:
    """Refuse to be asked."""
    raise KeycloakError(f"A secret is needed to sign in by {auth}.")


@dataclass(frozen=True, slots=True)
class Enablement:
    """What is to be enabled. ``receiver`` is the SCIM base URL as the Keycloak server reaches it.

    ``issuer`` and ``jwks_url`` are read from the realm where they are ``None``; ``audience`` is ``receiver`` then.
    ``attribute_mapping`` are lines of ``keycloakAttribute=scimPath``, ``role_mapping`` lines of ``role=value``; they
    stay as they are where they are ``None``, and so do ``credentials``, ``scope``, ``group_roots``, ``out_of_scope``
    and ``webhook``, the address that is told of alarms (empty: none). ``secret`` gives the bearer token or the client's
    secret where one is needed.
    ``declare_attributes`` adds to the realm's user profile what it does not know of the attributes. ``paused``: nothing
    is sent yet. ``back_channel`` is where Keycloak is to end sessions, which it tries out.
    """

    realm: str
    receiver: str
    name: str = "sbe-scim"
    issuer: str | None = None
    audience: str | None = None
    jwks_url: str | None = None
    attribute_mapping: Sequence[str] | None = None
    role_mapping: Sequence[str] | None = None
    declare_attributes: bool = False
    scope: Scope | None = None
    group_roots: tuple[str, ...] | None = None
    out_of_scope: str | None = None
    webhook: str | None = None
    paused: bool = False
    credentials: Credentials | None = None
    secret: AskSecret = no_secret
    back_channel: str | None = None

    def choice(self) -> Settings:
        """The keys of the component that say who and what is provisioned, and who is told, where that is told anew."""
        told: dict[str, str | Sequence[str]] = dict(self.scope.settings()) if self.scope else {}
        if self.group_roots is not None:
            told["groupRoots"] = self.group_roots
        if self.out_of_scope is not None:
            told["outOfScope"] = self.out_of_scope
        if self.attribute_mapping is not None:
            told[ATTRIBUTES] = self.attribute_mapping
        if self.role_mapping is not None:
            told[ROLES] = self.role_mapping
        if self.webhook is not None:
            told[WEBHOOK] = [self.webhook] if self.webhook else []
        return told


@dataclass(frozen=True, slots=True)
class Trust:
    """What the receiver must know to believe the tokens; ``clients`` are those whose tokens they are, if any's."""

    issuer: str
    audience: str
    jwks_url: str
    clients: tuple[str, ...] = ()


class Receiver(Protocol):
    """The receiver's side, where its database is at hand; the realm is its source ``name``."""

    @property
    def name(self) -> str:
        """What the source is called."""

    def trust(self, trust: Trust, former_issuer: str) -> AbstractContextManager[bool]:
        """Register the realm as a source, or change the source that it has; undone when the block raises.

        ``former_issuer`` is that of the realm's tokens till now, empty where it had none: a source that trusts it is
        this realm's. The block gets whether anything was changed. It is not undone after
        :class:`~sbe_scim.keycloak.errors.UnsettledError`.
        """


@dataclass(frozen=True, slots=True)
class Enabled:
    """What was done: ``trusted`` is false where the receiver does not know the realm's issuer yet.

    ``unheld`` are attributes that are to be sent and that the realm cannot hold, ``declared`` those that it can from
    now on.
    ``warnings`` say what should be configured otherwise, in the realm's directories or in Abilian SBE.
    """

    trust: Trust
    created: bool
    trusted: bool
    unheld: Sequence[Unheld] = ()
    declared: Sequence[str] = ()
    warnings: tuple[str, ...] = ()


def enable(admin: KeycloakAdmin, wanted: Enablement, receiver: Receiver | None = None) -> Enabled:
    """Point the realm's connector at the receiver; raises :class:`KeycloakError`.

    Then nothing has changed, unless the message says what is left: a server that stops answering at the wrong moment
    leaves it unknown. Without ``receiver`` the realm is enabled even though the receiver does not know its issuer:
    the connector retries until the operator of the receiver has added the source.
    """
    _check_url(wanted.receiver)
    _check_realm(admin, wanted.realm)
    found = admin.endpoints(wanted.realm)
    existing = components.named(found, wanted.name)
    components.refuse_second(found, wanted.name, wanted.receiver)
    signing_in = credentials.settings(existing, wanted.credentials, wanted.secret)
    trust = _trust(admin, wanted, credentials.clients(signing_in))
    address = {"url": wanted.receiver, "issuer": trust.issuer, "audience": trust.audience} | dict(signing_in)
    choice = {key: components.values(existing or {}, key) for key in KEYS} | dict(wanted.choice())
    tried = {"backChannel": wanted.back_channel or ""}
    settings = {key: value for key, value in (address | choice | tried).items() if value}
    state = {"enabled": "true", "paused": "true" if wanted.paused else "false"}
    switched_on = address | dict(wanted.choice()) | state
    result = CheckResult.of(wanted.receiver, admin.check(wanted.realm, settings))
    if receiver is None or signing_in["auth"] == credentials.BEARER:
        if not result.ok and not result.issuer_is_unknown:
            raise result.error()
        components.save(admin, wanted.realm, wanted.name, existing, switched_on)
        return _told(admin, wanted, existing, _enabled(trust, existing, result))
    if not result.ok and not result.is_about_trust:
        raise result.error()
    with receiver.trust(trust, components.setting(existing or {}, "issuer")) as changed:
        if changed:
            result = CheckResult.of(wanted.receiver, admin.check(wanted.realm, settings))
        if not result.ok:
            raise result.error(receiver.name)
        components.save(admin, wanted.realm, wanted.name, existing, switched_on)
    return _told(admin, wanted, existing, _enabled(trust, existing, result))


def _enabled(trust: Trust, existing: dict[str, Any] | None, result: CheckResult) -> Enabled:
    return Enabled(trust, existing is None, result.ok, warnings=(result.warning,) if result.warning else ())


def _told(admin: KeycloakAdmin, wanted: Enablement, existing: dict[str, Any] | None, done: Enabled) -> Enabled:
    return replace(_compared(admin, wanted, existing, done), warnings=(*done.warnings, *_warnings(admin, wanted)))


def _compared(admin: KeycloakAdmin, wanted: Enablement, existing: dict[str, Any] | None, done: Enabled) -> Enabled:
    """Compare the attributes that are sent with what the realm can hold, and declare what it does not know."""
    mapping = (
        wanted.attribute_mapping
        if wanted.attribute_mapping is not None
        else components.values(existing or {}, ATTRIBUTES)
    )
    several = profile.attributes(mapping or profile.DEFAULT_MAPPING)
    known = admin.profile(wanted.realm)
    missing = profile.unheld(several, known, admin.realm(wanted.realm) or {})
    unknown = [one.name for one in missing if one.reason == profile.UNDECLARED]
    if not wanted.declare_attributes or not unknown:
        return replace(done, unheld=missing)
    try:
        admin.save_profile(wanted.realm, profile.declaring(known, unknown, several))
    except KeycloakError as error:
        raise KeycloakError(f"The realm is enabled, but its attributes could not be declared: {error}") from error
    return replace(done, unheld=[one for one in missing if one.name not in unknown], declared=unknown)


def _warnings(admin: KeycloakAdmin, wanted: Enablement) -> tuple[str, ...]:
    try:
        found = admin.status(wanted.realm) or []
    except KeycloakError:
        # What was done is done; the status tells them whenever it is asked for.
        return ()
    return tuple(
        f"directory {directory.get('name')}: {warning}"
        for endpoint in found
        if endpoint.get("name") == wanted.name
        for directory in endpoint.get("directories") or ()
        for warning in directory.get("warnings") or ()
    )


def _check_url(url: str) -> None:
    if not is_http_url(url):
        raise KeycloakError(
            f"--receiver {url!r} is not an http or https address: give the SCIM base URL, "
            "such as https://sbe.example.org/scim/v2."
        )


def _check_realm(admin: KeycloakAdmin, realm: str) -> None:
    if realm == "master":
        raise KeycloakError("The master realm holds Keycloak's own administrators; its people are never provisioned.")
    if not admin.realm_exists(realm):
        raise KeycloakError(f"Realm {realm!r} does not exist on {admin.server}: check --realm (case matters).")
    if admin.status(realm) is None:
        raise KeycloakError(
            f"The connector is not installed on {admin.server}: write the JAR into the server's providers folder "
            f"({command('keycloak', 'jar')}), run kc.sh build, and restart the server."
        )


def _trust(admin: KeycloakAdmin, wanted: Enablement, clients: tuple[str, ...]) -> Trust:
    published = admin.discovery(wanted.realm)
    return Trust(
        issuer=wanted.issuer or _published(published, "issuer", "--issuer"),
        audience=wanted.audience or wanted.receiver,
        jwks_url=wanted.jwks_url or _published(published, "jwks_uri", "--jwks-url"),
        clients=clients,
    )


def _published(published: dict[str, object], key: str, option: str) -> str:
    value = published.get(key)
    if not isinstance(value, str) or not value:
        raise KeycloakError(f"The realm's OpenID configuration names no {key}: check --server, or give {option}.")
    return value
