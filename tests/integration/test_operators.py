"""An operator learns who is not there and why, and acts, by the commands alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.environment.chain import Chain
from tests.environment.waiting import until


@pytest.fixture
def run(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``sbe-scim keycloak …`` about the realm: what it printed."""
    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", chain.keycloak.admin_password)

    def command(name: str, *arguments: str) -> str:
        login = ("--server", chain.keycloak.url, "--realm", chain.realm)
        return chain.receiver.command("keycloak", name, *arguments, *login)

    return command


def test_who_was_refused_is_named_explained_and_tried_again(chain: Chain, run: Any) -> None:
    admin, realm = chain.admin, chain.realm
    admin.request("PUT", f"/{realm}/events/config", json={"adminEventsEnabled": True})
    chain.receiver.command("source", "add", "other")
    other = chain.receiver.client("other")
    taken = {"userName": "other", "emails": [{"value": "bob@example.org"}]}
    theirs = other.post("/Users", json=taken).raise_for_status().json()["id"]
    chain.enable()
    bob = admin.create_user(realm, username="bob", email="bob@example.org")
    until(lambda: admin.scim_status(realm)[0]["parked"], what="the address is refused")

    (refused,) = json.loads(run("refused", "--json"))
    assert (refused["name"], refused["mail"], refused["id"]) == ("bob", "bob@example.org", bob)
    assert "409 uniqueness" in refused["reason"]
    told = run("explain", "bob@example.org").splitlines()
    assert told[0] == "bob <bob@example.org>"
    assert any("409 uniqueness" in line for line in told)
    assert json.loads(run("preview", "bob"))["emails"][0]["value"] == "bob@example.org"
    with pytest.raises(RuntimeError, match="are refused by the receiver"):
        run("status", "--check")

    other.delete(f"/Users/{theirs}").raise_for_status()
    assert run("retry", "bob") == "1 tried again within seconds."
    chain.see_user("bob", lambda user: user["externalId"] == bob)
    assert "  Everything is in line." in until(
        lambda: run("explain", "bob").splitlines(), lambda lines: len(lines) > 2, what="bob in line"
    )
    assert "sbe-scim" in run("status", "--check")
    asked = {"resourceTypes": "COMPONENT", "operationTypes": "ACTION"}
    events = admin.request("GET", f"/{realm}/admin-events", params=asked).json()
    paths = {event["resourcePath"].rsplit("/", 1)[0] for event in events}
    assert paths == {
        "sbe-scim/refused",
        "sbe-scim/people/explain",
        "sbe-scim/people/preview",
        "sbe-scim/refused/retry",
    }


def test_what_changes_while_an_endpoint_is_paused_arrives_when_it_goes_on(chain: Chain, run: Any) -> None:
    admin, realm = chain.admin, chain.realm
    chain.enable()
    bob = admin.create_user(realm, username="bob")
    chain.see_user("bob")
    chain.settle()

    run("pause")
    until(lambda: admin.scim_status(realm)[0]["state"] == "paused", what="the pause")
    admin.update_user(realm, bob, lastName="Attend")
    admin.create_user(realm, username="attend")
    until(lambda: admin.scim_status(realm)[0]["pending"] >= 2, what="two changes waiting")
    assert set(chain.users()) == {"bob"}
    assert "familyName" not in chain.users()["bob"].get("name", {})

    run("resume")
    chain.see_user("attend")
    chain.see_user("bob", lambda user: user.get("name", {}).get("familyName") == "Attend")
