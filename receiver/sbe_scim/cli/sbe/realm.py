"""What the realm of a source says of accounts that could be adopted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sbe_scim.cli.keycloak.administrator import session
from sbe_scim.cli.output import fail
from sbe_scim.directory.sbe.verdicts import OPEN, Candidate
from sbe_scim.keycloak import KeycloakAdmin, KeycloakError
from sbe_scim.keycloak.people import Holder, holder_of
from sbe_scim.store import Source


@dataclass(frozen=True, slots=True)
class Login:
    """Which Keycloak and realm, who asks, and the connector's component there."""

    server: str | None
    realm: str | None
    admin_user: str
    admin_realm: str
    component: str


@dataclass(frozen=True, slots=True)
class Realm:
    """Who has the address of each account, by the account's id; empty where no realm was asked.

    ``refused`` are addresses, in lower case, of whom the connector has sent and the receiver has refused.
    """

    holders: dict[int, Holder] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()


def ask(login: Login, source: Source, accounts: Iterable[Candidate], *, refused: bool) -> Realm:
    """Ask the realm, if there is one to ask; the command ends where it is not that of the source."""
    if login.server is None or login.realm is None:
        return Realm()
    with session(login.server, login.admin_user, login.admin_realm) as admin:
        try:
            _check(admin, login.realm, source)
            holders = {one.id: holder_of(admin, login.realm, one.mail) for one in accounts if one.verdict in OPEN}
            return Realm(holders, _refused(admin, login.realm, login.component) if refused else frozenset())
        except KeycloakError as error:
            fail(str(error))


def _check(admin: KeycloakAdmin, realm: str, source: Source) -> None:
    """Another realm than the source's may have verified an address for somebody else."""
    issuer = admin.discovery(realm).get("issuer")
    if source.issuer is not None and issuer != source.issuer:
        fail(f"Realm {realm!r} is not that of source {source.name!r}, whose issuer is {source.issuer}.")


def _refused(admin: KeycloakAdmin, realm: str, component: str) -> frozenset[str]:
    """Before the realm is enabled nobody was sent."""
    if not any(endpoint.get("name") == component for endpoint in admin.status(realm) or ()):
        return frozenset()
    return frozenset(str(one["mail"]).lower() for one in admin.refused(realm, component) if one.get("mail"))
