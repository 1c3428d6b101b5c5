"""The ways in which the connector signs in at a receiver, and what a refusal is told as."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import text

from sbe_scim.store import open_database
from tests.environment.chain import Chain
from tests.environment.clients import SCOPE, create_client, rotate_keys
from tests.environment.waiting import until

SECRET = "s3cret:of+the client"
CERTS = "/protocol/openid-connect/certs"


def own_address(chain: Chain) -> str:
    """The realm, as its own server reaches it."""
    port = 8080 if chain.keycloak.receiver_host != "127.0.0.1" else int(chain.keycloak.url.rpartition(":")[2])
    return f"http://127.0.0.1:{port}/realms/{chain.realm}"


@pytest.fixture
def enable(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """``sbe-scim keycloak enable`` with these options, where the receiver's database is at hand."""
    # The issuer is the same by whichever address a token is asked for.
    chain.admin.request("PUT", f"/{chain.realm}", json={"attributes": {"frontendUrl": chain.keycloak.url}})
    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", chain.keycloak.admin_password)

    def command(*options: str) -> str:
        return chain.receiver.command(
            "keycloak",
            "enable",
            "--server",
            chain.keycloak.url,
            "--realm",
            chain.realm,
            "--receiver",
            chain.receiver.url_for(chain.keycloak),
            "--jwks-url",
            f"{chain.keycloak.url}/realms/{chain.realm}{CERTS}",
            "--database",
            chain.receiver.database,
            *options,
        )

    return command


def refusals(chain: Chain) -> list[tuple[int, str]]:
    """What the receiver has refused: status and text."""
    engine = open_database(chain.receiver.database)
    try:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT status, detail FROM scim_journal WHERE status >= 400 ORDER BY seq"))
            return [(row.status, row.detail) for row in rows]
    finally:
        engine.dispose()


def _client_options(chain: Chain, auth: str) -> tuple[str, ...]:
    url = f"{own_address(chain)}/protocol/openid-connect/token"
    return ("--auth", auth, "--client-id", "sbe", "--token-url", url, "--token-scope", SCOPE)


def test_a_client_with_a_secret_is_listed_and_provisions(
    chain: Chain, enable: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, realm = chain.admin, chain.realm
    create_client(admin, realm, "sbe", chain.receiver.url_for(chain.keycloak), secret=SECRET)
    monkeypatch.setenv("SBE_SCIM_RECEIVER_SECRET", "wr0ng")
    with pytest.raises(RuntimeError, match=r"realm gets no token.* answered 401 (unauthorized|invalid)_client") as told:
        enable(*_client_options(chain, "client-secret"))
    assert "wr0ng" not in str(told.value)
    assert admin.scim_status(realm) == []

    monkeypatch.setenv("SBE_SCIM_RECEIVER_SECRET", SECRET)
    enable(*_client_options(chain, "client-secret"))
    assert json.loads(chain.receiver.command("source", "show", realm, "--json"))["azp"] == ["sbe"]
    admin.create_user(realm, username="cliente")
    chain.see_user("cliente")

    # The secret is another from now on; the token that is kept serves until it is refused.
    (client,) = admin.request("GET", f"/{realm}/clients", params={"clientId": "sbe"}).json()
    admin.request("PUT", f"/{realm}/clients/{client['id']}", json=client | {"secret": "changed"})
    (endpoint,) = admin.scim_status(realm)
    admin.configure(realm, endpoint["id"], {"attributeMapping": ["department=title"]})
    status = until(
        lambda: admin.scim_status(realm)[0], lambda seen: seen["state"] == "paused", what="paused without a token"
    )
    assert "protocol/openid-connect/token answered 401" in status["reason"]
    assert SECRET not in status["reason"]
    admin.configure(realm, endpoint["id"], {"clientSecret": "changed"})
    admin.create_user(realm, username="suivante")
    chain.see_user("suivante")


def test_the_realms_key_signs_for_a_client(chain: Chain, enable: Callable[..., str]) -> None:
    admin, realm = chain.admin, chain.realm
    keys = {"use.jwks.url": "true", "jwks.url": own_address(chain) + CERTS}
    audience = chain.receiver.url_for(chain.keycloak)
    create_client(admin, realm, "sbe", audience, clientAuthenticatorType="client-jwt", attributes=keys)
    issuer = f"{chain.keycloak.url}/realms/{realm}"
    enable(*_client_options(chain, "private-key"), "--assertion-audience", issuer)
    admin.create_user(realm, username="signee")
    chain.see_user("signee")


def test_a_rotation_of_the_realms_keys_is_noticed_by_nobody(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    endpoint = chain.enable()
    admin.create_user(realm, username="avant")
    chain.see_user("avant")

    rotate_keys(admin, realm)
    admin.create_user(realm, username="pendant")
    chain.see_user("pendant")
    # A token that the new key signs.
    admin.configure(realm, endpoint, {"attributeMapping": ["department=title"]})
    admin.create_user(realm, username="apres")
    chain.see_user("apres")
    chain.settle()

    # Where the keys were fetched within the second before, it is told to come back; nothing else.
    assert [refusal for refusal in refusals(chain) if refusal[0] != 503] == []
    assert not admin.scim_status(realm)[0]["reason"]
