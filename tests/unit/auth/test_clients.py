"""Whose tokens provision: the connector's, and those of listed clients."""

from __future__ import annotations

from typing import Any

import pytest

from sbe_scim.auth import PersonsToken, UnlistedClient
from sbe_scim.auth.authenticator import TRUSTED_FOR
from sbe_scim.protocol import Unauthorized
from tests.unit.auth.door import Door


def refused(door: Door, token: str) -> str:
    """What a client's token is told that the source does not take."""
    with pytest.raises(UnlistedClient) as refusal:
        door.verify(token)
    return refusal.value.detail


def test_the_connectors_token_is_taken_whatever_client_it_names(door: Door) -> None:
    assert door.verify(door.issuer.token())
    assert door.verify(door.issuer.token(azp=None, client_id=None))


@pytest.mark.parametrize("dialect", ["keycloak", "generic", "entra", "okta"])
def test_a_clients_token_is_refused_whatever_the_dialect(door: Door, dialect: str) -> None:
    door.sources("change", "staff", dialect=dialect)
    said = refused(door, door.issuer.client_token())
    assert "client web" in said
    assert "source set --azp" in said


@pytest.mark.parametrize(
    "forged",
    [
        {"sub": "sbe-scim"},
        {"client_id": "web", "preferred_username": "service-account-web"},
        {"typ": None},
        {"typ": ""},
        {"typ": "bearer"},
        {"azp": None, "client_id": "web"},
        {"azp": None, "client_id": None},
        {"azp": "", "client_id": None},
        {"scope": "scim scim.write sbe-scim"},
        {"roles": ["sbe-scim"], "kind": "sbe-scim", "Typ": "sbe-scim", "typ ": "sbe-scim"},
    ],
)
def test_no_other_claim_makes_a_clients_token_the_connectors(door: Door, forged: dict[str, Any]) -> None:
    refused(door, door.issuer.client_token(**forged))


@pytest.mark.parametrize(
    "typ",
    ["ID", "Refresh", "Offline", "Logout", "DPoP", "SBE-SCIM", "sbe-scim ", ["sbe-scim"], {"a": 1}, 1, True, False],
)
def test_only_the_very_kind_is_the_connectors_and_listing_opens_no_other(door: Door, typ: Any) -> None:
    door.sources("change", "staff", azp=("web",))
    door.refuses(door.issuer.client_token(typ=typ), "not an access token")


@pytest.mark.parametrize("claims", [{}, {"azp": "sbe-scim", "client_id": None}, {"azp": None}, {"typ": "Bearer"}])
def test_the_token_of_an_older_connector_is_told_what_to_do(door: Door, claims: dict[str, Any]) -> None:
    old = {"typ": None} | claims
    door.refuses(door.issuer.token(**old), r"older connector.*keycloak jar.*source set --azp sbe-scim")
    door.sources("change", "staff", azp=("sbe-scim",))
    assert door.verify(door.issuer.token(**old))


@pytest.mark.parametrize("named", [{}, {"client_id": "web"}, {"azp": None, "client_id": "web"}, {"typ": None}])
def test_a_listed_client_is_taken_with_the_scopes_of_its_token(door: Door, named: dict[str, Any]) -> None:
    door.sources("change", "staff", azp=("batch", "web"))
    principal = door.verify(door.issuer.client_token(scope="openid scim.read", **named))
    assert (principal.source.name, principal.scopes) == ("staff", {"scim.read"})


@pytest.mark.parametrize("session", [{"sid": "s1"}, {"session_state": "s1"}, {"sid": None, "session_state": ""}])
def test_somebody_who_signed_in_at_a_listed_client_is_refused(door: Door, session: dict[str, Any]) -> None:
    door.sources("change", "staff", azp=("web",))
    with pytest.raises(PersonsToken, match="signed in at client web"):
        door.verify(door.issuer.client_token(**session))


@pytest.mark.parametrize("client", ["WEB", "web ", " web", "we", "webb", "*", "wéb"])
def test_a_client_is_listed_letter_by_letter(door: Door, client: str) -> None:
    door.sources("change", "staff", azp=("web",))
    refused(door, door.issuer.client_token(client))


@pytest.mark.parametrize(
    "named",
    [
        {"azp": "web", "client_id": "other"},
        {"azp": "other", "client_id": "web"},
        {"azp": ["web"]},
        {"azp": {"web": 1}, "client_id": "web"},
        {"azp": "web", "client_id": 5},
        {"azp": "web", "client_id": ["web"]},
        {"azp": True},
    ],
)
def test_a_token_that_does_not_name_one_client_is_refused(door: Door, named: dict[str, Any]) -> None:
    door.sources("change", "staff", azp=("web", "other"))
    door.refuses(door.issuer.client_token(**named), "do not name one client")


def test_a_listed_client_still_needs_a_good_token(door: Door) -> None:
    door.sources("change", "staff", azp=("web",))
    for broken, reason in (({"aud": "account"}, "audience"), ({"exp": 5}, "expired"), ({"iss": "x"}, "unknown issuer")):
        door.refuses(door.issuer.client_token(**broken), reason)


def test_the_list_of_one_source_opens_no_other(door: Door) -> None:
    door.sources("add", "guests", issuer="https://guests.example.org", azp=("web",))
    refused(door, door.issuer.client_token())


def test_a_client_that_is_taken_off_the_list_is_refused_within_seconds(door: Door) -> None:
    door.sources("change", "staff", azp=("web",))
    token = door.issuer.client_token()
    door.verify(token)
    door.sources("change", "staff", azp=())
    door.clock.now += TRUSTED_FOR
    assert door.authenticator.remembered(f"Bearer {token}") is None
    refused(door, token)


def test_a_refused_client_is_not_remembered(door: Door) -> None:
    token = door.issuer.client_token()
    refused(door, token)
    assert door.authenticator.remembered(f"Bearer {token}") is None
    door.sources("change", "staff", azp=("web",))
    assert door.verify(token)


def test_a_client_that_is_repeated_cannot_break_an_answer(door: Door) -> None:
    said = refused(door, door.issuer.client_token('x"\r\nSet-Cookie: a=b\u2028' + "y" * 1000))
    assert not set('"\r\n\u2028') & set(said)
    assert len(said) < 500


def test_who_is_refused_as_a_client_is_known_to_be_signed(door: Door) -> None:
    forged = door.issuer.client_token()
    with pytest.raises(Unauthorized, match="signature"):
        door.verify(forged.rpartition(".")[0] + "." + door.issuer.token().rpartition(".")[2])
