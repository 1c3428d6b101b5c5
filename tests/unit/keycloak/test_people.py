"""Whether a realm vouches for a mail address."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sbe_scim.keycloak import KeycloakError
from sbe_scim.keycloak.people import Holder, Standing, holder_of
from tests.unit.keycloak.fake import FakeKeycloak, admin

ZOE = {"email": "zoe@example.org", "emailVerified": True, "enabled": True, "firstName": "Zoé", "lastName": "Dupré"}


@pytest.mark.parametrize(
    ("people", "holder"),
    [
        ([ZOE], Holder(Standing.VERIFIED, "Zoé Dupré")),
        ([ZOE | {"emailVerified": False}], Holder(Standing.UNVERIFIED, "Zoé Dupré")),
        # What is not said is not believed.
        ([{"email": "zoe@example.org", "enabled": True}], Holder(Standing.UNVERIFIED)),
        ([ZOE | {"enabled": False}], Holder(Standing.DISABLED, "Zoé Dupré")),
        ([ZOE, ZOE], Holder(Standing.SEVERAL)),
        ([], Holder(Standing.ABSENT)),
    ],
)
def test_an_address_is_vouched_for_where_one_enabled_person_has_verified_it(
    people: list[dict[str, Any]], holder: Holder
) -> None:
    with admin(FakeKeycloak(people=people)) as session:
        assert holder_of(session, "agents", "Zoe@Example.org") == holder


def test_another_address_than_was_asked_for_is_not_believed() -> None:
    answer = httpx.Response(200, json=[ZOE])
    with admin(FakeKeycloak(odd={"/users": answer})) as session:
        assert holder_of(session, "agents", "e@example.org").standing is Standing.ABSENT


def test_who_may_not_look_for_people_is_told_the_role() -> None:
    with (
        admin(FakeKeycloak(odd={"/users": httpx.Response(403)})) as session,
        pytest.raises(KeycloakError, match="view-users"),
    ):
        holder_of(session, "agents", "zoe@example.org")
