"""Mistakes of administrators that open a source are seen."""

from __future__ import annotations

from typing import Any

import pytest

from sbe_scim.auth import Opening, openings
from sbe_scim.auth.openings import REMEMBERED
from sbe_scim.protocol import Forbidden, Unauthorized
from sbe_scim.store import Source
from sbe_scim.store.clock import now
from tests.unit.auth.door import Door

ISSUER = "https://sso.example.org/realms/staff"


def of(**settings: Any) -> tuple[Opening, ...]:
    """What opens a source of these settings."""
    usual = {"audience": None, "jwks_url": None, "azp": (), "enabled": True, "created": 0}
    return openings(Source(1, "staff", "keycloak", "tolerant", ISSUER, **usual | settings))


def codes(**settings: Any) -> list[str]:
    return [opening.code for opening in of(**settings)]


@pytest.mark.parametrize(
    "audience",
    [
        "*",
        "https://*.example.org/scim/v2",
        "account",
        "ACCOUNT",
        "realm-management",
        "api://default",
        "00000003-0000-0000-c000-000000000000",
        "https://graph.microsoft.com/",
        "https://intranet.example.org",
        "https://intranet.example.org/",
        "http://intranet.example.org:8080",
        ISSUER,
        ISSUER + "/",
    ],
)
def test_an_audience_that_others_have_too_is_told(audience: str) -> None:
    (opening,) = of(audience=audience)
    assert opening.code == "general_audience"
    assert "source set --audience '' staff" in opening.text


@pytest.mark.parametrize(
    "audience", [None, "https://intranet.example.org/scim/v2", "urn:receiver", "sbe", "accounts", "api://default/scim"]
)
def test_an_audience_of_the_receiver_alone_is_not(audience: str | None) -> None:
    assert of(audience=audience) == ()


def test_a_client_at_which_everybody_signs_in_is_told(door: Door) -> None:
    assert codes(azp=("hr-import", "account-console", "admin-cli")) == ["client_for_everybody"]
    assert "account-console, admin-cli" in of(azp=("hr-import", "account-console", "admin-cli"))[0].text
    assert codes(azp=("hr-import", "accounting")) == []


def test_a_persons_token_is_told_for_a_month() -> None:
    (opening,) = of(persons_token=now() - REMEMBERED + 60_000_000)
    assert opening.code == "scope_for_everybody"
    assert ISSUER in opening.text
    assert of(persons_token=now() - REMEMBERED - 1) == ()


@pytest.mark.parametrize("listed", [(), ("web",)])
def test_a_person_with_the_scope_is_seen_once_a_minute_whether_or_not_the_client_is_listed(
    door: Door, listed: tuple[str, ...]
) -> None:
    door.sources("change", "staff", azp=listed)
    source = door.sources("require", "staff")
    token = door.issuer.client_token(sid="s1", scope="openid scim.read")
    for _ in range(2):
        with pytest.raises(Forbidden):
            door.verify(token)
    assert door.persons == [source.id] * 2
    door.sources("saw_persons_token", source.id, now())
    with pytest.raises(Forbidden):
        door.verify(token)
    assert door.persons == [source.id] * 2
    door.sources("saw_persons_token", source.id, now() - 61_000_000)
    with pytest.raises(Forbidden):
        door.verify(token)
    assert door.persons == [source.id] * 3
    assert [opening.code for opening in openings(door.sources("require", "staff"))] == ["scope_for_everybody"]


@pytest.mark.parametrize(
    "claims",
    [
        {"sid": "s1", "scope": "openid email"},
        {"sid": "s1", "scope": "scim", "aud": "account"},
        {"sid": "s1", "scope": "scim", "exp": 5},
        {"sid": "s1", "scope": "scim", "typ": "ID"},
        {"scope": "scim"},
    ],
    ids=["without the scope", "for others", "expired", "an ID token", "of a service account"],
)
def test_a_token_that_could_not_provision_anyhow_tells_nothing(door: Door, claims: dict[str, Any]) -> None:
    with pytest.raises((Forbidden, Unauthorized)):
        door.verify(door.issuer.client_token(**claims))
    assert door.persons == []
