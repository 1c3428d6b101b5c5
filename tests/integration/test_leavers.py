"""Whoever has to be out is out, whatever the receiver refuses of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import make_chain
from tests.environment.backend import Servers
from tests.environment.chain import Chain
from tests.environment.marks import databases
from tests.environment.people import people_in
from tests.environment.proxy import Answer, FaultProxy
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until
from tests.environment.webhook import Webhook

_BODY_LIMIT = 131_072
_MANY = 3_000


def _refused(chain: Chain, count: int) -> None:
    """Wait until nothing is under way and so many resources are refused."""
    until(
        lambda: chain.admin.scim_status(chain.realm)[0],
        lambda status: status["pending"] == 0 and status["parked"] == count,
        what=f"{count} refused",
    )


def _still_in(chain: Chain) -> int:
    found: int = chain.admin.scim_status(chain.realm)[0]["stillIn"]
    return found


@databases
def test_an_address_of_another_source_keeps_nobody_in(chain: Chain) -> None:
    chain.receiver.command("source", "add", "other")
    taken = {"userName": "other", "emails": [{"value": "taken@example.org"}]}
    chain.receiver.client("other").post("/Users", json=taken).raise_for_status()
    chain.enable()
    bob = chain.admin.create_user(chain.realm, username="bob", email="bob@example.org")
    chain.see_user("bob")

    chain.admin.update_user(chain.realm, bob, email="taken@example.org")
    until(lambda: chain.admin.scim_status(chain.realm)[0]["parked"], what="the address is refused")
    chain.admin.update_user(chain.realm, bob, enabled=False)

    out = chain.see_user("bob", lambda user: user["active"] is False)
    assert out["emails"][0]["value"] == "bob@example.org"
    assert _still_in(chain) == 0
    chain.admin.update_user(chain.realm, bob, enabled=True)
    chain.see_user("bob", lambda user: user["active"] is True)


def test_a_value_that_is_too_long_keeps_nobody_in(chain: Chain) -> None:
    profile = chain.admin.request("GET", f"/{chain.realm}/users/profile").json()
    roles = {"view": ["admin", "user"], "edit": ["admin", "user"]}
    profile["attributes"].append({"name": "title", "permissions": roles, "validations": {"length": {"max": 100_000}}})
    chain.admin.request("PUT", f"/{chain.realm}/users/profile", json=profile)
    chain.enable()
    bob = chain.admin.create_user(chain.realm, username="bob")
    chain.see_user("bob")

    chain.admin.update_user(chain.realm, bob, enabled=False, attributes={"title": ["x" * 70_000]})

    chain.see_user("bob", lambda user: user["active"] is False)
    _refused(chain, 1)
    assert _still_in(chain) == 0


@pytest.mark.parametrize("how", ["name too long", "parent's name too long", "name of another group"])
def test_who_leaves_a_group_whose_name_is_refused_is_out(chain: Chain, how: str) -> None:
    admin, realm = chain.admin, chain.realm
    chain.enable()
    top = admin.create_group(realm, "Direction")
    group = admin.create_subgroup(realm, top, "Achats")
    stays, leaves, joins = (admin.create_user(realm, username=name) for name in ("stays", "leaves", "joins"))
    admin.join(realm, stays, group)
    admin.join(realm, leaves, group)
    chain.see_groups({"Direction": set(), "Direction/Achats": {"stays", "leaves"}})
    if how == "name of another group":
        other = {"displayName": "Direction/Ventes", "externalId": "another"}
        chain.scim.post("/Groups", json=other).raise_for_status()
        admin.rename_group(realm, group, "Ventes")
    elif how == "name too long":
        admin.rename_group(realm, group, "x" * 255)
        admin.rename_group(realm, top, "y" * 255)
    else:
        admin.rename_group(realm, group, "x" * 200)
        admin.rename_group(realm, top, "y" * 255)
    until(lambda: admin.scim_status(realm)[0]["parked"], what="the name is refused")

    admin.leave(realm, leaves, group)
    admin.join(realm, joins, group)

    until(
        lambda: next(members for members in chain.groups().values() if members),
        lambda members: members == {"stays", "joins"},
        what="who left is out and who joined is in",
    )
    until(lambda: _still_in(chain) == 0, what="no alarm")


def test_names_with_slashes_are_no_paths(chain: Chain) -> None:
    admin, realm = chain.admin, chain.realm
    chain.enable()
    admin.create_subgroup(realm, admin.create_group(realm, "a"), "b")
    admin.create_group(realm, "a/b")
    admin.create_group(realm, "~")

    chain.see_groups({"a": set(), "a/b": set(), "a~/b": set(), "~~": set()})


@pytest.fixture
def proxy(chain: Chain) -> Iterator[FaultProxy]:
    """Stands before the receiver."""
    made = FaultProxy(f"http://127.0.0.1:{chain.receiver.port}")
    yield made
    made.close()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """Somebody who is told of alarms."""
    listening = Webhook()
    yield listening
    listening.close()


def test_a_leaver_whom_nothing_takes_out_is_an_alarm_until_they_are_out(
    chain: Chain, proxy: FaultProxy, webhook: Webhook
) -> None:
    chain.enable(port=proxy.port, webhook=f"http://{chain.keycloak.receiver_host}:{webhook.port}/alarms")
    bob = chain.admin.create_user(chain.realm, username="bob")
    chain.see_user("bob")

    proxy.plan(lambda method, path: Answer(422) if method in ("PUT", "PATCH") else None)
    chain.admin.update_user(chain.realm, bob, enabled=False)
    until(lambda: _still_in(chain) == 1, what="the alarm")
    assert chain.users()["bob"]["active"] is True
    (told,) = until(lambda: webhook.taken, what="somebody is told")
    assert told.pop("since").endswith("Z")
    assert told == {"realm": chain.realm, "endpoint": "sbe-scim", "alarm": "still_in", "count": 1}

    proxy.plan(lambda method, path: Answer(422) if method == "PUT" else None)
    chain.see_user("bob", lambda user: user["active"] is False)
    until(lambda: _still_in(chain) == 0, what="the end of the alarm")


def test_a_filter_that_forbids_one_body_holds_up_nobody_and_keeps_nobody_in(chain: Chain, proxy: FaultProxy) -> None:
    chain.enable(port=proxy.port)
    bob = chain.admin.create_user(chain.realm, username="bob")
    identifier = chain.see_user("bob")["id"]

    proxy.plan(lambda method, path: Answer(403) if method == "PUT" and path.endswith(identifier) else None)
    chain.admin.update_user(chain.realm, bob, enabled=False, lastName="O'Neil")
    chain.admin.create_user(chain.realm, username="anne")

    chain.see_user("anne")
    chain.see_user("bob", lambda user: user["active"] is False)
    proxy.plan(lambda method, path: None)
    chain.see_user("bob", lambda user: user.get("name", {}).get("familyName") == "O'Neil")


def test_who_is_not_deleted_is_out_all_the_same(chain: Chain, proxy: FaultProxy) -> None:
    admin, realm = chain.admin, chain.realm
    chain.enable(port=proxy.port)
    bob, group = admin.create_user(realm, username="bob"), admin.create_group(realm, "Paie")
    admin.join(realm, bob, group)
    chain.see_groups({"Paie": {"bob"}})

    proxy.plan(lambda method, path: Answer(405) if method == "DELETE" else None)
    admin.delete_group(realm, group)
    chain.see_groups({"Paie": set()})
    admin.delete_user(realm, bob)
    chain.see_user("bob", lambda user: user["active"] is False)

    proxy.plan(lambda method, path: None)
    chain.see_no_user("bob")
    chain.see_groups({})


def test_a_group_is_not_refused_for_its_own_size(
    servers: Servers, new_realm: Callable[[], str], receiver_database: str, tmp_path: Path
) -> None:
    receiver = ReceiverProcess(
        receiver_database,
        log=tmp_path / "receiver.log",
        environment={"SBE_SCIM_GROUP_BODY_LIMIT": str(_BODY_LIMIT), "SBE_SCIM_BODY_LIMIT": str(_BODY_LIMIT)},
    )
    receiver.start()
    try:
        chain = make_chain(servers.keycloak("h2"), receiver, new_realm())
        admin, realm = chain.admin, chain.realm
        group = admin.create_group(realm, "Tous")
        people_in(admin, realm, group, _MANY)
        endpoint = chain.enable(attributeMapping=["title=title"])
        until(chain.group_size, lambda size: size == _MANY, what="all in the group", deadline=120)

        joins = admin.create_user(realm, username="joins")
        admin.join(realm, joins, group)
        until(chain.group_size, lambda size: size == _MANY + 1, what="one more")
        leaves = admin.users(realm, username="p00007", exact=True)[0]["id"]
        # Whole members are sent when everybody is looked at: this body would be above the limit.
        admin.configure(realm, endpoint, {"attributeMapping": ["title=title", "locale=locale"]})
        admin.leave(realm, leaves, group)
        until(chain.group_size, lambda size: size == _MANY, what="who left is out", deadline=120)
        chain.settle(deadline=120)
        status = admin.scim_status(realm)[0]
        assert (status["parked"], status["stillIn"]) == (0, 0)
        assert _MANY * len('{"value":"00000000-0000-0000-0000-000000000000"},') > _BODY_LIMIT
    finally:
        receiver.stop()
