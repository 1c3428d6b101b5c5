"""People and groups that come from an LDAP directory."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import httpx
import pytest

from tests.conftest import make_chain
from tests.environment.admin import AdminError
from tests.environment.chain import Chain
from tests.environment.directory import Directory
from tests.environment.openldap import PASSWORD, READER, Federation
from tests.environment.waiting import until

#: A directory is looked at every 45 seconds where only it knows who is in a group.
LOOKED = 90.0


def _sees_groups(chain: Chain, expected: dict[str, set[str]]) -> None:
    until(chain.groups, lambda groups: groups == expected, what=f"groups {expected}", deadline=LOOKED)


def _keeping(chain: Chain, seen: list[dict[str, set[str]]]) -> Callable[[], dict[str, set[str]]]:
    """Reads the groups and keeps what was read."""

    def read() -> dict[str, set[str]]:
        seen.append(chain.groups())
        return seen[-1]

    return read


def test_people_arrive_with_their_groups_and_follow_the_directory(chain: Chain, directory: Directory) -> None:
    directory.add_people("anne", "boris", "chloe")
    # A name that is written in more than one way.
    odd = f"cn=Noémie\\, le vrai+uid=noemie,{directory.tree.people}"
    directory.server.add_person(odd, "noemie", cn="Noémie, le vrai")
    directory.add_group("Paie, RH", "anne", "boris")
    directory.server.add_group(
        directory.tree.group("Élus"), "Élus", [odd.replace("\\,", "\\2C").replace("cn=", "CN = ")]
    )
    directory.federation.map_groups()
    chain.admin.create_realm_role(chain.realm, "paie")
    chain.enable(roleMapping=["paie=payroll"])
    before = len(chain.keycloak.log_text())

    directory.federation.sync()

    seen: list[dict[str, set[str]]] = []
    until(
        _keeping(chain, seen),
        lambda groups: groups == {"Paie, RH": {"anne", "boris"}, "Élus": {"noemie"}},
        what="groups with their members",
        deadline=LOOKED,
    )
    assert all(groups.get("Paie, RH") != set() and groups.get("Élus") != set() for groups in seen)
    assert set(chain.users()) == {"anne", "boris", "chloe", "noemie"}
    assert "ERROR" not in chain.keycloak.log_text()[before:]

    # Whoever the directory puts into a group has the group's roles.
    groups = {group["name"]: group["id"] for group in chain.admin.request("GET", f"/{chain.realm}/groups").json()}
    role = chain.admin.request("GET", f"/{chain.realm}/roles/paie").json()
    chain.admin.request("POST", f"/{chain.realm}/groups/{groups['Paie, RH']}/role-mappings/realm", json=[role])
    until(lambda: _having(chain, "payroll"), lambda found: found == {"anne", "boris"}, what="the role")

    directory.join("Paie, RH", "chloe")
    directory.leave("Paie, RH", "anne")
    _sees_groups(chain, {"Paie, RH": {"boris", "chloe"}, "Élus": {"noemie"}})
    until(lambda: _having(chain, "payroll"), lambda found: found == {"boris", "chloe"}, what="the role of the new")

    directory.add_people("dora")
    directory.server.change(directory.tree.person("boris"), sn="Nouveau")
    directory.add_group("Accueil", "dora", "boris")
    directory.federation.sync(full=False)
    _sees_groups(chain, {"Paie, RH": {"boris", "chloe"}, "Élus": {"noemie"}, "Accueil": {"dora", "boris"}})
    chain.see_user("boris", lambda user: user["name"]["familyName"] == "Nouveau")

    # Whom an administrator puts into a group of the directory is in it beside those of the directory.
    (dora,) = chain.admin.users(chain.realm, username="dora")
    chain.admin.join(chain.realm, dora["id"], groups["Paie, RH"])
    _sees_groups(chain, {"Paie, RH": {"boris", "chloe", "dora"}, "Élus": {"noemie"}, "Accueil": {"dora", "boris"}})


def test_groups_that_keycloak_writes_into_the_directory_arrive_with_their_members(
    chain: Chain, directory: Directory
) -> None:
    directory.federation.configure(editMode="WRITABLE")
    directory.add_people("anne", "boris")
    directory.add_group("Paie", "anne")
    directory.add_group("Accueil", "boris")
    mapper = directory.federation.map_groups("LDAP_ONLY")
    chain.enable()
    directory.federation.sync()
    _sees_groups(chain, {"Paie": {"anne"}, "Accueil": {"boris"}})

    (boris,) = chain.admin.users(chain.realm, username="boris")
    (paie,) = chain.admin.request("GET", f"/{chain.realm}/groups", params={"search": "Paie"}).json()
    chain.admin.join(chain.realm, boris["id"], paie["id"])
    directory.federation.sync(full=False)
    _sees_groups(chain, {"Paie": {"anne", "boris"}, "Accueil": {"boris"}})

    # Under another name it is another group, and the former one stays where the mapper does not drop it.
    directory.server.rename(directory.tree.group("Paie"), "cn=Salaires")
    directory.federation.sync(full=False)
    _sees_groups(chain, {"Paie": set(), "Salaires": {"anne", "boris"}, "Accueil": {"boris"}})
    chain.admin.configure(chain.realm, mapper, {"drop.non.existing.groups.during.sync": "true"})
    directory.server.delete(directory.tree.group("Accueil"))
    directory.federation.sync(full=False)
    _sees_groups(chain, {"Salaires": {"anne", "boris"}})

    # Keycloak's own tables never had these members, and they are all that it shows now.
    chain.admin.configure(chain.realm, mapper, {"mode": "IMPORT"})
    _sees_groups(chain, {"Salaires": set()})
    chain.admin.configure(chain.realm, mapper, {"mode": "LDAP_ONLY"})
    _sees_groups(chain, {"Salaires": {"anne", "boris"}})
    chain.admin.delete_component(chain.realm, mapper)
    _sees_groups(chain, {"Salaires": set()})


def _active(chain: Chain) -> dict[str, bool]:
    return {name: user["active"] for name, user in chain.users().items()}


def _log_in(chain: Chain, name: str) -> int:
    """What Keycloak answers to a right password."""
    form = {"grant_type": "password", "client_id": "admin-cli", "username": name, "password": PASSWORD}
    address = f"{chain.keycloak.url}/realms/{chain.realm}/protocol/openid-connect/token"
    return httpx.post(address, data=form, timeout=30).status_code


def _accounts(chain: Chain) -> dict[str, str]:
    return {name: user["id"] for name, user in chain.users().items()}


def _see_in_keycloak(chain: Chain, people: int) -> None:
    until(lambda: len(chain.admin.users(chain.realm, max=100)), lambda count: count == people, what=f"{people} people")


def test_a_filter_or_a_lost_right_that_hides_people_takes_few_of_them_out_and_nobodys_account(
    chain: Chain, directory: Directory
) -> None:
    names = {f"agent{number:02}" for number in range(12)}
    directory.add_people(*sorted(names))
    chain.enable()
    directory.federation.sync()
    until(lambda: set(chain.users()) == names, what="everybody")
    chain.settle()
    accounts = _accounts(chain)

    server, federation = directory.server, directory.federation
    federation.configure(bindDn=READER)
    accidents: list[tuple[Callable[[], None], Callable[[], None], int]] = [
        (
            lambda: federation.configure(customUserSearchFilter="(uid=agent00)"),
            lambda: federation.configure(customUserSearchFilter=""),
            1,
        ),
        (lambda: server.show_people(False), lambda: server.show_people(True), 0),
    ]
    for happen, repair, shown in accidents:
        happen()
        chain.admin.request("POST", f"/{chain.realm}/clear-user-cache")
        # Whoever looks at the list has Keycloak delete those whom the directory does not show.
        _see_in_keycloak(chain, shown)
        until(lambda: chain.admin.scim_status(chain.realm)[0]["held"] >= 8, what="losses held")
        kept = _accounts(chain)
        assert list(_active(chain).values()).count(True) >= len(names) - 3
        # Of a filter the directory itself can tell; who may not be read looks as gone.
        assert kept == accounts if shown else kept.items() <= accounts.items()

        repair()
        federation.sync()
        until(lambda: _active(chain) == dict.fromkeys(names, True), what="everybody active", deadline=LOOKED)
        # What a comparison found between two ids of a person the next one forgets.
        until(lambda: chain.admin.scim_status(chain.realm)[0]["held"] == 0, what="nothing held", deadline=LOOKED)
        assert kept.items() <= _accounts(chain).items()
        ids = {person["username"]: person["id"] for person in chain.admin.users(chain.realm, max=100)}
        assert {name: user["externalId"] for name, user in chain.users().items()} == ids


def test_who_leaves_the_directory_is_removed_and_who_is_deleted_in_keycloak_alone_comes_back(
    chain: Chain, directory: Directory
) -> None:
    names = {"reste", "partie", "vue", "connectee", "effacee"}
    directory.add_people(*sorted(names))
    chain.enable()
    directory.federation.sync()
    until(lambda: set(chain.users()) == names, what="everybody")
    chain.settle()
    accounts = _accounts(chain)

    # Keycloak drops them when they are looked for, looked at, or log in.
    seen = chain.admin.users(chain.realm, username="vue")[0]["id"]
    for name in ("partie", "vue", "connectee"):
        directory.delete_person(name)
    assert directory.federation.sync()["removed"] == 0
    assert set(chain.users()) == names
    assert chain.admin.users(chain.realm, username="partie") == []
    chain.see_no_user("partie")
    assert chain.admin.http.get(f"/{chain.realm}/users/{seen}").status_code == HTTPStatus.NOT_FOUND
    chain.see_no_user("vue")
    assert _log_in(chain, "connectee") == HTTPStatus.BAD_REQUEST
    chain.see_no_user("connectee")

    (person,) = chain.admin.users(chain.realm, username="effacee")
    chain.admin.delete_user(chain.realm, person["id"])
    chain.see_user("effacee", lambda user: not user["active"])
    assert chain.users()["effacee"]["externalId"] == person["id"]

    (again,) = chain.admin.users(chain.realm, username="effacee")
    assert again["id"] != person["id"]
    back = chain.see_user("effacee", lambda user: user["active"])
    assert back["id"] == accounts["effacee"]
    assert back["externalId"] == again["id"]


def _see_new_ids(chain: Chain) -> None:
    """Wait until each account has the id that its person has in Keycloak."""
    ids = {person["username"]: person["id"] for person in chain.admin.users(chain.realm, max=100)}
    until(
        lambda: {name: user["externalId"] for name, user in chain.users().items()} == ids,
        what="the new ids",
        deadline=LOOKED,
    )


def test_people_who_are_removed_to_be_imported_again_keep_their_accounts(chain: Chain, directory: Directory) -> None:
    names = {f"agent{number}" for number in range(6)}
    directory.add_people(*sorted(names))
    endpoint = chain.enable()
    directory.federation.sync()
    until(lambda: set(chain.users()) == names, what="everybody")
    chain.settle()
    accounts = _accounts(chain)

    directory.federation.remove_imported()
    chain.settle()
    assert _active(chain) == dict.fromkeys(names, True)
    directory.federation.sync()
    _see_new_ids(chain)
    assert _accounts(chain) == accounts

    # The next time they are back before the receiver hears of it.
    chain.admin.configure(chain.realm, endpoint, {"paused": "true"})
    until(lambda: chain.admin.scim_status(chain.realm)[0]["state"] == "paused", what="the pause")
    directory.federation.remove_imported()
    directory.federation.sync()
    chain.admin.configure(chain.realm, endpoint, {"paused": "false"})
    _see_new_ids(chain)
    assert (_accounts(chain), _active(chain)) == (accounts, dict.fromkeys(names, True))

    directory.federation.remove()
    until(lambda: chain.admin.scim_status(chain.realm)[0]["held"] == 6, what="six held", deadline=LOOKED)
    assert _accounts(chain) == accounts


def test_nobody_loses_anything_while_the_directory_is_away(chain: Chain, directory: Directory) -> None:
    directory.add_people("anne", "boris", "effacee")
    directory.add_group("Paie", "anne", "boris")
    directory.federation.map_groups()
    chain.enable()
    directory.federation.sync()
    _sees_groups(chain, {"Paie": {"anne", "boris"}})
    until(lambda: len(chain.users()) == 3, what="everybody")
    chain.settle()
    accounts = _accounts(chain)
    ids = {person["username"]: person["id"] for person in chain.admin.users(chain.realm)}
    assert _log_in(chain, "anne") == HTTPStatus.OK

    directory.server.stop()
    chain.admin.request("POST", f"/{chain.realm}/clear-user-cache")
    # Keycloak shows everybody as disabled now, lets nobody in, changes nobody, and its syncs do nothing.
    assert {person["enabled"] for person in chain.admin.users(chain.realm)} == {False}
    assert _log_in(chain, "anne") != HTTPStatus.OK
    with pytest.raises(AdminError):
        chain.admin.update_user(chain.realm, ids["anne"], lastName="Autre")
    for full in (True, False):
        assert directory.federation.sync(full=full)["removed"] == 0
    # What an administrator asks for is done, as far as it can be taken back.
    chain.admin.delete_user(chain.realm, ids["effacee"])
    chain.see_user("effacee", lambda user: not user["active"])
    # Its members are not known yet: the directory is asked within seconds.
    chain.admin.create_group(chain.realm, "Accueil")
    (told,) = until(
        lambda: chain.admin.scim_status(chain.realm)[0]["directories"],
        lambda directories: directories[0]["reason"] is not None,
        what="the status to tell",
        deadline=LOOKED,
    )
    assert (told["name"], told["reason"]) == ("annuaire", "it does not answer")
    assert told["failingSeconds"] >= 0
    assert chain.groups() == {"Paie": {"anne", "boris"}}
    assert _active(chain) == {"anne": True, "boris": True, "effacee": False}

    directory.server.start()
    assert len(chain.admin.users(chain.realm)) == 3
    chain.see_user("effacee", lambda user: user["active"])

    # The same is seen of Keycloak where its settings are wrong.
    right = {"enabled": "true", "bindCredential": PASSWORD, "usersDn": directory.tree.people}
    for wrong in ({"enabled": "false"}, {"bindCredential": "wrong"}, {"usersDn": f"ou=nulle,{directory.tree.base}"}):
        directory.federation.configure(**right | wrong)
        chain.admin.request("POST", f"/{chain.realm}/clear-user-cache")
        assert not chain.admin.user(chain.realm, ids["anne"])["enabled"]
        chain.settle()
    directory.federation.configure(**right)
    directory.leave("Paie", "anne")
    directory.federation.sync(full=False)
    _sees_groups(chain, {"Paie": {"boris"}, "Accueil": set()})
    assert chain.admin.scim_status(chain.realm)[0]["directories"][0]["reason"] is None
    assert (_accounts(chain), set(_active(chain).values())) == (accounts, {True})


def test_a_directory_that_hangs_takes_nobody_out_and_stops_no_other_realm(
    chain: Chain, directory: Directory, new_realm: Callable[[], str]
) -> None:
    directory.add_people("anne", "boris")
    directory.add_group("Paie", "anne", "boris")
    directory.federation.map_groups()
    other = make_chain(chain.keycloak, chain.receiver, new_realm())
    chain.enable()
    other.enable()
    directory.federation.sync()
    _sees_groups(chain, {"Paie": {"anne", "boris"}})
    chain.settle()
    before = chain.users()

    with directory.server.frozen():
        # Its members are not known yet: the directory is asked within seconds.
        chain.admin.create_group(chain.realm, "Accueil")
        (told,) = until(
            lambda: chain.admin.scim_status(chain.realm)[0]["directories"],
            lambda directories: directories[0]["reason"] is not None,
            what="the status to tell",
            deadline=LOOKED,
        )
        assert (told["name"], told["reason"]) == ("annuaire", "it does not answer in time")
        assert told["failingSeconds"] >= 0
        other.admin.create_user(other.realm, username="zoe", enabled=True)
        other.see_user("zoe")
        run = chain.admin.reconcile(chain.realm)
        until(lambda: chain.admin.run(chain.realm, run)["phase"] == "ended", what="the end of the run")
        assert chain.users() == before
        assert chain.groups() == {"Paie": {"anne", "boris"}}

    directory.leave("Paie", "anne")
    _sees_groups(chain, {"Paie": {"boris"}, "Accueil": set()})
    assert _accounts(chain) == {name: user["id"] for name, user in before.items()}
    (told,) = chain.admin.scim_status(chain.realm)[0]["directories"]
    assert (told["reason"], chain.admin.scim_status(chain.realm)[0]["held"]) == (None, 0)


def test_who_is_no_longer_in_the_directory_is_out_though_nobody_looks_at_them(
    chain: Chain, directory: Directory
) -> None:
    # Keycloak keeps them all, and shows them as disabled to whoever looks.
    directory.federation.configure(removeInvalidUsersEnabled="false")
    directory.add_people("reste", "partie", "deplacee")
    elsewhere = directory.server.add_unit(f"ou=anciens,{directory.tree.base}")
    chain.enable()
    directory.federation.sync()
    until(lambda: set(chain.users()) == {"reste", "partie", "deplacee"}, what="everybody")
    chain.settle()
    accounts = _accounts(chain)

    directory.server.delete(directory.tree.person("partie"))
    directory.server.move(directory.tree.person("deplacee"), elsewhere)
    out = {"reste": True, "partie": False, "deplacee": False}
    # A sync does not tell of it, but the directory is looked at after each. Two looks have to agree.
    directory.federation.sync(full=False)
    until(lambda: _active(chain) == out, what="two people out", deadline=2 * LOOKED)
    assert len(chain.admin.users(chain.realm, max=100)) == 3
    assert _log_in(chain, "partie") != HTTPStatus.OK

    directory.server.move(f"uid=deplacee,{elsewhere}", directory.tree.people)
    directory.federation.sync(full=False)
    until(lambda: _active(chain) == {**out, "deplacee": True}, what="one of them back", deadline=LOOKED)
    assert _accounts(chain) == accounts

    (gone,) = chain.admin.users(chain.realm, username="partie")
    chain.admin.delete_user(chain.realm, gone["id"])
    chain.see_no_user("partie")


def _having(chain: Chain, role: str) -> set[str]:
    return {name for name, roles in _roles(chain).items() if role in roles}


def _roles(chain: Chain) -> dict[str, set[str]]:
    return {name: {role["value"] for role in user.get("roles", [])} for name, user in chain.users().items()}


def test_roles_that_only_the_directory_knows_arrive_and_stay_while_it_is_away(
    chain: Chain, directory: Directory
) -> None:
    directory.federation.configure(editMode="WRITABLE")
    directory.add_people("anne", "boris")
    directory.add_group("redacteur", "anne")
    rights = directory.server.add_unit(f"ou=droits,{directory.tree.base}")
    directory.server.add_group(f"cn=admin,{rights}", "admin", [directory.tree.person("boris")])
    location = chain.admin.request("POST", f"/{chain.realm}/clients", json={"clientId": "intranet"})
    client = location.headers["Location"].rsplit("/", 1)[1]
    directory.federation.map_roles(directory.tree.groups)
    directory.federation.map_roles(rights, "LDAP_ONLY", **{"client.id": "intranet"})
    chain.enable(roleMapping=["redacteur=writer", "intranet/admin=chief"])
    directory.federation.sync()

    def see_roles(**expected: set[str]) -> None:
        until(lambda: _roles(chain) == expected, what=f"roles {expected}", deadline=LOOKED)

    see_roles(anne={"writer"}, boris={"chief"})

    # Keycloak writes it into the directory, and not into its own tables.
    (anne,) = chain.admin.users(chain.realm, username="anne")
    admin = chain.admin.request("GET", f"/{chain.realm}/clients/{client}/roles/admin").json()
    mappings = f"/{chain.realm}/users/{anne['id']}/role-mappings/clients/{client}"
    chain.admin.request("POST", mappings, json=[admin])
    directory.join("redacteur", "boris")
    directory.leave("redacteur", "anne")
    directory.federation.sync(full=False)
    see_roles(anne={"chief"}, boris={"chief", "writer"})
    assert [role["name"] for role in chain.admin.request("GET", mappings).json()] == ["admin"]

    directory.server.stop()
    until(
        lambda: chain.admin.scim_status(chain.realm)[0]["directories"][0]["reason"] == "it does not answer",
        what="the status to tell",
        deadline=LOOKED,
    )
    chain.admin.reconcile(chain.realm)
    chain.settle()
    assert _roles(chain) == {"anne": {"chief"}, "boris": {"chief", "writer"}}


def test_of_two_realms_with_one_directory_the_second_is_refused_and_status_says_why(
    chain: Chain, directory: Directory, new_realm: Callable[[], str]
) -> None:
    directory.add_people("anne", "boris")
    other = make_chain(chain.keycloak, chain.receiver, new_realm())
    url = chain.admin.component(chain.realm, directory.federation.id)["config"]["connectionUrl"][0]
    federation = Federation(chain.admin, other.realm, url, directory.tree)
    chain.enable()
    directory.federation.sync()
    until(lambda: set(chain.users()) == {"anne", "boris"}, what="everybody")
    chain.settle()
    before = chain.users()

    other.enable()
    federation.sync()
    other.admin.create_user(other.realm, username="zoe")
    other.see_user("zoe")
    until(lambda: other.admin.scim_status(other.realm)[0]["parked"] == 2, what="two who are refused")
    for realm in (chain.realm, other.realm):
        (told,) = chain.admin.scim_status(realm)[0]["directories"]
        assert [warning for warning in told["warnings"] if warning.startswith("another realm")]
    assert (set(other.users()), chain.users()) == ({"zoe"}, before)
