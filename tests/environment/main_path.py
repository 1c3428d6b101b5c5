"""One short life of people and groups: what must work everywhere."""

from __future__ import annotations

from tests.environment.chain import Chain


def live(chain: Chain, *, port: int | None = None) -> None:
    """Come, join, change, leave; each step is seen at the receiver. Through a proxy on ``port``, if any."""
    admin, realm = chain.admin, chain.realm
    anne = admin.create_user(realm, username="anne", firstName="Éloïse", email="anne@example.org")
    chain.enable(port=port)
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
