"""People and groups that come from Active Directory, over LDAPS with a certificate of a private authority."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pytest

from sbe_scim.cli import main
from tests.certification.directories import SambaBehind, WithDirectory
from tests.certification.named import options
from tests.environment.backend import Servers
from tests.environment.chain import Chain
from tests.environment.keycloak import KEYCLOAK_VERSION, Keycloak
from tests.environment.ldap import Tree
from tests.environment.openldap import Federation
from tests.environment.receiver import ReceiverProcess
from tests.environment.samba import DISABLED, NORMAL, LocalSamba, provider
from tests.environment.waiting import until

#: A directory is looked at every 45 seconds where only it knows who is in a group.
LOOKED = 90.0
#: Many beside what is shown at once of members (20), and of people (50).
MANY = 120


@dataclass
class Domain:
    """A domain controller with a tree for one test, and the provider by which the test's realm reads it."""

    server: LocalSamba
    tree: Tree
    federation: Federation

    def people(self, *names: str) -> None:
        """People with these user names."""
        self.server.add_people(self.tree, names)

    def group(self, name: str, *members: str) -> str:
        """A group of these DNs; its own."""
        return self.server.add_group(self.tree.group(name), members)

    def map_groups(self, **config: str) -> None:
        """A read-only mapper of the groups."""
        self.federation.map_groups(
            **{"group.object.classes": "group", "membership.user.ldap.attribute": "sAMAccountName", **config}
        )


@pytest.fixture
def domain(servers: Servers, chain: Chain) -> Iterator[Domain]:
    server, host = servers.samba()
    tree = server.add_tree(f"t-{uuid.uuid4().hex[:10]}")
    url = f"ldaps://{host}:{server.port}"
    federation = Federation(chain.admin, chain.realm, url, tree, **provider(url, tree), batchSizeForSync="50")
    federation.map_first_names()
    yield Domain(server, tree, federation)
    server.show_members(None)
    # User names are unique in a domain, wherever people are.
    server.uproot(tree)


def _active(chain: Chain) -> dict[str, bool]:
    return {name: user["active"] for name, user in chain.users().items()}


def test_people_arrive_with_groups_of_any_size_and_follow_the_domain(chain: Chain, domain: Domain) -> None:
    domain.server.show_members(20)
    names = [f"agent{number:03}" for number in range(MANY)]
    domain.people(*names)
    domain.server.change(domain.tree.person("agent003"), userAccountControl=str(DISABLED))
    everybody = [domain.tree.person(name) for name in names]
    team = domain.group("Équipe", *everybody[:2])
    # The mapper does not look for groups there, but the domain follows those in groups everywhere.
    between = domain.server.add_group(f"CN=Cadres,{domain.tree.base}", [team])
    domain.group("Direction", between, everybody[2])
    domain.group("Tous", *everybody)
    domain.map_groups(
        **{"user.roles.retrieve.strategy": "LOAD_GROUPS_BY_MEMBER_ATTRIBUTE_RECURSIVELY"},
    )
    chain.enable()

    assert domain.federation.sync()["added"] == MANY

    until(
        chain.groups,
        lambda groups: groups == {"Équipe": set(names[:2]), "Direction": set(names[:3]), "Tous": set(names)},
        what="groups with their members, those of groups in them too",
        deadline=LOOKED,
    )
    assert _active(chain) == {name: name != "agent003" for name in names}
    (first,) = chain.admin.users(chain.realm, username=names[0])
    told = chain.admin.request("GET", f"/{chain.realm}/users/{first['id']}/groups").json()
    assert {group["name"] for group in told} == {"Équipe", "Direction", "Tous"}
    named = chain.users()["agent001"]["name"]
    assert (named["givenName"], named["familyName"]) == ("Prénom", "Nom agent001")

    # What an administrator says here holds until the domain has something to say of that entry.
    (fifth,) = chain.admin.users(chain.realm, username="agent005")
    chain.admin.update_user(chain.realm, fifth["id"], enabled=False)
    chain.see_user("agent005", lambda user: not user["active"])
    domain.server.change(domain.tree.person("agent005"), title="Cheffe")

    domain.server.change(domain.tree.person("agent003"), userAccountControl=str(NORMAL))
    domain.server.change(domain.tree.person("agent004"), userAccountControl=str(DISABLED))
    domain.server.leave(domain.tree.group("Tous"), domain.tree.person("agent119"))
    domain.federation.sync(full=False)
    until(
        lambda: _active(chain) == {name: name != "agent004" for name in names},
        what="accounts as the domain has them",
        deadline=LOOKED,
    )
    until(lambda: chain.groups()["Tous"] == set(names[:119]), what="who left out of the group", deadline=LOOKED)


def test_a_domain_that_lets_in_and_answers_no_search_takes_nobody_out(chain: Chain, domain: Domain) -> None:
    # Keycloak would wait for ever.
    domain.federation.configure(readTimeout="")
    domain.people("anne", "boris")
    team = domain.group("Équipe", domain.tree.person("anne"), domain.tree.person("boris"))
    domain.map_groups()
    chain.enable()
    domain.federation.sync()
    until(chain.groups, lambda groups: groups == {"Équipe": {"anne", "boris"}}, what="the group", deadline=LOOKED)
    chain.settle()

    with domain.server.silent():
        # Its members are not known yet: the domain is asked within seconds.
        chain.admin.create_group(chain.realm, "Accueil")
        (told,) = until(
            lambda: chain.admin.scim_status(chain.realm)[0]["directories"],
            lambda directories: directories[0]["reason"] is not None,
            what="the status to tell",
            deadline=LOOKED,
        )
        assert told["reason"] == "it does not answer in time"
        assert [warning for warning in told["warnings"] if warning.startswith("no read timeout")]
        assert _active(chain) == {"anne": True, "boris": True}
        assert chain.groups() == {"Équipe": {"anne", "boris"}}

    domain.server.leave(team, domain.tree.person("anne"))
    # The domain is asked after each sync.
    domain.federation.sync(full=False)
    until(chain.groups, lambda groups: groups == {"Équipe": {"boris"}, "Accueil": set()}, what="both", deadline=LOOKED)
    assert _active(chain) == {"anne": True, "boris": True}


def test_who_leaves_the_domain_is_out_and_a_mistake_in_the_filter_takes_nobodys_account(
    chain: Chain, domain: Domain
) -> None:
    names = {f"agent{number:02}" for number in range(12)} | {"deplacee"}
    domain.people("partie", *sorted(names))
    elsewhere = domain.server.add_unit(f"OU=anciens,{domain.tree.base}")
    chain.enable()
    domain.federation.sync()
    until(lambda: set(chain.users()) == names | {"partie"}, what="everybody")
    chain.settle()
    accounts = {name: user["id"] for name, user in chain.users().items() if name in names}

    # objectGUID is binary: the entry is asked for by it before anybody is removed.
    domain.server.delete(domain.tree.person("partie"))
    assert chain.admin.users(chain.realm, username="partie") == []
    chain.see_no_user("partie")
    domain.server.move(domain.tree.person("deplacee"), elsewhere)
    assert chain.admin.users(chain.realm, username="deplacee") == []
    chain.see_user("deplacee", lambda user: not user["active"])
    domain.server.move(f"CN=deplacee,{elsewhere}", domain.tree.people)
    domain.federation.sync()
    chain.see_user("deplacee", lambda user: user["active"])

    domain.federation.configure(customUserSearchFilter="(sAMAccountName=agent00)")
    until(lambda: len(chain.admin.users(chain.realm, max=100)) == 1, what="Keycloak to drop them")
    until(lambda: chain.admin.scim_status(chain.realm)[0]["held"] >= 8, what="losses held")
    assert list(_active(chain).values()).count(False) <= 3
    assert {name: user["id"] for name, user in chain.users().items()} == accounts

    domain.federation.configure(customUserSearchFilter="")
    domain.federation.sync()
    until(lambda: _active(chain) == dict.fromkeys(names, True), what="everybody active", deadline=LOOKED)
    assert {name: user["id"] for name, user in chain.users().items()} == accounts


def test_it_is_certified_that_whom_a_domain_blocks_or_moves_is_out(
    servers: Servers,
    keycloak: Keycloak,
    receiver: ReceiverProcess,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", keycloak.admin_password)
    make = partial(WithDirectory, node=keycloak, directory=SambaBehind(*servers.samba()))

    code = main(["certify", "keycloak", *options(keycloak, receiver), "--module=L45", "--module=L46", "--json"], make)

    out, err = capsys.readouterr()
    told = json.loads(out)
    found = {module["id"]: module for module in told["modules"]}
    works = {name: found[name]["works"] for name in ("L45", "L46")}
    assert (code, works) == (0, {"L45": "PASSED", "L46": "PASSED"}), (found["L45"], found["L46"], err)
    assert told["run"]["version"] == f"{KEYCLOAK_VERSION} + Active Directory (Samba)"
