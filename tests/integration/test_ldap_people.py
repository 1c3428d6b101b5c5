"""One person of an LDAP directory at a time: by whatever way Keycloak comes to know of a change, or does not."""

from __future__ import annotations

from http import HTTPStatus

from tests.environment.broker import PASSWORD, log_in
from tests.environment.chain import Chain
from tests.environment.directory import Directory
from tests.environment.waiting import until


def _accounts(chain: Chain) -> dict[str, str]:
    return {name: user["id"] for name, user in chain.users().items()}


def _active(chain: Chain) -> dict[str, bool]:
    return {name: user["active"] for name, user in chain.users().items()}


def _id(chain: Chain, name: str) -> str:
    (person,) = chain.admin.users(chain.realm, username=name, exact=True)
    return str(person["id"])


def _see_payroll(chain: Chain, expected: set[str]) -> None:
    """Wait until exactly these people have that role."""

    def having() -> set[str]:
        return {name for name, user in chain.users().items() if [role["value"] for role in user.get("roles", [])]}

    until(having, lambda found: found == expected, what=f"{expected} with the role")


def test_who_logs_in_or_is_looked_at_arrives_and_what_changes_in_the_directory_waits_for_a_sync(
    chain: Chain, directory: Directory
) -> None:
    admin, realm, server, tree = chain.admin, chain.realm, directory.server, directory.tree
    server.add_person(tree.person("connectee"), "connectee", userPassword=PASSWORD)
    server.add_person(tree.person("cherchee"), "cherchee", mail=["Cherchee@Example.org", "autre@example.org"])
    server.make(
        tree.person("listee"), {"objectClass": "inetOrgPerson", "uid": "listee", "cn": "listee", "sn": "Sans adresse"}
    )
    directory.add_group("Paie", "connectee", "cherchee")
    directory.federation.map_groups("IMPORT")
    directory.federation.map_roles(tree.groups, "IMPORT")
    chain.enable(roleMapping=["Paie=payroll"])

    log_in(chain.keycloak, realm, "connectee")
    chain.see_user("connectee")
    cherchee = _id(chain, "cherchee")
    found = chain.see_user("cherchee")
    assert [mail["value"] for mail in found["emails"]] in (["cherchee@example.org"], ["autre@example.org"])
    assert len(admin.users(realm, max=100)) == 3
    assert not chain.see_user("listee").get("emails")
    # Such mappers write memberships and roles when a person is imported.
    chain.see_groups({"Paie": {"connectee", "cherchee"}})
    _see_payroll(chain, {"connectee", "cherchee"})
    chain.settle()
    accounts, changes = _accounts(chain), chain.change_counts()

    server.change(tree.person("cherchee"), sn="Nouveau")
    server.change(tree.person("connectee"), sn="Nouvelle", pwdAccountLockedTime="000001010000Z")
    server.rename(tree.person("listee"), "uid=renommee")
    directory.add_people("nouvelle")
    directory.join("Paie", "nouvelle")
    directory.leave("Paie", "connectee")
    # Keycloak shows what it has not written.
    admin.request("POST", f"/{realm}/clear-user-cache")
    assert admin.user(realm, cherchee)["lastName"] == "Nouveau"
    chain.settle()
    assert chain.change_counts() == changes

    # Nobody asks for this one.
    directory.federation.configure(changedSyncPeriod="1")
    chain.see_user("cherchee", lambda user: user["name"]["familyName"] == "Nouveau")
    assert chain.see_user("renommee")["id"] == accounts["listee"]
    chain.see_user("nouvelle")
    # Whoever is locked in the directory is not disabled.
    chain.see_user("connectee", lambda user: user["active"] and user["name"]["familyName"] == "Nouvelle")
    # And never again: who is new is in the group, who was imported before is as they were.
    chain.see_groups({"Paie": {"connectee", "cherchee", "nouvelle"}})
    _see_payroll(chain, {"connectee", "cherchee", "nouvelle"})
    (told,) = admin.scim_status(realm)[0]["directories"]
    assert [warning for warning in told["warnings"] if "IMPORT" in warning]

    # Further syncs see nothing new, and nothing is sent.
    directory.federation.stop_syncing()
    chain.settle()
    changes = chain.change_counts()
    for full in (True, False):
        assert directory.federation.sync(full=full)["failed"] == 0
    admin.reconcile(realm)
    chain.settle()
    assert chain.change_counts() == changes


def test_each_removal_of_somebody_from_a_directory_ends_as_the_directory_says(
    chain: Chain, directory: Directory
) -> None:
    admin, realm = chain.admin, chain.realm
    names = {"reste", "revoquee", "remplacee", "gardee", "ecrite"}
    directory.add_people(*sorted(names))
    chain.enable()
    assert directory.federation.sync()["added"] == len(names)
    until(lambda: set(chain.users()) == names, what="everybody")
    chain.settle()
    accounts = _accounts(chain)

    # The entry is gone, and an administrator deletes: Keycloak fails, and has removed all the same.
    revoked = _id(chain, "revoquee")
    directory.delete_person("revoquee")
    answer = admin.http.delete(f"/{realm}/users/{revoked}")
    assert answer.status_code in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR)
    chain.see_no_user("revoquee")

    # Another entry of the same name is another person.
    before = _id(chain, "remplacee")
    directory.delete_person("remplacee")
    directory.add_people("remplacee")
    assert directory.federation.sync()["failed"] == 1
    after = until(lambda: _id(chain, "remplacee"), lambda found: found != before, what="another person")
    another = chain.see_user("remplacee", lambda user: user["externalId"] == after and user["active"])
    assert another["id"] != accounts["remplacee"]

    # Deleted in Keycloak alone; the account waits for its person.
    directory.federation.configure(editMode="UNSYNCED")
    admin.delete_user(realm, _id(chain, "gardee"))
    chain.see_user("gardee", lambda user: not user["active"])
    again = _id(chain, "gardee")
    back = chain.see_user("gardee", lambda user: user["active"])
    assert (back["id"], back["externalId"]) == (accounts["gardee"], again)

    # Keycloak deletes the entry, too.
    directory.federation.configure(editMode="WRITABLE")
    admin.delete_user(realm, _id(chain, "ecrite"))
    assert directory.server.found(directory.tree.people, "(uid=ecrite)") == []
    chain.see_no_user("ecrite")

    # Keycloak's own from now on, whatever becomes of their entries.
    rest = _accounts(chain)
    directory.federation.unlink_users()
    assert directory.federation.sync()["failed"] == len(rest)
    directory.delete_person("reste")
    assert len(admin.users(realm, max=100)) == len(rest)
    admin.reconcile(realm)
    chain.settle()
    assert (_accounts(chain), _active(chain)) == (rest, dict.fromkeys(rest, True))


def test_people_of_a_directory_that_is_not_imported_are_not_sent_and_status_says_so(
    chain: Chain, directory: Directory
) -> None:
    directory.federation.configure(importEnabled="false")
    directory.add_people("anne")
    chain.enable()
    chain.admin.create_user(chain.realm, username="zoe")
    directory.federation.sync()
    assert {person["username"] for person in chain.admin.users(chain.realm, max=100)} == {"anne", "zoe"}
    chain.see_user("zoe")
    chain.admin.reconcile(chain.realm)
    chain.settle()
    assert set(chain.users()) == {"zoe"}
    (told,) = chain.admin.scim_status(chain.realm)[0]["directories"]
    assert [warning for warning in told["warnings"] if warning.startswith("import is off")]
