"""The endpoint's configuration, what the connector says about it, and the command that makes it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.environment.admin import ENDPOINT_ID, ENDPOINT_TYPE, Admin, AdminError
from tests.environment.backend import Servers
from tests.environment.chain import Chain
from tests.environment.keycloak import Keycloak
from tests.environment.ports import free_ports
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

MASK = "**********"


def test_a_static_token_works_and_is_never_shown(chain: Chain) -> None:
    token = chain.receiver.command("token", "create", chain.realm)
    endpoint = chain.enable(auth="bearer", bearerToken=token)
    chain.admin.create_user(chain.realm, username="avant")
    chain.see_user("avant")
    assert chain.admin.component(chain.realm, endpoint)["config"]["bearerToken"] == [MASK]
    exported = chain.admin.request(
        "POST", f"/{chain.realm}/partial-export", params={"exportClients": False, "exportGroupsAndRoles": False}
    ).text
    assert token not in exported

    # The console sends back what it was shown.
    chain.admin.configure(chain.realm, endpoint, {"attributeMapping": ["title=title"]})

    chain.admin.create_user(chain.realm, username="apres", attributes={"title": ["Agente"]})
    chain.see_user("apres", lambda user: user["title"] == "Agente")
    assert token not in chain.keycloak.log_text()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("url", ""),
        ("url", "intranet.example.org/scim/v2"),
        ("url", "ftp://intranet.example.org/scim/v2"),
        ("issuer", ""),
        ("auth", "basic"),
        ("enabled", "perhaps"),
        ("attributeMapping", "department"),
    ],
)
def test_a_malformed_value_is_refused_by_its_name(chain: Chain, key: str, value: str) -> None:
    with pytest.raises(AdminError) as refused:
        chain.admin.enable_scim(chain.realm, "https://intranet.example.org/scim/v2", config={key: value})
    assert refused.value.status == 400
    assert key in json.loads(refused.value.body)["errorMessage"]


@pytest.mark.parametrize("name", ["", "  "])
def test_a_component_without_a_name_is_refused(chain: Chain, name: str) -> None:
    with pytest.raises(AdminError) as refused:
        chain.admin.enable_scim(chain.realm, "https://intranet.example.org/scim/v2", name=name)
    assert refused.value.status == 400
    assert "name" in json.loads(refused.value.body)["errorMessage"]


def test_a_component_of_another_parent_is_refused(chain: Chain) -> None:
    url = chain.receiver.url_for(chain.keycloak)
    config = {"url": url, "issuer": f"{chain.keycloak.url}/realms/{chain.realm}"}
    with pytest.raises(AdminError) as refused:
        chain.admin.create_component(
            chain.realm, name="ailleurs", type=ENDPOINT_TYPE, provider=ENDPOINT_ID, config=config, parent="ailleurs"
        )
    assert refused.value.status == 400
    assert "parentId" in json.loads(refused.value.body)["errorMessage"]


def test_a_receiver_that_is_not_there_is_told_and_then_served(chain: Chain) -> None:
    (nobody,) = free_ports(1)
    endpoint = chain.enable(port=nobody)
    chain.admin.create_user(chain.realm, username="patiente")
    status = until(
        lambda: chain.admin.scim_status(chain.realm)[0],
        lambda seen: seen["state"] == "retrying",
        what="state retrying",
    )
    assert status["id"] == endpoint
    assert status["reason"]
    assert status["pending"] >= 1
    assert status["oldestPendingSeconds"] is not None

    chain.admin.configure(chain.realm, endpoint, {"url": chain.receiver.url_for(chain.keycloak)})

    chain.see_user("patiente")
    chain.settle()
    served = chain.admin.scim_status(chain.realm)[0]
    assert (served["users"], served["parked"], served["pending"]) == (1, 0, 0)
    assert served["lastDelivery"] is not None


def test_a_wrong_audience_is_told_and_nobody_is_lost(chain: Chain) -> None:
    endpoint = chain.enable(audience="https://elsewhere.example.org/scim/v2")
    chain.admin.create_user(chain.realm, username="patient")
    status = until(
        lambda: chain.admin.scim_status(chain.realm)[0],
        lambda seen: seen["state"] in ("retrying", "paused"),
        what="a reason",
    )
    assert "audience" in status["reason"]

    chain.admin.configure(chain.realm, endpoint, {"audience": chain.receiver.url_for(chain.keycloak)})

    chain.see_user("patient")


def test_the_check_tells_how_far_it_came(chain: Chain) -> None:
    url = chain.receiver.url_for(chain.keycloak)
    issuer = f"{chain.keycloak.url}/realms/{chain.realm}"
    (nobody,) = free_ports(1)

    def check(**config: str) -> tuple[bool, str, str]:
        answer = chain.admin.scim_check(chain.realm, **{"url": url, "issuer": issuer, **config})
        return answer["ok"], answer["stage"], answer["detail"]

    assert check()[:2] == (True, "done")
    assert check(url=url.replace(str(chain.receiver.port), str(nobody)), audience=url)[:2] == (False, "reach")
    ok, stage, detail = check(audience="https://elsewhere.example.org/scim/v2")
    assert (ok, stage) == (False, "accept")
    assert "audience" in detail
    ok, stage, detail = check(issuer="https://elsewhere.example.org/realms/x")
    assert (ok, stage) == (False, "accept")
    assert "issuer" in detail
    assert chain.admin.scim_status(chain.realm) == [], "the check changes nothing"


def test_an_unauthorised_person_sees_neither_status_nor_check(chain: Chain) -> None:
    for method, path in (("GET", "status"), ("POST", "check")):
        answer = chain.admin.http.request(method, f"/{chain.realm}/sbe-scim/{path}", auth=lambda request: request)
        assert answer.status_code == 401


class TestEnableCommand:
    """``sbe-scim keycloak enable`` against a real server."""

    @pytest.fixture
    def realm(self, new_realm: Callable[[], str]) -> str:
        """A realm that the receiver does not know."""
        return new_realm()

    @pytest.fixture
    def run(self, servers: Servers, receiver: ReceiverProcess, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
        """Run ``sbe-scim keycloak COMMAND``; what it printed, or RuntimeError with what it complained about."""
        server = servers.keycloak("h2")
        monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", server.admin_password)

        def command(name: str, realm: str, *options: str, elsewhere: bool = False) -> str:
            login = ("--server", server.url, "--realm", realm, "--admin-user", server.admin_user)
            return receiver.command("keycloak", name, *login, *options, elsewhere=elsewhere)

        return command

    def test_it_enables_tells_and_disables(
        self, run: Callable[..., str], keycloak: Keycloak, receiver: ReceiverProcess, realm: str
    ) -> None:
        admin = Admin(keycloak)
        admin.create_user(realm, username="commandee")
        run("enable", realm, "--receiver", receiver.url_for(keycloak), "--database", receiver.database)
        chain = Chain(keycloak, receiver, admin, realm, receiver.client(realm))
        chain.see_user("commandee")
        assert receiver.url_for(keycloak) in run("status", realm)

        run("disable", realm)
        admin.create_user(realm, username="ensuite")
        chain.settle()
        assert list(chain.users()) == ["commandee"]

    def test_it_moves_both_sides_to_another_address(
        self, run: Callable[..., str], keycloak: Keycloak, receiver: ReceiverProcess, realm: str
    ) -> None:
        url = receiver.url_for(keycloak)
        run(
            "enable",
            realm,
            "--receiver",
            url,
            "--audience",
            "https://former.example.org",
            "--database",
            receiver.database,
        )
        run("enable", realm, "--receiver", url, "--database", receiver.database)
        (source,) = json.loads(receiver.command("source", "list", "--json"))
        assert source["audience"] == url
        admin = Admin(keycloak)
        admin.create_user(realm, username="demenagee")
        Chain(keycloak, receiver, admin, realm, receiver.client(realm)).see_user("demenagee")

    @pytest.mark.parametrize(
        ("case", "words"),
        [("unreachable", "refused"), ("audience", "audience"), ("realm", "does not exist")],
    )
    def test_a_mistake_is_told_and_nothing_is_changed(
        self,
        run: Callable[..., str],
        keycloak: Keycloak,
        receiver: ReceiverProcess,
        realm: str,
        case: str,
        words: str,
    ) -> None:
        url = receiver.url_for(keycloak)
        (nobody,) = free_ports(1)
        wanted = f"{realm}-other" if case == "realm" else realm
        options = ["--receiver", url, "--database", receiver.database]
        if case == "unreachable":
            options[1] = url.replace(str(receiver.port), str(nobody))
        if case == "audience":
            # The realm is known for another audience than the one it is told to use.
            issuer = f"{keycloak.url}/realms/{realm}"
            receiver.command("source", "add", realm, "--issuer", issuer, "--audience", "https://elsewhere.example.org")
            options = ["--receiver", url]

        with pytest.raises(RuntimeError, match=words):
            run("enable", wanted, *options, elsewhere=case == "audience")

        assert Admin(keycloak).scim_status(realm) == []
        sources = json.loads(receiver.command("source", "list", "--json"))
        assert [source["name"] for source in sources] == ([realm] if case == "audience" else [])
