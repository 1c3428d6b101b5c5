from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import httpx
import pytest

from sbe_scim.keycloak import Enablement, KeycloakError, enable
from sbe_scim.keycloak.enablement import Trust
from tests.unit.keycloak.fake import ISSUER, JWKS, FakeKeycloak, admin

RECEIVER = "https://sbe.example.org/scim/v2"
UNKNOWN = {"ok": False, "stage": "accept", "reason": "unknown_issuer", "detail": "the token is not taken"}
OPTION = "--spi-sbe-scim-endpoint--sbe-scim--allowed-hosts=sbe.example.org"
ACCEPTED = {"ok": True, "stage": "done", "detail": ""}


class Registry:
    """A receiver that remembers whom it trusts."""

    name = "our agents"

    def __init__(self) -> None:
        self.trusted: list[Trust] = []

    @contextmanager
    def trust(self, trust: Trust, former_issuer: str) -> Iterator[bool]:
        self.trusted.append(trust)
        try:
            yield True
        except BaseException:
            self.trusted.remove(trust)
            raise


class Unused:
    """A receiver that must not be asked for anything."""

    name = "agents"

    def trust(self, trust: Trust, former_issuer: str) -> AbstractContextManager[bool]:
        raise AssertionError("registered")


def test_a_realm_is_enabled_with_the_issuer_and_keys_it_publishes() -> None:
    server, registry = FakeKeycloak(), Registry()
    done = enable(admin(server), Enablement("agents", RECEIVER), registry)
    assert done.created
    assert done.trusted
    assert registry.trusted == [Trust(ISSUER, RECEIVER, JWKS)]
    (component,) = server.components.values()
    assert component["config"] == {
        "url": [RECEIVER],
        "issuer": [ISSUER],
        "audience": [RECEIVER],
        "enabled": ["true"],
        "paused": ["false"],
        "auth": ["jwt"],
    }


def test_enabling_again_updates_the_component_and_keeps_its_other_settings() -> None:
    server = FakeKeycloak()
    enable(admin(server), Enablement("agents", RECEIVER))
    (component,) = server.components.values()
    component["config"]["attributeMapping"] = ["title=title"]
    done = enable(admin(server), Enablement("agents", "https://new.example.org/scim/v2"))
    assert not done.created
    (component,) = server.components.values()
    assert component["config"]["url"] == ["https://new.example.org/scim/v2"]
    assert component["config"]["attributeMapping"] == ["title=title"]


def test_a_receiver_that_does_not_know_the_issuer_yet_does_not_stop_a_remote_operator() -> None:
    server = FakeKeycloak(checks=[UNKNOWN])
    done = enable(admin(server), Enablement("agents", RECEIVER))
    assert not done.trusted
    assert len(server.components) == 1


def test_the_source_is_registered_before_the_token_is_tried() -> None:
    server, registry = FakeKeycloak(checks=[UNKNOWN, ACCEPTED]), Registry()
    assert enable(admin(server), Enablement("agents", RECEIVER), registry).trusted
    assert len(registry.trusted) == 1


@pytest.mark.parametrize(
    ("result", "hint"),
    [
        ({"ok": False, "stage": "reach", "detail": "connection refused"}, "--receiver"),
        ({"ok": False, "stage": "token", "detail": "no active key"}, "no active key"),
        (
            {"ok": False, "stage": "accept", "detail": "audience of the token does not contain x"},
            "--audience",
        ),
        (
            {"ok": False, "stage": "accept", "reason": "source_disabled", "detail": "does not take the token"},
            "sbe-scim source enable",
        ),
        (
            {"ok": False, "stage": "reach", "reason": "host_not_allowed", "detail": f"start the server with {OPTION}"},
            f"may not send to {RECEIVER}: start the server with {OPTION}.$",
        ),
        ({"ok": False, "stage": "weather", "detail": "rain"}, "could not check the receiver .*rain"),
        ({"ok": False}, "could not check the receiver"),
        ({"ok": "false", "stage": ["x"], "detail": 1}, "could not check the receiver"),
        (
            {"ok": False, "stage": "accept", "reason": "older_connector", "detail": "install the JAR"},
            r"install the JAR\. Then run kc\.sh build",
        ),
        # What is said beside the code decides nothing.
        ({"ok": False, "stage": "accept", "detail": f"unknown issuer {ISSUER}"}, "Check --audience"),
        ({"ok": False, "stage": "accept", "detail": "source staff is disabled"}, "Check --audience"),
        ({"ok": False, "stage": "accept", "detail": "the token is of an older connector"}, "Check --audience"),
    ],
)
@pytest.mark.parametrize("local", [True, False])
def test_a_failed_check_changes_nothing_on_either_side(result: dict[str, object], hint: str, local: bool) -> None:
    server, registry = FakeKeycloak(checks=[result]), Registry()
    with pytest.raises(KeycloakError, match=hint):
        enable(admin(server), Enablement("agents", RECEIVER), registry if local else None)
    assert server.writes == []
    assert registry.trusted == []


@pytest.mark.parametrize(("local", "name"), [(True, "'our agents'"), (False, "NAME")])
def test_a_disabled_source_is_named_where_it_is_known(local: bool, name: str) -> None:
    server = FakeKeycloak(checks=[{"ok": False, "stage": "accept", "reason": "source_disabled"}] * 2)
    with pytest.raises(KeycloakError, match=f"run on the receiver's machine: sbe-scim source enable {name}$"):
        enable(admin(server), Enablement("agents", RECEIVER), Registry() if local else None)


def test_the_source_goes_again_when_keycloak_refuses_the_component() -> None:
    server, registry = FakeKeycloak(checks=[UNKNOWN, UNKNOWN]), Registry()
    with pytest.raises(KeycloakError, match=r"not taken\. Check --database"):
        enable(admin(server), Enablement("agents", RECEIVER), registry)
    assert registry.trusted == []


@pytest.mark.parametrize(
    "receiver",
    ["", "sbe.example.org", "ftp://sbe.example.org", "https://", "https://x/?a=b", "http://[::1", "http://x:abc"],
)
def test_a_malformed_receiver_is_refused_before_keycloak_is_asked(receiver: str) -> None:
    server = FakeKeycloak()
    with pytest.raises(KeycloakError, match="--receiver"):
        enable(admin(server), Enablement("agents", receiver))
    assert server.logins == 0


def test_an_absent_realm_is_named() -> None:
    with pytest.raises(KeycloakError, match="Realm 'agens' does not exist"):
        enable(admin(FakeKeycloak()), Enablement("agens", RECEIVER))


def test_the_master_realm_is_refused() -> None:
    with pytest.raises(KeycloakError, match="master"):
        enable(admin(FakeKeycloak()), Enablement("master", RECEIVER))


def test_a_server_without_the_connector_says_how_to_install_it() -> None:
    with pytest.raises(KeycloakError, match="sbe-scim keycloak jar"):
        enable(admin(FakeKeycloak(installed=False)), Enablement("agents", RECEIVER))


def test_a_connector_that_is_switched_off_says_so() -> None:
    off = httpx.Response(404, json={"errorMessage": "The SCIM connector is switched off on this server"})
    with pytest.raises(KeycloakError, match="switched off"):
        enable(admin(FakeKeycloak(odd={"/sbe-scim/status": off})), Enablement("agents", RECEIVER))


def test_the_receiver_is_tried_once_where_nothing_is_registered() -> None:
    server = FakeKeycloak(checks=[UNKNOWN, {"ok": False, "stage": "reach", "detail": "connection refused"}])
    assert not enable(admin(server), Enablement("agents", RECEIVER)).trusted
    assert len(server.checked) == 1


def test_a_receiver_that_is_not_reached_is_not_registered_at() -> None:
    server, registry = FakeKeycloak(checks=[{"ok": False, "stage": "reach", "detail": "connection refused"}]), Unused()
    with pytest.raises(KeycloakError, match="connection refused"):
        enable(admin(server), Enablement("agents", RECEIVER), registry)


@pytest.mark.parametrize("url", [RECEIVER, RECEIVER + "/"])
def test_a_second_component_for_one_receiver_is_refused(url: str) -> None:
    server = FakeKeycloak(components={"c0": {"id": "c0", "name": "one", "config": {"url": [url]}}})
    with pytest.raises(KeycloakError, match=r"Component 'one' .* --name one"):
        enable(admin(server), Enablement("agents", RECEIVER, name="second"))
    assert server.writes == []
    enable(admin(server), Enablement("agents", RECEIVER, name="one"))
    assert len(server.components) == 1


@pytest.mark.parametrize("published", [{}, {"issuer": 1, "jwks_uri": JWKS}, {"issuer": ISSUER, "jwks_uri": None}])
def test_a_realm_that_publishes_too_little_is_told(published: dict[str, object]) -> None:
    server = FakeKeycloak(odd={"openid-configuration": httpx.Response(200, json=published)})
    with pytest.raises(KeycloakError, match=r"names no (issuer|jwks_uri)"):
        enable(admin(server), Enablement("agents", RECEIVER))
