"""Who leaves a realm and who does not, and where to."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import make_chain
from tests.environment.admin import ENDPOINT_TYPE, AdminError
from tests.environment.chain import Chain
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until


def test_enabling_a_realm_sends_who_is_there(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    service = admin.create_group(realm, "Service")
    bureau = admin.create_subgroup(realm, service, "Bureau")
    for name in ("anne", "boris"):
        admin.join(realm, admin.create_user(realm, username=name), bureau)
    admin.create_user(realm, username="chloe", enabled=False)

    chain.enable()

    chain.see_groups({"Service": set(), "Service/Bureau": {"anne", "boris"}})
    assert {name: user["active"] for name, user in chain.users().items()} == {
        "anne": True,
        "boris": True,
        "chloe": False,
    }


def test_a_disabled_endpoint_sends_nothing_until_it_is_enabled(chain: Chain) -> None:
    endpoint = chain.enable()
    chain.admin.create_user(chain.realm, username="before")
    chain.see_user("before")
    chain.admin.configure(chain.realm, endpoint, {"enabled": "false"})
    meanwhile = chain.admin.create_user(chain.realm, username="meanwhile")
    marks = f"SELECT COUNT(*) FROM SBE_SCIM_MARK WHERE ENDPOINT_ID = '{endpoint}'"
    assert chain.admin.sql(chain.realm, f"{marks} AND RESOURCE_ID = '{meanwhile}'") == [[0]]
    until(lambda: chain.admin.sql(chain.realm, marks) == [[0]], what="nothing waits")
    assert list(chain.users()) == ["before"]

    chain.admin.configure(chain.realm, endpoint, {"enabled": "true"})

    chain.see_user("meanwhile")
    assert sorted(chain.users()) == ["before", "meanwhile"]


def test_realms_do_not_mix(chain: Chain, new_realm: Callable[[], str]) -> None:
    other = make_chain(chain.keycloak, chain.receiver, new_realm())
    silent = new_realm()
    chain.enable()
    other.enable()
    chain.admin.create_user(silent, username="nobody")
    chain.admin.create_user(chain.realm, username="here")
    chain.admin.create_user(other.realm, username="there")
    chain.admin.create_group(chain.realm, "Même nom")
    other.admin.create_group(other.realm, "Même nom")

    chain.see_groups({"Même nom": set()})
    other.see_groups({"Même nom": set()})
    chain.see_user("here")
    other.see_user("there")
    assert list(chain.users()) == ["here"]
    assert list(other.users()) == ["there"]

    other.admin.delete_realm(other.realm)
    chain.admin.create_user(chain.realm, username="later")
    chain.see_user("later")
    assert list(other.users()) == ["there"], "the end of a realm removes nobody"


def test_two_endpoints_of_one_realm_get_the_same(chain: Chain, tmp_path: Path) -> None:
    second = ReceiverProcess(f"sqlite:///{tmp_path / 'second.db'}", log=tmp_path / "second.log")
    second.start()
    try:
        twin = make_chain(chain.keycloak, second, chain.realm)
        chain.enable()
        chain.admin.enable_scim(chain.realm, second.url_for(chain.keycloak), name="second")
        person = chain.admin.create_user(chain.realm, username="jumelle")
        chain.admin.join(chain.realm, person, chain.admin.create_group(chain.realm, "Partout"))

        chain.see_groups({"Partout": {"jumelle"}})
        twin.see_groups({"Partout": {"jumelle"}})
        chain.admin.delete_user(chain.realm, person)
        chain.see_no_user("jumelle")
        twin.see_no_user("jumelle")
    finally:
        second.stop()


def test_the_master_realm_never_leaves(chain: Chain) -> None:
    chain.receiver.add_realm(chain.keycloak, "master")
    master = chain.receiver.client("master")
    # Refused or without effect: either will do.
    with suppress(AdminError):
        chain.admin.enable_scim("master", chain.receiver.url_for(chain.keycloak))
    try:
        chain.enable()
        visitor = chain.admin.create_user("master", username="visiteur")
        chain.admin.delete_user("master", visitor)
        chain.admin.create_user(chain.realm, username="temoin")
        chain.see_user("temoin")
        chain.settle()
        assert master.get("/Users").json()["totalResults"] == 0
    finally:
        for component in chain.admin.request("GET", "/master/components", params={"type": ENDPOINT_TYPE}).json():
            chain.admin.delete_component("master", component["id"])


@pytest.mark.parametrize("existing", ["SKIP", "OVERWRITE"])
def test_a_partial_import_arrives(chain: Chain, existing: str) -> None:
    chain.enable()
    chain.admin.create_user(chain.realm, username="there", firstName="Old")
    chain.see_user("there")

    chain.admin.partial_import(
        chain.realm,
        ifResourceExists=existing,
        users=[
            {"username": "there", "firstName": "New", "enabled": True},
            {"username": "imported", "firstName": "Importée", "enabled": True},
        ],
    )

    chain.see_user("imported", lambda user: user["name"]["givenName"] == "Importée")
    chain.see_user("there", lambda user: user["name"]["givenName"] == ("Old" if existing == "SKIP" else "New"))
    chain.settle()
    assert sorted(chain.users()) == ["imported", "there"]
    identifier = chain.admin.request("GET", f"/{chain.realm}").json()["id"]
    assert f"event of realm {identifier} could not be read" not in chain.keycloak.log_text()


def test_a_realm_imported_with_its_endpoint_sends_its_people(chain: Chain, new_realm: Callable[[], str]) -> None:
    name = new_realm()
    chain.admin.delete_realm(name)
    imported = make_chain(chain.keycloak, chain.receiver, name)
    endpoint = {
        "name": "sbe-scim",
        "providerId": "sbe-scim",
        "config": {
            "url": [chain.receiver.url_for(chain.keycloak)],
            "issuer": [f"{chain.keycloak.url}/realms/{name}"],
        },
    }
    chain.admin.create_realm(
        name,
        users=[{"username": "embarquee", "enabled": True, "groups": ["/Équipage"]}],
        groups=[{"name": "Équipage"}],
        components={ENDPOINT_TYPE: [endpoint]},
    )

    imported.see_groups({"Équipage": {"embarquee"}})


def test_a_realm_that_comes_back_under_the_same_ids_finds_its_people_again(
    chain: Chain, new_realm: Callable[[], str]
) -> None:
    name = new_realm()
    chain.admin.delete_realm(name)
    replaced = make_chain(chain.keycloak, chain.receiver, name)
    ids = {who: str(uuid.uuid4()) for who in ("realm", "endpoint", "anne", "boris", "chloe")}
    endpoint = {
        "id": ids["endpoint"],
        "name": "sbe-scim",
        "providerId": "sbe-scim",
        "config": {
            "url": [chain.receiver.url_for(chain.keycloak)],
            "issuer": [f"{chain.keycloak.url}/realms/{name}"],
        },
    }

    def make(**people: str) -> None:
        chain.admin.create_realm(
            name,
            id=ids["realm"],
            users=[
                {"id": ids[who], "username": who, "lastName": last, "enabled": True} for who, last in people.items()
            ],
            components={ENDPOINT_TYPE: [endpoint]},
        )

    make(anne="Avant", boris="Avant")
    replaced.see_user("anne")
    boris = replaced.see_user("boris")["id"]
    replaced.settle()

    chain.admin.delete_realm(name)
    make(anne="Avant", boris="Après", chloe="Après")

    assert replaced.see_user("boris", lambda user: user["name"]["familyName"] == "Après")["id"] == boris
    replaced.see_user("chloe")
    replaced.settle()
    assert sorted(replaced.users()) == ["anne", "boris", "chloe"]
