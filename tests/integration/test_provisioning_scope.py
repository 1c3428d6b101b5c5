"""Only those in scope leave Keycloak, whatever brings them in or takes them out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.environment.admin import AdminError
from tests.environment.chain import Chain
from tests.environment.waiting import until

#: In seconds: a small realm is gone through within this time.
COMPARED = 90.0


def _people(chain: Chain, *names: str) -> dict[str, str]:
    return {name: chain.admin.create_user(chain.realm, username=name) for name in names}


def _gone(chain: Chain, name: str) -> None:
    chain.see_user(name, lambda user: user["active"] is False)


def test_people_come_into_a_scope_of_groups_and_leave_it(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    agents = admin.create_group(realm, "Agents")
    bureau = admin.create_subgroup(realm, agents, "Bureau")
    elsewhere = admin.create_group(realm, "Ailleurs")
    ids = _people(chain, "dedans", "dehors", "arrive")
    admin.join(realm, ids["dedans"], bureau)
    for name in ("dedans", "dehors", "arrive"):
        admin.join(realm, ids[name], elsewhere)

    chain.enable(scopeGroups=["/Agents"])
    chain.see_groups({"Agents": set(), "Agents/Bureau": {"dedans"}, "Ailleurs": {"dedans"}})
    chain.settle()
    assert set(chain.users()) == {"dedans"}
    account = chain.users()["dedans"]["id"]

    admin.join(realm, ids["arrive"], agents)
    chain.see_groups({"Agents": {"arrive"}, "Agents/Bureau": {"dedans"}, "Ailleurs": {"dedans", "arrive"}})

    admin.leave(realm, ids["dedans"], bureau)
    _gone(chain, "dedans")
    chain.see_groups({"Agents": {"arrive"}, "Agents/Bureau": set(), "Ailleurs": {"arrive"}})
    admin.update_user(realm, ids["dedans"], lastName="Secret")
    chain.settle()
    assert "name" not in chain.users()["dedans"]

    admin.join(realm, ids["dedans"], bureau)
    back = chain.see_user("dedans", lambda user: user["active"])
    assert back["id"] == account
    chain.see_groups({"Agents": {"arrive"}, "Agents/Bureau": {"dedans"}, "Ailleurs": {"dedans", "arrive"}})

    admin.move_group(realm, bureau, elsewhere)
    _gone(chain, "dedans")
    admin.move_group(realm, bureau, agents)
    chain.see_user("dedans", lambda user: user["active"])
    chain.see_groups({"Agents": {"arrive"}, "Agents/Bureau": {"dedans"}, "Ailleurs": {"dedans", "arrive"}})
    assert set(chain.users()) == {"dedans", "arrive"}


def test_an_attribute_decides_and_a_new_setting_brings_others(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    admin.allow_attributes(realm)
    ids = {
        name: admin.create_user(realm, username=name, attributes={"site": [site]})
        for name, site in (("lyon", "Lyon"), ("paris", "Paris"), ("nice", "Nice"))
    }
    endpoint = chain.enable(scopeAttributes=["site=Lyon"])
    chain.see_user("lyon")
    admin.update_user(realm, ids["paris"], attributes={"site": ["Lyon"]})
    chain.see_user("paris")
    admin.update_user(realm, ids["lyon"], attributes={"site": ["Nice"]})
    _gone(chain, "lyon")

    admin.configure(realm, endpoint, {"scopeAttributes": ["site=Nice"], "outOfScope": "delete"})
    chain.see_user("nice")
    chain.see_user("lyon", lambda user: user["active"])
    chain.see_no_user("paris")
    chain.settle()
    assert set(chain.users()) == {"lyon", "nice"}

    # No event tells of this one.
    admin.sql(realm, f"UPDATE USER_ATTRIBUTE SET VALUE = 'Nice' WHERE USER_ID = '{ids['paris']}'")
    until(lambda: set(chain.users()), lambda found: "paris" in found, what="paris", deadline=COMPARED)


def test_a_role_in_effect_decides_by_whatever_way(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    for role in ("agent", "chef"):
        admin.create_realm_role(realm, role)
    agent = admin.request("GET", f"/{realm}/roles/agent").json()
    group = admin.create_group(realm, "Agents")
    ids = _people(chain, "direct", "groupe", "compose", "dehors")
    admin.assign_realm_role(realm, ids["direct"], "agent")
    admin.join(realm, ids["groupe"], group)
    admin.assign_realm_role(realm, ids["compose"], "chef")
    chain.enable(scopeRoles=["agent"])
    chain.see_user("direct")
    chain.settle()
    assert set(chain.users()) == {"direct"}

    admin.request("POST", f"/{realm}/groups/{group}/role-mappings/realm", json=[agent])
    chain.see_user("groupe")
    admin.request("POST", f"/{realm}/roles/chef/composites", json=[agent])
    chain.see_user("compose")
    admin.assign_realm_role(realm, ids["dehors"], "agent")
    chain.see_user("dehors")
    chain.see_groups({"Agents": {"groupe"}})

    admin.request("DELETE", f"/{realm}/users/{ids['direct']}/role-mappings/realm", json=[agent])
    _gone(chain, "direct")
    admin.request("DELETE", f"/{realm}/roles/chef/composites", json=[agent])
    _gone(chain, "compose")
    admin.leave(realm, ids["groupe"], group)
    _gone(chain, "groupe")
    chain.see_groups({"Agents": set()})
    assert chain.users()["dehors"]["active"]


def test_what_the_realm_loses_of_the_scope_moves_nobody_and_is_told(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    agents = admin.create_group(realm, "Agents")
    ids = _people(chain, "dedans", "quitte", "dehors")
    for name in ("dedans", "quitte"):
        admin.join(realm, ids[name], agents)
    chain.enable(scopeGroups=["Agents"])
    chain.see_groups({"Agents": {"dedans", "quitte"}})

    admin.delete_group(realm, agents)
    chain.see_groups({})
    admin.update_user(realm, ids["quitte"], enabled=False)
    _gone(chain, "quitte")
    admin.update_user(realm, ids["dehors"], lastName="Toujours")
    chain.settle()
    assert {name: user["active"] for name, user in chain.users().items()} == {"dedans": True, "quitte": False}
    (status,) = admin.scim_status(realm)
    assert status["notice"] is not None
    assert "group Agents" in status["notice"]


def test_groups_are_sent_below_their_roots(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    agents = admin.create_group(realm, "Agents")
    bureau = admin.create_subgroup(realm, agents, "Bureau")
    other = admin.create_group(realm, "Ailleurs")
    ids = _people(chain, "anne")
    for group in (bureau, other):
        admin.join(realm, ids["anne"], group)
    chain.enable(groupRoots=[agents])
    chain.see_groups({"Agents": set(), "Agents/Bureau": {"anne"}})
    admin.move_group(realm, bureau, other)
    chain.see_groups({"Agents": set()})
    admin.rename_group(realm, agents, "Agentes")
    chain.see_groups({"Agentes": set()})


def test_what_would_be_sent_is_shown_before_anything_is(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, realm = chain.admin, chain.realm
    agents = admin.create_group(realm, "Agents")
    ids = _people(chain, "nouvelle", "connue", "dehors")
    for name in ("nouvelle", "connue"):
        admin.join(realm, ids[name], agents)
    chain.scim.post("/Users", json=_user("connue")).raise_for_status()

    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", chain.keycloak.admin_password)
    login = ("--server", chain.keycloak.url, "--realm", realm)
    receiver = ("--receiver", chain.receiver.url_for(chain.keycloak))
    chain.receiver.command("keycloak", "enable", *login, *receiver, "--scope-group", "/Agents", "--paused")
    shown = chain.receiver.command("keycloak", "reconcile", "--dry-run", *login).splitlines()
    assert shown[0] == "2 to be created"
    assert set(shown[1:3]) == {f"  user nouvelle ({ids['nouvelle']})", f"  group Agents ({agents})"}
    assert shown[3] == "1 to be adopted: the receiver has them already"
    assert shown[4].startswith(f"  user connue ({ids['connue']})")
    assert [user["userName"] for user in chain.scim.get("/Users").json()["Resources"]] == ["connue"]
    (status,) = admin.scim_status(realm)
    assert status["state"] == "paused"

    chain.receiver.command("keycloak", "enable", *login, *receiver)
    chain.see_groups({"Agents": {"nouvelle", "connue"}})
    assert set(chain.users()) == {"nouvelle", "connue"}


def test_a_scope_that_the_realm_does_not_have_is_refused_by_name(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", chain.keycloak.admin_password)
    receiver = chain.receiver.url_for(chain.keycloak)
    with pytest.raises(RuntimeError, match="no group Nulle/Part"):
        chain.receiver.command(
            "keycloak", "enable", "--server", chain.keycloak.url, "--realm", chain.realm, "--receiver", receiver,
            "--scope-group", "/Nulle/Part",
        )  # fmt: skip
    with pytest.raises(AdminError, match="scopeAttributes"):
        chain.enable(scopeAttributes=["site"])


def _user(name: str) -> dict[str, Any]:
    return {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name}
