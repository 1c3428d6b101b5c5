"""Changes of people in Keycloak are seen at the receiver."""

from __future__ import annotations

import httpx

from tests.environment.broker import PASSWORD
from tests.environment.chain import ENTERPRISE, Chain
from tests.environment.marks import databases
from tests.environment.registration import register
from tests.environment.waiting import until


@databases
def test_a_person_arrives_with_name_mail_and_department(chain: Chain) -> None:
    chain.enable()
    identifier = chain.admin.create_user(
        chain.realm,
        username="eloise.darc",
        firstName="Éloïse",
        lastName="D'Arc-Nuñez",
        email="eloise.darc@example.org",
        attributes={"department": ["Achats & marchés"], "title": ["Cheffe de bureau"]},
    )

    user = chain.see_user("eloise.darc")

    assert user["externalId"] == identifier
    assert user["name"] == {"givenName": "Éloïse", "familyName": "D'Arc-Nuñez"}
    assert user["displayName"] == "Éloïse D'Arc-Nuñez"
    assert user["emails"] == [{"value": "eloise.darc@example.org", "type": "work", "primary": True}]
    assert user["active"] is True
    assert user[ENTERPRISE] == {"department": "Achats & marchés"}
    assert user["title"] == "Cheffe de bureau"


@databases
def test_a_person_is_changed_disabled_enabled_and_deleted(chain: Chain) -> None:
    chain.enable()
    identifier = chain.admin.create_user(chain.realm, username="amina", firstName="Amina", email="amina@example.org")
    created = chain.see_user("amina")

    chain.admin.update_user(chain.realm, identifier, lastName="O'Neil", email="amina.oneil@example.org")
    changed = chain.see_user("amina", lambda user: user["name"].get("familyName") == "O'Neil")
    assert changed["id"] == created["id"]
    assert changed["emails"][0]["value"] == "amina.oneil@example.org"

    chain.admin.update_user(chain.realm, identifier, enabled=False)
    assert chain.see_user("amina", lambda user: user["active"] is False)["id"] == created["id"]

    chain.admin.update_user(chain.realm, identifier, enabled=True)
    assert chain.see_user("amina", lambda user: user["active"] is True)["id"] == created["id"]

    chain.admin.delete_user(chain.realm, identifier)
    chain.see_no_user("amina")


def test_what_is_emptied_in_keycloak_is_emptied_at_the_receiver(chain: Chain) -> None:
    chain.enable()
    identifier = chain.admin.create_user(
        chain.realm, username="bruno", firstName="Bruno", email="bruno@example.org", attributes={"department": ["Paie"]}
    )
    chain.see_user("bruno", lambda user: user[ENTERPRISE]["department"] == "Paie")

    chain.admin.update_user(chain.realm, identifier, email="", firstName="", attributes={})

    user = chain.see_user("bruno", lambda user: "emails" not in user)
    assert ENTERPRISE not in user
    assert "givenName" not in user.get("name", {})


def test_a_new_user_name_keeps_the_person(chain: Chain) -> None:
    chain.admin.request("PUT", f"/{chain.realm}", json={"realm": chain.realm, "editUsernameAllowed": True})
    chain.enable()
    identifier = chain.admin.create_user(chain.realm, username="durand")
    before = chain.see_user("durand")

    chain.admin.update_user(chain.realm, identifier, username="durand-petit")

    assert chain.see_user("durand-petit")["id"] == before["id"]
    chain.see_no_user("durand")


def test_a_burst_of_changes_ends_with_the_last(chain: Chain) -> None:
    chain.enable()
    identifier = chain.admin.create_user(chain.realm, username="carla", lastName="0")
    for number in range(1, 31):
        chain.admin.update_user(chain.realm, identifier, lastName=str(number))

    chain.see_user("carla", lambda user: user["name"]["familyName"] == "30")
    chain.settle()
    assert chain.users()["carla"]["name"]["familyName"] == "30"


def test_a_person_created_and_deleted_at_once_leaves_nothing(chain: Chain) -> None:
    chain.enable()
    for number in range(10):
        identifier = chain.admin.create_user(chain.realm, username=f"short-lived-{number}")
        chain.admin.delete_user(chain.realm, identifier)

    chain.settle()
    assert chain.users() == {}


def test_a_deleted_person_who_comes_back_is_another(chain: Chain) -> None:
    chain.enable()
    first = chain.admin.create_user(chain.realm, username="denis", email="denis@example.org")
    chain.see_user("denis")
    chain.admin.delete_user(chain.realm, first)
    second = chain.admin.create_user(chain.realm, username="denis", email="denis@example.org")

    chain.see_user("denis", lambda user: user["externalId"] == second)
    chain.settle()
    assert list(chain.users()) == ["denis"]


def test_a_person_who_registers_arrives(chain: Chain) -> None:
    chain.admin.request("PUT", f"/{chain.realm}", json={"realm": chain.realm, "registrationAllowed": True})
    chain.enable()

    register(chain.keycloak, chain.realm, "nouvelle", "nouvelle@example.org", first="Nouvelle", last="Venue")

    assert chain.see_user("nouvelle")["displayName"] == "Nouvelle Venue"


def test_a_person_who_changes_the_own_profile_arrives(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    client = {"clientId": "essai", "publicClient": True, "directAccessGrantsEnabled": True}
    admin.request("POST", f"/{realm}/clients", json=client)
    admin.create_user(
        realm,
        username="moi",
        email="moi@example.org",
        firstName="Avant",
        lastName="Nom",
        credentials=[{"type": "password", "value": PASSWORD, "temporary": False}],
    )
    chain.enable()
    chain.see_user("moi")
    home = f"{chain.keycloak.url}/realms/{realm}"
    form = {"grant_type": "password", "client_id": "essai", "username": "moi", "password": PASSWORD}
    token = httpx.post(f"{home}/protocol/openid-connect/token", data=form, timeout=30).raise_for_status().json()

    mine = {"username": "moi", "email": "moi@example.org", "firstName": "Après", "lastName": "Nom"}
    headers = {"Authorization": f"Bearer {token['access_token']}", "Accept": "application/json"}
    httpx.post(f"{home}/account/", json=mine, headers=headers, timeout=30).raise_for_status()

    chain.see_user("moi", lambda user: user["name"]["givenName"] == "Après")


def test_service_accounts_stay(chain: Chain) -> None:
    chain.enable()
    client = {"clientId": "robot", "publicClient": False, "serviceAccountsEnabled": True}
    made = chain.admin.request("POST", f"/{chain.realm}/clients", json=client).headers["Location"].rsplit("/", 1)[1]
    robot = chain.admin.request("GET", f"/{chain.realm}/clients/{made}/service-account-user").json()
    chain.admin.update_user(chain.realm, robot["id"], firstName="Robot")
    chain.admin.create_user(chain.realm, username="person")

    chain.see_user("person")
    chain.settle()
    assert list(chain.users()) == ["person"]


def test_who_was_restored_is_adopted_when_they_are_in_keycloak_again(chain: Chain) -> None:
    chain.enable()
    first = chain.admin.create_user(chain.realm, username="camille", email="camille@example.org")
    team = chain.admin.create_group(chain.realm, "Équipe")
    chain.admin.join(chain.realm, first, team)
    chain.see_groups({"Équipe": {"camille"}})
    known = chain.users()["camille"]["id"]
    chain.admin.delete_user(chain.realm, first)
    chain.see_no_user("camille")

    chain.receiver.command("restore", "camille@example.org")

    chain.see_user("camille", lambda user: user["id"] == known and "externalId" not in user)
    chain.see_groups({"Équipe": {"camille"}})
    again = chain.admin.create_user(chain.realm, username="camille", email="camille@example.org")
    chain.see_user("camille", lambda user: user["id"] == known and user.get("externalId") == again)
    chain.admin.update_user(chain.realm, again, enabled=False)
    chain.see_user("camille", lambda user: user["id"] == known and user["active"] is False)
    chain.settle()


def test_a_first_sync_goes_by_few_requests_and_who_is_refused_holds_up_nobody(chain: Chain) -> None:
    chain.receiver.command("source", "add", "other")
    chain.receiver.client("other").post("/Users", json={"userName": "p07"}).raise_for_status()
    people = [{"username": f"p{number:02}", "enabled": True} for number in range(60)]
    people[9]["attributes"] = {"title": ["x" * 66_000]}
    chain.admin.partial_import(chain.realm, ifResourceExists="FAIL", users=people)
    chain.enable(attributeMapping=["title=title"])

    expected = {f"p{number:02}" for number in range(60)} - {"p07", "p09"}
    until(chain.users, lambda users: set(users) == expected, what="all but two")
    chain.settle()
    assert set(chain.change_counts().values()) == {1}
    status = chain.admin.scim_status(chain.realm)[0]
    assert (status["state"], status["parked"], status["users"]) == ("idle", 2, 58)
    # The journal's rows of what changes nothing itself are gathered for a moment.
    asked = until(chain.asked, lambda asked: asked["bulk", 200] == 3, what="the bulks in the journal")
    assert asked["create", 201] == 58
    # Each pass of the run that follows a full sync tries both alone, and there are two at most; whoever has a taken
    # name was looked for and tried alone before.
    assert asked["create", 400] in (1, 2, 3)
    assert asked["create", 409] in (2, 3, 4)
    assert asked["replace", 200] == 0

    # Each link is known: a change goes to the same person.
    person = chain.admin.users(chain.realm, username="p31")[0]["id"]
    chain.admin.update_user(chain.realm, person, lastName="Liée")
    chain.see_user("p31", lambda user: user.get("name", {}).get("familyName") == "Liée")
    assert chain.asked()["create", 201] == 58
