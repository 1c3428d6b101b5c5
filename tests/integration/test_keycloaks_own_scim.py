"""People and groups that others write by Keycloak's own SCIM service, a preview that is switched on for this server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import make_chain
from tests.environment import CONNECTOR_JAR
from tests.environment.backend import BUILDS, Servers
from tests.environment.chain import Chain
from tests.environment.keycloak import LocalKeycloak
from tests.environment.postgres import create_database, jdbc_url
from tests.environment.receiver import ReceiverProcess

_CORE = "urn:ietf:params:scim:schemas:core:2.0"
_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_REALM = "written-by-scim"


@pytest.fixture
def database() -> str:
    return "postgres"


@pytest.fixture
def chain(servers: Servers, receiver: ReceiverProcess, tmp_path: Path) -> Iterator[Chain]:
    """An enabled realm in which Keycloak is a SCIM service provider too."""
    create_database(servers.postgres(), "own_scim")
    url = jdbc_url(servers.postgres(), "own_scim", host="127.0.0.1")
    # And without metrics: the connector does the same.
    preview = {"features": "scim-api", "metrics-enabled": "false"}
    server = LocalKeycloak(CONNECTOR_JAR, tmp_path, database=url, build=preview, builds=BUILDS)
    server.start()
    chain = make_chain(server, receiver, _REALM)
    chain.admin.create_realm(_REALM, scimApiEnabled=True)
    chain.enable()
    yield chain
    server.stop()


@pytest.fixture
def provider(chain: Chain) -> Iterator[httpx.Client]:
    """Who provisions Keycloak: a client of the realm that may manage its people."""
    admin, base = chain.admin, f"{chain.keycloak.url}/realms/{_REALM}/scim/v2"
    for_scim = {
        "name": "audience",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-audience-mapper",
        "config": {"included.custom.audience": base, "access.token.claim": "true"},
    }
    client = {"clientId": "hr", "secret": "hr", "serviceAccountsEnabled": True, "protocolMappers": [for_scim]}
    admin.request("POST", f"/{_REALM}/clients", json=client)
    (client,) = admin.request("GET", f"/{_REALM}/clients", params={"clientId": "hr"}).json()
    account = admin.request("GET", f"/{_REALM}/clients/{client['id']}/service-account-user").json()
    (management,) = admin.request("GET", f"/{_REALM}/clients", params={"clientId": "realm-management"}).json()
    role = admin.request("GET", f"/{_REALM}/clients/{management['id']}/roles/realm-admin").json()
    admin.request("POST", f"/{_REALM}/users/{account['id']}/role-mappings/clients/{management['id']}", json=[role])
    token = httpx.post(
        f"{chain.keycloak.url}/realms/{_REALM}/protocol/openid-connect/token",
        data={"grant_type": "client_credentials", "client_id": "hr", "client_secret": "hr"},
    ).raise_for_status()
    headers = {"Authorization": f"Bearer {token.json()['access_token']}", "Content-Type": "application/scim+json"}
    with httpx.Client(base_url=base, headers=headers, timeout=60) as provider:
        yield provider


def test_what_is_written_by_keycloaks_own_scim_service_arrives(chain: Chain, provider: httpx.Client) -> None:
    name = {"givenName": "Zoé", "familyName": "Roy"}
    body = {"schemas": [f"{_CORE}:User"], "userName": "zoe", "active": True, "name": name}
    body["emails"] = [{"value": "zoe@example.org"}]
    zoe = provider.post("/Users", json=body).raise_for_status().json()["id"]
    chain.see_user("zoe", lambda user: user["externalId"] == zoe and user["name"]["familyName"] == "Roy")

    group = {"schemas": [f"{_CORE}:Group"], "displayName": "Equipe"}
    equipe = provider.post("/Groups", json=group).raise_for_status().json()["id"]
    chain.see_groups({"Equipe": set()})

    def patch(address: str, operation: str, path: str, value: object = None) -> None:
        told = {"op": operation, "path": path, **({} if value is None else {"value": value})}
        provider.patch(address, json={"schemas": [_PATCH], "Operations": [told]}).raise_for_status()

    patch(f"/Groups/{equipe}", "add", "members", [{"value": zoe}])
    chain.see_groups({"Equipe": {"zoe"}})
    provider.put(f"/Users/{zoe}", json=body | {"id": zoe, "name": name | {"familyName": "Petit"}}).raise_for_status()
    chain.see_user("zoe", lambda user: user["name"]["familyName"] == "Petit")
    patch(f"/Groups/{equipe}", "replace", "displayName", "Service")
    chain.see_groups({"Service": {"zoe"}})
    patch(f"/Groups/{equipe}", "remove", f'members[value eq "{zoe}"]')
    chain.see_groups({"Service": set()})
    patch(f"/Users/{zoe}", "replace", "active", False)
    chain.see_user("zoe", lambda user: user["active"] is False)

    provider.delete(f"/Groups/{equipe}").raise_for_status()
    chain.see_groups({})
    provider.delete(f"/Users/{zoe}").raise_for_status()
    chain.see_no_user("zoe")

    assert httpx.get(f"http://{chain.keycloak.management_address}/metrics").status_code == 404
    assert "NoClassDefFoundError" not in chain.keycloak.log_text()
