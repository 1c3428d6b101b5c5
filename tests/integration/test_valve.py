"""The safety valve: however many vanish by an accident, no more than a few lose access before somebody says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import make_chain
from tests.environment.admin import ENDPOINT_ID
from tests.environment.chain import Chain
from tests.environment.waiting import until
from tests.environment.webhook import Webhook

#: A comparison begins at least every 45 seconds.
COMPARED = 90.0


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """Somebody who is told of alarms, and takes none yet."""
    listening = Webhook(HTTPStatus.SERVICE_UNAVAILABLE)
    yield listening
    listening.close()


def _realm_of(chain: Chain, people: int, webhook: str = "") -> dict[str, str]:
    admin, realm = chain.admin, chain.realm
    content = [{"username": f"agent{number:02}", "enabled": True} for number in range(people)]
    admin.partial_import(realm, ifResourceExists="FAIL", users=content)
    ids = {user["username"]: str(user["id"]) for user in admin.users(realm, max=1000)}
    chain.enable(webhook=webhook)
    until(lambda: len(chain.users()) == people, what="everybody")
    chain.settle()
    return ids


@pytest.mark.parametrize("database", ["postgres"])
def test_an_accident_takes_nobody_out_before_an_operator_says_so(chain: Chain, webhook: Webhook) -> None:
    admin, realm = chain.admin, chain.realm
    address = f"http://{chain.keycloak.receiver_host}:{webhook.port}/alarms?key=secret"
    ids = _realm_of(chain, 30, webhook=address)
    team = admin.create_group(realm, "Paie")
    for name in ("agent00", "agent01"):
        admin.join(realm, ids[name], team)
    chain.see_groups({"Paie": {"agent00", "agent01"}})
    before = {name: user["id"] for name, user in chain.users().items()}

    lost = "USERNAME LIKE 'agent0%' AND REALM_ID = (SELECT ID FROM REALM WHERE NAME = '" + realm + "')"
    admin.sql(realm, f"UPDATE USER_ENTITY SET ENABLED = FALSE WHERE {lost}")
    until(lambda: admin.scim_status(realm)[0]["held"] == 10, what="ten held", deadline=COMPARED)
    assert admin.scim_status(realm)[0]["heldCauses"] == {"COMPARED": 10}
    assert {one["name"] for one in admin.held(realm)} == {f"agent0{number}" for number in range(10)}
    assert all(user["active"] for user in chain.users().values())

    # Somebody is told of it, and that somebody does not listen is told by the status.
    failure = until(lambda: admin.scim_status(realm)[0]["webhookFailure"], what="a webhook that does not listen")
    assert failure == "it answered 503"
    webhook.status = HTTPStatus.NO_CONTENT
    until(lambda: admin.scim_status(realm)[0]["webhookFailure"] is None, what="the alarm told")
    (message,) = webhook.taken
    assert message.pop("since").endswith("Z")
    assert message == {"realm": realm, "endpoint": "sbe-scim", "alarm": "held", "count": 10}

    # Everything else goes on, and so do leavers one by one.
    admin.update_user(realm, ids["agent10"], lastName="Nouvelle")
    admin.delete_user(realm, ids["agent11"])
    admin.join(realm, ids["agent12"], team)
    chain.see_user("agent10", lambda user: user["name"]["familyName"] == "Nouvelle")
    chain.see_no_user("agent11")
    chain.see_groups({"Paie": {"agent00", "agent01", "agent12"}})

    # The node that goes on holds what the other held.
    chain.keycloak.stop()
    chain.keycloak.start()
    assert admin.scim_status(realm)[0]["held"] == 10

    admin.sql(realm, f"UPDATE USER_ENTITY SET ENABLED = TRUE WHERE {lost}")
    # The comparison may have seen it first: what is as it should be again is held no more.
    assert admin.discard(realm) in (0, 10)
    chain.settle()
    assert admin.scim_status(realm)[0]["held"] == 0
    until(lambda: admin.sql(realm, "SELECT COUNT(*) FROM SBE_SCIM_ALARM") == [[0]], what="the end of the alarm")
    assert len(webhook.taken) == 1, "the node that goes on told it again"
    assert "key=secret" not in chain.keycloak.log_text()
    after = chain.users()
    assert {name: user["id"] for name, user in after.items()} == {k: v for k, v in before.items() if k != "agent11"}
    assert all(user["active"] for user in after.values())
    chain.see_groups({"Paie": {"agent00", "agent01", "agent12"}})


def test_a_script_that_deletes_one_in_five_is_stopped_and_released_by_an_administrator(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    ids = _realm_of(chain, 20)
    admin.request("PUT", f"/{realm}/events/config", json={"adminEventsEnabled": True})
    for number in range(8):
        admin.delete_user(realm, ids[f"agent{number:02}"])
    until(lambda: admin.scim_status(realm)[0]["held"], what="some held")
    chain.settle()
    held = admin.scim_status(realm)[0]["held"]
    assert (held >= 4, len(chain.users())) == (True, 12 + held)

    assert admin.release(realm) == held
    until(lambda: len(chain.users()) == 12, what="all eight gone")
    asked = {"resourceTypes": "COMPONENT", "operationTypes": "ACTION"}
    events = admin.request("GET", f"/{realm}/admin-events", params=asked).json()
    assert [event["resourcePath"].rsplit("/", 1)[0] for event in events] == ["sbe-scim/held/release"]


def test_what_the_receiver_holds_keeps_nobody_else_and_goes_once_it_is_released(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    chain.receiver.command("source", "set", realm, "--storm-limit", "5")
    # The connector's own valve lets one in five pass.
    ids = _realm_of(chain, 60)
    for number in range(10):
        admin.update_user(realm, ids[f"agent{number:02}"], enabled=False)
    until(lambda: admin.scim_status(realm)[0]["stillIn"] == 5, what="five held")
    assert sum(user["active"] for user in chain.users().values()) == 55
    told = admin.request("GET", f"/{realm}/sbe-scim/refused", params={"endpoint": ENDPOINT_ID}).json()["refused"]
    assert [one["reason"] for one in told] == ["PUT Users answered 503 held"] * 5

    admin.update_user(realm, ids["agent30"], lastName="Nouvelle")
    chain.see_user("agent30", lambda user: user.get("name", {}).get("familyName") == "Nouvelle")
    assert admin.scim_status(realm)[0]["state"] == "idle"

    assert "5 held" in chain.receiver.command("source", "release", realm)
    again = admin.request("POST", f"/{realm}/sbe-scim/refused/retry", json={"endpoint": ENDPOINT_ID})
    assert again.json()["count"] == 5
    until(lambda: sum(user["active"] for user in chain.users().values()) == 50, what="all ten out")
    until(lambda: admin.scim_status(realm)[0]["stillIn"] == 0, what="no alarm")


def test_a_realm_that_was_built_anew_is_told_as_one_cause_and_nobody_is_sent(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    _realm_of(chain, 12)
    before = chain.users()
    admin.delete_realm(realm)
    admin.create_realm(realm)
    content = [{"username": name, "enabled": True} for name in (*before, "zoe")]
    admin.partial_import(realm, ifResourceExists="FAIL", users=content)
    ids = {user["username"]: str(user["id"]) for user in admin.users(realm, max=1000)}
    refused = chain.answers(409)
    chain.enable()
    chain.see_user("zoe")
    chain.settle()

    (status,) = admin.scim_status(realm)
    assert (status["held"], status["heldCauses"], status["parked"]) == (12, {"OTHER_ID": 12}, 0)
    assert {name: user for name, user in chain.users().items() if name != "zoe"} == before
    assert chain.answers(409) == refused

    assert admin.release(realm) == 12
    until(
        lambda: {name: user["externalId"] for name, user in chain.users().items()},
        lambda found: found == ids,
        what="new",
    )


@pytest.mark.parametrize("tried", [False, True], ids=["before it sends", "after it was refused"])
def test_a_realm_in_the_place_of_another_gets_its_people_with_their_ids_once_the_source_is_handed_over(
    chain: Chain, new_realm: Callable[[], str], tmp_path: Path, tried: bool
) -> None:
    admin, realm, receiver = chain.admin, chain.realm, chain.receiver
    new = make_chain(chain.keycloak, receiver, new_realm())
    people = [f"agent{number:02}" for number in range(8)]
    for one, prefix in ((realm, ""), (new.realm, "new-" if tried else "")):
        content = [
            {"username": f"{prefix}{name}", "email": f"{name}@example.org", "enabled": name != "agent00"}
            for name in people
        ]
        admin.partial_import(one, ifResourceExists="FAIL", users=content)
        ids = {user["email"]: str(user["id"]) for user in admin.users(one, max=1000)}
        admin.join(one, ids["agent01@example.org"], admin.create_group(one, "Paie"))
    endpoint = chain.enable()
    chain.see_groups({"Paie": {"agent01"}})
    chain.settle()
    before, (group,) = _by_mail(chain), chain.scim.get("/Groups").raise_for_status().json()["Resources"]
    if tried:
        new.enable()
        until(lambda: admin.scim_status(new.realm)[0]["parked"] == len(people), what="everybody refused")
        new.see_groups({"Paie": set()})
        new.settle()
    admin.configure(realm, endpoint, {"enabled": "false"})

    receiver.command("source", "disable", realm)
    by = "mail" if tried else "user-name"
    receiver.command("source", "hand-over", realm, new.realm, "--by", by, "--plan", str(tmp_path / "plan.json"))
    if tried:
        again = admin.request("POST", f"/{new.realm}/sbe-scim/refused/retry", json={"endpoint": ENDPOINT_ID})
        assert again.json()["count"] == len(people)
    else:
        new.enable()
    until(
        lambda: {mail: user.get("externalId") for mail, user in _by_mail(new).items()},
        lambda found: found == ids,
        what="everybody under the new ids",
    )
    # A group that is sent next finds that its twin is another by now.
    joins = ids["agent02@example.org"]
    admin.join(new.realm, joins, str(admin.request("GET", f"/{new.realm}/groups").json()[0]["id"]))
    prefix = "new-" if tried else ""
    new.see_groups({"Paie": {f"{prefix}agent01", f"{prefix}agent02"}})
    new.settle()
    assert {mail: (user["id"], user["active"]) for mail, user in _by_mail(new).items()} == {
        mail: (user["id"], user["active"]) for mail, user in before.items()
    }
    (same,) = new.scim.get("/Groups").raise_for_status().json()["Resources"]
    assert same["id"] == group["id"]
    (status,) = admin.scim_status(new.realm)
    assert (status["parked"], status["held"], status["pending"], status["state"]) == (0, 0, 0, "idle")

    admin.update_user(new.realm, joins, lastName="Nouvelle", enabled=False)
    gone = before["agent02@example.org"]["id"]
    new.see_user(f"{prefix}agent02", lambda user: not user["active"] and user["id"] == gone)


def _by_mail(chain: Chain) -> dict[str, dict[str, Any]]:
    return {user["emails"][0]["value"]: user for user in chain.users().values()}
