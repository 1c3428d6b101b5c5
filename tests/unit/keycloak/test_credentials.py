"""How the connector signs in stays as it is until it is told otherwise."""

from __future__ import annotations

import pytest

from sbe_scim.keycloak import Enablement, KeycloakError, enable
from sbe_scim.keycloak.credentials import Credentials
from tests.unit.keycloak.fake import FakeKeycloak, admin
from tests.unit.keycloak.test_enablement import RECEIVER, Unused


def enabled(server: FakeKeycloak, secret: str, credentials: Credentials | None = None) -> dict[str, list[str]]:
    """The component's configuration once it is enabled; an empty secret: there must be no need for one."""

    def given(auth: str) -> str:
        assert secret, f"asked for the secret of {auth}"
        return secret

    enable(admin(server), Enablement("agents", RECEIVER, credentials=credentials, secret=given))
    (component,) = server.components.values()
    found: dict[str, list[str]] = component["config"]
    return {
        key: found[key] for key in ("auth", "clientId", "tokenUrl", "clientSecret", "bearerToken") if found.get(key)
    }


CLIENT = Credentials("client-secret", "scim", "https://id.example.org/token")


def test_credentials_stay_and_their_secret_is_asked_for_again() -> None:
    server = FakeKeycloak()
    first = enabled(server, "one", CLIENT)
    assert first["clientSecret"] == ["one"]
    # Keycloak shows no secret.
    (component,) = server.components.values()
    component["config"]["clientSecret"] = ["**********"]
    assert enabled(server, "two") == first | {"clientSecret": ["two"]}
    assert server.checked[-1]["tokenUrl"] == ["https://id.example.org/token"]


def test_a_vault_expression_stays() -> None:
    server = FakeKeycloak()
    first = enabled(server, "${vault.scim}", CLIENT)
    assert enabled(server, "") == first


def test_other_credentials_take_the_place_of_those_before() -> None:
    server = FakeKeycloak()
    enabled(server, "one", CLIENT)
    found = enabled(server, "", Credentials("private-key", "other"))
    assert (found["auth"], found["clientId"], "tokenUrl" in found) == (["private-key"], ["other"], False)
    found = enabled(server, "", Credentials("jwt"))
    assert (found["auth"], "clientId" in found) == (["jwt"], False)


def test_a_bearer_token_is_no_business_of_the_source() -> None:
    server = FakeKeycloak()
    wanted = Enablement("agents", RECEIVER, credentials=Credentials("bearer"), secret=lambda _auth: "t0ken")
    assert enable(admin(server), wanted, Unused()).trusted


def test_a_secret_whose_answer_was_lost_is_not_compared() -> None:
    server = FakeKeycloak()
    enabled(server, "one", CLIENT)
    server.lost, server.odd = "PUT", {}
    wanted = Enablement("agents", RECEIVER, credentials=CLIENT, secret=lambda _auth: "two")
    enable(admin(server), wanted)


def test_no_secret_is_made_up() -> None:
    with pytest.raises(KeycloakError, match="bearer"):
        enable(admin(FakeKeycloak()), Enablement("agents", RECEIVER, credentials=Credentials("bearer")))
