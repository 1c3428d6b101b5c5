"""Names that people and groups take from each other while the receiver is away."""

from __future__ import annotations

from tests.environment.chain import Chain
from tests.environment.marks import databases
from tests.environment.waiting import until


def _idle(chain: Chain) -> None:
    until(
        lambda: chain.admin.scim_status(chain.realm)[0],
        lambda status: (status["pending"], status["parked"]) == (0, 0),
        what="nothing waits and nothing is refused",
    )


@databases
def test_who_exchanged_names_while_the_receiver_was_away_has_their_own(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    chain.enable()
    anne = admin.create_user(realm, username="anne", email="anne@example.org")
    boris = admin.create_user(realm, username="boris", email="boris@example.org")
    paie, presse = (admin.create_group(realm, name) for name in ("Paie", "Presse"))
    admin.join(realm, anne, paie)
    admin.join(realm, boris, presse)
    chain.see_groups({"Paie": {"anne"}, "Presse": {"boris"}})

    chain.receiver.stop()
    admin.rename_group(realm, paie, "Passage")
    admin.rename_group(realm, presse, "Paie")
    admin.rename_group(realm, paie, "Presse")
    admin.request("PUT", f"/{realm}", json={"editUsernameAllowed": True})
    admin.update_user(realm, anne, username="passage", email="passage@example.org")
    admin.update_user(realm, boris, username="anne", email="anne@example.org")
    admin.update_user(realm, anne, username="boris", email="boris@example.org")
    chain.receiver.start()

    chain.see_groups({"Presse": {"boris"}, "Paie": {"anne"}})
    _idle(chain)
    people = {user["externalId"]: user for user in chain.users().values()}
    assert {identifier: user["userName"] for identifier, user in people.items()} == {anne: "boris", boris: "anne"}
    mails = {identifier: user["emails"][0]["value"] for identifier, user in people.items()}
    assert mails == {anne: "boris@example.org", boris: "anne@example.org"}
    groups = {group["displayName"]: group["externalId"] for group in chain.scim.get("/Groups").json()["Resources"]}
    assert groups == {"Presse": paie, "Paie": presse}


def test_groups_that_differ_in_case_only_are_told(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    chain.enable()
    first = admin.create_group(realm, "Paie")
    chain.see_groups({"Paie": set()})

    second = admin.create_group(realm, "PAIE")

    (refused,) = until(lambda: admin.scim_status(realm)[0]["refused"], lambda told: told and told[0]["blockedBy"])
    assert (refused["type"], refused["id"], refused["blockedBy"]) == ("GROUP", second, first)
    assert "409" in refused["reason"]
    admin.rename_group(realm, first, "Solde")
    chain.see_groups({"Solde": set(), "PAIE": set()})
    _idle(chain)
