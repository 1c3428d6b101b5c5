"""People and groups that come from an LDAP directory."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.conftest import make_chain
from tests.environment.backend import Servers
from tests.environment.chain import Chain
from tests.environment.ldap import Tree
from tests.environment.openldap import Federation, LocalOpenldap
from tests.environment.waiting import until

#: A directory is looked at every 45 seconds where only it knows who is in a group.
LOOKED = 90.0


@dataclass
class Directory:
    """A directory with a tree for one test, and the provider by which the test's realm reads it."""

    server: LocalOpenldap
    tree: Tree
    federation: Federation

    def add_people(self, *uids: str) -> None:
        """People with this user name each."""
        for uid in uids:
            self.server.add_person(self.tree.person(uid), uid)

    def add_group(self, name: str, *uids: str) -> None:
        """A group of these people."""
        self.server.add_group(self.tree.group(name), name, [self.tree.person(uid) for uid in uids])

    def join(self, name: str, uid: str) -> None:
        """Add a member."""
        self.server.join(self.tree.group(name), self.tree.person(uid))

    def leave(self, name: str, uid: str) -> None:
        """Take a member out."""
        self.server.leave(self.tree.group(name), self.tree.person(uid))


@pytest.fixture
def directory(servers: Servers, chain: Chain) -> Iterator[Directory]:
    server, host = servers.openldap()
    tree = server.add_tree(f"t-{uuid.uuid4().hex[:10]}")
    federation = Federation(chain.admin, chain.realm, f"ldap://{host}:{server.port}", tree)
    yield Directory(server, tree, federation)
    servers.openldap()


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
    chain.enable()
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

    directory.join("Paie, RH", "chloe")
    directory.leave("Paie, RH", "anne")
    _sees_groups(chain, {"Paie, RH": {"boris", "chloe"}, "Élus": {"noemie"}})

    directory.add_people("dora")
    directory.server.change(directory.tree.person("boris"), sn="Nouveau")
    directory.add_group("Accueil", "dora", "boris")
    directory.federation.sync(full=False)
    _sees_groups(chain, {"Paie, RH": {"boris", "chloe"}, "Élus": {"noemie"}, "Accueil": {"dora", "boris"}})
    chain.see_user("boris", lambda user: user["name"]["familyName"] == "Nouveau")


def test_groups_that_keycloak_writes_into_the_directory_arrive_with_their_members(
    chain: Chain, directory: Directory
) -> None:
    directory.federation.configure(editMode="WRITABLE")
    directory.add_people("anne", "boris")
    directory.add_group("Paie", "anne")
    directory.federation.map_groups("LDAP_ONLY")
    chain.enable()
    directory.federation.sync()
    _sees_groups(chain, {"Paie": {"anne"}})

    (boris,) = chain.admin.users(chain.realm, username="boris")
    (paie,) = chain.admin.request("GET", f"/{chain.realm}/groups").json()
    chain.admin.join(chain.realm, boris["id"], paie["id"])
    directory.federation.sync(full=False)
    _sees_groups(chain, {"Paie": {"anne", "boris"}})


def _active(chain: Chain) -> dict[str, bool]:
    return {name: user["active"] for name, user in chain.users().items()}


def _accounts(chain: Chain) -> dict[str, str]:
    return {name: user["id"] for name, user in chain.users().items()}


def test_a_filter_that_hides_people_takes_few_of_them_out_and_nobodys_account(
    chain: Chain, directory: Directory
) -> None:
    names = {f"agent{number:02}" for number in range(12)}
    directory.add_people(*sorted(names))
    chain.enable()
    directory.federation.sync()
    until(lambda: set(chain.users()) == names, what="everybody")
    chain.settle()
    accounts = _accounts(chain)

    directory.federation.configure(customUserSearchFilter="(uid=agent00)")
    # Whoever looks at the list has Keycloak delete those whom the directory does not show.
    until(lambda: len(chain.admin.users(chain.realm, max=100)) == 1, what="Keycloak to drop them")
    until(lambda: chain.admin.scim_status(chain.realm)[0]["held"] >= 8, what="losses held")
    assert list(_active(chain).values()).count(False) <= 3
    assert _accounts(chain) == accounts

    directory.federation.configure(customUserSearchFilter="")
    directory.federation.sync()
    until(lambda: _active(chain) == dict.fromkeys(names, True), what="everybody active", deadline=LOOKED)
    until(lambda: chain.admin.scim_status(chain.realm)[0]["held"] == 0, what="nothing held")
    assert _accounts(chain) == accounts
    ids = {person["username"]: person["id"] for person in chain.admin.users(chain.realm, max=100)}
    assert {name: user["externalId"] for name, user in chain.users().items()} == ids


def test_who_leaves_the_directory_is_removed_and_who_is_deleted_in_keycloak_alone_comes_back(
    chain: Chain, directory: Directory
) -> None:
    directory.add_people("reste", "partie", "effacee")
    chain.enable()
    directory.federation.sync()
    until(lambda: set(chain.users()) == {"reste", "partie", "effacee"}, what="everybody")
    chain.settle()
    accounts = _accounts(chain)

    directory.server.delete(directory.tree.person("partie"))
    assert chain.admin.users(chain.realm, username="partie") == []
    chain.see_no_user("partie")

    (person,) = chain.admin.users(chain.realm, username="effacee")
    chain.admin.delete_user(chain.realm, person["id"])
    chain.see_user("effacee", lambda user: not user["active"])
    assert chain.users()["effacee"]["externalId"] == person["id"]

    (again,) = chain.admin.users(chain.realm, username="effacee")
    assert again["id"] != person["id"]
    back = chain.see_user("effacee", lambda user: user["active"])
    assert back["id"] == accounts["effacee"]
    assert back["externalId"] == again["id"]


def test_people_who_are_removed_to_be_imported_again_keep_their_accounts(chain: Chain, directory: Directory) -> None:
    names = {f"agent{number}" for number in range(6)}
    directory.add_people(*sorted(names))
    chain.enable()
    directory.federation.sync()
    until(lambda: set(chain.users()) == names, what="everybody")
    chain.settle()
    accounts = _accounts(chain)

    directory.federation.remove_imported()
    chain.settle()
    assert _active(chain) == dict.fromkeys(names, True)

    directory.federation.sync()
    ids = {person["username"]: person["id"] for person in chain.admin.users(chain.realm, max=100)}
    until(
        lambda: {name: user["externalId"] for name, user in chain.users().items()} == ids,
        what="the new ids",
        deadline=LOOKED,
    )
    assert _accounts(chain) == accounts

    directory.federation.remove()
    until(lambda: chain.admin.scim_status(chain.realm)[0]["held"] == 6, what="six held", deadline=LOOKED)
    assert _accounts(chain) == accounts


def test_nobody_loses_anything_while_the_directory_is_away(chain: Chain, directory: Directory) -> None:
    directory.add_people("anne", "boris")
    directory.add_group("Paie", "anne", "boris")
    directory.federation.map_groups()
    chain.enable()
    directory.federation.sync()
    _sees_groups(chain, {"Paie": {"anne", "boris"}})
    chain.settle()

    directory.server.stop()
    # Keycloak shows everybody as disabled now.
    assert {person["enabled"] for person in chain.admin.users(chain.realm)} == {False}
    (told,) = until(
        lambda: chain.admin.scim_status(chain.realm)[0]["directories"],
        lambda directories: directories[0]["reason"] is not None,
        what="the status to tell",
        deadline=LOOKED,
    )
    assert (told["name"], told["reason"]) == ("annuaire", "it does not answer")
    assert told["failingSeconds"] >= 0
    assert chain.groups() == {"Paie": {"anne", "boris"}}
    assert _active(chain) == {"anne": True, "boris": True}

    directory.server.start()
    directory.leave("Paie", "anne")
    _sees_groups(chain, {"Paie": {"boris"}})
    assert chain.admin.scim_status(chain.realm)[0]["directories"][0]["reason"] is None


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

    directory.server.move(f"uid=deplacee,{elsewhere}", directory.tree.people)
    directory.federation.sync(full=False)
    until(lambda: _active(chain) == {**out, "deplacee": True}, what="one of them back", deadline=LOOKED)
    assert _accounts(chain) == accounts


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
