"""From Keycloak's Admin API to the pages of Abilian SBE."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.environment.admin import Admin
from tests.environment.chain import Chain
from tests.environment.keycloak import Keycloak
from tests.environment.waiting import until
from tests.sbe.server import ADMIN, Account, SbeServer


@pytest.fixture
def sbe(tmp_path: Path) -> Iterator[SbeServer]:
    server = SbeServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def chain(sbe: SbeServer, keycloak: Keycloak, new_realm: Callable[[], str]) -> Chain:
    """An enabled realm whose people go to Abilian SBE."""
    realm = new_realm()
    sbe.receiver.add_realm(keycloak, realm)
    chain = Chain(keycloak, sbe.receiver, Admin(keycloak), realm, sbe.receiver.client(realm))
    chain.enable()
    return chain


def test_a_person_arrives_changes_and_leaves(sbe: SbeServer, chain: Chain) -> None:
    browser = sbe.login()
    admin, realm = chain.admin, chain.realm

    def see(name: str, *, can_login: bool = True, groups: str = "") -> None:
        wanted = Account(name, can_login, groups)
        until(lambda: sbe.account(browser, "zoe@example.org"), lambda account: account == wanted, what=f"{wanted}")
        assert name in sbe.people(browser)

    user = admin.create_user(
        realm, username="zoe", email="zoe@example.org", firstName="Zoé", lastName="O'Neill", enabled=True
    )
    see("Zoé O'Neill")
    admin.update_user(realm, user, lastName="Dupré")
    see("Zoé Dupré")
    group = admin.create_group(realm, "achats")
    admin.join(realm, user, group)
    see("Zoé Dupré", groups="achats")
    admin.update_user(realm, user, enabled=False)
    see("Zoé Dupré", can_login=False, groups="achats")
    admin.update_user(realm, user, enabled=True)
    see("Zoé Dupré", groups="achats")
    admin.delete_user(realm, user)
    # Content and authorship stay in Abilian SBE, and with them the name.
    see("Zoé Dupré", can_login=False)


def test_the_last_administrator_is_an_alarm_until_there_is_another(
    sbe: SbeServer, chain: Chain, tmp_path: Path
) -> None:
    admin, realm = chain.admin, chain.realm
    zoe = admin.create_user(realm, username="zoe", email="zoe@example.org")
    chain.see_user("zoe")

    def hand_administration_over(giver: str, taker: str) -> None:
        with sqlite3.connect(tmp_path / "sbe.db") as database:
            person = 'SELECT id FROM "user" WHERE email = ?'
            moved = database.execute(
                f"UPDATE roleassignment SET user_id = ({person}) WHERE role = 'admin' AND user_id = ({person})",
                (taker, giver),
            )
            assert moved.rowcount == 1

    def still_in() -> int:
        found: int = admin.scim_status(realm)[0]["stillIn"]
        return found

    hand_administration_over(ADMIN, "zoe@example.org")
    admin.update_user(realm, zoe, enabled=False)
    until(lambda: still_in() == 1, what="the alarm")
    assert chain.users()["zoe"]["active"] is True

    hand_administration_over("zoe@example.org", ADMIN)
    admin.update_user(realm, zoe, lastName="Partie")
    chain.see_user("zoe", lambda user: user["active"] is False)
    until(lambda: still_in() == 0, what="the end of the alarm")


def test_an_account_made_by_hand_is_adopted_once_its_address_is_verified_and_the_refused_are_sent_again(
    sbe: SbeServer, chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", chain.keycloak.admin_password)
    with sqlite3.connect(tmp_path / "sbe.db") as database:
        made = database.execute(
            'INSERT INTO "user" (first_name, last_name, email, can_login, created_at, password)'
            " VALUES ('By', 'Hand', 'Zoe@example.org', 1, '2019-03-01 08:00:00.000000', '*')"
        )
    zoe = chain.admin.create_user(
        chain.realm, username="zoe", email="zoe@example.org", firstName="Zoé", lastName="O'Neill"
    )
    until(lambda: chain.admin.scim_status(chain.realm)[0]["parked"], what="the refusal")
    login = ("--server", chain.keycloak.url, "--realm", chain.realm)

    def adopt() -> str:
        done = sbe.receiver.command("sbe", "adopt", "--source", chain.realm, "--all-matching", *login, "--json")
        (row,) = (row for row in json.loads(done) if row["id"] == made.lastrowid)
        return str(row["result"])

    assert adopt() == "the realm has not verified it"
    chain.admin.update_user(chain.realm, zoe, emailVerified=True)
    assert adopt() == "adopted"
    sbe.receiver.command("keycloak", "retry", "--refused", *login)
    chain.see_user("zoe")
    with sqlite3.connect(tmp_path / "sbe.db") as database:
        rows = database.execute("SELECT id, first_name, email FROM \"user\" WHERE lower(email) = 'zoe@example.org'")
        assert rows.fetchall() == [(made.lastrowid, "Zoé", "zoe@example.org")]


def test_a_realm_is_rehearsed_in_shadow_mode_and_goes_live_without_being_sent_again(
    sbe: SbeServer, keycloak: Keycloak, new_realm: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", keycloak.admin_password)
    realm, browser = new_realm(), sbe.login()
    sbe.receiver.add_realm(keycloak, realm)
    sbe.receiver.command("source", "set", "--shadow", realm)
    chain = Chain(keycloak, sbe.receiver, Admin(keycloak), realm, sbe.receiver.client(realm))
    admin = chain.admin
    with sqlite3.connect(tmp_path / "sbe.db") as database:
        database.execute(
            'INSERT INTO "user" (first_name, last_name, email, can_login, created_at, password)'
            " VALUES ('By', 'Hand', 'marc@example.org', 1, '2019-03-01 08:00:00.000000', '*')"
        )

    def person(name: str, **more: str) -> str:
        return admin.create_user(realm, username=name, firstName=name.title(), lastName="O'Neill", **more)

    zoe, leaver = person("zoe", email="zoe@example.org"), person("luc", email="luc@example.org")
    person("marc", email="marc@example.org")
    group = admin.create_group(realm, "achats")
    admin.join(realm, zoe, group)
    chain.enable()
    chain.see_groups({"achats": {"zoe"}})
    until(lambda: set(chain.users()) == {"zoe", "luc"}, what="those whom nothing is in the way of")
    admin.update_user(realm, leaver, enabled=False)
    chain.see_user("luc", lambda user: not user["active"])

    assert [sbe.account(browser, f"{name}@example.org") for name in ("zoe", "luc")] == [None, None]
    hand = sbe.account(browser, "marc@example.org")
    assert hand == Account("By Hand", True, "")
    report = json.loads(sbe.receiver.command("source", "shadow-report", realm, "--json"))
    assert {(line["what"], line["name"], line["reason"]) for line in report["resources"]} == {
        ("create", "zoe", None),
        ("create", "achats", None),
        ("disable", "luc", None),
        ("adopt", "marc", "account_taken"),
    }

    def shadow() -> object:
        return admin.scim_status(realm)[0]["shadow"]

    until(lambda: shadow() is True, what="the connector to know")
    login = ("--server", keycloak.url, "--realm", realm)
    shown = sbe.receiver.command("keycloak", "status", *login)
    assert "  SHADOW   the receiver has it in shadow mode" in shown

    before = chain.asked()
    sbe.receiver.command("source", "set", "--live", realm)
    assert sbe.account(browser, "zoe@example.org") == Account("Zoe O'Neill", True, "achats")
    assert sbe.account(browser, "luc@example.org") is None
    assert sbe.account(browser, "marc@example.org") == hand
    run = admin.reconcile(realm)
    until(lambda: admin.run(realm, run)["phase"] in ("removals", "ended"), what="everybody compared")
    writes = {"create", "replace", "patch", "delete"}
    again = {kind: count for kind, count in (chain.asked() - before).items() if kind[0] in writes and kind[1] < 300}
    assert again == {}, "whoever is there is not sent again"

    admin.update_user(realm, zoe, lastName="Dupré")
    until(lambda: sbe.account(browser, "zoe@example.org"), lambda seen: seen == Account("Zoe Dupré", True, "achats"))
    until(lambda: shadow() is False, what="the connector to know that it is live")
