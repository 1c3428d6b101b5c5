"""Where a realm may send to, who decides it, and what its administrators can learn by trying."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.environment.admin import Admin, Representation
from tests.environment.chain import Chain
from tests.environment.proxy import HangingReceiver
from tests.environment.receiver import SCIM_PATH
from tests.environment.waiting import until

OPTION = "--spi-sbe-scim-endpoint--sbe-scim--allowed-hosts="


@pytest.fixture
def silent() -> Iterator[HangingReceiver]:
    """An address where nobody ever answers; it counts who comes."""
    listener = HangingReceiver()
    yield listener
    listener.close()


@pytest.fixture
def chef(chain: Chain) -> Admin:
    """An administrator of the realm itself, of no other."""
    return Admin(chain.admin.make_administrator(chain.realm, "realm-admin"))


def _address(chain: Chain, port: int) -> str:
    return f"{chain.keycloak.receiver_host}:{port}"


def _url(chain: Chain, port: int) -> str:
    return f"http://{_address(chain, port)}{SCIM_PATH}"


def _status(chain: Chain, expected: Callable[[Representation], object]) -> Representation:
    return until(lambda: chain.admin.scim_status(chain.realm)[0], expected, what="the status")


def test_a_host_is_learnt_when_an_administrator_of_master_saves_the_endpoint(chain: Chain, chef: Admin) -> None:
    url = chain.receiver.url_for(chain.keycloak)
    issuer = f"{chain.keycloak.url}/realms/{chain.realm}"
    chain.admin.create_user(chain.realm, username="patiente", email="patiente@example.org")

    endpoint = chef.enable_scim(chain.realm, url, issuer)

    refused = _status(chain, lambda seen: seen["state"] == "paused")
    assert OPTION + _address(chain, chain.receiver.port) in refused["reason"]
    assert "master" in refused["reason"]
    assert chain.users() == {}

    chain.admin.configure(chain.realm, endpoint, {"enabled": "true"})

    chain.see_user("patiente")
    assert chef.scim_check(chain.realm, url=url, issuer=issuer)["ok"], "what was learnt may be tried"


def test_a_realm_administrator_reaches_no_other_host(chain: Chain, chef: Admin, silent: HangingReceiver) -> None:
    endpoint = chain.enable()
    chain.admin.create_user(chain.realm, username="ici")
    chain.see_user("ici")

    chef.configure(chain.realm, endpoint, {"url": _url(chain, silent.port)})
    refused = _status(chain, lambda seen: seen["state"] == "paused")
    assert OPTION + _address(chain, silent.port) in refused["reason"]
    answer = chef.scim_check(chain.realm, url=_url(chain, silent.port), issuer="https://other.example.org")
    assert (answer["ok"], answer["stage"], answer["reason"]) == (False, "reach", "host_not_allowed")
    assert OPTION + _address(chain, silent.port) in answer["detail"]
    assert silent.taken() == 0

    chef.configure(chain.realm, endpoint, {"url": chain.receiver.url_for(chain.keycloak)})
    chain.admin.create_user(chain.realm, username="encore")
    chain.see_user("encore")


def test_a_host_of_one_realm_is_not_one_of_another(
    chain: Chain, new_realm: Callable[[], str], silent: HangingReceiver
) -> None:
    chain.enable(port=silent.port)
    chain.admin.create_user(chain.realm, username="ici")
    until(silent.taken, what="the allowed realm's connector")
    other = new_realm()
    admin = Admin(chain.admin.make_administrator(other, "realm-admin"))
    answer = admin.scim_check(other, url=_url(chain, silent.port), issuer="https://i.example.org")
    assert answer["reason"] == "host_not_allowed"


def test_hosts_that_are_not_allowed_all_look_alike(chain: Chain, chef: Admin, silent: HangingReceiver) -> None:
    answers = set()
    for host in (
        _address(chain, silent.port),
        "nobody.invalid",
        "nobody.invalid:1",
        "[::1]:8080",
        "2130706433",
        "169.254.169.254",
        _address(chain, chain.receiver.port),
    ):
        answer = chef.scim_check(chain.realm, url=f"http://{host}/x", issuer="https://i.example.org")
        answers.add(json.dumps(answer).replace(host, "HOST"))
    assert len(answers) == 1
    assert silent.taken() == 0


def test_two_checks_at_a_time_and_logins_go_on(
    chain: Chain, new_realm: Callable[[], str], silent: HangingReceiver
) -> None:
    other = new_realm()
    login = chain.admin.make_administrator(other, "view-realm")
    config = {"url": _url(chain, silent.port), "issuer": "https://i.example.org"}
    chain.admin.scim_status(chain.realm)
    with ThreadPoolExecutor(2) as pool:
        under_way = [pool.submit(chain.admin.scim_check, chain.realm, **config) for _ in range(2)]
        until(silent.taken, lambda count: count == 2, what="two checks that wait")

        more = [chain.admin.http.post(f"/{realm}/sbe-scim/check", json=config) for realm in (chain.realm, other)]
        Admin(login).request("GET", f"/{other}")
        waiting = [not check.done() for check in under_way]

        answers = [check.result() for check in under_way]
    assert [answer.status_code for answer in more] == [429, 429]
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in more)
    assert "try again" in more[0].json()["errorMessage"]
    assert waiting == [True, True], "the others were refused and served while these waited"
    assert [(answer["ok"], answer["stage"]) for answer in answers] == [(False, "reach")] * 2
    assert silent.taken() == 2
    assert chain.admin.http.post(f"/{chain.realm}/sbe-scim/check", json={}).status_code == 200


def test_what_a_receiver_says_is_told_only_to_who_could_allow_any(chain: Chain, chef: Admin) -> None:
    chain.enable()
    url = chain.receiver.url_for(chain.keycloak)
    unknown = {"url": url, "issuer": "https://unknown.example.org/realms/x"}
    full, coarse = (admin.scim_check(chain.realm, **unknown) for admin in (chain.admin, chef))
    assert full["reason"] == coarse["reason"] == "unknown_issuer"
    assert "unknown.example.org" in full["detail"]
    assert "unknown.example.org" not in coarse["detail"]
    nothing = {"url": f"http://{_address(chain, chain.receiver.port)}/nothing", "issuer": "https://i.example.org"}
    full, coarse = (admin.scim_check(chain.realm, **nothing) for admin in (chain.admin, chef))
    assert full["reason"] == coarse["reason"] == "no_scim_service"
    assert "404" in full["detail"]
    assert "404" not in coarse["detail"]


def test_the_command_prints_to_a_realm_administrator_what_to_set(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    chef = chain.admin.make_administrator(chain.realm, "realm-admin")
    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", chef.admin_password)
    login = ("--server", chef.url, "--realm", chef.admin_realm, "--admin-realm", chef.admin_realm)
    enable = (
        "keycloak", "enable", *login, "--admin-user", chef.admin_user,
        "--receiver", chain.receiver.url_for(chain.keycloak),
    )  # fmt: skip

    with pytest.raises(RuntimeError, match=OPTION + _address(chain, chain.receiver.port)):
        chain.receiver.command(*enable)

    assert chain.admin.scim_status(chain.realm) == []


def test_a_table_that_was_dropped_is_named_by_the_status(chain: Chain) -> None:
    chain.enable()
    chain.settle()
    chain.admin.sql(chain.realm, "ALTER TABLE SBE_SCIM_MARK RENAME TO SBE_SCIM_AWAY")
    try:
        answer = chain.admin.http.get(f"/{chain.realm}/sbe-scim/status")
    finally:
        chain.admin.sql(chain.realm, "ALTER TABLE SBE_SCIM_AWAY RENAME TO SBE_SCIM_MARK")
    assert answer.status_code == 500
    assert "SBE_SCIM_MARK" in answer.json()["errorMessage"]
