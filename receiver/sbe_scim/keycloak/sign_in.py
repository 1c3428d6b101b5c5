"""Abilian SBE as a client of a realm, where its people sign in (OpenID Connect)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sbe_scim.keycloak.admin import KeycloakAdmin
from sbe_scim.keycloak.answers import json_list, json_object, unexpected
from sbe_scim.keycloak.errors import KeycloakError

DEFAULT_CLIENT = "abilian-sbe"
#: Below the address of Abilian SBE: what its plugin answers.
PATH = "/sign-in"
CALLBACK, BACK_CHANNEL, SIGNED_OUT = f"{PATH}/callback", f"{PATH}/back-channel", f"{PATH}/out"
#: The attribute by which a client is known to be ours.
OURS = "sbe-scim.sign-in"
_ROLE = "manage-clients"
_PAIRWISE = "pairwise-sub-mapper"
#: The client scope that says who somebody is.
_BASIC = "basic"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A client that is there: ``secret`` is never printed. ``created``: it was not there before."""

    client_id: str
    secret: str
    created: bool


def save(admin: KeycloakAdmin, realm: str, url: str, client_id: str) -> SignIn:
    """Create the client of an Abilian SBE at ``url``, or bring it to what its plugin needs.

    Raises :class:`KeycloakError`, with nothing changed where a client of that name is another's.
    """
    found = _find(admin, realm, client_id)
    if found is not None and not _is_ours(found):
        raise KeycloakError(
            f"Realm {realm!r} has a client {client_id!r} that was not made for sign-in: give another name by "
            "--sign-in-client."
        )
    wanted = representation(url, client_id, found or {})
    if found is None:
        _ask(admin, "POST", realm, action=f"create client {client_id!r}", json=wanted)
    else:
        _ask(admin, "PUT", realm, found["id"], action=f"change client {client_id!r}", json=wanted)
    made = _find(admin, realm, client_id)
    if made is None:
        raise KeycloakError(f"Client {client_id!r} of realm {realm!r} is gone as soon as it was made.")
    _check_subject(admin, realm, made["id"])
    answer = _ask(admin, "GET", realm, made["id"], "client-secret", action="read the client's secret")
    secret = json_object(answer, "a client secret").get("value")
    if not isinstance(secret, str) or not secret:
        raise unexpected(answer, "a client secret", "an object without one")
    return SignIn(client_id, secret, found is None)


def remove(admin: KeycloakAdmin, realm: str) -> list[str]:
    """Remove the clients that were made for sign-in; returns their names."""
    listed = json_list(_ask(admin, "GET", realm, action="list the clients"), "the list of clients")
    ours = [client for client in listed if _is_ours(client)]
    for client in ours:
        _ask(admin, "DELETE", realm, client["id"], action=f"remove client {client['clientId']!r}")
    return [client["clientId"] for client in ours]


def representation(url: str, client_id: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """The client as Keycloak represents it; what else was configured of ``before`` stays."""
    url = url.rstrip("/")
    return {
        **before,
        "clientId": client_id,
        "name": before.get("name") or "Abilian SBE",
        "protocol": "openid-connect",
        "enabled": True,
        "publicClient": False,
        "clientAuthenticatorType": "client-secret",
        "standardFlowEnabled": True,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": False,
        "frontchannelLogout": False,
        # Roles and groups would only make its tokens long: they come by SCIM.
        "fullScopeAllowed": False,
        "rootUrl": url,
        "baseUrl": "/",
        "redirectUris": [url + CALLBACK],
        "webOrigins": [],
        "attributes": {
            **(before.get("attributes") or {}),
            OURS: "true",
            "pkce.code.challenge.method": "S256",
            "backchannel.logout.url": url + BACK_CHANNEL,
            "backchannel.logout.session.required": "true",
            "post.logout.redirect.uris": url + SIGNED_OUT,
        },
    }


def _check_subject(admin: KeycloakAdmin, realm: str, identifier: str) -> None:
    """Make sure that ``sub`` is who SCIM says: the user's id in Keycloak."""
    scopes = json_list(
        _ask(admin, "GET", realm, identifier, "default-client-scopes", action="list the client's scopes"),
        "the list of client scopes",
    )
    if _BASIC not in [scope.get("name") for scope in scopes]:
        raise KeycloakError(
            f"The client lacks the default scope {_BASIC!r}, without which its tokens do not say who signed in: add it "
            "(Clients, Client scopes), and enable again."
        )
    mappers = _ask(
        admin,
        "GET",
        realm,
        identifier,
        "evaluate-scopes",
        "protocol-mappers",
        action="list its mappers",
        query="scope=",
    )
    for mapper in json_list(mappers, "the list of mappers"):
        if _PAIRWISE in str(mapper.get("protocolMapper")):
            raise KeycloakError(
                f"Mapper {mapper.get('mapperName')!r} gives the client another subject than the user's id, by which "
                "accounts are found: remove it, and enable again."
            )


def _find(admin: KeycloakAdmin, realm: str, client_id: str) -> dict[str, Any] | None:
    query = urlencode({"clientId": client_id})
    listed = json_list(_ask(admin, "GET", realm, action="list the clients", query=query), "the list of clients")
    return next((client for client in listed if client.get("clientId") == client_id), None)


def _is_ours(client: Mapping[str, Any]) -> bool:
    return (client.get("attributes") or {}).get(OURS) == "true"


def _ask(
    admin: KeycloakAdmin, method: str, realm: str, *segments: str, action: str, json: Any = None, query: str = ""
) -> Any:
    return admin.ask(method, realm, "clients", *segments, action=action, role=_ROLE, json=json, query=query)
