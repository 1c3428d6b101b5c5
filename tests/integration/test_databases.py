"""The main path on a database of Keycloak that the other tests do not use."""

from __future__ import annotations

import pytest

from tests.environment.chain import Chain


@pytest.fixture
def database() -> str:
    return "mariadb"


def test_people_and_groups_live_on_mariadb(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    anne = admin.create_user(realm, username="anne", firstName="Éloïse", email="anne@example.org")
    chain.enable()
    assert chain.see_user("anne")["name"]["givenName"] == "Éloïse"

    team = admin.create_group(realm, "Équipe")
    below = admin.create_subgroup(realm, team, "Bureau")
    boris = admin.create_user(realm, username="boris")
    for person in (anne, boris):
        admin.join(realm, person, below)
    chain.see_groups({"Équipe": set(), "Équipe/Bureau": {"anne", "boris"}})

    admin.update_user(realm, anne, enabled=False)
    chain.see_user("anne", lambda user: user["active"] is False)
    admin.leave(realm, anne, below)
    admin.rename_group(realm, team, "Direction")
    chain.see_groups({"Direction": set(), "Direction/Bureau": {"boris"}})

    admin.delete_user(realm, boris)
    admin.delete_group(realm, team)
    chain.see_groups({})
    chain.see_no_user("boris")
    chain.settle()
    assert list(chain.users()) == ["anne"]
