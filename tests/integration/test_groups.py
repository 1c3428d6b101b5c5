"""Groups and memberships in Keycloak are seen at the receiver."""

from __future__ import annotations

from tests.environment.chain import Chain
from tests.environment.marks import databases
from tests.environment.waiting import until


@databases
def test_groups_and_members_follow_every_change(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    chain.enable()
    anne, boris = (admin.create_user(realm, username=name) for name in ("anne", "boris"))
    direction = admin.create_group(realm, "Direction générale")
    achats = admin.create_subgroup(realm, direction, "Achats")
    chain.see_groups({"Direction générale": set(), "Direction générale/Achats": set()})

    admin.join(realm, anne, achats)
    admin.join(realm, boris, achats)
    admin.join(realm, boris, direction)
    chain.see_groups({"Direction générale": {"boris"}, "Direction générale/Achats": {"anne", "boris"}})

    admin.leave(realm, boris, achats)
    chain.see_groups({"Direction générale": {"boris"}, "Direction générale/Achats": {"anne"}})

    admin.rename_group(realm, direction, "Direction")
    chain.see_groups({"Direction": {"boris"}, "Direction/Achats": {"anne"}})

    admin.move_group(realm, achats, None)
    chain.see_groups({"Direction": {"boris"}, "Achats": {"anne"}})

    admin.move_group(realm, direction, achats)
    chain.see_groups({"Achats": {"anne"}, "Achats/Direction": {"boris"}})

    admin.delete_user(realm, anne)
    chain.see_groups({"Achats": set(), "Achats/Direction": {"boris"}})

    admin.delete_group(realm, achats)
    chain.see_groups({})
    assert list(chain.users()) == ["boris"]


def test_a_group_keeps_its_identity_when_it_is_renamed(chain: Chain) -> None:
    chain.enable()
    group = chain.admin.create_group(chain.realm, "Avant")
    chain.see_groups({"Avant": set()})
    before = chain.scim.get("/Groups").json()["Resources"][0]
    assert before["externalId"] == group

    chain.admin.rename_group(chain.realm, group, "Après")

    chain.see_groups({"Après": set()})
    assert chain.scim.get("/Groups").json()["Resources"][0]["id"] == before["id"]


def test_two_groups_may_exchange_their_names(chain: Chain) -> None:
    chain.enable()
    first, second = (chain.admin.create_group(chain.realm, name) for name in ("un", "deux"))
    person = chain.admin.create_user(chain.realm, username="membre")
    chain.admin.join(chain.realm, person, first)
    chain.see_groups({"un": {"membre"}, "deux": set()})

    chain.admin.rename_group(chain.realm, first, "trois")
    chain.admin.rename_group(chain.realm, second, "un")
    chain.admin.rename_group(chain.realm, first, "deux")

    chain.see_groups({"deux": {"membre"}, "un": set()})


def test_many_join_and_leave_at_once(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    chain.enable()
    group = admin.create_group(realm, "Tous")
    people = {f"p{number:02}": admin.create_user(realm, username=f"p{number:02}") for number in range(20)}
    for identifier in people.values():
        admin.join(realm, identifier, group)
    chain.see_groups({"Tous": set(people)})

    leaving = set(list(people)[:10])
    for name in leaving:
        admin.leave(realm, people[name], group)
    # More than one in five at once: somebody has to say that it is meant.
    until(lambda: admin.scim_status(realm)[0]["held"], what="some held")
    chain.settle()
    admin.release(realm)
    chain.see_groups({"Tous": set(people) - leaving})


def test_a_default_group_gets_its_new_people(chain: Chain) -> None:
    chain.enable()
    group = chain.admin.create_group(chain.realm, "Accueil")
    chain.admin.request("PUT", f"/{chain.realm}/default-groups/{group}")

    chain.admin.create_user(chain.realm, username="arrivante")

    chain.see_groups({"Accueil": {"arrivante"}})


def test_a_group_that_an_ldap_mapper_makes_arrives(chain: Chain) -> None:
    chain.enable()
    before = len(chain.keycloak.log_text())
    chain.admin.create_group_like_a_mapper(chain.realm, "Annuaire")
    chain.see_groups({"Annuaire": set()})
    assert "could not be read" not in chain.keycloak.log_text()[before:]
