"""What Keycloak says of people may change without an event of the user: it arrives all the same."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import text

from sbe_scim.store import open_database
from tests.environment.admin import Representation
from tests.environment.broker import PASSWORD, create_upstream, log_in
from tests.environment.chain import Chain
from tests.environment.keycloak import KEYCLOAK_VERSION
from tests.environment.marks import databases
from tests.environment.waiting import until

#: A small realm is compared every 45 seconds.
COMPARED = 90.0
DISABLED = {"enabled": False}


def _writes(chain: Chain) -> int:
    """How many requests of the source, reads aside, the receiver was sent."""
    engine = open_database(chain.receiver.database)
    statement = "SELECT COUNT(*) FROM scim_journal WHERE operation IN ('create', 'replace', 'patch', 'delete')"
    try:
        with engine.connect() as connection:
            count: int = connection.execute(text(statement)).scalar_one()
            return count
    finally:
        engine.dispose()


def _sees(chain: Chain, expected: Callable[[], object], what: str) -> None:
    until(expected, what=what, deadline=COMPARED)


def _active(chain: Chain) -> dict[str, bool]:
    return {name: user["active"] for name, user in chain.users().items()}


@databases
def test_what_is_changed_in_the_database_alone_arrives(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    names = ("reste", "renommee", "desactivee", "supprimee", "mutee")
    ids = {name: admin.create_user(realm, username=name, lastName="Avant") for name in names}
    group = admin.create_group(realm, "Avant")
    gone = admin.create_group(realm, "Dissous")
    admin.join(realm, ids["reste"], group)
    chain.enable()
    chain.see_groups({"Avant": {"reste"}, "Dissous": set()})
    until(lambda: set(chain.users()) == set(names), what="everybody")
    chain.settle()
    unchanged = chain.changes("reste")
    writes = _writes(chain)

    admin.sql(realm, f"UPDATE USER_ENTITY SET LAST_NAME = 'Après' WHERE ID = '{ids['renommee']}'")
    admin.sql(realm, f"UPDATE USER_ENTITY SET ENABLED = FALSE WHERE ID = '{ids['desactivee']}'")
    admin.sql(
        realm,
        "INSERT INTO USER_ATTRIBUTE (ID, USER_ID, NAME, VALUE)"
        f" VALUES ('{ids['mutee']}', '{ids['mutee']}', 'title', 'Cheffe')",
    )
    admin.sql(realm, f"DELETE FROM USER_ROLE_MAPPING WHERE USER_ID = '{ids['supprimee']}'")
    admin.sql(realm, f"DELETE FROM USER_ENTITY WHERE ID = '{ids['supprimee']}'")
    admin.sql(realm, f"UPDATE KEYCLOAK_GROUP SET NAME = 'Après' WHERE ID = '{group}'")
    admin.sql(realm, f"DELETE FROM KEYCLOAK_GROUP WHERE ID = '{gone}'")

    _sees(chain, lambda: "supprimee" not in chain.users(), "who was deleted gone")
    chain.see_groups({"Après": {"reste"}})
    users = until(
        chain.users,
        lambda now: (
            now["renommee"]["name"]["familyName"] == "Après"
            and not now["desactivee"]["active"]
            and now["mutee"].get("title") == "Cheffe"
        ),
        what="who was changed",
        deadline=COMPARED,
    )
    chain.settle()
    assert users["reste"]["active"]
    assert chain.changes("reste") == unchanged
    # Three people, a person and a group that are gone, a group with another name: nobody else was sent.
    assert _writes(chain) - writes == 6


@pytest.mark.parametrize("database", ["postgres"])
def test_memberships_that_change_in_the_database_alone_arrive(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    names = ("arrivee", "partie", "restee", "ailleurs")
    ids = {name: admin.create_user(realm, username=name) for name in names}
    group, other = admin.create_group(realm, "Paie"), admin.create_group(realm, "Accueil")
    admin.join(realm, ids["partie"], group)
    chain.enable()
    chain.see_groups({"Paie": {"partie"}, "Accueil": set()})
    # By differences: what the group has is then known from what was accepted alone.
    admin.join(realm, ids["restee"], group)
    admin.join(realm, ids["ailleurs"], other)
    chain.see_groups({"Paie": {"partie", "restee"}, "Accueil": {"ailleurs"}})
    chain.settle()
    writes = _writes(chain)

    joins = "INSERT INTO USER_GROUP_MEMBERSHIP (GROUP_ID, USER_ID, MEMBERSHIP_TYPE) VALUES"
    admin.sql(realm, f"{joins} ('{group}', '{ids['arrivee']}', 'UNMANAGED')")
    admin.sql(realm, f"DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID = '{ids['partie']}'")

    _sees(chain, lambda: chain.groups()["Paie"] == {"arrivee", "restee"}, "one joined, one left")
    chain.settle()
    assert chain.groups() == {"Paie": {"arrivee", "restee"}, "Accueil": {"ailleurs"}}
    # Both by one request to the one group, or one each where a page of the comparison ends between them.
    assert 1 <= _writes(chain) - writes <= 2


def test_many_who_vanish_from_the_database_stay_until_somebody_acts(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    for number in range(6):
        admin.create_user(realm, username=f"agent{number}")
    witness = admin.create_user(realm, username="temoin")
    chain.enable()
    until(lambda: len(chain.users()) == 7, what="everybody")
    chain.settle()

    people = f"SELECT ID FROM USER_ENTITY WHERE USERNAME LIKE 'agent%' AND REALM_ID = '{_realm_id(chain)}'"
    admin.sql(realm, f"DELETE FROM USER_ROLE_MAPPING WHERE USER_ID IN ({people})")
    admin.sql(realm, f"DELETE FROM USER_ENTITY WHERE ID IN ({people})")
    admin.sql(realm, f"UPDATE USER_ENTITY SET LAST_NAME = 'Autre' WHERE ID = '{witness}'")

    _sees(chain, lambda: chain.users()["temoin"].get("name", {}).get("familyName") == "Autre", "the witness changed")
    _sees(chain, lambda: admin.scim_status(realm)[0]["held"] == 6, "six held")
    (status,) = admin.scim_status(realm)
    assert (status["heldCauses"], status["heldSeconds"] >= 0) == ({"COMPARED": 6}, True)
    assert len(chain.users()) == 7

    assert admin.release(realm) == 6
    until(lambda: set(chain.users()) == {"temoin"}, what="only the witness")
    assert admin.scim_status(realm)[0]["held"] == 0


def _realm_id(chain: Chain) -> str:
    return str(chain.admin.request("GET", f"/{chain.realm}").json()["id"])


@pytest.mark.parametrize("database", ["postgres"])
def test_an_organization_disables_its_managed_members(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    _set_realm(chain, organizationsEnabled=True)
    managed = _organization(chain, "mairie")
    people = {name: admin.create_user(realm, username=name) for name in ("geree", "invitee", "partante", "dehors")}
    for name in ("geree", "invitee", "partante"):
        admin.request("POST", f"/{realm}/organizations/{managed}/members", json=people[name])
    # Keycloak makes managed members by brokered log-ins only.
    _manage(chain, people["geree"], people["partante"])
    chain.enable()
    everybody = dict.fromkeys(people, True)
    until(lambda: _active(chain) == everybody, what="everybody active")
    gone = {**everybody, "geree": False, "partante": False}

    _set_organization(chain, managed, enabled=False)
    assert not admin.user(realm, people["geree"])["enabled"], "Keycloak itself says so"
    until(lambda: _active(chain) == gone, what="managed members disabled with their organization")
    _set_organization(chain, managed, enabled=True)
    until(lambda: _active(chain) == everybody, what="everybody active with the organization")

    _set_realm(chain, organizationsEnabled=False)
    until(lambda: _active(chain) == gone, what="managed members disabled with all organizations")
    _set_realm(chain, organizationsEnabled=True)
    until(lambda: _active(chain) == everybody, what="everybody active with all organizations")

    admin.request("DELETE", f"/{realm}/organizations/{managed}/members/{people['partante']}")
    chain.see_no_user("partante")
    del everybody["partante"], gone["partante"]

    admin.sql(realm, f"UPDATE ORG SET ENABLED = FALSE WHERE ID = '{managed}'")
    _sees(chain, lambda: _active(chain) == gone, "managed members disabled without an event")

    admin.request("DELETE", f"/{realm}/organizations/{managed}")
    chain.see_no_user("geree")
    assert _active(chain) == {"invitee": True, "dehors": True}


def _organization(chain: Chain, name: str) -> str:
    body = {"name": name, "alias": name, "domains": [{"name": f"{name}.example.org"}]}
    answer = chain.admin.request("POST", f"/{chain.realm}/organizations", json=body)
    return str(answer.headers["Location"].rsplit("/", 1)[1])


def _set_organization(chain: Chain, identifier: str, **changes: object) -> None:
    path = f"/{chain.realm}/organizations/{identifier}"
    found: Representation = chain.admin.request("GET", path).json()
    chain.admin.request("PUT", path, json={**found, **changes})


def _set_realm(chain: Chain, **changes: object) -> None:
    chain.admin.request("PUT", f"/{chain.realm}", json={"realm": chain.realm, **changes})


def _manage(chain: Chain, *people: str) -> None:
    for person in people:
        chain.admin.sql(
            chain.realm, f"UPDATE USER_GROUP_MEMBERSHIP SET MEMBERSHIP_TYPE = 'MANAGED' WHERE USER_ID = '{person}'"
        )
    chain.admin.request("POST", f"/{chain.realm}/clear-user-cache")


def test_what_an_identity_provider_says_at_a_log_in_arrives(chain: Chain, new_realm: Callable[[], str]) -> None:
    admin, realm, upstream = chain.admin, chain.realm, new_realm()
    create_upstream(admin, chain.keycloak, upstream, realm)
    marie = admin.create_user(
        upstream,
        username="marie",
        email="marie@example.org",
        firstName="Marie",
        lastName="Durand",
        credentials=[{"type": "password", "value": PASSWORD, "temporary": False}],
    )
    chain.enable()
    log_in(chain.keycloak, realm, "marie", through="upstream")
    first = chain.see_user("marie", lambda user: user["name"]["familyName"] == "Durand")

    admin.update_user(upstream, marie, lastName="Durand-Martin", email="marie.martin@example.org")
    log_in(chain.keycloak, realm, "marie", through="upstream")

    # Sooner than a comparison: the log-in itself tells.
    second = chain.see_user("marie", lambda user: user["name"]["familyName"] == "Durand-Martin")
    assert second["id"] == first["id"]
    assert [mail["value"] for mail in second["emails"]] == ["marie.martin@example.org"]


@pytest.mark.skipif(
    tuple(map(int, KEYCLOAK_VERSION.split(".")[:2])) < (26, 6), reason="Keycloak has workflows on since 26.6"
)
def test_a_workflow_that_disables_a_person_arrives(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    chain.enable()
    person = admin.create_user(realm, username="inactive")
    chain.see_user("inactive")
    steps = [{"uses": "disable-user"}]
    created = admin.request("POST", f"/{realm}/workflows", json={"name": "sortie", "steps": steps})
    workflow = created.headers["Location"].rsplit("/", 1)[1]

    admin.request("POST", f"/{realm}/workflows/{workflow}/activate/USERS/{person}")

    until(lambda: not admin.user(realm, person)["enabled"], what="the step done")
    _sees(chain, lambda: not chain.users()["inactive"]["active"], "the person inactive")


def test_a_permanent_lockout_disables_and_a_temporary_one_changes_nothing(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    protected = {"bruteForceProtected": True, "failureFactor": 2, "quickLoginCheckMilliSeconds": 0}
    _set_realm(chain, **protected, permanentLockout=False)
    chain.enable()
    people = {
        name: admin.create_user(
            realm,
            username=name,
            email=f"{name}@example.org",
            firstName="A",
            lastName="B",
            credentials=[{"type": "password", "value": PASSWORD, "temporary": False}],
        )
        for name in ("passagere", "durable")
    }
    for name in people:
        chain.see_user(name)

    _fail(chain, "passagere", people["passagere"])
    _set_realm(chain, **protected, permanentLockout=True)
    _fail(chain, "durable", people["durable"])

    chain.see_user("durable", lambda user: not user["active"])
    chain.settle()
    assert chain.users()["passagere"]["active"]
    assert chain.changes("passagere") == 1


def _fail(chain: Chain, name: str, identifier: str) -> None:
    """Give a wrong password until the person is locked out."""

    def locked() -> bool:
        form = {"grant_type": "password", "client_id": "admin-cli", "username": name, "password": "wrong"}
        answer = httpx.post(
            f"{chain.keycloak.url}/realms/{chain.realm}/protocol/openid-connect/token", data=form, timeout=30
        )
        assert answer.status_code in (400, 401)
        found = chain.admin.request("GET", f"/{chain.realm}/attack-detection/brute-force/users/{identifier}").json()
        return bool(found["disabled"])

    until(locked, what=f"{name} locked out")


def test_imported_people_who_are_removed_are_gone(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    directory = admin.request(
        "POST",
        f"/{realm}/components",
        json={
            "name": "annuaire",
            "providerId": "ldap",
            "providerType": "org.keycloak.storage.UserStorageProvider",
            "config": {
                "vendor": ["other"],
                "connectionUrl": ["ldap://127.0.0.1:9"],
                "usersDn": ["ou=people,dc=example,dc=org"],
                "usernameLDAPAttribute": ["uid"],
                "rdnLDAPAttribute": ["uid"],
                "uuidLDAPAttribute": ["entryUUID"],
                "userObjectClasses": ["inetOrgPerson"],
                "editMode": ["READ_ONLY"],
                "authType": ["none"],
            },
        },
    ).headers["Location"]
    component = directory.rsplit("/", 1)[1]
    imported = [{"username": name, "enabled": True, "federationLink": component} for name in ("ldap1", "ldap2")]
    admin.partial_import(realm, ifResourceExists="SKIP", users=imported)
    chain.enable()
    until(lambda: set(chain.users()) == {"ldap1", "ldap2"}, what="who was imported")

    admin.request("POST", f"/{realm}/user-storage/{component}/remove-imported-users")

    _sees(chain, lambda: not chain.users(), "nobody left")
