"""Whose tokens of a realm provision: the connector's, and those of clients that the operator listed."""

from __future__ import annotations

from typing import Any

import httpx
import jwt
import pytest

from tests.environment.chain import Chain
from tests.environment.waiting import until

PASSWORD = "a-Password-of-a-test-1"
SECRET = "a-secret-of-a-test"
ANN = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "intruse", "externalId": "x"}


def mapper(name: str, kind: str, **config: str) -> dict[str, Any]:
    """A protocol mapper whose claim stands in access tokens."""
    return {
        "name": name,
        "protocol": "openid-connect",
        "protocolMapper": f"oidc-{kind}-mapper",
        "config": {"access.token.claim": "true", **config},
    }


class Opened:
    """A realm in which an administrator made everything that a second SCIM client might need."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._audience = chain.receiver.url_for(chain.keycloak)
        chain.admin.request(
            "POST",
            f"/{chain.realm}/client-scopes",
            json={"name": "scim", "protocol": "openid-connect", "attributes": {"include.in.token.scope": "true"}},
        )
        chain.admin.create_user(
            chain.realm,
            username="ordinaire",
            email="ordinaire@example.org",
            firstName="O",
            lastName="R",
            credentials=[{"type": "password", "value": PASSWORD, "temporary": False}],
        )

    def client(self, client_id: str, *mappers: dict[str, Any], **settings: Any) -> None:
        """Make a client whose tokens are for the receiver and may carry the scope."""
        audience = mapper("receiver", "audience", **{"included.custom.audience": self._audience})
        self._chain.admin.request(
            "POST",
            f"/{self._chain.realm}/clients",
            json={
                "clientId": client_id,
                "protocol": "openid-connect",
                "protocolMappers": [audience, *mappers],
                "optionalClientScopes": ["scim"],
                "publicClient": False,
                "standardFlowEnabled": False,
                **settings,
            },
        )

    def token(self, client_id: str, **grant: str) -> str:
        """An access token of this client."""
        url = f"{self._chain.keycloak.url}/realms/{self._chain.realm}/protocol/openid-connect/token"
        answer = httpx.post(url, data={"client_id": client_id, "scope": "openid scim", **grant}, timeout=30)
        token: str = answer.raise_for_status().json()["access_token"]
        return token

    def post(self, token: str) -> httpx.Response:
        """Create somebody by this token."""
        return httpx.post(
            f"{self._chain.receiver.base_url}/Users",
            json=ANN,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"},
            timeout=30,
        )


@pytest.fixture
def opened(chain: Chain) -> Opened:
    """The realm, opened as far as a realm can be."""
    return Opened(chain)


def claims(token: str) -> dict[str, Any]:
    """What a token says."""
    said: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return said


def test_an_ordinary_persons_token_of_a_public_client_is_refused(chain: Chain, opened: Opened) -> None:
    opened.client("vitrine", publicClient=True, directAccessGrantsEnabled=True)
    token = opened.token("vitrine", grant_type="password", username="ordinaire", password=PASSWORD)
    assert "scim" in claims(token)["scope"].split()
    refusal = opened.post(token)
    assert refusal.status_code == 403
    assert "client vitrine" in refusal.json()["detail"]
    assert "source set --azp" in refusal.json()["detail"]
    assert "scope" not in refusal.headers["www-authenticate"]

    chain.receiver.command("source", "set", "--azp", "vitrine", chain.realm)
    until(lambda: opened.post(token).json()["reason"] == "persons_token", what="the client is listed, its people not")

    chain.enable()
    assert chain.see_user("ordinaire")
    assert "intruse" not in chain.users()


def test_a_service_account_is_taken_once_its_client_is_listed(chain: Chain, opened: Opened) -> None:
    opened.client("rh", secret=SECRET, serviceAccountsEnabled=True)
    token = opened.token("rh", grant_type="client_credentials", client_secret=SECRET)
    assert opened.post(token).status_code == 403

    chain.receiver.command("source", "set", "--azp", "rh", chain.realm)
    assert opened.post(token).status_code == 201
    assert "intruse" in chain.users()

    chain.receiver.command("source", "set", "--azp", "", chain.realm)
    until(lambda: opened.post(token).status_code == 403, what="the client is refused again")


def test_no_mapper_makes_a_clients_token_the_connectors(chain: Chain, opened: Opened) -> None:
    # A backslash may stand before any character of a claim's name.
    for client, name in enumerate(("typ", r"\typ", r"ty\p", "typ ", "Typ", r"typ\.", "typ.x")):
        forged = [mapper(claim, "hardcoded-claim", **_set(claim)) for claim in ("azp", "sub", "client_id", name)]
        opened.client(f"faussaire-{client}", *forged, secret=SECRET, serviceAccountsEnabled=True)
        token = opened.token(f"faussaire-{client}", grant_type="client_credentials", client_secret=SECRET)
        assert (claims(token)["azp"], claims(token)["typ"]) == ("sbe-scim", "Bearer")
        assert opened.post(token).status_code == 401


def _set(claim: str) -> dict[str, str]:
    return {"claim.name": claim, "claim.value": "sbe-scim", "jsonType.label": "String"}
